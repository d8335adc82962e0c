"""`python -m probe`: prints what it would do, and does it if the account is named."""

from __future__ import annotations

import argparse
import asyncio
import datetime
import math
import pathlib
import signal
import sys
import tempfile
from collections.abc import Callable, Coroutine
from typing import Any

import boto3
import botocore.exceptions

from probe import apis, evidence, life, record
from probe.questions import CASES, There
from probe.sequences import SEQUENCES
from probe.texts import TEXTS
from probe.wire import PACE, Wire

# In this order: a listing right after a write is one page only while there is little to list.
ASKED: dict[str, Any] = {**SEQUENCES, **CASES, **TEXTS}
# Exit codes: everything went well; nothing was done; it ended early, or APIs are left.
DONE, NOTHING_DONE, FAILED = 0, 2, 1


Work = Coroutine[Any, Any, int]


def main(arguments: list[str] | None = None, run: Callable[[Work], int] | None = None) -> int:
    """Run the program and return its exit code.

    Args:
        arguments: The command line; the process's own if left out.
        run: Runs the coroutine that does the work; so that Ctrl-C ends it in order if left out.
    """
    options = _parser().parse_args(arguments)
    if options.no_pace and not options.endpoint:
        print("--no-pace is only for another server than AWS: give --endpoint as well.")
        return NOTHING_DONE
    try:
        session = boto3.Session(profile_name=options.profile, region_name=options.region)
        wire = Wire(session, session.region_name, options.endpoint, paced=not options.no_pace)
        caller = wire.caller()
    except (botocore.exceptions.BotoCoreError, botocore.exceptions.ClientError) as error:
        if options.command == "run":
            print(plan("unknown", options.region or "unknown", options))
        reason = str(error).rstrip(".")
        print(f"Nothing was done: {reason}. Give credentials and a Region as the AWS SDK takes them.")
        return NOTHING_DONE
    if options.command == "clean":
        return _clean(wire, caller, options)
    print(plan(caller["Account"], wire.region, options))
    if options.account is None:
        print(f'To go on: make probe ARGS="--account {caller["Account"]}"')
        return DONE
    if options.account != caller["Account"]:
        print(f"Nothing was done: the credentials belong to {caller['Account']}, not {options.account}.")
        return NOTHING_DONE
    there = There(wire, apis.Apis(wire), caller["Account"], caller["Arn"].split(":")[1])
    return (run or _interruptible)(_probe(there, options))


def plan(account: str, region: str, options: argparse.Namespace) -> str:
    """Return what the probe will do."""
    calls = planned_calls(options.without_life)
    minutes = math.ceil(calls / PACE / 60) + (0 if options.without_life else 1)
    return f"""\
This probe answers {len(ASKED)} questions about the behaviour of Amazon API Gateway v2.

  account   {account}
  Region    {region}
  server    {options.endpoint or "AWS"}
  creates   two APIs, {apis.NAME}-http and {apis.NAME}-websocket, with the tag {apis.TAG}
  deletes   both at its end, also after Ctrl-C or a crash
  touches   no other API
  calls     about {calls}, at most {PACE} a second on average, which takes about {minutes} minutes;
            2, 5 and 10 of them at once, each time after a pause that makes up for it
  costs     nothing: API Gateway charges for calls of an API, and these two get none
  needs     permission for apigateway:GET, POST, PATCH, DELETE and TagResource, and iam:PassRole
"""


def planned_calls(without_life: bool) -> int:
    """Return about how many calls the probe takes."""
    questions = sum(question.calls for question in ASKED.values())
    return apis.CALLS + questions + (0 if without_life else life.CALLS)


async def _probe(there: There, options: argparse.Namespace) -> int:
    seen, lived = {}, []
    try:
        await there.apis.create()
        for number, (name, question) in enumerate(ASKED.items(), start=1):
            print(f"{number:2} of {len(ASKED)}  {evidence.question(name).question}", flush=True)
            seen[name] = await question.ask(there)
        if not options.without_life:
            print("The plugin creates, changes, describes and deletes integrations ...", flush=True)
            with tempfile.TemporaryDirectory() as folder:
                lived = await life.live(there, pathlib.Path(folder))
    finally:
        # Nothing may interrupt this, not even another Ctrl-C.
        left = await asyncio.shield(asyncio.ensure_future(_delete(there.apis)))
    _report(there, options, seen, lived)
    return FAILED if left else DONE


