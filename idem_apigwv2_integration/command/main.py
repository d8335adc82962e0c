"""The command line of `idem-apigwv2`."""

import argparse
import os
import pathlib
import sys
from collections.abc import Iterable, Sequence
from typing import Any

from idem_apigwv2_integration import version
from idem_apigwv2_integration.command import api_map, formats, idem_output, terminal, verdict
from idem_apigwv2_integration.resource.type import PROTOCOLS

# As shells report a program that Ctrl-C ended.
_INTERRUPTED = 130


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command, with the arguments of the process by default, and return the exit code."""
    options = _parser().parse_args(arguments)
    try:
        lines, code = options.run(options)
        print(terminal.encodable("\n".join(lines)), flush=True)
    except BrokenPipeError:
        # The reader, such as `head`, has ended. Python would try to write the rest at its own end.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except KeyboardInterrupt:
        return _INTERRUPTED
    return code


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="idem-apigwv2", description="Checks SLS files and runs of `idem state`, and draws APIs."
    )
    parser.add_argument("--version", action="version", version=f"%(prog)s {version.version}")
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)
    _add_validate(commands)
    _add_verdict(commands)
    _add_map(commands)
    return parser


def _add_validate(commands: Any) -> None:
    checks = commands.add_parser(
        "validate",
        help="check the integrations and responses in SLS files, offline",
        description="Renders SLS files as Idem does and checks each state of "
        "aws.apigatewayv2.integration, .integration_response and .route_response. "
        "Needs no credentials and no network. Exit code: 0 if nothing is wrong, 1 otherwise.",
    )
    checks.add_argument("files", nargs="+", metavar="FILE", help="an SLS file, checked by itself")
    checks.add_argument(
        "--params", nargs="+", default=[], metavar="FILE", help="parameter files, as for `idem state`"
    )
    checks.add_argument(
        "--protocol",
        choices=PROTOCOLS,
        help="the protocol of APIs that a file does not declare",
    )
    checks.add_argument("--strict", action="store_true", help="exit with 1 if there are notes")
    _add_format(checks, formats.FINDINGS)
    checks.set_defaults(run=_validate)


def _add_verdict(commands: Any) -> None:
    verdicts = commands.add_parser(
        "verdict",
        help="print what a run of `idem state --output=json` changed and what failed",
        description="Reads what `idem state --output=json` printed, prints what the run changes, the "
        "warnings, what failed, and a summary. Exit code: 0 if every state succeeded, 1 otherwise.",
    )
    _add_input(verdicts)
    verdicts.add_argument(
        "--detailed-exitcode",
        action="store_true",
        help="exit with 2 if every state succeeded and at least one has changes: with the output of "
        "`idem state --test`, if changes are pending",
    )
    verdicts.add_argument("--strict", action="store_true", help="exit with 1 if there are warnings")
    _add_format(verdicts, formats.RUN)
    verdicts.set_defaults(run=_verdict)


def _add_map(commands: Any) -> None:
    maps = commands.add_parser(
        "map",
        help="print APIs with their routes, integrations and responses",
        description="Reads what `idem describe 'aws.apigatewayv2.*' --output=json` printed and prints "
        "each API with its routes, integrations and responses. Routes without a target, integrations "
        "without a route, and missing responses of two-way routes are marked.",
    )
    _add_input(maps)
    _add_format(maps, api_map.FORMS)
    maps.set_defaults(run=_map)


def _add_input(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", nargs="?", metavar="FILE", help="the output; standard input by default")


def _add_format(parser: argparse.ArgumentParser, forms: Iterable[str]) -> None:
    """Add the option of the form, by default the first one."""
    default, *others = forms
    parser.add_argument(
        "--format",
        choices=(default, *others),
        default=default,
        help=f"how to print it; default: {default}",
    )


def _validate(options: argparse.Namespace) -> tuple[list[str], int]:
    # Idem and its plugins take a second to import, which `verdict` does not need.
    from idem_apigwv2_integration.command import rendering, validate

    rendered = rendering.render(options.files, options.params)
    return validate.report(rendered, options.protocol, options.strict, options.format)


def _verdict(options: argparse.Namespace) -> tuple[list[str], int]:
    try:
        output = _input(options)
    except OSError as error:
        return formats.failure([_unreadable(options, error)], options.format), 1
    return verdict.report(output, options.detailed_exitcode, options.strict, options.format)


def _map(options: argparse.Namespace) -> tuple[list[str], int]:
    try:
        return api_map.report(_input(options), options.format)
    except OSError as error:
        return [_unreadable(options, error)], 1


def _unreadable(options: argparse.Namespace, error: OSError) -> str:
    return f"{options.file or 'Standard input'} can't be read: {error.strerror}."


def _input(options: argparse.Namespace) -> str:
    if options.file:
        return idem_output.decode(pathlib.Path(options.file).read_bytes())
    # Without a standard input, Python has None there.
    return idem_output.decode(sys.stdin.buffer.read() if sys.stdin else b"")
