"""Functions that run in daemon threads."""

import threading

import pytest

from idem_apigwv2_integration.aws import client


def test_a_thread_does_not_keep_the_program():
    assert client.DaemonExecutor().submit(threading.current_thread).result().daemon


def test_an_exception_is_the_result():
    with pytest.raises(ZeroDivisionError):
        client.DaemonExecutor().submit(lambda: 1 / 0).result()


def test_no_more_functions_than_allowed_run_at_once():
    executor, go_on = client.DaemonExecutor(2), threading.Event()
    both = threading.Barrier(3, timeout=60)

    def work():
        both.wait()
        go_on.wait()

    running = [executor.submit(work) for _ in range(2)]
    both.wait()
    third = executor.submit(int)
    assert not third.running() and not third.done()
    go_on.set()
    assert [future.result() for future in (*running, third)] == [None, None, 0]


def test_functions_without_a_limit_do_not_wait_for_each_other():
    executor, everyone = client.DaemonExecutor(), threading.Barrier(50, timeout=60)
    futures = [executor.submit(everyone.wait) for _ in range(50)]
    assert {future.result() for future in futures} == set(range(50))


def test_a_function_that_was_cancelled_while_it_waited_does_not_run():
    executor, first, called = client.DaemonExecutor(1), threading.Event(), []
    blocking = executor.submit(first.wait)
    waiting = executor.submit(called.append, 1)
    assert waiting.cancel()
    first.set()
    blocking.result()
    for thread in threading.enumerate():
        if thread.name == client.__name__:
            thread.join(60)
    assert called == []
