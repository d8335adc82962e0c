"""`idem-apigwv2 map`: APIs and what is in them, read from what `idem describe` printed."""

from __future__ import annotations

import dataclasses
import io
import re
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from idem_apigwv2_integration.command import idem_output, terminal
from idem_apigwv2_integration.integration import INTEGRATION
from idem_apigwv2_integration.resource import display
from idem_apigwv2_integration.resource.type import TYPE_PREFIX

_TYPE = re.compile(rf"{re.escape(TYPE_PREFIX)}(api|(?:route|integration)(?:_response)?)\.present")
_TARGET = re.compile(rf"{re.escape(INTEGRATION.target)}(.+)")
_NO_TARGET = "no target"
_NO_ROUTE = "no route targets it"
# What contains responses.
_OWNERS = ("route", "integration")
# Their responses need an integration response (developer guide, WebSocket API integration responses).
_NON_PROXY = ("AWS", "HTTP", "MOCK")
_MARK = "bold red"
_NOTHING = "The input has no states of aws.apigatewayv2.api, .route or .integration in JSON."


@dataclasses.dataclass(frozen=True)
class Node:
    """A line of the map and what belongs to it."""

    label: str
    children: tuple[Node, ...] = ()
    # Something is missing.
    marked: bool = False
    # The ID of what it belongs to, if the label alone does not identify it in its API.
    owner: str = ""


def report(output: str, form: str) -> tuple[list[str], int]:
    """Return the map and the exit code.

    Args:
        output: What `idem describe --output=json` printed, once or several times.
    """
    try:
        apis = read(idem_output.read(output))
    except ValueError as error:
        return [str(error)], 1
    return (FORMS[form](apis), 0) if apis else ([_NOTHING], 1)


def read(described: Iterator[dict[str, Any]]) -> list[Node]:
    """Return the APIs in some documents, each with what is in it."""
    found: dict[str, dict[str, list[dict[str, Any]]]] = {}
    for document in described:
        for kind, state in _states(document):
            key = "resource_id" if kind == "api" else "api_id"
            found.setdefault(str(state.get(key)), {}).setdefault(kind, []).append(state)
    return [_api(api_id, kinds) for api_id, kinds in found.items()]


