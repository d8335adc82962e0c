"""What is measured: the rows of the table, each with its bound."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

# AWS's quota for an account and Region, seen from 50 ms away.
FAR = {"latency": 0.05}
QUOTA = {**FAR, "rate": 10, "burst": 40}
CONFLICT = {**FAR, "conflict": True, "write_time": 0.02}

TIMEOUT, OTHER_TIMEOUT = 30000, 5000

Counts = dict[str, int]


@dataclass(frozen=True)
class Row:
    """One row of the table.

    Attributes:
        name: What `--rows` calls it.
        title: What the table and the chart call it.
        job: `present`, `absent`, `describe` or `ping`.
        apis: How many APIs there are.
        size: How many integrations each has, or is to have.
        before: Whether they exist before the measured run.
        timeout: The timeout that the measured run asks for.
        conditions: How the mock server behaves during the measured run.
        calls: The bound on the calls, in words.
        few_enough: Whether a run's calls keep to it.
        ratio: The bound on our time, or memory, relative to idem-aws's.
        memory: Whether it is about the peak memory, not the time.
    """

    name: str
    title: str
    job: str
    apis: int = 1
    size: int = 0
    before: bool = True
    timeout: int = TIMEOUT
    conditions: dict[str, Any] = field(default_factory=dict)
    calls: str = ""
    few_enough: Callable[[Counts], bool] = lambda counts: True
    ratio: float | None = None
    memory: bool = False


def _at_most(total: int) -> Callable[[Counts], bool]:
    return lambda counts: sum(counts.values()) <= total


def _writes(operation: str, most: int, others: int = 4) -> Callable[[Counts], bool]:
    def few_enough(counts: Counts) -> bool:
        made = counts.get(operation, 0)
        return made <= most and sum(counts.values()) - made <= others

    return few_enough


ROWS = (
    Row("start", "start-up (idem exec test.ping)", "ping", apis=0, calls="0", few_enough=_at_most(0),
        ratio=1.05),
    Row("noop", "no-op of 200, no latency", "present", size=200, calls="6", few_enough=_at_most(6),
        ratio=0.75),
    Row("noop-quota", "no-op of 200, quota", "present", size=200, conditions=QUOTA, calls="6",
        few_enough=_at_most(6), ratio=0.2),
    Row("create", "create 100, quota", "present", size=100, before=False, conditions=QUOTA,
        calls="104, refused ones included", few_enough=_at_most(104), ratio=0.5),
    # Without the quota there is no bound on the time: one write after the other, each with its way to
    # AWS and back, is half of what idem-aws takes already.
    Row("conflict", "create 100, conflicts", "present", size=100, before=False, conditions=CONFLICT,
        calls="110 + 4", few_enough=_writes("CreateIntegration", 110)),
    Row("conflict-quota", "create 100, conflicts and quota", "present", size=100, before=False,
        conditions={**CONFLICT, **QUOTA}, calls="110 + 4",
        few_enough=_writes("CreateIntegration", 110), ratio=0.5),
    Row("update", "update 100 of 100, 50 ms", "present", size=100, timeout=OTHER_TIMEOUT,
        conditions=FAR, calls="100 + 4", few_enough=_writes("UpdateIntegration", 100)),
    Row("absent", "absent of 100, 50 ms", "absent", size=100, conditions=FAR, calls="100 + 4",
        few_enough=_writes("DeleteIntegration", 100)),
    Row("describe", "describe 40 APIs of 10, 50 ms", "describe", apis=40, size=10, conditions=FAR,
        calls="41", few_enough=_at_most(41), ratio=0.45),
    Row("memory", "memory of describe, 100 APIs of 100", "describe", apis=100, size=100, ratio=1.0,
        memory=True),
)  # fmt: skip


def states(api_id: str, row: Row, function: str, timeout: int) -> dict[str, Any]:
    """Gives an SLS with the row's integrations.

    Args:
        api_id: The API.
        row: The row.
        function: `present` or `absent`.
        timeout: The timeout of each integration.

    Returns:
        dict[str, Any]: The states by their ids.
    """
    reference = f"aws.apigatewayv2.integration.{function}"
    wanted = {
        "integration_type": "HTTP_PROXY",
        "integration_method": "GET",
        "payload_format_version": "1.0",
        "timeout_in_millis": timeout,
    }
    sls = {}
    for number in range(row.size):
        arguments: dict[str, Any] = {"api_id": api_id}
        if function == "present":
            arguments |= {**wanted, "integration_uri": f"https://example.com/{number}"}
        sls[f"state-{number:03}"] = {reference: [{name: value} for name, value in arguments.items()]}
    return sls
