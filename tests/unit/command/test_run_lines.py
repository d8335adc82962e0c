"""What `--output=plan` and `idem-apigwv2 verdict` show of the results of a run."""

import pytest

from idem_apigwv2_integration.command import results, verdict

TYPE = "aws.apigatewayv2.integration"


REQUISITE = """Result of require aws.s3.bucket_|-bad one_|-b_|-present is "False", not "[True, None]"
"aws.s3.bucket:bad one" state does not have "new_state" in the state returns."""


def result(state_id="it", old=None, new=None, function="present", kind=TYPE, **more):
    """Return the tag and the result of a state, as Idem has them."""
    changes = {
        side: {name: value for name, value in one.items() if value != other.get(name)}
        for side, one, other in (("old", old or {}, new or {}), ("new", new or {}, old or {}))
    }
    one = {
        "name": state_id,
        "__id__": state_id,
        "result": True,
        "comment": [],
        "old_state": old,
        "new_state": new,
        "changes": changes if any(changes.values()) else {},
    }
    return f"{kind}_|-{state_id}_|-{state_id}_|-{function}", one | more


def shown(*pairs, planned=True, colours=False):
    return verdict.plan(results.read(pairs), planned, colours)


def changes(old, new, **more):
    (state,) = results.read([result("it", old, new, **more)])
    return list(state.changes)


def test_each_kind_of_change_has_a_line_and_a_symbol():
    lines = shown(
        result("it", None, {"a": 1}),
        result("kept", {"a": 1}, {"a": 1}),
        result("changed", {"a": 1}, {"a": 2}, kind="aws.s3.bucket"),
        result("removed", {"a": 1}, None, function="absent"),
        result("read", None, {"a": 1}, kind="exec", function="run"),
    )
    assert lines == [
        f"+ it  {TYPE}.present",
        "~ changed  aws.s3.bucket.present",
        "      a: 1 → 2",
        f"- removed  {TYPE}.absent",
        "",
        "Plan: 1 to create, 1 to update, 1 to delete, 2 unchanged",
    ]
    assert shown(result("it", None, {"a": 1}), planned=False)[-1] == (
        "Applied: 1 created, 0 updated, 0 deleted, 0 unchanged"
    )


@pytest.mark.parametrize(
    ("old", "new", "line"),
    [
        ({"m": {"k": "v", "l": "w"}}, {"m": {"l": "w"}}, "m: - k"),
        ({"m": {"l": "w"}}, {"m": {"k": "v", "l": "w"}}, "m: + k: v"),
        ({"m": {"k": "v"}}, {"m": {"k": "w"}}, "m: k: v → w"),
        ({"m": {"k": "v"}}, {}, "m: - k"),
        ({"m": {"500": {"k": "v"}}}, {"m": {"500": {"k": "w"}}}, "m[500]: k: v → w"),
        ({"m": {"500": {"k": "v"}}}, {"m": {}}, "m[500]: - k"),
        ({"a": "b"}, {}, "a: - b"),
        ({}, {"a": "b"}, "a: + b"),
        ({"a": "b"}, {"a": ""}, "a: b → ''"),
        ({"a": [1]}, {"a": [1, 2]}, "a: [1] → [1, 2]"),
        ({"a": "1"}, {"a": 1}, "a: '1' → 1"),
        ({"a": {"b": "c"}}, {"a": "text"}, "a: {'b': 'c'} → text"),
        ({"a": 1}, {"a": "a_known_after_present"}, "a: 1 → (known after the run)"),
        ({"a": 1}, {"a": "b_value_known_after_applying"}, "a: 1 → (known after the run)"),
        ({"a": "b\x1b"}, {"a": "c"}, "a: b\\x1b → c"),
    ],
)
def test_an_update_shows_only_what_differs(old, new, line):
    assert changes({"same": 1} | old, {"same": 1} | new) == [line]


def test_of_long_values_the_part_is_shown_in_which_they_differ():
    (line,) = changes({"a": "x" * 200 + "1"}, {"a": "x" * 200 + "2"})
    assert line == f"a: …{'x' * 12}1 → …{'x' * 12}2"
    (line,) = changes({"a": "1" + "x" * 200}, {"a": "2" + "x" * 200})
    assert line.startswith("a: 1x") and "… → 2x" in line and len(line) < 130


