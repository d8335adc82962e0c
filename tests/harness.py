"""Runs idem as its users do: the installed program, or the same hub within the test's process."""

import asyncio
import contextlib
import copy
import json
import os
import pathlib
import queue
import shutil
import subprocess
import sys
import uuid
from typing import Any

import pop.hub
import yaml

from idem_apigwv2_integration.aws import client

RESOURCE = "aws.apigatewayv2.integration"
PACKAGE = "idem_apigwv2_integration"


def profile(url: str, key: str = "testing", region: str = "us-east-1", **more) -> dict[str, Any]:
    """Return an acct profile that leads to a mock server."""
    return {
        "region_name": region,
        "endpoint_url": url,
        "aws_access_key_id": key,
        "aws_secret_access_key": "not-a-secret",
        **more,
    }


def state(
    identity: str,
    parameters: dict[str, Any],
    function: str = "present",
    resource: str = RESOURCE,
) -> dict[str, Any]:
    """Return one state of an SLS."""
    return {identity: {f"{resource}.{function}": [{key: value} for key, value in parameters.items()]}}


def tag(identity: str) -> str:
    """Return the key of a state's entry in the ESM."""
    return f"{RESOURCE}_|-{identity}_|-{identity}_|-"


def comment(result: dict[str, Any]) -> str:
    """Return the comment of a state in one string; Idem's own comments are one already."""
    found = result["comment"]
    return found if isinstance(found, str) else " ".join(found)


INSTALLED = pathlib.Path(sys.executable).with_name("idem")


class Program:
    """The program `idem`, with a root directory of its own for the ESM.

    Args:
        folder: Where the SLS files, the credentials and the ESM go.
        profiles: The acct profiles for AWS by name.
        idem: The program.
    """

    def __init__(self, folder: pathlib.Path, profiles: dict[str, Any], idem: pathlib.Path = INSTALLED):
        self.folder, self.idem = folder, idem
        (folder / "credentials.yaml").write_text(yaml.safe_dump({"aws": profiles}))

    def __call__(self, *arguments: str, code: int | None = None, **environment: str):
        """Run `idem` and return the finished process; its standard output is plain text."""
        with self.start(*arguments, **environment) as process:
            try:
                stdout, stderr = process.communicate(timeout=300)
            except BaseException:
                process.kill()
                raise
        done = subprocess.CompletedProcess(process.args, process.returncode, stdout, stderr)
        assert "Traceback" not in done.stdout + done.stderr, done.stderr
        if code is not None:
            assert done.returncode == code, done.stdout + done.stderr
        return done

    def start(self, *arguments: str, **environment: str) -> subprocess.Popen[str]:
        """Start `idem` without waiting for its end."""
        command = [str(self.idem), *arguments]
        if arguments[0] in ("state", "refresh"):
            command.append(f"--root-dir={self.folder / 'root'}")
        if arguments[0] != "doc":
            command.append(f"--acct-file={self.folder / 'credentials.yaml'}")
        return subprocess.Popen(
            command,
            cwd=self.folder,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env={**os.environ, "NO_COLOR": "1", **environment},
        )

    def write(self, sls: dict[str, Any] | str) -> str:
        """Write an SLS file and return its name."""
        text = sls if isinstance(sls, str) else yaml.safe_dump(sls, sort_keys=False)
        (self.folder / "wanted.sls").write_text(text)
        return "wanted.sls"

    def state(self, sls: dict[str, Any] | str, *arguments: str) -> dict[str, dict[str, Any]]:
        """Run `idem state` and return the results of the states by their ids."""
        done = self("state", self.write(sls), "--output=json", "--no-progress-bar", *arguments)
        results = json.loads(done.stdout)
        return {result["__id__"]: result for result in results.values()}

    def data(self, *arguments: str) -> Any:
        """Run a command of `idem` and return what it prints as JSON."""
        done = self(*arguments, "--output=json")
        return json.loads(done.stdout)

    def forget(self) -> None:
        """Lose the ESM."""
        shutil.rmtree(self.folder / "root")

    def esm(self) -> dict[str, Any]:
        """Return what the ESM holds."""
        import msgpack

        files = list((self.folder / "root").rglob("esm/local/*.msgpack"))
        return msgpack.loads(files[0].read_bytes()) if files else {}


async def _no_pause(delay: float) -> None:
    return None


