"""Keeps the botocore settings of every acct profile.

idem-aws 6.2.1 filters a profile's ``config`` through a generator that is used up after the first profile
of a process: the settings of all later profiles are lost.
"""

import idem_apigwv2_integration.availability as availability
import idem_apigwv2_integration.gateway.client as client


def post_modify(hub, ctx):
    """Add the settings as the user wrote them to the profile that idem-aws builds.

    Args:
        ctx(pop.contract.ContractedContext): The call, with the profile as written, and as built.
    """
    if not availability.contracts():
        return ctx.ret
    arguments = ctx.get_arguments()
    written = arguments["raw_profile"]
    given = written.get(client.CONFIG, written.get("config"))
    # Idem may pass on a profile that idem-aws has built before.
    if isinstance(given, dict):
        arguments["new_profile"][client.CONFIG] = given
    return ctx.ret
