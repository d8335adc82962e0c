"""Accounts that the documentation assumes, as data: a file for each in the folder `scenarios`."""

from __future__ import annotations

import pathlib
from typing import TYPE_CHECKING, Any

import yaml

from .store import DEFAULT_ACCOUNT

if TYPE_CHECKING:
    from .server import MockServer

FOLDER = pathlib.Path(__file__).with_name("scenarios")


def names() -> list[str]:
    """Returns the names of all scenarios."""
    return sorted(path.stem for path in FOLDER.glob("*.yaml"))


def load(name: str) -> dict[str, Any]:
    """Reads a scenario.

    Args:
        name (str): The name of its file, without the suffix.

    Returns:
        dict[str, Any]: ``apis``, a list; each API holds its own AWS members and, if it has any,
            ``integrations`` and ``routes``. ``account`` is an access key and a Region.
    """
    return yaml.safe_load((FOLDER / f"{name}.yaml").read_text())


def apply(server: MockServer, name: str) -> None:
    """Adds to a mock server what a scenario holds."""
    for api in load(name)["apis"]:
        integrations, routes = api.pop("integrations", []), api.pop("routes", [])
        account = tuple(api.pop("account", DEFAULT_ACCOUNT))
        api_id = server.add_api(account=account, **api)
        for members in integrations:
            server.add_integration(api_id, account=account, **members)
        for route in routes:
            server.add_route(api_id, account=account, **route)
