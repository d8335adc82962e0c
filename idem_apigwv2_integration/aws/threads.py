"""Threads for calls that wait for AWS, which do not keep the program from ending.

At its end, Python waits for the threads of a ThreadPoolExecutor, whatever these wait for: after Ctrl-C
the program would run until the last call has its response.
"""

import concurrent.futures
import contextlib
import os
import threading
from collections.abc import Callable
from typing import Any


class DaemonExecutor(concurrent.futures.Executor):
    """Calls each function in a daemon thread of its own.

    Args:
        most: How many functions run at once; None for no limit.
    """

    def __init__(self, most: int | None = None) -> None:
        self._turn: contextlib.AbstractContextManager[Any] = (
            threading.Semaphore(most) if most else contextlib.nullcontext()
        )

    def submit(
        self, function: Callable[..., Any], /, *args: Any, **kwargs: Any
    ) -> "concurrent.futures.Future[Any]":
        """Call a function and return the future of its result."""
        future: concurrent.futures.Future[Any] = concurrent.futures.Future()

        def work() -> None:
            with self._turn:
                if not future.set_running_or_notify_cancel():
                    return
                try:
                    future.set_result(function(*args, **kwargs))
                except BaseException as error:
                    future.set_exception(error)

        threading.Thread(target=work, name=__name__, daemon=True).start()
        return future


def interruptible(hub) -> None:
    """Let pop run blocking functions in daemon threads, unless it has an executor of another kind.

    They are the calls of all of idem-aws, that of STS before the first state among them. As many run at
    once as in the executor that is replaced.
    """
    if type(hub.pop.loop.EXECUTOR) in (type(None), concurrent.futures.ThreadPoolExecutor):
        hub.pop.loop.EXECUTOR = DaemonExecutor(min(32, (os.cpu_count() or 1) + 4))
