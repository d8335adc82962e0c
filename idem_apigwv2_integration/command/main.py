"""The command line of `idem-apigwv2`."""

import argparse
import os
import pathlib
import sys
from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from idem_apigwv2_integration import version
from idem_apigwv2_integration.command import (
    api_map,
    idem_output,
    rendering,
    terminal,
    validate,
    verdict,
)
from idem_apigwv2_integration.resource.type import PROTOCOLS

# As shells report a program that Ctrl-C ended.
_INTERRUPTED = 130


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command, with the arguments of the process by default, and return the exit code."""
    options = _parser().parse_args(arguments)
    try:
        lines, code = _report(options)
        print(terminal.encodable("\n".join(lines)), flush=True)
    except BrokenPipeError:
        # The reader, such as `head`, has ended. Python would try to write the rest at its own end.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except KeyboardInterrupt:
        return _INTERRUPTED
    return code


def _report(options: argparse.Namespace) -> tuple[list[str], int]:
    """Return what to print, and the exit code."""
    try:
        if options.command == "validate":
            rendered = rendering.render(options.files, options.params)
            return validate.report(rendered, options.protocol, options.strict, options.format)
        output = _input(options)
    except OSError as error:
        return idem_output.failure(error, options.format)
    if options.command == "map":
        return api_map.report(output, options.format)
    return verdict.report(output, options.detailed_exitcode, options.strict, options.format)


def _input(options: argparse.Namespace) -> str:
    if options.file:
        return idem_output.decode(pathlib.Path(options.file).read_bytes())
    # Without a standard input, Python has None there.
    return idem_output.decode(sys.stdin.buffer.read() if sys.stdin else b"")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="idem-apigwv2", description="Checks SLS files and runs of `idem state`, and draws APIs."
    )
    parser.add_argument("--version", action="version", version=f"%(prog)s {version.version}")
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", dest="command", required=True)
    for name, declared in _COMMANDS.items():
        command = commands.add_parser(name, help=declared.help, description=declared.description)
        for argument, settings in declared.arguments.items():
            command.add_argument(argument, **settings)
        default, *others = declared.forms
        command.add_argument(
            "--format",
            choices=(default, *others),
            default=default,
            help=f"how to print it; default: {default}",
        )
    return parser


class _Command(NamedTuple):
    """A command with the settings of its arguments; by default, it prints the first of its forms."""

    help: str
    description: str
    forms: Iterable[str]
    arguments: dict[str, dict[str, Any]]


_FILE = {"nargs": "?", "metavar": "FILE", "help": "the output; standard input by default"}

_COMMANDS = {
    "validate": _Command(
        help="check the integrations and responses in SLS files, offline",
        description="Renders SLS files as Idem does and checks each state of "
        "aws.apigatewayv2.integration, .integration_response and .route_response. Needs no credentials "
        "and no network. Exit code: 0 if nothing is wrong, 1 otherwise.",
        forms=validate.FORMS,
        arguments={
            "files": {"nargs": "+", "metavar": "FILE", "help": "an SLS file, checked by itself"},
            "--params": {
                "nargs": "+",
                "default": [],
                "metavar": "FILE",
                "help": "parameter files, as for `idem state`",
            },
            "--protocol": {
                "choices": PROTOCOLS,
                "help": "the protocol of APIs that a file does not declare",
            },
            "--strict": {"action": "store_true", "help": "exit with 1 if there are notes"},
        },
    ),
    "verdict": _Command(
        help="print what a run of `idem state --output=json` changed and what failed",
        description="Reads what `idem state --output=json` printed, prints what the run changes, the "
        "warnings, what failed, and a summary. Exit code: 0 if every state succeeded, 1 otherwise.",
        forms=verdict.FORMS,
        arguments={
            "file": _FILE,
            "--detailed-exitcode": {
                "action": "store_true",
                "help": "exit with 2 if every state succeeded and at least one has changes: with the "
                "output of `idem state --test`, if changes are pending",
            },
            "--strict": {"action": "store_true", "help": "exit with 1 if there are warnings"},
        },
    ),
    "map": _Command(
        help="print APIs with their routes, integrations and responses",
        description="Reads what `idem describe 'aws.apigatewayv2.*' --output=json` printed and prints "
        "each API with its routes, integrations and responses. Routes without a target, integrations "
        "without a route, and missing responses of two-way routes are marked.",
        forms=api_map.FORMS,
        arguments={"file": _FILE},
    ),
}
