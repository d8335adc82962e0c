"""What Idem makes of SLS files, and what keeps it from running one."""

import pathlib

import pytest

import unrenderable
from idem_apigwv2_integration.command import main, rendering

BACKENDS = """
{% for name in ['orders', 'stock'] %}
{{ name }}:
  aws.apigatewayv2.integration.present:
    - api_id: a1b2c3d4e5
    - integration_type: {{ params.get('kind', 'HTTP_PROXI') }}
    - integration_method: GET
    - integration_uri: https://example.com
    - payload_format_version: '1.0'
{% endfor %}
"""


@pytest.fixture(scope="module")
def loaded():
    """Return the hub of a program, which loads one for all of its files."""
    return rendering.load_hub()


@pytest.fixture
def command(tmp_path, monkeypatch, capsys, loaded):
    """Return a function that validates files of a folder, and returns the lines without the summary."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(rendering, "load_hub", lambda: loaded)

    def validated(*arguments, code, files=()):
        for name, text in dict(files).items():
            pathlib.Path(f"{name}.sls").write_text(text)
        assert main.main(["validate", *arguments]) == code
        return capsys.readouterr().out.splitlines()[:-1]

    return validated


@pytest.mark.parametrize("name", unrenderable.FILES)
def test_why_idem_cannot_run_a_file_is_reported(command, name):
    text, sentence = unrenderable.FILES[name]
    lines = command(f"{name}.sls", code=1, files={name: text})
    assert [line for line in lines if line.startswith(f"{name}.sls:") and sentence in line]


def test_what_is_wrong_with_one_file_does_not_keep_others_from_being_checked(command):
    wrong, missing = command(
        "wrong.sls",
        "not-there.sls",
        "right.sls",
        code=1,
        files={"wrong": "it: [a", "right": "it:\n  aws.s3.bucket.present: []\n"},
    )
    assert wrong.startswith("wrong.sls: Idem can't render it: ")
    assert missing == "not-there.sls: not-there.sls does not exist."


def test_an_advice_about_the_form_is_given_only_where_the_form_may_be_wrong(command):
    (line,) = command("a.sls", code=1, files={"a": "it: {{ nope }}"})
    assert "'nope' is undefined" in line


def test_includes_and_parameters_are_followed(command, tmp_path):
    (tmp_path / "common").mkdir()
    (tmp_path / "common" / "backends.sls").write_text(BACKENDS)
    files = {
        "main": "include:\n  - common.backends\n",
        "one": "kind: HTTP_PROXY\n",
        "two": "{% set protocol = 'HTTP' %}kind: {{ protocol }}_PROXI\n",
    }
    lines = command("main.sls", code=1, files=files)
    included = pathlib.Path("common/backends.sls")
    for line, name in zip(lines, ("orders", "stock"), strict=True):
        assert line.startswith(f"{included}: {name}: integration_type is 'HTTP_PROXI'")
    assert command(str(tmp_path / "main.sls"), "--params", "one.sls", code=0) == []
    # The last parameter file wins.
    assert command("main.sls", "--params", "two.sls", "one.sls", code=0) == []
    command("main.sls", "--params", "one.sls", "two.sls", code=1)
    (line,) = command("main.sls", "--params", "three.sls", code=1)
    assert line == "main.sls: three.sls does not exist."


def test_a_file_of_another_folder_is_named_by_its_whole_path(command, tmp_path, monkeypatch):
    (tmp_path / "a.sls").write_text("it:\n  aws.apigatewayv2.integration.presnt: []\n")
    (tmp_path / "below").mkdir()
    monkeypatch.chdir(tmp_path / "below")
    (line,) = command(str(tmp_path / "a.sls"), code=1)
    assert line.startswith(f"{tmp_path / 'a.sls'}:1: it: function is 'presnt'")


def test_an_extension_of_a_state_that_is_not_there_is_a_problem(command):
    """Idem itself crashes because of it."""
    text = "extend:\n  other:\n    aws.apigatewayv2.integration:\n      - description: x\n"
    line, _ = command("a.sls", code=1, files={"a": text})
    assert line.startswith("a.sls: Idem can't render it: ")


def test_states_of_other_types_are_ignored_and_what_can_not_be_checked_is_named(command):
    files = {
        "other": "it:\n  aws.s3.bucket.present: []\nthat:\n  azure.x.y.present: []\n",
        "later": "#!require:it\nlate:\n  aws.apigatewayv2.integration.present: []\n#!END\n",
    }
    lines = command("other.sls", "later.sls", code=0, files=files)
    assert lines == [
        "later.sls: note: the block `#!require:it` is rendered during a run and was not checked."
    ]
