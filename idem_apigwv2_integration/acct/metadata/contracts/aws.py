"""Asks AWS once, and not once per state, whom the credentials of an acct profile belong to.

idem wants to know it for its events before it calls a state of any resource: without this a run of
200 states makes 200 calls of STS's ``GetCallerIdentity``, with one and the same answer.
"""

import idem_apigwv2_integration.gateway.account as account


async def call_gather(hub, ctx):
    """Answer for idem-aws's ``acct.metadata.aws.gather`` where the answer is known.

    Args:
        ctx(pop.contract.ContractedContext): The call, with the acct profile as its argument.
    """
    acct = account.of(hub, {"acct": ctx.get_arguments()["profile"]})
    return dict(await acct.caller.get(lambda: ctx.func(*ctx.args, **ctx.kwargs)))
