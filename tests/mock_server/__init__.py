"""A mock server for the control plane of Amazon API Gateway v2.

It speaks the real protocol to a real boto3 client, models how AWS treats integrations where a
plain mock does not, and can be configured to be slow, to throttle, to conflict and to fail.
"""

from .behaviour import Behaviour
from .errors import ApiError
from .faults import PASS_ROLE, Faults, Injection
from .log import Call
from .server import MockServer
from .store import DEFAULT_ACCOUNT, Account
from .transport import ALERT, PLAIN_TEXT, Reply

__all__ = [
    "ALERT",
    "DEFAULT_ACCOUNT",
    "PASS_ROLE",
    "PLAIN_TEXT",
    "Account",
    "ApiError",
    "Behaviour",
    "Call",
    "Faults",
    "Injection",
    "MockServer",
    "Reply",
]
