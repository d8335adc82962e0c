"""Calls STS once for each acct profile, and not once for each state.

The fault: for its events, Idem requests the identity of the caller before it calls a state of any
resource, and idem-aws's ``acct.metadata.aws.gather`` calls STS each time: a run of 200 states makes 200
calls of ``GetCallerIdentity``, all with the same response.

It also lets Ctrl-C end the program while STS, or AWS for any other resource, does not respond: pop runs
these calls in threads for which the interpreter waits.
"""

import asyncio
import concurrent.futures as futures
import os

import idem_apigwv2_integration.loading as loading


async def call_gather(hub, ctx):
    """Return what idem-aws's function returns, which is called only once."""
    if not loading.contracts():
        return await ctx.func(*ctx.args, **ctx.kwargs)
    # Not above: pop would report a broken dependency as a traceback, for a contract of all resources.
    from idem_apigwv2_integration.aws import account, client, redaction

    # As many calls at once as in the executor that is replaced, unless pop has one of another kind.
    if type(hub.pop.loop.EXECUTOR) in (type(None), futures.ThreadPoolExecutor):
        hub.pop.loop.EXECUTOR = client.DaemonExecutor(min(32, (os.cpu_count() or 1) + 4))
    profile = ctx.get_arguments()["profile"]

    async def ask() -> dict:
        store = hub.tool.boto3.client.STORE
        known = set(store)
        gathering = ctx.func(*ctx.args, **ctx.kwargs)
        try:
            details = await asyncio.wait_for(gathering, acct.client.sts_deadline)
        except asyncio.TimeoutError:
            # As idem-aws does if STS fails. The states that need credentials report it.
            return {}
        if profile.get("aws_session_token"):
            # idem-aws keeps a client forever, even one whose credentials have expired.
            for key in set(store) - known:
                del store[key]
        return details

    # The first call of a run that is signed.
    redaction.keep_logs_clean()
    try:
        acct = account.of(hub, {"acct": profile})
    except Exception:
        # Idem calls this for every resource: an integration reports what is wrong with its profile.
        return await ctx.func(*ctx.args, **ctx.kwargs)
    return dict(await acct.caller_identity.get(ask))
