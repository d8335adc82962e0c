"""The plugin's own life on the probe's APIs, through the installed `idem` program.

Create, no-op, every kind of update and of removal, describe and delete; before each change a dry run,
whose prediction is compared with what the run reports.
"""

from __future__ import annotations

import asyncio
import dataclasses
import json
import os
import pathlib
import sys
from typing import Any

import yaml

from probe.apis import HTTP, WEBSOCKET
from probe.proxy import Proxy
from probe.questions import There

RESOURCE = "aws.apigatewayv2.integration"
IDEM = pathlib.Path(sys.executable).with_name("idem")
# Calls of all steps together, as counted at a server that responds at once.
CALLS = 62
# The plugin's name for what is not known before a run.
_LATER = "known_after_present"

Fields = dict[str, Any]
# For each state the protocol of its API, and its parameters.
Sls = dict[str, tuple[str, Fields]]


@dataclasses.dataclass(frozen=True)
class Step:
    """One step of the life.

    Args:
        name: What it is.
        sls: The states.
        function: Their function.
        dry_run: Whether a dry run comes first.
    """

    name: str
    sls: Sls
    function: str = "present"
    dry_run: bool = True


def steps(there: There) -> list[Step]:
    """Return the steps in their order."""
    created = _created(there)
    updated = _changed(created, _UPDATES)
    removed = _changed(updated, _REMOVALS)
    gone: Sls = {name: (protocol, {}) for name, (protocol, _) in created.items()}
    return [
        Step("create", created, dry_run=False),
        Step("no-op", created, dry_run=False),
        Step("update", updated),
        Step("removal", removed),
        Step("describe", removed, "describe", dry_run=False),
        Step("delete", gone, "absent", dry_run=False),
    ]


def _created(there: There) -> Sls:
    queue = {
        "integration_type": "AWS_PROXY",
        "integration_subtype": "SQS-SendMessage",
        "credentials_arn": there.role,
        "payload_format_version": "1.0",
        "description": "one",
        "request_parameters": {**_MESSAGE, "DelaySeconds": "5"},
    }
    function = {
        "integration_type": "AWS_PROXY",
        "integration_uri": there.function,
        "payload_format_version": "2.0",
        "credentials_arn": there.role,
        "description": "one",
    }
    return {
        "proxy": (HTTP, _PROXY),
        "maps": (HTTP, _PROXY | {"integration_uri": "https://example.com/maps"}),
        "queue": (HTTP, queue),
        "function": (HTTP, function),
        "socket": (WEBSOCKET, _SOCKET),
        "mock": (WEBSOCKET, _MOCK),
        "templates": (WEBSOCKET, _MOCK | {"description": "templates"}),
    }


def _changed(sls: Sls, changes: dict[str, Fields]) -> Sls:
    return {name: (api, fields | changes.get(name, {})) for name, (api, fields) in sls.items()}


# A description tells these integrations from those that the questions leave behind.
_PROXY = {
    "integration_type": "HTTP_PROXY",
    "integration_uri": "https://example.com/one",
    "integration_method": "GET",
    "payload_format_version": "1.0",
    "timeout_in_millis": 1000,
    "description": "one",
    "request_parameters": {"append:header.a": "one", "overwrite:querystring.b": "two"},
    "response_parameters": {
        "200": {"append:header.a": "one", "append:header.b": "two"},
        "404": {"overwrite:statuscode": "403"},
    },
}
_MESSAGE = {"QueueUrl": "https://sqs.example.com/queue", "MessageBody": "$request.body"}
_SOCKET = {
    "integration_type": "HTTP",
    "integration_uri": "https://example.com/one",
    "integration_method": "POST",
    "description": "one",
    "template_selection_expression": "$request.body.action",
    "passthrough_behavior": "NEVER",
    "request_parameters": {"integration.request.header.a": "'one'"},
    "request_templates": {"application/json": "{}", "text/plain": "one"},
}
_MOCK = {
    "integration_type": "MOCK",
    "description": "one",
    "content_handling_strategy": "CONVERT_TO_TEXT",
    "request_templates": {"application/json": "{}"},
}
_UPDATES: dict[str, Fields] = {
    "proxy": {
        "description": "two",
        "integration_uri": "https://example.com/two",
        "integration_method": "ANY",
        "timeout_in_millis": 2000,
        "request_parameters": {"append:header.a": "two", "overwrite:querystring.b": "two"},
        "response_parameters": {**_PROXY["response_parameters"], "500": {"append:header.c": "x"}},
    },
    "queue": {"request_parameters": {**_MESSAGE, "MessageBody": "fixed", "DelaySeconds": "5"}},
    "function": {"payload_format_version": "1.0"},
    "socket": {
        "passthrough_behavior": "WHEN_NO_TEMPLATES",
        "request_templates": {"application/json": "{ }", "text/plain": "one"},
    },
    "mock": {"content_handling_strategy": "CONVERT_TO_BINARY"},
}
_REMOVALS: dict[str, Fields] = {
    "proxy": {
        "description": "",
        "request_parameters": {"append:header.a": "two"},
        "response_parameters": {"200": {"append:header.b": "two"}},
    },
    "queue": {"request_parameters": {**_MESSAGE, "MessageBody": "fixed"}},
    "function": {"credentials_arn": ""},
    "maps": {"request_parameters": {}, "response_parameters": {}},
    "socket": {
        "template_selection_expression": "",
        "request_parameters": {},
        "request_templates": {"text/plain": "one"},
    },
    "mock": {"content_handling_strategy": ""},
    "templates": {"request_templates": {}},
}


