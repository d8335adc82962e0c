"""Keeps the botocore settings of every acct profile.

The fault: idem-aws 6.2.1 filters a profile's ``config`` through a generator that is used up after the
first profile of a process: the settings of all later profiles are lost. If they are wrong, it raises
botocore's TypeError before any state runs.
"""

import botocore.config as botocore_config

import idem_apigwv2_integration.aws.profile as profile
import idem_apigwv2_integration.loading as loading


def pre_modify(hub, ctx):
    """Log what is wrong with the settings of a profile, and keep it from idem-aws."""
    if not loading.contracts():
        return
    written = ctx.get_arguments()["raw_profile"]
    problem = profile.Profile(written).config_problem
    if problem:
        hub.log.error(problem)
        written[profile.CONFIG] = written.pop("config", written.get(profile.CONFIG))


def post_modify(hub, ctx):
    """Add the settings as the user wrote them to the profile that idem-aws builds."""
    if loading.contracts():
        arguments = ctx.get_arguments()
        given = profile.Profile(arguments["raw_profile"]).written
        # Idem may pass on a profile that idem-aws has built before.
        if given is not None and not isinstance(given, botocore_config.Config):
            arguments["new_profile"][profile.CONFIG] = given
    return ctx.ret
