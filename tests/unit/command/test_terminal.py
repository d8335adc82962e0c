"""What is printed suits the standard output."""

import io
import sys

import pytest

from idem_apigwv2_integration.command import main, terminal

TREE = "├── a\n│   └── b: 1 → 2 ± …"


@pytest.mark.parametrize(
    ("encoding", "printed"),
    [
        ("utf-8", TREE + " é"),
        ("ascii", "|-- a\n|   `-- b: 1 -> 2 +/- ... \\xe9"),
        ("cp1252", "|-- a\n|   `-- b: 1 -> 2 +/- ... é"),
    ],
)
def test_characters_that_can_not_be_encoded_are_replaced(monkeypatch, encoding, printed):
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(io.BytesIO(), encoding))
    assert terminal.encodable(TREE + " é") == printed


@pytest.mark.parametrize(
    ("is_terminal", "no_color", "coloured"),
    [(True, "", True), (True, "1", False), (False, "", False)],
)
def test_colours_are_for_terminals(monkeypatch, is_terminal, no_color, coloured):
    monkeypatch.setattr(sys, "stdout", io.StringIO())
    monkeypatch.setattr(sys.stdout, "isatty", lambda: is_terminal)
    monkeypatch.setenv("NO_COLOR", no_color)
    monkeypatch.setenv("TERM", "xterm")
    console = terminal.console()
    console.print("a", style="red")
    assert (terminal.printed(console) != ["a"]) is coloured


def test_a_coloured_line_is_nothing_that_github_actions_executes():
    console = terminal.console(colours=True)
    console.print("  ::error::x a::b", style="red")
    (line,) = terminal.printed(console)
    assert r"  \x3a:error::x a::b" in line and "  ::" not in line


def test_without_a_standard_output_only_the_exit_code_is_left(monkeypatch, tmp_path):
    monkeypatch.setattr(sys, "stdout", None)
    (tmp_path / "results.json").write_text('{"a.b_|-c_|-c_|-present": {"result": false}}')
    assert main.main(["verdict", str(tmp_path / "results.json")]) == 1


def test_ctrl_c_ends_the_command_without_a_traceback(monkeypatch):
    def interrupt(options):
        raise KeyboardInterrupt

    monkeypatch.setattr(main, "_input", interrupt)
    assert main.main(["verdict"]) == 130
