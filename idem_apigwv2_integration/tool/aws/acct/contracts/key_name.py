"""Keeps the botocore settings of every acct profile.

idem-aws 6.2.1 filters a profile's ``config`` through a generator that is used up after the first profile
of a process: the settings of all later profiles are lost. If they are wrong, it raises botocore's
TypeError before any state runs.
"""

import botocore.config

import idem_apigwv2_integration.availability as availability
import idem_apigwv2_integration.aws.profile as profiles


def pre_modify(hub, ctx):
    """Log what is wrong with the settings, and keep it from idem-aws.

    Args:
        ctx(pop.contract.ContractedContext): The call, with the profile as written.
    """
    if not availability.contracts():
        return
    written = ctx.get_arguments()["raw_profile"]
    problem = profiles.config_problem(written)
    if problem:
        hub.log.error(problem)
        written[profiles.CONFIG] = written.pop("config", written.get(profiles.CONFIG))


def post_modify(hub, ctx):
    """Add the settings as the user wrote them to the profile that idem-aws builds.

    Args:
        ctx(pop.contract.ContractedContext): The call, with the profile as written, and as built.
    """
    if not availability.contracts():
        return ctx.ret
    arguments = ctx.get_arguments()
    written = arguments["raw_profile"]
    given = written.get(profiles.CONFIG, written.get("config"))
    # Idem may pass on a profile that idem-aws has built before.
    if given is not None and not isinstance(given, botocore.config.Config):
        arguments["new_profile"][profiles.CONFIG] = given
    return ctx.ret