def test_a_long_value_is_cut_off():
    long, shown_part = "x" * 61, "x" * 59 + "…"
    assert changes({"b": 1}, {"a": long, "b": 1}) == [f"a: + {shown_part}"]
    assert changes({"a": long, "b": 1}, {"b": 1}) == [f"a: - {shown_part}"]
    assert changes({"m": {"l": "w"}}, {"m": {"k": long, "l": "w"}}) == [f"m: + k: {shown_part}"]
    assert changes({"b": 1}, {"a": long[:60], "b": 1}) == [f"a: + {long[:60]}"]


def test_a_value_that_the_sls_marks_as_sensitive_is_not_shown():
    public = {"old": {"a": 1}, "new": {"a": 2}}
    lines = changes(
        {"a": 1, "s": "one", "m": {"k": "one"}}, {"a": 2, "s": "two", "m": {}}, changes=public
    )
    assert lines == ["a: 1 → 2", "s: (sensitive value)", "m: (sensitive value)"]


@pytest.mark.parametrize("created", ["it", "it_create_new"])
def test_a_replacement_is_one_line_in_either_order(created):
    lines = shown(
        result("it", comment="The resource it will be recreated.")
        if created != "it"
        else ("a_|-b", {"result": True}),
        result("it_delete_old", {"uri": "a", "resource_id": "1"}, None, function="absent"),
        result(created, None, {"uri": "b", "resource_id": "2"}, name="it"),
    )
    assert lines[0] == f"± it  {TYPE}.present"
    # Not the ID, which the changes of Idem do not have either.
    assert lines[1:3] == ["      uri: a → b", ""]
    assert "0 to create, 0 to update, 1 to replace, 0 to delete" in lines[-1]


def test_what_is_deleted_late_is_no_replacement():
    """An earlier run replaced it, and this one updates what it has created."""
    lines = shown(
        result("it", {"uri": "b"}, {"uri": "c"}),
        result("it_delete_old", {"uri": "a"}, None, function="absent"),
    )
    assert [line[0] for line in lines if line.endswith(("present", "absent"))] == ["~", "-"]


def test_a_replacement_shows_what_only_the_old_one_had():
    lines = shown(
        result("it_delete_old", {"uri": "a", "method": "GET"}, None, function="absent"),
        result("it", None, {"uri": "b"}),
    )
    assert "      method: - GET" in lines


def test_a_replacement_whose_deletion_failed_is_shown_in_its_parts():
    lines = shown(
        result("it", None, {"uri": "b"}),
        result(
            "it_delete_old", {"uri": "a"}, {"uri": "a"}, function="absent", result=False, comment=["No."]
        ),
    )
    assert f"+ it  {TYPE}.present" in lines
    assert lines[-4:-2] == [f"! it_delete_old  {TYPE}.absent", "      No."]


@pytest.mark.parametrize(
    "comment",
    [
        f"Would create {TYPE} 'it'",
        f"Updated {TYPE} 'it's'",
        f"{TYPE} 'it' already exists",
        "Its resource_id is a1b2c3d.",
        "Would update parameters: timeout_in_millis",
        "request_parameters: removes append:header.a",
        "Updated tags: Add ['a'] Remove []",
        "Created successfully.",
        "Successfully slept for 1 seconds.",
        "no-op",
    ],
)
def test_what_the_symbol_says_already_is_not_repeated(comment):
    (state,) = results.read([result("it", {}, {"a": 1}, comment=[comment])])
    assert state.sentences == ()


@pytest.mark.parametrize(
    ("label", "comment"),
    [
        ("warning", "Changed outside of Idem: description"),
        ("note", "Would delete a1b2c3d, which an earlier run replaced and could not delete."),
        (
            "warning",
            "a1b2c3d has the same type and URI but differs in description; to import it, set it.",
        ),
        ("note", "description is read-only: its value is ignored."),
    ],
)
def test_warnings_and_notes_are_shown_below_their_state_even_if_nothing_changes(label, comment):
    lines = shown(result("it", {"a": 1}, {"a": 1}, comment=[comment]))
    assert lines[0] == f"  it  {TYPE}.present"
    assert " ".join(" ".join(lines[1:-2]).split()) == f"{label}: {comment}"


