"""Keeps the botocore settings of every acct profile.

The fault: idem-aws 6.2.1 filters a profile's ``config`` through a generator that is used up after the
first profile of a process: the settings of all later profiles are lost. If they are wrong, it raises
botocore's TypeError before any state runs.
"""

import botocore.config

from idem_apigwv2_integration.aws import profile
from idem_apigwv2_integration.patches import availability


def keep_from_idem_aws(hub, call) -> None:
    """Log what is wrong with the settings of a profile, and keep it from idem-aws.

    Args:
        hub: The hub.
        call(pop.contract.ContractedContext): The call, with the profile as written.
    """
    if not availability.contracts():
        return
    written = call.get_arguments()["raw_profile"]
    problem = profile.config_problem(written)
    if problem:
        hub.log.error(problem)
        written[profile.CONFIG] = written.pop("config", written.get(profile.CONFIG))


def add_as_written(call) -> None:
    """Add the settings as the user wrote them to the profile that idem-aws builds.

    Args:
        call(pop.contract.ContractedContext): The call, with the profile as written, and as built.
    """
    if not availability.contracts():
        return
    arguments = call.get_arguments()
    written = arguments["raw_profile"]
    given = written.get(profile.CONFIG, written.get("config"))
    # Idem may pass on a profile that idem-aws has built before.
    if given is not None and not isinstance(given, botocore.config.Config):
        arguments["new_profile"][profile.CONFIG] = given