def _states(document: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    for name, declaration in document.items():
        for reference, arguments in declaration.items() if isinstance(declaration, dict) else ():
            kind = _TYPE.fullmatch(reference)
            if kind and isinstance(arguments, list):
                state = {"name": name}
                for argument in arguments:
                    state |= argument if isinstance(argument, dict) else {}
                yield kind[1], state


def _api(api_id: str, kinds: dict[str, list[dict[str, Any]]]) -> Node:
    routes = sorted(kinds.get("route", []), key=lambda one: str(one.get("route_key")))
    api = next(iter(kinds.get("api", [])), {})
    parts = (api.get("name"), api_id, api.get("protocol_type"))
    responses = {kind: _by_owner(kind, kinds) for kind in _OWNERS}
    two_way = {_target(one) for one in routes if str(one.get("resource_id")) in responses["route"]}
    integrations = {
        str(one.get("resource_id")): _integration(one, responses["integration"], two_way)
        for one in kinds.get("integration", [])
    }
    targets = {_target(one) for one in routes}
    known = {"route": [str(one.get("resource_id")) for one in routes], "integration": [*integrations]}
    return Node(
        "  ".join(display.printable(str(part)) for part in parts if part),
        (
            *(_route(one, integrations, responses["route"]) for one in routes),
            *(
                dataclasses.replace(one, label=f"{one.label}: {_NO_ROUTE}", marked=True)
                for resource_id, one in integrations.items()
                if resource_id not in targets
            ),
            *(
                _not_found(kind, owner, nodes)
                for kind in _OWNERS
                for owner, nodes in responses[kind].items()
                if owner not in known[kind]
            ),
        ),
    )


def _by_owner(kind: str, kinds: dict[str, list[dict[str, Any]]]) -> dict[str, list[Node]]:
    """Return the responses of routes, or of integrations, by the ID of what contains them."""
    found: dict[str, list[Node]] = {}
    for one in kinds.get(f"{kind}_response", []):
        owner = str(one.get(f"{kind}_id"))
        key = display.printable(str(one.get(f"{kind}_response_key")))
        found.setdefault(owner, []).append(Node(f"{kind} response {key}", owner=owner))
    return {owner: sorted(nodes, key=lambda node: node.label) for owner, nodes in found.items()}


def _not_found(kind: str, found: str, nodes: Iterable[Node] = ()) -> Node:
    """Return a route or an integration that is missing although it has responses, or routes."""
    return Node(f"{display.printable(found)}: is not among the {kind}s", tuple(nodes), marked=True)


def _no_response(kind: str, owner: str) -> list[Node]:
    return [Node(f"no {kind} response", marked=True, owner=owner)]


def _target(route: dict[str, Any]) -> str | None:
    found = _TARGET.fullmatch(str(route.get("target")))
    return found[1] if found else None


def _route(
    route: dict[str, Any], integrations: dict[str, Node], responses: dict[str, list[Node]]
) -> Node:
    key, route_id = display.printable(str(route.get("route_key"))), str(route.get("resource_id"))
    own = responses.get(route_id, [])
    if not own and route.get("route_response_selection_expression"):
        own = _no_response("route", route_id)
    target = _target(route)
    if target is None:
        return Node(f"{key}: {_NO_TARGET}", tuple(own), marked=True)
    return Node(key, (integrations.get(target) or _not_found("integration", target), *own))


def _integration(
    one: dict[str, Any], responses: dict[str, list[Node]], two_way: set[str | None]
) -> Node:
    """Return an integration with its responses.

    Args:
        responses: By the ID of their integration.
        two_way: The IDs of the integrations that routes with a response target.
    """
    integration_id = str(one.get("resource_id"))
    backend = one.get("integration_uri") or one.get("integration_subtype")
    link = f"VPC link {one.get('connection_id')}" if one.get("connection_type") == "VPC_LINK" else None
    parts = (integration_id, one.get("integration_type"), backend, link)
    label = "  ".join(display.printable(str(part)) for part in parts if part)
    own = responses.get(integration_id, [])
    if not own and integration_id in two_way and one.get("integration_type") in _NON_PROXY:
        own = _no_response("integration", integration_id)
    return Node(label, tuple(own))


def _tree(apis: list[Node]) -> list[str]:
    console = terminal.console(width=max(map(_width, apis)))
    _print(console, apis)
    return terminal.printed(console)


def _svg(apis: list[Node]) -> list[str]:
    import rich.console

    width = max(map(_width, apis))
    console = rich.console.Console(file=io.StringIO(), record=True, width=width, highlight=False)
    _print(console, apis)
    return console.export_svg(title="APIs").split("\n")


def _width(node: Node, depth: int = 0) -> int:
    import rich.cells

    own = 4 * depth + rich.cells.cell_len(node.label)
    return max(own, *(_width(one, depth + 1) for one in node.children), 20)


def _print(console: Any, apis: list[Node]) -> None:
    import rich.text
    import rich.tree

    def grow(tree: Any, node: Node) -> None:
        branch = tree.add(rich.text.Text(node.label, style=_MARK if node.marked else ""))
        for child in node.children:
            grow(branch, child)

    for api in apis:
        tree = rich.tree.Tree(rich.text.Text(api.label, style="bold"))
        for child in api.children:
            grow(tree, child)
        console.print(tree)


def _mermaid(apis: list[Node]) -> list[str]:
    """Return a flowchart in Mermaid; an integration that several routes target is one node."""
    lines = ["flowchart LR"]
    names: dict[tuple[int, str, str], str] = {}
    marked: list[str] = []

    def draw(api: int, node: Node) -> str:
        identity = (api, node.owner, node.label)
        if identity not in names:
            name = names[identity] = f"n{len(names)}"
            lines.append(f'    {name}["{_entities(node.label)}"]')
            marked.extend([name] if node.marked else [])
            lines.extend([f"    {name} --> {draw(api, child)}" for child in node.children])
        return names[identity]

    for number, api in enumerate(apis):
        draw(number, api)
    if marked:
        lines.append("    classDef marked stroke:#c00,stroke-width:2px")
        lines.append(f"    class {','.join(marked)} marked")
    return lines


def _entities(label: str) -> str:
    """Return a label in which Mermaid sees neither markup nor the end of the string."""
    return re.sub(r"[^\w ./:-]", lambda found: f"#{ord(found[0])};", label)


# How a map is printed, by the value of `--format`.
FORMS: dict[str, Callable[[list[Node]], list[str]]] = {"tree": _tree, "mermaid": _mermaid, "svg": _svg}
