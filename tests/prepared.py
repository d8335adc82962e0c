"""The installed programs in processes that begin with everything loaded.

The start of `idem` takes longer than a run: it imports a thousand modules and builds its hub. A server
does that once and forks for each call: a new process with the arguments, the environment, the folder
and the streams of its caller. Tests of signals and of the installation start the installed programs
themselves.
"""

import atexit
import contextlib
import gc
import importlib.metadata
import json
import os
import pathlib
import socket
import subprocess
import sys
import threading
from collections.abc import Callable
from typing import Any

import boto3
import pop.hub

import sdk

NAMES = ("idem", "idem-apigwv2")
FOLDER = pathlib.Path(sys.executable).parent
CLIENT = """#!{python} -SI
import json, os, socket, sys
with socket.socket(socket.AF_UNIX) as server:
    server.connect({address!r})
    call = [sys.argv[0], sys.argv[1:], os.getcwd(), dict(os.environ)]
    socket.send_fds(server, [json.dumps(call).encode()], [0, 1, 2])
    server.shutdown(socket.SHUT_WR)
    sys.exit(int(server.recv(16) or 70))
"""


class Programs:
    """A server that runs `idem` and `idem-apigwv2`; `folder` has the programs that call it.

    Args:
        folder: An empty folder with a short path: that of a socket has at most a hundred characters.
    """

    def __init__(self, folder: pathlib.Path):
        self.folder, address = folder, str(folder / "socket")
        for name in NAMES:
            (folder / name).write_text(CLIENT.format(python=sys.executable, address=address))
            (folder / name).chmod(0o755)
        with socket.socket(socket.AF_UNIX) as listening:
            listening.bind(address)
            listening.listen(64)
            self._server = subprocess.Popen(
                [sys.executable, __file__, str(listening.fileno())],
                pass_fds=[listening.fileno()],
                env={**os.environ, "HOME": str(folder)},
            )

    def stop(self) -> None:
        """Stop the server."""
        self._server.terminate()
        self._server.wait()


def _serve(listening: socket.socket) -> None:
    """Load what the programs load, and fork for each call."""
    # What `idem.scripts.start` does, up to the call that reads the arguments.
    hub = pop.hub.Hub()
    hub.pop.sub.add(dyne_name="idem")
    (command,) = importlib.metadata.entry_points(group="console_scripts", name="idem-apigwv2")
    programs = {"idem": hub.idem.init.cli, "idem-apigwv2": command.load()}
    _list_installed_once(hub)
    # Loads the modules that read the configuration; each call reads its own.
    hub.pop.config.load([*hub.idem.CONFIG_LOAD], cli="idem", parse_cli=False, logs=False)
    sdk.share_data()
    for service in ("sts", "apigatewayv2"):
        boto3.Session().client(service, region_name="us-east-1")
    # No process has to look through what all of them share.
    gc.freeze()
    while True:
        _reap()
        connection, _ = listening.accept()
        if not os.fork():
            listening.close()
            _handle(connection, programs)
            os._exit(0)
        connection.close()


def _list_installed_once(hub: pop.hub.Hub) -> None:
    """List what is installed for all calls: idem does it at each start, which is half of its time."""
    names = hub.tool.pip.freeze.func.__globals__
    installed = [*names["freeze_"]()]
    names["freeze_"] = lambda: installed


def _reap() -> None:
    """Wait for calls that have ended."""
    with contextlib.suppress(ChildProcessError):
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass


def _handle(connection: socket.socket, programs: dict[str, Callable]) -> None:
    """Run one call in a process of its own, and send its exit code."""
    data, streams, *_ = socket.recv_fds(connection, 1 << 16, 3)
    while more := connection.recv(1 << 16):
        data += more
    child = os.fork()
    if child:
        _, status = os.waitpid(child, 0)
        connection.sendall(str(os.waitstatus_to_exitcode(status)).encode())
        return
    connection.close()
    for number, stream in enumerate(streams):
        os.dup2(stream, number)
        os.close(stream)
    program, arguments, folder, environment = json.loads(data)
    os.chdir(folder)
    os.environ.clear()
    os.environ.update(environment)
    name = pathlib.Path(program).name
    sys.argv = [str(FOLDER / name), *arguments]
    try:
        code = programs[name]()
    except SystemExit as exit_:
        code = exit_.code
    _end(code)


def _end(code: Any) -> None:
    """End as the interpreter does, but do not free a thousand modules, which takes as long as a call."""
    if not isinstance(code, int | None):
        print(code, file=sys.stderr)
        code = 1
    # Waits for threads; the private functions are those of the interpreter and of multiprocessing.
    threading._shutdown()
    atexit._run_exitfuncs()
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code or 0)


if __name__ == "__main__":
    sys.path[0] = str(FOLDER)
    _serve(socket.socket(fileno=int(sys.argv[1])))
