"""What an acct profile sets, and what is wrong with it, before botocore fails because of it."""

import urllib.parse
from collections.abc import Callable
from typing import Any

import botocore.config
import botocore.exceptions

# The key under which a profile holds its botocore settings as the user wrote them.
CONFIG = "config_as_written"

_TEXT = ("region_name", "aws_access_key_id", "aws_secret_access_key", "aws_session_token")
_MODES = ("legacy", "standard", "adaptive")

_Test = tuple[Callable[[Any], bool], str]


def config(profile: dict[str, Any]) -> botocore.config.Config:
    """Return the botocore settings of a profile in which nothing is wrong."""
    written = _written(profile)
    if isinstance(written, dict):
        known = botocore.config.Config.OPTION_DEFAULTS
        return botocore.config.Config(**{key: written[key] for key in known if key in written})
    return written or botocore.config.Config()


def problem(profile: dict[str, Any]) -> str | None:
    """Return a sentence about what is wrong with a profile, without its secrets, or None."""
    for name in _TEXT:
        value = profile.get(name)
        if value is not None and not isinstance(value, str):
            kind = type(value).__name__
            return f"{name} of the acct profile must be a string, not of type {kind}: quote it."
    endpoint = profile.get("endpoint_url") or profile.get("endpoint")
    if endpoint is not None and not _is_url(endpoint):
        return "endpoint_url of the acct profile must be a URL, for example http://localhost:4566."
    return config_problem(profile)


def config_problem(profile: dict[str, Any]) -> str | None:
    """Return a sentence about what is wrong with the botocore settings of a profile, or None."""
    written = _written(profile)
    if written is None or isinstance(written, botocore.config.Config):
        return None
    if not isinstance(written, dict):
        return f"config of the acct profile is {written!r}: it must be a map of botocore's options."
    retries = written.get("retries")
    if retries is not None and not isinstance(retries, dict):
        return f"config: retries of the acct profile is {retries!r}: it must be a map."
    for name, value, (is_right, expected) in [
        *((name, written.get(name), test) for name, test in _OPTIONS.items()),
        *((f"retries: {name}", (retries or {}).get(name), test) for name, test in _RETRIES.items()),
    ]:
        if value is not None and not is_right(value):
            return f"config: {name} of the acct profile is {value!r}: it must be {expected}."
    try:
        config(profile)
    except (botocore.exceptions.BotoCoreError, AttributeError, TypeError, ValueError) as error:
        return f"config of the acct profile can't be used: {error}"
    return None


def _written(profile: dict[str, Any]) -> Any:
    return profile.get(CONFIG, profile.get("config"))


def _is_whole(value: Any, least: int) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= least


def _is_seconds(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and value > 0


def _is_url(value: Any) -> bool:
    if not isinstance(value, str):
        return False
    try:
        parts = urllib.parse.urlsplit(value)
        return parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        return False


_SECONDS: _Test = (_is_seconds, "a number of seconds above 0")
_OPTIONS: dict[str, _Test] = {
    "connect_timeout": _SECONDS,
    "read_timeout": _SECONDS,
    "max_pool_connections": (lambda value: _is_whole(value, 1), "a whole number above 0"),
    "proxies": (lambda value: isinstance(value, dict), "a map from http and https to a URL"),
}
_RETRIES: dict[str, _Test] = {
    "max_attempts": (lambda value: _is_whole(value, 0), "a whole number"),
    "total_max_attempts": (lambda value: _is_whole(value, 1), "a whole number above 0"),
    "mode": (lambda value: value in _MODES, f"one of {', '.join(_MODES)}"),
}
