"""Which unmanaged integration a state adopts, and which similar ones its comment names."""

import dataclasses
from typing import Any

from idem_apigwv2_integration.aws import errors, write
from idem_apigwv2_integration.resource import messages, plan, values
from idem_apigwv2_integration.run import state


@dataclasses.dataclass
class Survey:
    """The integrations of an API that resemble what a state would create.

    Args:
        equal: An unmanaged integration that equals it in every settable parameter. The state owns it.
        notes: A sentence for each similar integration.
    """

    equal: dict[str, Any] | None
    notes: list[str]


async def survey(
    this: state.State, api_id: str, planned: plan.Plan, adopts: bool, gone: set[str]
) -> Survey:
    """Look among the integrations of an API for what a state would create.

    States that look at the same moment choose in the order of the SLS, from the integrations in the
    order of their IDs, so that equal states find the same integrations again.

    Args:
        this: The state.
        api_id: The API.
        planned: What the state would create.
        adopts: Whether the state may adopt; otherwise equal integrations are only named.
        gone: The IDs of the integrations that the state had, and that do not exist any more.

    Raises:
        errors.CallFailed: The API's integrations can't be read, or one that was gone is there.
    """
    parents = {"api_id": api_id}
    # What is replaced may have drifted until it equals its replacement.
    replaced = {this.replaced["resource_id"]} if this.creates_replacement else set()

    def choose(payloads: list[dict[str, Any]]) -> Survey:
        back = sorted(gone & {payload["IntegrationId"] for payload in payloads})
        if back:
            raise errors.contradicted("GetIntegration", f"integration {back[0]}", "GetIntegrations")
        unavailable = this.claimed(api_id) | replaced
        recorded = this.run.recorded(api_id)
        notes, similar = [], []
        # An integration of API Gateway's quick create can't be deleted by itself: the last choice.
        for payload in sorted(payloads, key=lambda payload: bool(payload.get("ApiGatewayManaged"))):
            resource = values.from_aws(planned.kind, payload, parents, this.name)
            resource_id = resource["resource_id"]
            owner = recorded.get(resource_id)
            if resource_id in unavailable or (owner and this.run.declares(owner)):
                continue
            if write.is_being_created(this.account, planned.kind, parents, payload):
                continue
            differing = planned.differences(resource)
            if not differing and owner:
                notes.append(messages.recorded(resource_id, owner))
            elif not differing and adopts:
                this.claim(resource)
                return Survey(resource, [])
            elif not differing:
                notes.append(messages.equal(resource_id))
            elif not owner and planned.kind.resembles(planned.created, resource):
                similar.append((resource_id, differing))
        return Survey(None, notes + messages.similar(similar))

    return choose(await this.reader.all(planned.kind, parents, this.budget))
