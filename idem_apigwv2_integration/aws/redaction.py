"""What may be shown of a foreign text: one line, without credentials and sensitive values.

AWS, proxies and the SDK write these texts. They may repeat the request, and be of any length and form.
At debug level, the SDK's logs repeat requests and responses as well.
"""

import html
import json
import logging
import re
import string
import urllib.parse
from collections.abc import Iterable
from typing import Any

from idem_apigwv2_integration.resource import display

REDACTED = "[redacted]"

# How much of a foreign text is shown.
_LONGEST = 300
# A shorter part of a value occurs in a text by chance.
_PART = 4
# A shorter credential is no credential.
_SHORTEST_CREDENTIAL = 4

# The names under which idem-aws takes credentials from a profile.
_CREDENTIALS = (
    "aws_secret_access_key",
    "secret_access_key",
    "access_key",
    "key",
    "aws_session_token",
    "session_token",
    "token",
)

# What a signed request carries, wherever it is repeated: in a header, in a canonical request or in a
# URL; and the credentials in the responses of STS, SSO and the instance metadata, in XML and JSON.
_SECRETS = re.compile(
    r"(AWS4-HMAC-SHA256[^\n]*"
    r"|x-amz-security-token\W{1,6}(?:b['\"])?[^\s,'\"&]+"
    # AWS's own sentences name the header as well.
    r"|authorization['\"]?\s*[:=]\s*(?:b?['\"])?[^\s,'\"&]+"
    r"|(?:Signature|Credential)=[^\s,&'\"]+"
    r"|\bSignature:\s*[0-9a-f]{64}"
    # http.client repeats a header that it refuses; only a credential can be one.
    r"|(?<=Invalid header value ).*"
    r"|\b(?:AKIA|ASIA)[A-Z0-9]{12,}\b"
    r"|(?<=<SecretAccessKey>)[^<]+|(?<=<SessionToken>)[^<]+"
    r"|(?<![a-z])(?:SecretAccessKey|SessionToken|WebIdentityToken|Token)\\*['\"]\s*:\s*b?\\*['\"][^'\"\\]*"
    # The user and the password in a URL.
    r"|(?<=://)[^/?#\s'\"]*@)",
    re.IGNORECASE,
)

# The SDK's loggers that print signed headers, canonical requests, URLs, or responses with credentials.
LOGGERS = (
    "botocore.auth",
    "botocore.awsrequest",
    "botocore.client",
    "botocore.endpoint",
    "botocore.hooks",
    "botocore.httpsession",
    "botocore.parsers",
    "botocore.regions",
    "urllib3.connectionpool",
)

_FORMATTER = logging.Formatter()
_LOWER = str.maketrans(string.ascii_uppercase, string.ascii_lowercase)


def credentials(profile: dict[str, Any]) -> set[str]:
    """Return the secret values of an acct profile."""
    values = {profile.get(name) for name in _CREDENTIALS}
    return {value for value in values if isinstance(value, str) and value.strip()}


def redact(text: str, known: Iterable[str] = ()) -> str:
    """Return a text without credentials and signatures; known ones are found in any escaped form."""
    forms = {form for value in known for form in _forms(value) | _forms(value.strip())}
    for form in sorted(forms, key=len, reverse=True):
        if len(form) >= _SHORTEST_CREDENTIAL:
            text = text.replace(form, REDACTED)
    return _SECRETS.sub(REDACTED, text)


def without_parts(text: str, hidden: Iterable[str]) -> str:
    """Return a text in which every part of some values is replaced.

    A part of four characters is enough, so that values are found inside a word, cut off, and in the
    escapes of JSON, Python, HTML and URLs. A shorter value is replaced where it is a word.
    """
    forms = {form.translate(_LOWER) for value in hidden for form in _forms(value) if form}
    if not forms:
        return text
    parts = {form[at : at + _PART] for form in forms for at in range(len(form) - _PART + 1)}
    lower = text.translate(_LOWER)
    covered = bytearray(len(text))
    for at in range(len(text) - _PART + 1):
        if lower[at : at + _PART] in parts:
            covered[at : at + _PART] = b"\1" * _PART
    for form in forms:
        if len(form) < _PART:
            for found in re.finditer(rf"(?<!\w){re.escape(form)}(?!\w)", lower):
                covered[found.start() : found.end()] = b"\1" * len(form)
    shown = []
    for at, character in enumerate(text):
        if not covered[at]:
            shown.append(character)
        elif at == 0 or not covered[at - 1]:
            shown.append(display.HIDDEN)
    return "".join(shown)


def shown(text: str, known: Iterable[str] = (), hidden: Iterable[str] = ()) -> str:
    """Return what may be shown of a foreign text: no known credential, no value that is hidden.

    It is the beginning, on one line, with control characters escaped.
    """
    text = without_parts(redact(text, known), hidden)
    line = display.printable(" ".join(text[: 4 * _LONGEST].split()))
    return line if len(line) <= _LONGEST else f"{line[: _LONGEST - 3]}..."


def keep_logs_clean() -> None:
    """Redact what the SDK's loggers print; adding the filter twice changes nothing."""
    for name in LOGGERS:
        logging.getLogger(name).addFilter(_redact_record)


def _redact_record(record: logging.LogRecord) -> bool:
    """Redact a record, and leave one without credentials as it is."""
    message = record.getMessage()
    clean = redact(message)
    if clean != message:
        record.msg, record.args = clean, ()
    if record.exc_info:
        trace = _FORMATTER.formatException(record.exc_info)
        clean = redact(trace)
        if clean != trace:
            record.exc_info, record.exc_text = None, clean
    return True


def _forms(value: str) -> set[str]:
    """Return how a value may be written in a text."""
    return {
        value,
        repr(value)[1:-1],
        ascii(value)[1:-1],
        json.dumps(value)[1:-1],
        json.dumps(value, ensure_ascii=False)[1:-1],
        html.escape(value),
        urllib.parse.quote(value, safe="", errors="surrogatepass"),
        urllib.parse.quote(value, errors="surrogatepass"),
        urllib.parse.quote_plus(value, errors="surrogatepass"),
        " ".join(value.split()),
    }
