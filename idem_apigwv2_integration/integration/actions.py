"""The service actions that this version knows, the values of ``integration_subtype``."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from typing import TYPE_CHECKING, ClassVar

from idem_apigwv2_integration.resource import display, values
from idem_apigwv2_integration.resource.rule import Problem, Rule, Subject

if TYPE_CHECKING:
    from idem_apigwv2_integration.resource.validate import Check


@dataclasses.dataclass(frozen=True)
class Action:
    """The request parameters of a service action."""

    required: tuple[str, ...]
    optional: tuple[str, ...] = ()


# What every action accepts (API Gateway developer guide, integration subtype reference).
EVERY_ACTION = ("Region",)

_STEP_FUNCTIONS_START = Action(("StateMachineArn",), ("Name", "Input"))

# Source: integration subtype reference.
ACTIONS = {
    "EventBridge-PutEvents": Action(
        ("Detail", "DetailType", "Source"),
        ("Time", "EventBusName", "Resources", "TraceHeader"),
    ),
    "SQS-SendMessage": Action(
        ("QueueUrl", "MessageBody"),
        (
            "DelaySeconds",
            "MessageAttributes",
            "MessageDeduplicationId",
            "MessageGroupId",
            "MessageSystemAttributes",
        ),
    ),
    "SQS-ReceiveMessage": Action(
        ("QueueUrl",),
        (
            "AttributeNames",
            "MaxNumberOfMessages",
            "MessageAttributeNames",
            "ReceiveRequestAttemptId",
            "VisibilityTimeout",
            "WaitTimeSeconds",
        ),
    ),
    "SQS-DeleteMessage": Action(("ReceiptHandle", "QueueUrl")),
    "SQS-PurgeQueue": Action(("QueueUrl",)),
    "AppConfig-GetConfiguration": Action(
        ("Application", "Environment", "Configuration", "ClientId"),
        ("ClientConfigurationVersion",),
    ),
    "Kinesis-PutRecord": Action(
        ("StreamName", "Data", "PartitionKey"),
        ("SequenceNumberForOrdering", "ExplicitHashKey"),
    ),
    "StepFunctions-StartExecution": _STEP_FUNCTIONS_START,
    "StepFunctions-StartSyncExecution": _STEP_FUNCTIONS_START,
    "StepFunctions-StopExecution": Action(("ExecutionArn",), ("Cause", "Error")),
}


@dataclasses.dataclass(frozen=True, eq=False, repr=False)
class ActionParameters(Rule):
    """The map must have the parameters that the service action requires."""

    words: ClassVar[str] = "the parameters that the action requires"
    subject: ClassVar[Subject] = Subject.EITHER

    def check(self, check: Check) -> Iterator[Problem]:
        subtype = check.merged["integration_subtype"]
        parameters = check.merged.get(self.name, {})
        if values.has_placeholder(parameters):
            return
        required = ACTIONS[subtype].required
        missing = [name for name in required if name not in parameters]
        if missing:
            verb = "is" if len(missing) == 1 else "are"
            lower = {name.lower() for name in missing}
            keys = [path[-1] for path in check.entries(self.name)]
            similar = [check.mask.shown(key, self.name) for key in keys if key.lower() in lower]
            hint = f" It has {display.name_keys(similar)}; names are case-sensitive." if similar else ""
            text = (
                f"{', '.join(missing)} {verb} missing in request_parameters: {subtype} requires "
                f"{', '.join(required)}.{hint}"
            )
            yield Problem(((self.name,),), text)


@dataclasses.dataclass(frozen=True, eq=False, repr=False)
class KnownParameters(Rule):
    """The map should have no parameters but those of the service action that are known."""

    words: ClassVar[str] = "a parameter that is not known of the action is pointed out"

    def check(self, check: Check) -> Iterator[Problem]:
        subtype = check.merged["integration_subtype"]
        action = ACTIONS[subtype]
        known = (*action.required, *action.optional, *EVERY_ACTION)
        for path in check.entries(self.name):
            if path[-1] not in known:
                meant = display.did_you_mean(display.suggestion(path[-1], known))
                text = (
                    f"{self.name} has the key {check.mask.shown(path[-1], self.name)}, which is not a "
                    f"parameter of {subtype} that this version knows{f' ({meant})' if meant else ''}; "
                    "AWS decides."
                )
                yield Problem((path,), text)