class Life:
    """Runs `idem` for the probe.

    Args:
        there: Where the APIs are.
        folder: Where the files for `idem` go.
        url: The endpoint for `idem`.
    """

    def __init__(self, there: There, folder: pathlib.Path, url: str) -> None:
        self._there, self._folder = there, folder
        # The proxy signs; these are no credentials.
        profile = {
            "region_name": there.wire.region,
            "endpoint_url": url,
            "aws_access_key_id": "probe",
            "aws_secret_access_key": "probe",
        }
        accounts = yaml.safe_dump({"aws": {"default": profile}})
        (folder / "accounts.yaml").write_text(accounts)

    async def live(self) -> list[dict[str, Any]]:
        """Run all steps; return for each step and state the result, the comment and what was wrong."""
        found = []
        for step in steps(self._there):
            if step.function == "describe":
                found.append(self._described(await self._run("describe", RESOURCE), step.sls))
                continue
            text = yaml.safe_dump(self._sls(step.sls, step.function))
            (self._folder / "probe.sls").write_text(text)
            dry = await self._states("--test") if step.dry_run else {}
            real = await self._states()
            for state in step.sls:
                result = real.get(state, {})
                found.append(
                    {
                        "step": step.name,
                        "state": state,
                        "result": result.get("result"),
                        "comment": result.get("comment"),
                        "problems": _problems(step, dry.get(state), result),
                    }
                )
        return found

    def _sls(self, sls: Sls, function: str) -> dict[str, Any]:
        return {
            state: {
                f"{RESOURCE}.{function}": [
                    {"api_id": self._there.apis.ids[protocol]},
                    *({key: value} for key, value in fields.items()),
                ]
            }
            for state, (protocol, fields) in sls.items()
        }

    def _described(self, described: dict[str, Any], sls: Sls) -> dict[str, Any]:
        ids = [
            {key: value for item in parameters for key, value in item.items()}["api_id"]
            for state in described.values()
            for parameters in state.values()
        ]
        expected = [self._there.apis.ids[protocol] for protocol, _ in sls.values()]
        # The questions have left integrations as well.
        missing = [one for one in set(expected) if ids.count(one) < expected.count(one)]
        return {
            "step": "describe",
            "state": "",
            "result": not missing,
            "comment": [],
            "problems": [f"API {one} is not described as a whole" for one in missing],
        }

    async def _states(self, *options: str) -> dict[str, Any]:
        results = await self._run(
            "state", "probe.sls", "--no-progress-bar", f"--root-dir={self._folder / 'root'}", *options
        )
        return {result["__id__"]: result for result in results.values()}

    async def _run(self, *arguments: str) -> dict[str, Any]:
        process = await asyncio.create_subprocess_exec(
            str(IDEM),
            *arguments,
            "--output=json",
            "--acct-file=accounts.yaml",
            cwd=self._folder,
            env={**os.environ, "NO_COLOR": "1"},
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
            # Ctrl-C is for the probe, which ends it.
            start_new_session=True,
        )
        try:
            printed, errors = await process.communicate()
        except asyncio.CancelledError:
            process.kill()
            await process.wait()
            raise
        try:
            return json.loads(printed)
        except ValueError:
            command = " ".join(("idem", *arguments))
            raise RuntimeError(f"{command} failed:\n{errors.decode()}") from None


def _problems(step: Step, dry: Fields | None, real: Fields) -> list[str]:
    """Return what is not as it should be: an unexpected failure, or a prediction that was wrong."""
    if not real:
        return ["the state did not run"]
    warned = dry is not None and any("does not document" in line for line in dry["comment"])
    problems = []
    if not real["result"] and not warned and (dry is None or dry["result"]):
        problems.append("it failed")
    if step.name == "no-op" and real["changes"]:
        problems.append(f"it changed {sorted(real['changes'])}")
    if dry is not None and real["result"] and not _agree(dry["new_state"], real["new_state"]):
        problems.append(f"the dry run predicted {dry['new_state']}, and it became {real['new_state']}")
    return problems


def _agree(predicted: Any, held: Any) -> bool:
    if isinstance(predicted, str) and _LATER in predicted:
        return True
    if isinstance(predicted, dict) and isinstance(held, dict):
        later = {key for key, value in predicted.items() if isinstance(value, str) and _LATER in value}
        names = (predicted.keys() | held.keys()) - later
        return all(_agree(predicted.get(name), held.get(name)) for name in names)
    return (predicted or None) == (held or None)


async def live(there: There, folder: pathlib.Path) -> list[dict[str, Any]]:
    """Run the plugin's life and return what happened."""
    with Proxy(there.wire, asyncio.get_running_loop()) as proxy:
        return await Life(there, folder, proxy.url).live()
