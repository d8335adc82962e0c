"""What `idem-apigwv2 verdict` reads."""

import json

import pytest

from idem_apigwv2_integration.command import verdict


def result(**more):
    return {"name": "it", "__id__": "it", "result": True, "comment": [], "changes": {}, **more}


def output(*results):
    return json.dumps({f"a.b_|-{i}_|-it_|-present": one for i, one in enumerate(results)}, indent=4)


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
    summary = ["States: 2 (0 failed, 1 with changes, 1 without changes)"]
    assert verdict.report(text, False) == (summary, 0)
    assert verdict.report(text, True) == (summary, 2)


@pytest.mark.parametrize("value", [False, None, "yes"])
def test_whatever_is_not_true_has_failed(value):
    text = output(result(result=value, changes={"a": 1}), result(changes={"a": 1}))
    for detailed in (False, True):
        lines, code = verdict.report(text, detailed)
        assert code == 1
        assert lines[0] == "Failed: a.b.present it"
        assert lines[-1] == "States: 2 (1 failed, 1 with changes, 0 without changes)"


@pytest.mark.parametrize(
    ("comment", "shown"),
    [
        ("one\n\ntwo", ["  - one", "  - two"]),
        (["one", "two\nthree"], ["  - one", "  - two", "  - three"]),
        (None, ["  - no comment"]),
        ([], ["  - no comment"]),
        ([None, 5], ["  - None", "  - 5"]),
    ],
)
def test_comments_of_every_form_are_printed(comment, shown):
    lines, _ = verdict.report(output(result(result=False, comment=comment)), False)
    assert lines[1:-1] == shown


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
        assert code == 1 and lines[0] == "Failed: a.b.present it"


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
        assert all(line.encode() for line in lines)


def test_of_other_input_the_last_lines_are_printed():
    lines, _ = verdict.report("".join(f"\x1b[32mline {i}\x1b[39m\n\n" for i in range(9)), False)
    assert lines[1:] == [f"  line {i}" for i in range(4, 9)]
