"""What an acct profile sets, and what is wrong with it, before botocore fails because of it."""

import functools
import hashlib
import json
import urllib.parse
from collections.abc import Callable
from typing import Any

import botocore.config
import botocore.exceptions
import botocore.session

# The key under which a profile holds its botocore settings as the user wrote them.
CONFIG = "config_as_written"

# In seconds: botocore's own timeouts, for a profile that switches them off.
DEFAULT_TIMEOUT = 60.0

_TEXT = ("region_name", "aws_access_key_id", "aws_secret_access_key", "aws_session_token")
_MODES = ("legacy", "standard", "adaptive")

_Test = tuple[Callable[[Any], bool], str]


class Profile:
    """An acct profile: where its calls go, and how they are made.

    Args:
        settings: The settings, under the names that idem-aws knows.

    Attributes:
        written: The botocore settings as the user wrote them, if that is known.
        digest: What identifies the profile, without its secrets.
    """

    def __init__(self, settings: dict[str, Any]):
        self.settings = settings
        config = settings.get("config")
        self.written = settings.get(CONFIG, config)
        # Of the same settings, idem-aws creates another object for each state.
        options = vars(config) if isinstance(config, botocore.config.Config) else config
        known = {**settings, "config": None if CONFIG in settings else options}
        text = json.dumps(known, skipkeys=True, default=repr)
        self.digest = hashlib.sha256(text.encode()).hexdigest()

    @functools.cached_property
    def problem(self) -> str | None:
        """A sentence about what is wrong with the profile, without its secrets, or None."""
        for name in _TEXT:
            value = self.settings.get(name)
            if value is not None and not isinstance(value, str):
                kind = type(value).__name__
                return f"{name} of the acct profile must be a string, not of type {kind}: quote it."
        endpoint = self._first("endpoint_url", "endpoint")
        if endpoint is not None and not _is_url(endpoint):
            return "endpoint_url of the acct profile must be a URL, for example http://localhost:4566."
        return self.config_problem

    @functools.cached_property
    def config_problem(self) -> str | None:
        """A sentence about what is wrong with the botocore settings, or None."""
        written = self.written
        if written is None or isinstance(written, botocore.config.Config):
            return None
        if not isinstance(written, dict):
            return f"config of the acct profile is {written!r}: it must be a map of botocore's options."
        options, retries = dict(written), written.get("retries")
        if isinstance(retries, dict):
            options |= {f"retries: {name}": value for name, value in retries.items()}
        for name, (is_right, expected) in _OPTIONS.items():
            value = options.get(name)
            if value is not None and not is_right(value):
                return f"config: {name} of the acct profile is {value!r}: it must be {expected}."
        try:
            _config(written)
        except (botocore.exceptions.BotoCoreError, AttributeError, TypeError, ValueError) as error:
            return f"config of the acct profile can't be used: {error}"
        return None

    @functools.cached_property
    def config(self) -> botocore.config.Config:
        """The botocore settings; the default ones if the profile is wrong."""
        return botocore.config.Config() if self.problem else _config(self.written)

    @functools.cached_property
    def location(self) -> tuple[str, str]:
        """The Region and the endpoint, or the SDK's Region where the profile names none.

        With the ID of an API they identify it, whatever the credentials: the ID is part of a host name.
        """
        region = self._first("region_name", "region", "location")
        endpoint = str(self._first("endpoint_url", "endpoint") or "").rstrip("/")
        region = region or botocore.session.Session().get_config_variable("region")
        own = f"https://apigateway.{region}.amazonaws.com"
        return region or "", "" if endpoint == own else endpoint

    @property
    def most_attempts(self) -> int | None:
        """The most attempts of a call that the profile allows, or None if it sets no limit."""
        retries = self.config.retries or {}
        if "total_max_attempts" in retries:
            return retries["total_max_attempts"]
        return retries["max_attempts"] + 1 if "max_attempts" in retries else None

    @property
    def deadline(self) -> float:
        """The most seconds that a call may take from its connection to the last byte of the response.

        botocore's read timeout starts again with each part of a response that arrives.
        """
        config = self.config
        return (config.connect_timeout or DEFAULT_TIMEOUT) + (config.read_timeout or DEFAULT_TIMEOUT)

    def _first(self, *names: str) -> Any:
        """Return a setting under the first of the names that idem-aws knows for it."""
        return next((self.settings[name] for name in names if self.settings.get(name)), None)


def _config(written: Any) -> botocore.config.Config:
    if isinstance(written, dict):
        known = botocore.config.Config.OPTION_DEFAULTS
        return botocore.config.Config(**{key: written[key] for key in known if key in written})
    return written or botocore.config.Config()


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
    "retries": (lambda value: isinstance(value, dict), "a map"),
    "connect_timeout": _SECONDS,
    "read_timeout": _SECONDS,
    "max_pool_connections": (lambda value: _is_whole(value, 1), "a whole number above 0"),
    "proxies": (lambda value: isinstance(value, dict), "a map from http and https to a URL"),
    "retries: max_attempts": (lambda value: _is_whole(value, 0), "a whole number"),
    "retries: total_max_attempts": (lambda value: _is_whole(value, 1), "a whole number above 0"),
    "retries: mode": (lambda value: value in _MODES, f"one of {', '.join(_MODES)}"),
}
