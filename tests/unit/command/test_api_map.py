"""What `idem-apigwv2 map` shows of described APIs."""

import json
import xml.etree.ElementTree

import pytest

from idem_apigwv2_integration.command import api_map


def described(**states):
    """Return what `idem describe` prints for states: name to kind and parameters."""
    return json.dumps(
        {
            name: {f"aws.apigatewayv2.{kind}.present": [{key: value} for key, value in given.items()]}
            for name, (kind, given) in states.items()
        },
        indent=4,
    )


API = described(shop=("api", {"resource_id": "a1", "name": "shop", "protocol_type": "HTTP"}))
BACKEND = {
    "resource_id": "i1",
    "api_id": "a1",
    "integration_type": "HTTP_PROXY",
    "integration_uri": 'https://a/"b"',
}
PRIVATE = {"connection_type": "VPC_LINK", "connection_id": "v1"}
GIVEN = API + described(
    one=("integration", BACKEND),
    two=("integration", {**BACKEND, "resource_id": "i2", **PRIVATE}),
    get=("route", {"api_id": "a1", "route_key": "GET /", "target": "integrations/i1"}),
    post=("route", {"api_id": "a1", "route_key": "POST /", "target": "integrations/i1"}),
    default=("route", {"api_id": "a1", "route_key": "$default"}),
    lost=("route", {"api_id": "a1", "route_key": "PUT /", "target": "integrations/i9"}),
    other=("stage", {"api_id": "a1"}),
)


def test_a_tree_has_each_route_with_its_integration_and_what_is_left_over():
    assert api_map.report(GIVEN, "tree") == (
        [
            "shop  a1  HTTP",
            "├── $default: no target",
            "├── GET /",
            '│   └── i1  HTTP_PROXY  https://a/"b"',
            "├── POST /",
            '│   └── i1  HTTP_PROXY  https://a/"b"',
            "├── PUT /",
            "│   └── i9: is not among the integrations",
            '└── i2  HTTP_PROXY  https://a/"b"  VPC link v1: no route targets it',
        ],
        0,
    )


def test_the_name_of_an_api_is_nothing_that_github_actions_executes():
    lines, _ = api_map.report(described(it=("api", {"resource_id": "a1", "name": "::error::x"})), "tree")
    assert lines == [r"\x3a:error::x  a1"]


def test_no_line_of_a_tree_is_cut(monkeypatch):
    monkeypatch.setenv("COLUMNS", "40")
    long = described(it=("integration", {**BACKEND, "integration_uri": "https://例え" * 30}))
    lines, _ = api_map.report(API + long, "tree")
    assert lines[1].endswith("https://例え: no route targets it")


CHAT = described(chat=("api", {"resource_id": "a1", "name": "chat", "protocol_type": "WEBSOCKET"}))
PING = {"api_id": "a1", "resource_id": "i1", "integration_type": "MOCK"}
TWO_WAY = {
    "api_id": "a1",
    "target": "integrations/i1",
    "route_response_selection_expression": "$default",
}


def response(kind, parent, key="$default", api="a1"):
    """Return a state of a response of a route or an integration."""
    return (
        f"{kind}_response",
        {"api_id": api, f"{kind}_id": parent, f"{kind}_response_key": key},
    )


def test_responses_are_below_their_route_and_their_integration():
    given = CHAT + described(
        one=("integration", PING),
        errors=response("integration", "i1", "/5.*/"),
        rest=response("integration", "i1"),
        ping=("route", TWO_WAY | {"resource_id": "r1", "route_key": "ping"}),
        pong=("route", TWO_WAY | {"resource_id": "r2", "route_key": "pong"}),
        first=response("route", "r1"),
        other=response("route", "r2"),
    )
    integration = [
        "│   ├── i1  MOCK",
        "│   │   ├── integration response $default",
        "│   │   └── integration response /5.*/",
    ]
    assert api_map.report(given, "tree")[0] == [
        "chat  a1  WEBSOCKET",
        "├── ping",
        *integration,
        "│   └── route response $default",
        "└── pong",
        *(line.replace("│   ", "    ", 1) for line in integration),
        "    └── route response $default",
    ]
    lines, _ = api_map.report(given, "mermaid")
    # The integration and its responses are drawn once, and each route has a response of its own.
    assert len([line for line in lines if "integration response" in line]) == 2
    assert len([line for line in lines if "route response" in line]) == 2
    assert len([line for line in lines if "-->" in line]) == 8
    picture = "".join(api_map.report(given, "svg")[0])
    assert "route&#160;response" in picture and "integration&#160;response" in picture


