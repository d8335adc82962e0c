"""Keeps credentials out of the logs of the SDK, which at debug level repeats requests and responses."""

import logging

from idem_apigwv2_integration.aws import redaction

# Those that print signed headers, canonical requests, URLs, or responses with credentials.
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


def _redact(record: logging.LogRecord) -> bool:
    """Redact a record, and leave one without credentials as it is."""
    message = record.getMessage()
    clean = redaction.redact(message)
    if clean != message:
        record.msg, record.args = clean, ()
    if record.exc_info:
        trace = _FORMATTER.formatException(record.exc_info)
        clean = redaction.redact(trace)
        if clean != trace:
            record.exc_info, record.exc_text = None, clean
    return True


def keep_clean() -> None:
    """Redact what the SDK's loggers print; adding the filter twice changes nothing."""
    for name in LOGGERS:
        logging.getLogger(name).addFilter(_redact)
