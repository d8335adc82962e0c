"""What `idem-apigwv2 validate` says of files: references between states, lines, forms of output."""

import json

import pytest

from idem_apigwv2_integration.command import references, rendering, validate
from idem_apigwv2_integration.resource.type import service_model

API = "${aws.apigatewayv2.api:shop:resource_id}"
SHOP = """
shop:
  aws.apigatewayv2.api.present:
    - protocol_type: HTTP
"""
ORDERS = f"""
orders:
  aws.apigatewayv2.integration.present:
    - api_id: {API}
    - integration_type: HTTP_PROXY
    - integration_method: ANY
    - integration_uri: https://example.com
    - payload_format_version: '1.0'
"""


@pytest.fixture(scope="module")
def loaded():
    """Return the hub of a program, which loads one for all of its files."""
    return rendering.load_hub()


@pytest.fixture
def report(tmp_path, monkeypatch, loaded):
    """Return a function that validates a file and returns the lines without the summary."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(rendering, "load_hub", lambda: loaded)

    def validated(text, code=None, **options):
        (tmp_path / "a.sls").write_text(text)
        lines, found = validate.report(rendering.render(["a.sls"], []), **options)
        assert code in (None, found)
        return lines if options.get("form") else lines[:-1]

    return validated


def test_a_file_without_mistakes_has_no_lines(report):
    assert report(SHOP + ORDERS, code=0) == []


def test_a_type_without_a_function_is_a_problem(report):
    (line,) = report("it:\n  aws.apigatewayv2.integration:\n    - api_id: a\n", code=1)
    assert line.startswith("a.sls:1: it: aws.apigatewayv2.integration names no function: write one of")


def test_an_attribute_that_does_not_exist_is_a_problem(report):
    (line,) = report(SHOP + ORDERS.replace("shop:resource_id", "shop:id"), code=1)
    assert line.endswith("aws.apigatewayv2.api has no attribute 'id'; did you mean resource_id?")
    route = "route:\n  aws.apigatewayv2.route.present:\n    - target: "
    route += "${aws.apigatewayv2.integration:orders:uri}\n"
    (line,) = report(SHOP + ORDERS + route, code=1)
    assert "aws.apigatewayv2.integration has no attribute 'uri'" in line


@pytest.mark.parametrize(
    "text",
    [
        ORDERS.replace("api:shop:", "api:shpo:"),
        *(
            ORDERS + f"    - {requisite}:\n      - aws.apigatewayv2.api: shpo\n"
            for requisite in ("require", "require_any", "onchanges_any", "onfail", "listen", "prereq")
        ),
    ],
)
def test_a_state_that_is_not_in_the_file_is_pointed_out(report, text):
    note = "note: shpo (aws.apigatewayv2.api), to which it refers, is not in this file"
    (line,) = report(SHOP + text, code=0)
    assert line == f"a.sls:6: orders: {note}: the ESM must have it; did you mean shop?"
    report(SHOP + text, code=1, strict=True)


def test_a_file_without_notes_is_right_if_they_are_problems(report):
    assert report(SHOP + ORDERS, code=0, strict=True) == []


def test_a_state_in_a_requisite_with_arguments_is_pointed_out(report):
    text = ORDERS + "    - require:\n      - aws.apigatewayv2.api:\n        - shpo: []\n"
    (line,) = report(SHOP + text, code=0)
    assert "note: shpo (aws.apigatewayv2.api), to which it refers, is not in this file" in line


def test_what_a_type_that_the_sdk_does_not_know_has_is_not_checked(report):
    text = SHOP + ORDERS + "    - description: ${aws.apigatewayv2.new_type:one:anything}\n"
    (line,) = report(text, code=0)
    assert "one (aws.apigatewayv2.new_type), to which it refers, is not in this file" in line


def test_two_states_with_one_resource_id_are_a_problem(report):
    one = "{}:\n  aws.apigatewayv2.integration.{}:\n    - api_id: a\n    - resource_id: abc1234\n"
    (line,) = report(one.format("one", "present") + one.format("two", "absent"), code=1)
    assert line.startswith("a.sls:8: two: resource_id is 'abc1234', which the state 'one' has too")
    assert report(one.format("one", "present") + one.format("two", "search"), code=0) == []


def test_the_sdks_model_is_read_once_for_all_states(report, monkeypatch):
    references._attributes.cache_clear()
    service_model.cache_clear()
    read = []
    load = references.botocore.loaders.Loader.load_service_model

    def count(self, *arguments):
        read.append(arguments)
        return load(self, *arguments)

    monkeypatch.setattr(references.botocore.loaders.Loader, "load_service_model", count)
    report(SHOP + ORDERS + ORDERS.replace("orders", "invoices"), code=0)
    assert len(read) == 1


@pytest.mark.parametrize("kind", ["integration", "route"])
def test_two_states_with_one_key_are_a_problem(report, kind):
    def response(name, parent, key, function="present"):
        lines = ["api_id: a", f"{kind}_id: {parent}", f"{kind}_response_key: {key}"]
        arguments = "".join(f"    - {line}\n" for line in lines)
        return f"{name}:\n  aws.apigatewayv2.{kind}_response.{function}:\n{arguments}"

    one, two = response("one", "${p:x:y}", "$default"), response("two", "${p:x:y}", "$default")
    (line,) = report(one + two, code=1)
    assert line.startswith("a.sls:") and f"two: {kind}_response_key is '$default'" in line
    assert "the state 'one' of this run declares it already" in line
    assert report(one + response("two", "other", "$default"), code=0) == []
    assert report(one + response("two", "${p:x:y}", "$default", "search"), code=0) == []


def test_a_parameter_that_is_given_twice_is_a_problem(report):
    (line,) = report(SHOP + ORDERS + "    - integration_method: GET\n", code=1)
    assert line == "a.sls:6: orders: integration_method is given more than once; keep one of them."
    (line,) = report(SHOP + "    - protocol_type: HTTP\n", code=1)
    assert line == "a.sls:2: shop: protocol_type is given more than once; keep one of them."


@pytest.mark.parametrize("first", ["present", "absent"])
def test_a_function_among_the_arguments_is_a_problem(report, first):
    (line,) = report(f"it:\n  aws.apigatewayv2.integration:\n    - {first}\n    - api_id: a\n", code=1)
    assert line.startswith("a.sls:1: it: aws.apigatewayv2.integration names no function: write one of")


def test_the_id_of_a_state_as_api_id_is_pointed_out(report):
    (line,) = report(SHOP + ORDERS.replace(API, "shop"), code=0)
    assert line == f"a.sls:8: orders: note: api_id is 'shop', the ID of a state; did you mean {API}?"


def test_a_protocol_that_is_not_known_is_pointed_out_where_it_matters(report):
    mock = (
        "it:\n  aws.apigatewayv2.integration.present:\n    - api_id: a\n    - integration_type: MOCK\n"
    )
    (line,) = report(mock, code=0)
    assert line.startswith("a.sls:1: it: note: it is right for a WebSocket API only")
    (line,) = report(mock, code=1, protocol="HTTP")
    assert line.startswith("a.sls:4: it: integration_type is 'MOCK'")
    assert report(mock, code=0, protocol="WEBSOCKET") == []
    assert report(ORDERS.replace(API, "a"), code=0) == []


def test_the_line_of_a_parameter_is_shown(report):
    line, *_ = report(SHOP + ORDERS.replace("HTTP_PROXY", "HTTP_PROXI"))
    assert line.startswith("a.sls:9: orders: integration_type is 'HTTP_PROXI'")


def test_the_line_of_a_parameter_behind_a_comment_is_shown(report):
    text = ORDERS.replace("    - integration_type: HTTP_PROXY", "# Why\n\n    - integration_type: NOPE")
    line, *_ = report(SHOP + text)
    assert line.startswith("a.sls:11: orders: integration_type is 'NOPE'")


def test_a_state_of_a_template_has_no_line(report):
    text = "{% for n in ['x'] %}\n{{ n }}:\n  aws.apigatewayv2.integration.presnt: []\n{% endfor %}\n"
    (line,) = report(text)
    assert line.startswith("a.sls: x: function is 'presnt'")


def test_a_state_that_a_template_has_twice_has_no_line(report):
    """Which of the two it is depends on the template."""
    one = "orders:\n  aws.apigatewayv2.integration.presnt: []\n"
    (line,) = report(f"{{% if true %}}\n{one}{{% else %}}\n{one}{{% endif %}}\n")
    assert line.startswith("a.sls: orders: function is 'presnt'")


def test_a_tab_is_named_and_positions_are_counted_from_1(report):
    lines = report("it:\n  a.b.present:\n\t- x: y\n", code=1)
    assert "on line 3, column 1" in lines[0]
    assert lines[1] == "a.sls: Line 3 is indented by a tab; YAML accepts spaces only."


def test_empty_files_and_folders_are_named(report, tmp_path):
    assert report("\n", code=1) == ["a.sls: a.sls is empty."]
    (tmp_path / "b").mkdir()
    lines, _ = validate.report(rendering.render(["b"], []))
    assert lines[0] == "b: b is a folder: give a file."


def test_annotations_name_file_and_line(report):
    text = SHOP + ORDERS.replace("HTTP_PROXY", "HTTP_PROXI")
    first, *_ = report(text, form="github")
    assert first.startswith("::error file=a.sls,line=9,title=orders::integration_type is 'HTTP_PROXI'")
    assert report(SHOP + ORDERS, form="github") == [
        "::notice::1 integration in 1 file checked: 0 problems."
    ]


def test_json_has_every_finding(report):
    text = SHOP + ORDERS.replace("api:shop:", "api:shpo:")
    document = json.loads("\n".join(report(text, form="json")))
    (finding,) = document["findings"]
    assert (finding["file"], finding["line"], finding["state"]) == ("a.sls", 6, "orders")
    assert finding["level"] == "note" and finding["text"].startswith("shpo")


@pytest.mark.parametrize(
    ("kind", "uri", "said"),
    [
        ("HTTP_PROXY", "example.com", "begins with https:// or http://"),
        ("HTTP_PROXY", "htps://example.com", "begins with https:// or http://"),
        ("AWS_PROXY", "https://example.com", "for an HTTP endpoint, integration_type is HTTP_PROXY"),
        ("AWS_PROXY", "arn:aws:lambda:us-east-1:123456789012:orders", "function:NAME"),
        ("HTTP_PROXY", "https://${stageVariables.host}", None),
        ("HTTP_PROXY", "${stageVariables.url}", None),
        ("AWS_PROXY", "arn:aws:lambda:us-east-1:123456789012:function:orders", None),
    ],
)
def test_a_uri_that_is_probably_wrong_is_pointed_out(report, kind, uri, said):
    text = ORDERS.replace("HTTP_PROXY", kind).replace("https://example.com", uri).replace("ANY", "POST")
    lines = report(SHOP + text, code=0)
    assert len(lines) == (1 if said else 0)
    assert all("note: integration_uri is" in line and said in line for line in lines)