def test_failures_come_last_with_all_their_sentences():
    lines = shown(
        result("bad", result=False, comment=["One.", "Two."]),
        result("it", None, {"a": 1}),
        result("after", result=False, comment=REQUISITE),
    )
    assert lines == [
        f"+ it  {TYPE}.present",
        "",
        f"! bad  {TYPE}.present",
        "      One.",
        "      Two.",
        f"! after  {TYPE}.present",
        "      Not executed: it requires bad one (aws.s3.bucket), which failed.",
        "",
        "Plan: 1 to create, 0 to update, 0 to delete, 0 unchanged, 2 failed",
    ]


def test_states_are_in_the_order_in_which_idem_starts_them():
    created = [result(name, None, {"a": 1}, __run_num=number) for number, name in enumerate("abcd")]
    lines = shown(*(created[number] for number in (2, 0, 3, 1)))
    assert [line[2] for line in lines[:4]] == ["a", "b", "c", "d"]


def test_a_failure_is_not_taken_for_a_state_that_idem_replaces():
    comment = "The resource it will be recreated."
    assert shown(result(comment=comment)) == ["Plan: 0 to create, 0 to update, 0 to delete, 0 unchanged"]
    assert shown(result(result=False, comment=comment))[-1].endswith("1 failed")
    assert shown(result(None, None, {"a": 1}, comment=comment))[-1].startswith("Plan: 1 to create")


def test_sentences_suit_a_narrow_terminal(monkeypatch):
    monkeypatch.setattr("sys.stdout.isatty", lambda: True)
    monkeypatch.setenv("NO_COLOR", "1")
    monkeypatch.setenv("COLUMNS", "40")
    lines = shown(result("bad", result=False, comment=["word " * 60]), colours=None)
    assert max(map(len, lines[1:-1])) <= 40


def test_a_name_that_differs_from_the_id_is_shown():
    assert shown(result("it", None, {"a": 1}, name="other"))[0] == f"+ it (other)  {TYPE}.present"


def test_250_creates_are_at_most_260_lines():
    pairs = [result(f"backend-{i}", None, {"a": 1}, comment=["Would create x 'y'"]) for i in range(250)]
    assert len(shown(*pairs)) <= 260


def test_lines_are_at_most_80_columns_wide_without_trailing_spaces():
    lines = shown(result("bad", result=False, comment=["word " * 60]))
    assert len(lines) > 4
    assert all(len(line) <= 80 and line == line.rstrip() for line in lines)


def test_colours_are_for_terminals(monkeypatch):
    created = result("it", None, {"a": 1})
    monkeypatch.setenv("TERM", "xterm-256color")
    assert "\x1b[" in "".join(shown(created, colours=True))
    monkeypatch.setattr("sys.stdout.isatty", lambda: True)
    assert "\x1b[" in "".join(shown(created, colours=None))
    monkeypatch.setenv("NO_COLOR", "1")
    assert "\x1b[" not in "".join(shown(created, colours=None))


@pytest.mark.parametrize("odd", ["a", 5, [1], None, {"a": 1}, ("a", None), b"a", True, {}])
def test_results_of_any_form_are_shown(odd):
    pairs = [("tag", {"result": True, "changes": odd, "old_state": odd, "comment": odd, "new_state": 1})]
    assert shown(*pairs)[-1].startswith("Plan: ")


def test_whether_a_run_was_a_dry_run_is_read_from_its_results():
    def planned(**more):
        return results.is_planned(results.read([result("it", **more)]))

    assert planned(new={"a": 1}, comment=["Would create it"]) is True
    assert planned(new={"a": "a_known_after_present"}) is True
    assert planned(new={"a": "b_value_known_after_applying"}) is True
    assert planned(new={"a": 1}, comment=["Created it"]) is False
    assert planned() is None
