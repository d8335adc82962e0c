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


def test_of_other_input_the_last_lines_are_printed():
    lines, _ = verdict.report("".join(f"\x1b[32mline {i}\x1b[39m\n\n" for i in range(9)), False)
    assert lines[0].splitlines()[1:] == [f"  line {i}" for i in range(4, 9)]
