"""The steps of the state functions that need idem's hub: reading, changing, making, deleting."""

from typing import Any

from idem_apigwv2_integration import results
from idem_apigwv2_integration.gateway import account, checking, errors, reading, routes, run
from idem_apigwv2_integration.resource import check, fields, messages, plan


async def read_known(
    hub, ctx, name: str, api_id: str, resource_id: str, held: dict[str, Any] | None
) -> dict[str, Any]:
    """Return what the exec function `get` answers for the integration that a state stands for.

    The ESM may know that it lives in another API than the SLS says, or that it was made again under
    another id because the one in the SLS was gone.
    """
    held = held or {}
    home = held.get("api_id") if held.get("resource_id") == resource_id else api_id
    answer = await read(hub, ctx, name, home or api_id, resource_id)
    again = held.get("resource_id") if held.get("api_id") == api_id else None
    if answer["result"] and answer["ret"] is None and again not in (None, resource_id):
        return await read(hub, ctx, name, api_id, again)
    return answer


async def read(hub, ctx, name: str, api_id: str, resource_id: str) -> dict[str, Any]:
    """Return what the exec function `get` answers; an API that is yet to be made has nothing."""
    if ctx.get("test") and plan.is_placeholder({api_id: resource_id}):
        return {"result": True, "comment": [], "ret": None}
    return await hub.exec.aws.apigatewayv2.integration.get(ctx, resource_id, api_id, name)


async def hindrance(hub, ctx, live: dict[str, Any]) -> str | None:
    """Return why an integration must not be deleted, if there is a reason."""
    if live.get("api_gateway_managed"):
        return messages.managed(live)
    # idem's recreate_on_update deletes the old one also where the new one could not be made, or
    # before it is known whether it can.
    chunk, failed = run.of(hub, ctx).replacement(ctx.get("tag"))
    problems: list[str] = []
    if chunk:
        given = {name: chunk[name] for name in fields.SETTABLE if chunk.get(name) is not None}
        problems, _ = await checking.refusals(account.of(hub, ctx), chunk.get("api_id"), given)
    return messages.kept(live["resource_id"], problems) if failed or problems else None


def adopted_comment(hub, ctx, resource: dict[str, Any]) -> list[str]:
    comment = hub.tool.aws.comment_utils.already_exists_comment(
        resource_type=check.RESOURCE_TYPE, name=resource["name"]
    )
    return [*comment, messages.adopted(resource, bool(ctx.get("test")))]


async def update(
    hub, ctx, name: str, given: dict[str, Any], live: dict[str, Any], protocol: str | None
) -> dict[str, Any]:
    """Change a live integration into the wanted one."""
    if ctx.get("test"):
        wanted = plan.wanted(given, live)
        changed = plan.changes(wanted, live)
        comment = hub.tool.aws.comment_utils.would_update_comment(
            resource_type=check.RESOURCE_TYPE, name=name
        )
        comment += [f"Would update parameters: {', '.join(changed)}"]
        comment += plan.open_questions(wanted, live)
        identity = {"name": name, "resource_id": live["resource_id"], "api_id": live["api_id"]}
        new = identity | plan.predicted(wanted, live, protocol)
        return results.done(name, live, new, comment)
    answer = await hub.exec.aws.apigatewayv2.integration.update(
        ctx, live["resource_id"], live["api_id"], name, live=live, **given
    )
    if answer["result"]:
        return results.done(name, live, answer["ret"], list(answer["comment"]))
    if answer["ret"]:
        return results.failed(name, live, answer["ret"], list(answer["comment"]))
    return results.unreachable(name, live, answer)


async def create(
    hub,
    ctx,
    name: str,
    api_id: str,
    given: dict[str, Any],
    protocol: str | None,
    gone_id: str | None,
) -> dict[str, Any]:
    """Make the wanted integration."""
    again = [messages.gone(gone_id, bool(ctx.get("test")))] if gone_id else []
    if ctx.get("test"):
        comment = hub.tool.aws.comment_utils.would_create_comment(
            resource_type=check.RESOURCE_TYPE, name=name
        )
        new = {"name": name, "resource_id": plan.placeholder("resource_id"), "api_id": api_id}
        new |= plan.predicted(plan.wanted(given), None, protocol)
        return results.done(name, None, new, comment + again)
    answer = await hub.exec.aws.apigatewayv2.integration.create(ctx, api_id, name, **given)
    comment = list(answer["comment"]) + again
    if not answer["ret"]:
        return results.unreachable(name, None, answer)
    run.of(hub, ctx).claim(account.of(hub, ctx), api_id, answer["ret"]["resource_id"])
    if answer["result"]:
        return results.done(name, None, answer["ret"], comment)
    return results.failed(name, None, answer["ret"], comment)


async def delete(hub, ctx, name: str, live: dict[str, Any]) -> dict[str, Any]:
    """Delete a live integration."""
    api_id, resource_id = live["api_id"], live["resource_id"]
    runs = run.of(hub, ctx)
    if ctx.get("test"):
        comment = hub.tool.aws.comment_utils.would_delete_comment(
            resource_type=check.RESOURCE_TYPE, name=name
        )
        try:
            found = await account.of(hub, ctx).shared(reading.Reader).routes_to(api_id, resource_id)
        except errors.Failure as failure:
            # Deleting needs no right to read routes.
            return results.done(name, live, None, [*comment, messages.routes_unseen(failure.reason)])
        staying = found - routes.freed(runs, ctx.get("tag"), api_id, resource_id, found)
        if staying:
            return results.failed(name, live, live, [messages.in_use(resource_id, staying)])
        return results.done(name, live, None, comment)
    gone = await hub.exec.aws.apigatewayv2.integration.delete(ctx, resource_id, api_id, name)
    if gone["result"]:
        return results.done(name, live, None, list(gone["comment"]))
    answer = results.unreachable(name, live, gone)
    # Another state of this run may delete the route, or point it elsewhere.
    if routes.freed(runs, ctx.get("tag"), api_id, resource_id, set(gone.get("routes", ()))):
        answer["rerun_data"] = {"pending": True}
    return answer
