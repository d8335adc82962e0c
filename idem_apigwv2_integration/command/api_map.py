"""`idem-apigwv2 map`: APIs and what is in them, read from what `idem describe` printed."""

import re
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from rich.text import Text
from rich.tree import Tree

from idem_apigwv2_integration.command import idem_output, terminal
from idem_apigwv2_integration.integration import INTEGRATION
from idem_apigwv2_integration.resource import display
from idem_apigwv2_integration.resource.type import TYPE_PREFIX

_TYPE = re.compile(rf"{re.escape(TYPE_PREFIX)}(api|(?:route|integration)(?:_response)?)\.present")
_TARGET = re.compile(rf"{re.escape(INTEGRATION.target)}(.+)")
# Their responses need an integration response (developer guide, WebSocket API integration responses).
_NON_PROXY = ("AWS", "HTTP", "MOCK")
# The style of a node where something is missing.
_MARKED = "bold red"
_NOTHING = "The input has no states of aws.apigatewayv2.api, .route or .integration in JSON."

# The parameters of a described resource.
Resource = dict[str, Any]


def report(output: str, form: str) -> tuple[list[str], int]:
    """Return the map and the exit code.

    Args:
        output: What `idem describe --output=json` printed, once or several times.
    """
    try:
        apis = _read(idem_output.read(output))
    except (RecursionError, ValueError) as error:
        return idem_output.failure(error, form)
    return (FORMS[form](apis), 0) if apis else ([_NOTHING], 1)


def _read(described: Iterable[dict[str, Any]]) -> list[Tree]:
    """Return the APIs in some documents, each with what is in it."""
    found: dict[str, dict[str, list[Resource]]] = {}
    for document in described:
        for kind, one in _resources(document):
            api_id = str(one.get("resource_id" if kind == "api" else "api_id"))
            found.setdefault(api_id, {}).setdefault(kind, []).append(one)
    return [_Api(kinds).tree(api_id) for api_id, kinds in found.items()]


def _resources(document: dict[str, Any]) -> Iterator[tuple[str, Resource]]:
    for name, declaration in document.items():
        for reference, arguments in declaration.items() if isinstance(declaration, dict) else ():
            kind = _TYPE.fullmatch(reference)
            if kind and isinstance(arguments, list):
                resource = {"name": name}
                for argument in arguments:
                    resource |= argument if isinstance(argument, dict) else {}
                yield kind[1], resource


