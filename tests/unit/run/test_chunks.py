"""What the plugin knows of states as Idem's compiler has them."""

import pathlib

import idem
import pytest

from idem_apigwv2_integration.run import record

# The requisites of Idem that name no other state.
INDEPENDENT = {"recreate_if_deleted", "recreate_on_update", "sensitive", "unique"}


def test_every_requisite_of_idem_is_known():
    folder = pathlib.Path(idem.__path__[0]) / "idem" / "req"
    theirs = {path.stem for path in folder.glob("*.py")} - {"init", "__init__"}
    assert {*record.NAMING} == theirs - INDEPENDENT


@pytest.mark.parametrize("requisite", record.ORDERING)
def test_a_state_is_run_after_those_that_its_requisites_name(requisite):
    assert record.required({requisite: [{"a.b": "c"}, {"a.b": [{"d[e]": []}]}]}) == {
        ("a.b", "c"),
        ("a.b", "d"),
    }


def test_a_state_is_run_before_those_that_its_prereq_names():
    chunk = {"prereq": [{"a.b": "c"}]}
    assert not record.required(chunk)
    assert list(record.references(chunk)) == [("a.b", "c")]


def test_a_tag_is_taken_apart_as_it_is_put_together():
    chunk = {"state": "a.b", "__id__": "c", "fun": "present", "resource_name": "d"}
    assert record.split_tag(record.tag_of(chunk)) == ["a.b", "c", "d", "present"]
    assert record.split_tag(record.esm_tag(chunk, "_delete_old")) == ["a.b", "c_delete_old", "d", ""]
    assert record.split_tag(None) == [""]


@pytest.mark.parametrize("state_id", ["a_|-b", "_|-", "a_|-a", "a_|-b_|-a"])
def test_an_id_may_contain_the_separator_of_a_tag(state_id):
    chunk = {"state": "a.b", "__id__": state_id, "fun": "present"}
    assert record.split_tag(record.tag_of(chunk)) == ["a.b", state_id, state_id, "present"]
    assert record.split_tag(record.esm_tag(chunk, "_new")) == ["a.b", *[f"{state_id}_new"] * 2, ""]
