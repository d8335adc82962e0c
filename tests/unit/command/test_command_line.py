"""The command line of `idem-apigwv2` within this process; tests/program runs the installed command."""

import io
import json
import os
import sys

import pytest

from idem_apigwv2_integration.command import main

GOOD = """
it:
  aws.apigatewayv2.integration.present:
    - api_id: a
    - integration_type: MOCK
"""


def test_validate(tmp_path, capsys):
    good, bad, broken = (tmp_path / f"{name}.sls" for name in ("good", "bad", "broken"))
    good.write_text(GOOD)
    bad.write_text(GOOD.replace("MOCK", "MOC") + "    - timeout_in_millis: '5'\n")
    broken.write_text("it: {{ nope }}")
    assert main.main(["validate", str(good)]) == 0
    assert capsys.readouterr().out.endswith("1 integration in 1 file checked: 0 problems.\n")
    assert main.main(["validate", str(bad), str(broken)]) == 1
    first, second, third, summary = capsys.readouterr().out.splitlines()
    assert first.startswith(f"{bad}:5: it: integration_type is 'MOC'")
    assert second.startswith(f"{bad}:6: it: timeout_in_millis is '5'")
    assert third.startswith(f"{broken}: Idem can't render it: ")
    assert summary == "1 integration in 2 files checked: 3 problems."


def test_verdict(tmp_path, capsys):
    output = tmp_path / "results.json"
    output.write_text('{"a.b_|-c_|-c_|-present": {"__id__": "c", "result": true, "changes": {"a": 1}}}')
    assert main.main(["verdict", str(output)]) == 0
    assert main.main(["verdict", str(output), "--detailed-exitcode"]) == 2
    assert main.main(["verdict", str(tmp_path)]) == 1
    assert capsys.readouterr().out.splitlines()[-1].endswith("can't be read: Is a directory.")
    assert main.main(["verdict", str(tmp_path), "--format=json"]) == 1
    assert json.loads(capsys.readouterr().out)["error"].endswith("can't be read: Is a directory.")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_the_results_may_have_any_encoding_that_a_shell_writes(tmp_path, capsys, encoding):
    output = tmp_path / "results.json"
    results = '{"a.b_|-c_|-c_|-present": {"result": false, "comment": "caf\u00e9"}}'
    output.write_bytes(results.encode(encoding))
    assert main.main(["verdict", str(output)]) == 1
    assert "      caf\u00e9" in capsys.readouterr().out.splitlines()


def test_version(capsys):
    with pytest.raises(SystemExit) as ended:
        main.main(["--version"])
    assert ended.value.code == 0
    assert capsys.readouterr().out.startswith("idem-apigwv2 ")


DESCRIBED = {
    "shop": {
        "aws.apigatewayv2.api.present": [{"resource_id": "a1b2c3d4e5"}, {"name": "shop"}],
    }
}


class Stream:
    """A standard input, as Python has it."""

    def __init__(self, content):
        self.buffer = io.BytesIO(content)


def test_map(tmp_path, monkeypatch, capsys):
    described = json.dumps(DESCRIBED)
    (tmp_path / "apis.json").write_text(described)
    assert main.main(["map", str(tmp_path / "apis.json")]) == 0
    printed = capsys.readouterr().out
    assert "a1b2c3d4e5" in printed
    monkeypatch.setattr(sys, "stdin", Stream(described.encode()))
    assert main.main(["map"]) == 0
    assert capsys.readouterr().out == printed
    assert main.main(["map", str(tmp_path)]) == 1
    assert capsys.readouterr().out == f"{tmp_path} can't be read: Is a directory.\n"


def test_without_a_standard_input_the_input_is_empty(monkeypatch, capsys):
    monkeypatch.setattr(sys, "stdin", None)
    assert main.main(["verdict"]) == 1
    assert capsys.readouterr().out == "The input is empty: Idem printed nothing.\n"


def test_a_reader_that_ends_early_does_not_change_the_exit_code(tmp_path, monkeypatch):
    output = tmp_path / "results.json"
    output.write_text('{"a.b_|-c_|-c_|-present": {"result": false, "comment": "d"}}')
    reader, writer = os.pipe()
    os.close(reader)
    stream = os.fdopen(writer, "w")
    monkeypatch.setattr(sys, "stdout", stream)
    assert main.main(["verdict", str(output)]) == 1
    # Python does the same at its end, and prints an exception if that fails.
    stream.close()


def test_ctrl_c_ends_as_shells_expect_it(monkeypatch, capsys):
    def interrupted(options):
        raise KeyboardInterrupt

    monkeypatch.setattr(main, "_report", interrupted)
    assert main.main(["verdict"]) == 130
    assert capsys.readouterr().out == ""
