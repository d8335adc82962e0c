"""Keeps credentials out of the logs of botocore, which at debug level repeats signed requests."""

import logging

from idem_apigwv2_integration.gateway import errors

# The loggers of botocore that print signed headers, canonical requests, or responses with credentials.
_SIGNING = "botocore.auth"
_HEADERS_AND_BODIES = ("botocore.endpoint", "botocore.parsers")


def _drop(record: logging.LogRecord) -> bool:
    return False


def _redact(record: logging.LogRecord) -> bool:
    record.msg, record.args = errors.redact(record.getMessage()), ()
    return True


def keep_clean() -> None:
    """Redact what the loggers of botocore print; adding a filter twice changes nothing."""
    logging.getLogger(_SIGNING).addFilter(_drop)
    for name in _HEADERS_AND_BODIES:
        logging.getLogger(name).addFilter(_redact)