class Idem:
    """idem's own machinery within this process: quick, with an ESM that is a dictionary.

    Args:
        plugin: Whether it finds the plugin; otherwise idem-aws's own functions of the resource run.
    """

    def __init__(self, plugin: bool = True):
        self.hub = pop.hub.Hub()
        if not plugin:
            self._hide(PACKAGE)
        self._open_loop()
        self.hub.pop.sub.add(dyne_name="idem")
        self.hub.pop.config.load(["idem", "acct", "rend", "evbus"], cli="idem", parse_cli=False)
        self.hub.SUBPARSER = "state"
        # idem pauses after each of its events; nobody listens to them here.
        self.hub.pop.loop.sleep = _no_pause

    def _hide(self, package: str) -> None:
        """Take a package out of the places where pop looks for functions."""
        self.hub._scan_dynamic()
        for found in self.hub._dynamic.values():
            found["paths"] = [path for path in found["paths"] if package not in pathlib.Path(path).parts]

    def _open_loop(self):
        self.loop = asyncio.new_event_loop()
        asyncio.set_event_loop(self.loop)
        self.hub.pop.loop.CURRENT_LOOP = self.loop

    def apply_and_die(self, write: int, done: bool, sls, profiles, esm) -> bool:
        """Apply states as `apply` does, and stop everything at one of the writes, as SIGKILL does.

        Args:
            write: At which of the writes.
            done: Whether AWS still carries that write out.
            sls: The SLS.
            profiles: The acct profiles.
            esm: The ESM, which stays as it is at that moment.

        Returns:
            Whether there were that many writes.
        """
        call, sent, held = client.Client.execute, [], []

        async def mortal(self, opened, operation, members):
            if held:
                raise asyncio.CancelledError
            if operation.startswith("Get"):
                return await call(self, opened, operation, members)
            request = asyncio.ensure_future(call(self, opened, operation, members))
            sent.append(request)
            dies = len(sent) == write
            if dies and not done:
                request.cancel()
            else:
                await asyncio.wait([request])
            if dies:
                held.append(copy.deepcopy(esm))
                asyncio.get_running_loop().stop()
                await asyncio.Future()
            return await request

        client.Client.execute = mortal
        try:
            self.apply(sls, profiles, esm)
        except RuntimeError as error:
            if "Event loop stopped" not in str(error):
                raise
            self._bury(sent)
            esm.clear()
            esm.update(held[0])
        finally:
            client.Client.execute = call
        return bool(held)

    def _bury(self, sent: list[asyncio.Future]) -> None:
        """Close the event loop: what was sent arrives, and nothing else that runs does anything."""
        tasks = asyncio.all_tasks(self.loop)
        for task in tasks - set(sent):
            task.cancel()
        self.loop.run_until_complete(asyncio.wait(tasks, timeout=60))
        self.loop.run_until_complete(self.loop.shutdown_default_executor())
        self.loop.close()
        self._open_loop()
        self.hub.idem.RUNS.clear()
        self.hub.evbus.BUS = queue.Queue()

    def forget(self) -> None:
        """Forget what is known of accounts, and idem-aws's clients: another process has neither.

        idem-aws keeps a client for each profile forever, and each test has a profile of its own.
        """
        self.hub.exec.aws.apigatewayv2.init.ACCOUNTS.clear()
        self.hub.tool.boto3.client.STORE.clear()

    def context(self, acct: dict[str, Any], test: bool = False, **more) -> Any:
        """Return a context as idem makes it."""
        import dict_tools.data

        return dict_tools.data.NamespaceDict(acct=dict_tools.data.NamespaceDict(acct), test=test, **more)

    def call(self, reference: str, acct: dict[str, Any], test: bool = False, **arguments) -> Any:
        """Call a function of the resource, for example `states.present` or `exec.get`."""
        dyne, function = reference.split(".")
        target = getattr(self.hub, f"{dyne}.{RESOURCE}.{function}")
        context = self.context(acct, test, **arguments.pop("context", {}))
        return self.loop.run_until_complete(target(context, **arguments))

    @contextlib.contextmanager
    def as_command(self, name: str):
        """Call functions as a command of idem does, for example `describe`, while the context lasts."""
        before, self.hub.SUBPARSER = self.hub.SUBPARSER, name
        try:
            yield
        finally:
            self.hub.SUBPARSER = before

    @contextlib.contextmanager
    def option(self, name: str, value: Any):
        """Set one of idem's options while the context lasts."""
        before = self.hub.OPT
        options = {section: dict(before[section].items()) for section in before}
        options["idem"][name] = value
        self.hub.OPT = self.hub.pop.data.imap(options)
        try:
            yield
        finally:
            self.hub.OPT = before

    def drain(self) -> None:
        """Forget the events that idem has put on its bus."""
        while not self.hub.evbus.BUS.empty():
            self.hub.evbus.BUS.get_nowait()

    def apply(
        self,
        sls: dict[str, Any],
        profiles: dict[str, dict[str, Any]],
        esm: dict[str, Any] | None = None,
        test: bool = False,
        invert: bool = False,
        runtime: str = "parallel",
    ) -> dict[str, dict[str, Any]]:
        """Apply states as `idem state` does, the reconciler included; return the results by ID."""
        results = self.apply_all(sls, profiles, esm, test, invert, runtime)
        return {result["__id__"]: result for result in results}

    def apply_all(
        self,
        sls: dict[str, Any],
        profiles: dict[str, dict[str, Any]],
        esm: dict[str, Any] | None = None,
        test: bool = False,
        invert: bool = False,
        runtime: str = "parallel",
    ) -> list[dict[str, Any]]:
        """Apply states as `apply` does; return all results, where states of two types share an ID."""
        return self.loop.run_until_complete(
            self._apply(sls, profiles, {} if esm is None else esm, test, invert, runtime)
        )

    async def _apply(self, sls, profiles, esm, test, invert, runtime):
        hub, name = self.hub, f"run-{uuid.uuid4().hex}"
        hub.idem.RUN_NAME = name
        source = f"json://{json.dumps({'wanted': sls})}"
        arguments = {
            "name": name,
            "sls_sources": [source],
            "render": "json",
            "runtime": runtime,
            "subs": ["states"],
            "cache_dir": None,
            "sls": ["wanted"],
            "test": test,
            "invert_state": invert,
            "acct_data": {"profiles": {"aws": profiles}},
            "acct_profile": "default",
            "managed_state": esm,
        }
        await hub.idem.state.apply(**arguments)
        assert not hub.idem.RUNS[name]["errors"], hub.idem.RUNS[name]["errors"]
        if not test:
            del arguments["name"]
            await hub.reconcile.init.run(
                max_pending_reruns=600,
                plugin="basic",
                pending_plugin="default",
                name=name,
                apply_kwargs=arguments,
            )
        self.drain()
        return list(hub.idem.RUNS.pop(name)["running"].values())
