"""Keeps the botocore settings of every acct profile: see ``patches/botocore_settings.py``."""

import idem_apigwv2_integration.patches.botocore_settings as botocore_settings


def pre_modify(hub, ctx):
    """Keep settings that are wrong from idem-aws."""
    botocore_settings.keep_from_idem_aws(hub, ctx)


def post_modify(hub, ctx):
    """Add the settings as the user wrote them to the profile that idem-aws builds."""
    botocore_settings.add_as_written(ctx)
    return ctx.ret