async def _delete(own: apis.Apis) -> list[str]:
    print("Deleting the probe's APIs ...", flush=True)
    try:
        left = await own.delete()
    except apis.Refused as refused:
        left = [str(refused)]
    if left:
        print(f"Not deleted: {', '.join(left)}. Run: make probe-clean", flush=True)
    return left


def _report(
    there: There, options: argparse.Namespace, seen: dict[str, Any], lived: list[dict[str, Any]]
) -> None:
    """Write the report and print what is new."""
    wire = there.wire
    today = datetime.datetime.now(datetime.timezone.utc).date().isoformat()
    source = "probe of AWS" if wire.endpoint is None else f"probe of another server: {options.label}"
    origin = record.Origin(source, today, wire.region, f"boto3 {boto3.__version__}")
    cleaner = record.Cleaner(there, wire.secrets)
    seen = {name: cleaner.cleaned(observation) for name, observation in seen.items()}
    path = options.output or pathlib.Path(f"evidence-{today}-{wire.region}.json")
    known = evidence.questions()
    cleaner.write(path, record.merged(known, seen, origin), lived)
    print(f"\n{wire.calls} calls. The report is {path}. What is new:\n")
    print("\n".join(record.news(known, seen)))
    for step in lived:
        for problem in step["problems"]:
            print(f"plugin     {step['step']}, {step['state']}: {cleaner.clean(problem)}")
    if lived:
        problems = sum(len(step["problems"]) for step in lived)
        print(f"The plugin's life: {len(lived)} states, {problems} problems.")


def _clean(wire: Wire, caller: dict[str, str], options: argparse.Namespace) -> int:
    """Delete what earlier probes have left behind."""
    print(f"Account {caller['Account']}, Region {wire.region}: APIs with the tag {apis.TAG}.")
    if options.account not in (None, caller["Account"]):
        print(f"Nothing was done: the credentials belong to {caller['Account']}, not {options.account}.")
        return NOTHING_DONE
    try:
        deleted, left = asyncio.run(apis.clean(wire))
    except apis.Refused as refused:
        print(refused)
        return FAILED
    print(f"Deleted: {', '.join(deleted) or 'none, there are none'}.")
    if left:
        print(f"Not deleted: {', '.join(left)}.")
    return FAILED if left else DONE


def _interruptible(work: Work) -> int:
    """Run a coroutine; the first Ctrl-C, or a termination, cancels it."""

    async def run() -> int:
        task = asyncio.ensure_future(work)
        interrupted = False

        def interrupt() -> None:
            nonlocal interrupted
            if interrupted:
                print("The probe's APIs are being deleted; it ends in a moment.", flush=True)
            else:
                task.cancel()
            interrupted = True

        for number in (signal.SIGINT, signal.SIGTERM):
            asyncio.get_running_loop().add_signal_handler(number, interrupt)
        try:
            return await task
        except asyncio.CancelledError:
            print("Interrupted: no report was written.")
            return FAILED
        except (apis.Refused, RuntimeError) as error:
            print(f"The probe ended early: {error}")
            return FAILED

    return asyncio.run(run())


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="probe", description=__doc__)
    parser.add_argument("command", nargs="?", choices=["run", "clean"], default="run")
    parser.add_argument("--account", help="the ID of the account in which it may go on")
    parser.add_argument("--region", help="the Region; the SDK's own if left out")
    parser.add_argument("--profile", help="the SDK's profile with the credentials")
    parser.add_argument("--endpoint", help="the URL of another server than AWS")
    parser.add_argument("--label", default="unnamed", help="what that server is called in the report")
    parser.add_argument("--no-pace", action="store_true", help="with --endpoint: as fast as it answers")
    parser.add_argument("--without-life", action="store_true", help="only the questions, without idem")
    parser.add_argument("--output", type=pathlib.Path, help="the file for the report")
    return parser


if __name__ == "__main__":
    sys.exit(main())
