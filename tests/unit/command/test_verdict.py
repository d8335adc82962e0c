"""What `idem-apigwv2 verdict` reads."""

import json

import pytest

from idem_apigwv2_integration.command import verdict

RESOURCE = "aws.apigatewayv2.integration"


def result(**more):
    return {"name": "it", "__id__": "it", "result": True, "comment": [], "changes": {}, **more}


def output(*results, kind="a.b"):
    return json.dumps({f"{kind}_|-{i}_|-it_|-present": one for i, one in enumerate(results)}, indent=4)


GOOD = output(result(), result(changes={"new": {"a": 1}}))


@pytest.mark.parametrize(
    "text",
    [
        GOOD,
        f"\n{GOOD}\n",
        f"[WARNING ] {{'a': 1}}\n{{ no JSON\n\x1b[32midem runtime: 0: 100%\x1b[39m\n{GOOD}\n[ERROR] x\n",
        json.dumps(json.loads(GOOD)),
        GOOD.replace("\n", "\r\n"),
        "{}\n" + GOOD,
    ],
)
def test_the_results_are_found_between_log_lines(text):
    summary = "Applied: 0 created, 1 updated, 0 deleted, 1 unchanged"
    lines = ["~ it  a.b.present", "      a: + 1", "", summary]
    assert verdict.report(text) == (lines, 0)
    assert verdict.report(text, detailed=True) == (lines, 2)


@pytest.mark.parametrize("value", [False, None, "yes"])
def test_whatever_is_not_true_has_failed(value):
    text = output(result(result=value, changes={"a": 1}), result(changes={"a": 1}))
    for detailed in (False, True):
        lines, code = verdict.report(text, detailed)
        assert code == 1
        assert lines[2] == "! it  a.b.present"
        assert lines[-1] == "Applied: 0 created, 1 updated, 0 deleted, 0 unchanged, 1 failed"


@pytest.mark.parametrize(
    ("comment", "shown"),
    [
        ("one\n\ntwo", ["one", "two"]),
        (["one", "two\nthree"], ["one", "two three"]),
        (None, ["no comment"]),
        ([], ["no comment"]),
        ([None, 5], ["5"]),
    ],
)
def test_comments_of_every_form_are_printed(comment, shown):
    lines, _ = verdict.report(output(result(result=False, comment=comment)))
    assert lines[1:-2] == [f"      {line}" for line in shown]


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "The input is empty: Idem printed nothing."),
        (" \n", "The input is empty: Idem printed nothing."),
        (GOOD[:-2], "The JSON in the input is incomplete: "),
        ("{}\n" + GOOD[:100], "The JSON in the input is incomplete: "),
        ('{"result": true, "comment": null, "ret": 5}', "The input has no results of"),
        ("[1, 2]", "The input has no results of"),
        ("--------\n      ID: it\n  Result: True\n", "The input has no results of"),
    ],
)
def test_other_input_is_a_failure(text, sentence):
    lines, code = verdict.report(text, True)
    assert code == 1
    assert lines[0].startswith(sentence)


BAD = output(result(result=False))


@pytest.mark.parametrize("more", ["{}", GOOD, '{"level": "info"}', "{ no JSON", "{'a': 1}"])
@pytest.mark.parametrize("between", ["", "\n", "\nsome log\n"])
def test_a_failure_counts_whatever_stands_beside_it(more, between):
    for text in (BAD + between + more, more + "\n" + BAD, BAD + between + more + between + GOOD):
        lines, code = verdict.report(text, False)
        assert code == 1 and "! it  a.b.present" in lines


def test_a_part_that_is_cut_off_is_a_failure_wherever_it_is():
    for text in (GOOD[:100] + "\n{}", GOOD[:100] + "\n" + GOOD, GOOD + GOOD[:100]):
        lines, code = verdict.report(text, False)
        assert code == 1 and lines[0].startswith("The JSON in the input is incomplete: ")


def test_json_that_is_too_deep_is_a_failure():
    lines, code = verdict.report('{"a": ' + "[" * 200_000, False)
    assert (lines, code) == (["The JSON in the input is nested too deeply."], 1)
    number = GOOD.replace('"a": 1', f'"a": {"1" * 5000}')
    assert verdict.report(number, False)[1] in (0, 1)


@pytest.mark.parametrize("text", ["\ud800", "\x1b[2J", "\x07", "a\u2028::error::b"])
def test_what_can_not_be_printed_is_escaped(text):
    name = output(result(result=False, comment=[text], name=text)).replace("a.b", json.dumps(text)[1:-1])
    for input_text in (name, text):
        lines, code = verdict.report(input_text, False)
        assert code == 1 and all(line.isprintable() for line in lines)
        assert "".join(lines).encode()


