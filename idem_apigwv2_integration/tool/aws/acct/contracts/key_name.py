"""Keeps the botocore settings of every acct profile.

The fault: idem-aws 6.2.1 filters a profile's ``config`` through a generator that is used up after the
first profile of a process: the settings of all later profiles are lost. If they are wrong, it raises
botocore's TypeError before any state runs.
"""

import botocore.config as botocore_config

import idem_apigwv2_integration.aws.profile as profile
import idem_apigwv2_integration.loading as loading


async def call_modify(hub, ctx):
    """Add the settings as the user wrote them to the profile that idem-aws builds.

    What is wrong with them is logged, and kept from idem-aws.
    """
    if not loading.contracts():
        return await ctx.func(*ctx.args, **ctx.kwargs)
    arguments = ctx.get_arguments()
    raw = arguments["raw_profile"]
    known = profile.Profile(raw)
    if known.config_problem:
        hub.log.error(known.config_problem)
        raw.pop("config", None)
        raw[profile.CONFIG] = known.written
    result = await ctx.func(*ctx.args, **ctx.kwargs)
    # Idem may pass on a profile that idem-aws has built before.
    if known.written is not None and not isinstance(known.written, botocore_config.Config):
        arguments["new_profile"][profile.CONFIG] = known.written
    return result