class _Api:
    """The resources of one API, and what refers to what."""

    def __init__(self, kinds: dict[str, list[Resource]]):
        self._kinds = kinds
        self._routes = sorted(kinds.get("route", []), key=lambda one: str(one.get("route_key")))
        self._responses = {kind: self._by_owner(kind) for kind in ("route", "integration")}
        targets = [(_target(one), str(one.get("resource_id"))) for one in self._routes]
        self._targets = {target for target, _ in targets if target}
        # The integrations that routes with a response target.
        self._two_way = {target for target, one in targets if one in self._responses["route"]}
        self._integrations = {
            str(one.get("resource_id")): self._integration(one) for one in kinds.get("integration", [])
        }
        for target in self._targets - self._integrations.keys():
            self._integrations[target] = self._missing("integration", target)

    def tree(self, api_id: str) -> Tree:
        """Return the API with its routes, the integrations that no route targets, and lost responses."""
        api = next(iter(self._kinds.get("api", [])), {})
        left = [one for key, one in self._integrations.items() if key not in self._targets]
        known = {
            "route": {str(one.get("resource_id")) for one in self._routes},
            "integration": self._integrations,
        }
        lost = [
            self._missing(kind, owner)
            for kind, owners in self._responses.items()
            for owner in owners
            if owner not in known[kind]
        ]
        label = _joined(api.get("name"), api_id, api.get("protocol_type"))
        return _node(label, [*map(self._route, self._routes), *left, *lost], style="bold")

    def _by_owner(self, kind: str) -> dict[str, list[Tree]]:
        """Return the responses of routes, or of integrations, by the ID of what contains them."""
        found: dict[str, list[Tree]] = {}
        key = f"{kind}_response_key"
        for one in sorted(self._kinds.get(f"{kind}_response", []), key=lambda one: str(one.get(key))):
            node = _node(f"{kind} response {one.get(key)}")
            found.setdefault(str(one.get(f"{kind}_id")), []).append(node)
        return found

    def _route(self, route: Resource) -> Tree:
        key = str(route.get("route_key"))
        responses = self._responses["route"].get(str(route.get("resource_id")), [])
        if not responses and route.get("route_response_selection_expression"):
            responses = [_node("no route response", style=_MARKED)]
        target = _target(route)
        if target is None:
            return _node(f"{key}: no target", responses, style=_MARKED)
        return _node(key, [self._integrations[target], *responses])

    def _integration(self, one: Resource) -> Tree:
        integration_id, kind = str(one.get("resource_id")), one.get("integration_type")
        responses = self._responses["integration"].get(integration_id, [])
        if not responses and integration_id in self._two_way and kind in _NON_PROXY:
            responses = [_node("no integration response", style=_MARKED)]
        backend = one.get("integration_uri") or one.get("integration_subtype")
        is_private = one.get("connection_type") == "VPC_LINK"
        link = f"VPC link {one.get('connection_id')}" if is_private else None
        label = _joined(integration_id, kind, backend, link)
        if integration_id in self._targets:
            return _node(label, responses)
        return _node(f"{label}: no route targets it", responses, style=_MARKED)

    def _missing(self, kind: str, resource_id: str) -> Tree:
        """Return a route or an integration that is missing although it has responses, or routes."""
        responses = self._responses[kind].get(resource_id, [])
        return _node(f"{resource_id}: is not among the {kind}s", responses, style=_MARKED)


def _target(route: Resource) -> str | None:
    found = _TARGET.fullmatch(str(route.get("target")))
    return found[1] if found else None


def _joined(*parts: Any) -> str:
    return "  ".join(str(part) for part in parts if part)


def _node(label: str, children: Iterable[Tree] = (), style: str = "") -> Tree:
    node = Tree(Text(display.printable(label), style=style))
    node.children.extend(children)
    return node


def _tree(apis: list[Tree]) -> list[str]:
    return terminal.printed(_drawn(apis))


def _svg(apis: list[Tree]) -> list[str]:
    return _drawn(apis).export_svg(title="APIs").split("\n")


def _drawn(apis: list[Tree]) -> Any:
    """Return a console on which the APIs are drawn, as wide as they are."""
    measuring = terminal.console(width=10**6)
    widths = [measuring.measure(api).maximum for api in apis]
    console = terminal.console(width=max(20, *widths), record=True)
    for api in apis:
        console.print(api)
    return console


def _mermaid(apis: list[Tree]) -> list[str]:
    """Return a flowchart in Mermaid; an integration that several routes target is one node."""
    lines = ["flowchart LR"]
    names: dict[int, str] = {}
    marked: list[str] = []

    def draw(node: Tree) -> str:
        if id(node) not in names:
            name = names[id(node)] = f"n{len(names)}"
            lines.append(f'    {name}["{_entities(str(node.label))}"]')
            marked.extend([name] if node.label.style == _MARKED else [])  # type: ignore[union-attr]
            lines.extend([f"    {name} --> {draw(child)}" for child in node.children])
        return names[id(node)]

    for api in apis:
        draw(api)
    if marked:
        lines.append("    classDef marked stroke:#c00,stroke-width:2px")
        lines.append(f"    class {','.join(marked)} marked")
    return lines


def _entities(label: str) -> str:
    """Return a label in which Mermaid sees neither markup nor the end of the string."""
    return re.sub(r"[^\w ./:-]", lambda found: f"#{ord(found[0])};", label)


# How a map is printed, by the value of `--format`.
FORMS: dict[str, Callable[[list[Tree]], list[str]]] = {"tree": _tree, "mermaid": _mermaid, "svg": _svg}