def test_of_other_input_the_last_lines_are_printed():
    lines, _ = verdict.report("".join(f"\x1b[32mline {i}\x1b[39m\n\n" for i in range(9)), False)
    assert lines[1:] == [f"  line {i}" for i in range(4, 9)]


def test_a_warning_is_a_failure_if_it_is_to_be():
    drifted = result(comment=["Changed outside of Idem: description"])
    text = output(drifted, result(), kind=RESOURCE)
    lines, code = verdict.report(text, strict=True)
    assert code == 1 and "      warning: Changed outside of Idem: description" in lines
    assert verdict.report(text)[1] == 0
    assert verdict.report(GOOD, strict=True)[1] == 0


def test_a_note_is_no_failure():
    for text in (
        output(result(comment=["Would adopt f6g7h8i: it is unmanaged."]), kind=RESOURCE),
        output(
            result(
                comment=["k1 is deleted with integration i1: a new integration response was created."]
            ),
            kind="aws.apigatewayv2.integration_response",
        ),
        output(result(comment=["A sentence of another type."])),
    ):
        lines, code = verdict.report(text, strict=True)
        assert code == 0 and lines[1].startswith("      note: ")


def test_values_that_are_too_deep_to_compare_are_a_failure():
    deep = "[" * 900 + "]" * 900
    text = output(result(changes={"a": 1}, old_state={"a": 0}, new_state={"a": 1}))
    text = text.replace('"a": 0', f'"a": {deep}').replace(
        '"new_state": {\n            "a": 1', f'"new_state": {{"a": {deep}'
    )
    assert verdict.report(text)[1] in (0, 1)


ODD = output(
    result(comment=["50% of ```it```"]),
    result(result=False, comment=["a, b:c"], name="x, y:z"),
)


def test_markdown_is_a_summary_and_a_block_that_its_content_can_not_end():
    lines, code = verdict.report(ODD, form="markdown")
    assert code == 1
    assert lines[:3] == ["**No changes: 1 unchanged, 1 failed**", "", "````diff"]
    assert lines[-1] == "````"
    assert verdict.report(output(result()), form="markdown")[0] == ["**No changes: 1 unchanged**"]


def test_annotations_are_escaped_as_github_requires():
    assert verdict.report(ODD, form="github")[0] == [
        "::notice::No changes: 1 unchanged, 1 failed",
        "::notice title=it (a.b.present)::50%25 of ```it```",
        "::error title=it (x%2C y%3Az) (a.b.present)::a, b:c",
    ]


def test_json_has_every_state():
    document = json.loads("\n".join(verdict.report(ODD, form="json")[0]))
    assert document["summary"] == {
        "create": 0, "update": 0, "replace": 0, "delete": 0, "unchanged": 1, "failed": 1
    }  # fmt: skip
    assert [one["action"] for one in document["states"]] == ["unchanged", "failed"]
    assert document["states"][0]["notes"] == ["50% of ```it```"]
    assert document["states"][0]["warnings"] == document["states"][0]["errors"] == []
    assert document["states"][1]["errors"] == ["a, b:c"]


@pytest.mark.parametrize("form", ["json", "github"])
def test_input_without_results_has_the_form_that_is_asked_for(form):
    (line,), code = verdict.report("no", form=form)
    assert code == 1
    if form == "json":
        assert json.loads(line)["error"].startswith("The input has no results of")
    else:
        assert line.startswith("::error::The input has no results of")
        assert "%0A  no" in line


@pytest.mark.parametrize("column", range(0, 90, 3))
def test_no_line_begins_with_what_github_actions_executes(column):
    """It ignores the indentation. Where a sentence is continued depends on its length."""
    comment = f"{'a ' * column}::error file=a.py,line=1::injected"
    failed = result(result=False, comment=[comment], changes={"new": {"::warning::k": "v"}})
    done = result(changes={"new": {"::warning::k": "v"}})
    lines, _ = verdict.report(output(failed, done))
    assert not [line for line in lines if line.lstrip().startswith("::")]
    assert "error file=a.py,line=1::injected" in " ".join(line.strip() for line in lines)


def test_the_begin_of_what_github_actions_executes_is_shown_escaped():
    comment = f"{'a ' * 37}::error::injected"
    lines, _ = verdict.report(output(result(result=False, comment=[comment])))
    assert lines[2] == r"        \x3a:error::injected"


@pytest.mark.parametrize("command", ["##[error]x", "##vso[task.setvariable variable=a]b"])
def test_nothing_is_printed_that_a_ci_service_executes_within_a_line(command):
    """It may be in a text of AWS, or in what the run changes."""
    failed = result(result=False, comment=[f"CreateIntegration failed: a {command}"])
    done = result(changes={"new": {"description": command}})
    lines, _ = verdict.report(output(failed, done))
    assert "\\x23#" in " ".join(lines) and not [line for line in lines if "##" in line]
