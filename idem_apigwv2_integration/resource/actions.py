"""The service actions that this version knows: the values of ``integration_subtype``."""

import dataclasses


@dataclasses.dataclass(frozen=True)
class Action:
    """The request parameters of a service action."""

    required: tuple[str, ...]
    optional: tuple[str, ...] = ()


# What every action accepts (fields.SUBTYPE_REFERENCE).
EVERY_ACTION = ("Region",)

_STEP_FUNCTIONS_START = Action(("StateMachineArn",), ("Name", "Input"))

# Source: fields.SUBTYPE_REFERENCE.
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