def test_a_missing_response_is_marked_where_a_route_is_two_way():
    given = CHAT + described(
        one=("integration", PING),
        proxy=("integration", PING | {"resource_id": "i2", "integration_type": "AWS_PROXY"}),
        idle=("integration", PING | {"resource_id": "i3"}),
        ping=("route", TWO_WAY | {"resource_id": "r1", "route_key": "ping"}),
        lost=("route", TWO_WAY | {"resource_id": "r2", "route_key": "pong"}),
        pass_=("route", {**TWO_WAY, "resource_id": "r3", "target": "integrations/i2", "route_key": "x"}),
        quiet=("route", {"api_id": "a1", "route_key": "y", "target": "integrations/i3"}),
        first=response("route", "r1"),
        passed=response("route", "r3"),
    )
    assert api_map.report(given, "tree")[0] == [
        "chat  a1  WEBSOCKET",
        "├── ping",
        "│   ├── i1  MOCK",
        "│   │   └── no integration response",
        "│   └── route response $default",
        "├── pong",
        "│   ├── i1  MOCK",
        "│   │   └── no integration response",
        "│   └── no route response",
        "├── x",
        "│   ├── i2  AWS_PROXY",
        "│   └── route response $default",
        "└── y",
        "    └── i3  MOCK",
    ]
    lines, _ = api_map.report(given, "mermaid")
    assert lines[-1].count("n") == 2


def test_responses_of_what_is_not_described_are_shown():
    given = described(one=response("integration", "i1"), two=response("route", "r1"))
    assert api_map.report(given, "tree") == (
        [
            "a1",
            "├── r1: is not among the routes",
            "│   └── route response $default",
            "└── i1: is not among the integrations",
            "    └── integration response $default",
        ],
        0,
    )


def test_a_flowchart_has_an_integration_once_and_no_markup_in_its_labels():
    lines, code = api_map.report(GIVEN, "mermaid")
    text = "\n".join(lines)
    assert code == 0 and lines[0] == "flowchart LR"
    assert text.count("https") == 2
    assert '["i1  HTTP_PROXY  https://a/#34;b#34;"]' in text
    assert len([line for line in lines if "-->" in line]) == 8
    assert lines[-1].startswith("    class ") and lines[-1].count("n") == 3


def test_a_picture_is_svg():
    odd = described(odd=("api", {"resource_id": "a2", "name": 'a<b> & "c" | [d] \x1b[31m\ud800'}))
    lines, _ = api_map.report(GIVEN + odd, "svg")
    root = xml.etree.ElementTree.fromstring("\n".join(lines))
    assert root.tag.endswith("svg")
    text = "".join(root.itertext()).replace("\xa0", " ")
    assert "GET /" in text and 'a<b> & "c" | [d] \\x1b[31m\\ud800' in text


def test_a_name_can_not_end_a_label_of_a_flowchart():
    odd = described(odd=("api", {"resource_id": "a2", "name": 'a"] --> b | [c] %% ; end\n`'}))
    lines, _ = api_map.report(odd, "mermaid")
    assert len(lines) == 2
    assert set('"|%;`') & set(lines[1].partition('["')[2].removesuffix('"]')) == {";"}


def test_an_api_that_is_not_described_has_only_its_id():
    lines, _ = api_map.report(described(one=("integration", BACKEND)), "tree")
    assert lines[0] == "a1"


@pytest.mark.parametrize("text", ["", "{}", "no", '{"a": {"aws.s3.bucket.present": []}}', '{"a": 1}'])
def test_without_apis_there_is_nothing_to_print(text):
    (line,), code = api_map.report(text, "tree")
    assert code == 1 and line.startswith("The input has no states of")


def test_what_is_cut_off_is_an_error():
    (line,), code = api_map.report(GIVEN[:-20], "tree")
    assert code == 1 and line.startswith("The JSON in the input is incomplete")


def test_alike_nodes_of_two_apis_are_two_nodes_of_a_flowchart():
    def api(name):
        return described(
            **{name: ("api", {"resource_id": name})},
            it=("route", {"api_id": name, "route_key": "$default", "target": "integrations/i9"}),
        )

    lines, _ = api_map.report(api("a1") + api("a2"), "mermaid")
    assert sum("i9" in line for line in lines) == 2
