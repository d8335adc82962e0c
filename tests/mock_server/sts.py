"""STS, which Idem calls before it calls a state: these are no management calls."""

from __future__ import annotations

from urllib.parse import parse_qs

from .errors import ACCOUNT_ID
from .transport import Fate

_CALLER = (
    "<GetCallerIdentityResponse><GetCallerIdentityResult>"
    "<Arn>arn:aws:iam::{account}:user/{key}</Arn><UserId>{key}</UserId>"
    "<Account>{account}</Account>"
    "</GetCallerIdentityResult></GetCallerIdentityResponse>"
)
_CREDENTIALS = (
    "<AssumeRoleResponse><AssumeRoleResult><Credentials>"
    "<AccessKeyId>{role}</AccessKeyId><SecretAccessKey>not-a-secret</SecretAccessKey>"
    "<SessionToken>a-session-token</SessionToken><Expiration>2100-01-01T00:00:00Z</Expiration>"
    "</Credentials></AssumeRoleResult></AssumeRoleResponse>"
)


class Sts:
    """Says who the caller is, and lets every caller assume every role.

    Attributes:
        asked: The requests so far: the action, and the access key that signed it.
        fate: What becomes of the responses; see `Reply`.
    """

    def __init__(self) -> None:
        self.asked: list[tuple[str, str]] = []
        self.fate: Fate = "send"

    def respond(self, key: str, form: bytes) -> bytes:
        """Responds to a request.

        Args:
            key (str): The access key that signed it.
            form (bytes): The form that was sent.

        Returns:
            bytes: The response. The access key of an assumed role is the role's name.
        """
        sent = parse_qs(form.decode())
        (action,) = sent["Action"]
        self.asked.append((action, key))
        if action == "AssumeRole":
            return _CREDENTIALS.format(role=sent["RoleArn"][0].rpartition("/")[2]).encode()
        return _CALLER.format(key=key, account=ACCOUNT_ID).encode()
