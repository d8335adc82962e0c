"""What is measured: the rows of the table, each with its bound."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

NEAR = {"latency": 0.05}
# AWS's quota for an account and Region, and the time that AWS takes for a call.
RATE, BURST = 10, 40
QUOTA = {"latency": 0.2, "rate": RATE, "burst": BURST}
CONFLICTS = {**QUOTA, "conflict": True, "write_time": 0.02}

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
        of_quota: The bound on our time, relative to what the quota alone takes.
        of_serial: The bound on our time, relative to the bare script, which writes serially. Idem itself
            takes about a tenth more.
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
    of_quota: float | None = None
    of_serial: float | None = None
    memory: bool = False


def _at_most(total: int) -> Callable[[Counts], bool]:
    return lambda counts: sum(counts.values()) <= total


def _written(name: str, title: str, job: str, calls: int, **more: Any) -> Row:
    """Return a row about writes under the quota, scaled by the number of integrations.

    Args:
        name: The name of the row.
        title: Its title.
        job: `present` or `absent`.
        calls: The bound on the calls for 100 integrations.
        more: What else the row says.
    """
    total = more.get("apis", 1) * more["size"]
    most = calls * total // 100
    return Row(
        name, title, job, **{"conditions": QUOTA, **more}, calls=str(most), few_enough=_at_most(most)
    )


ROWS = (
    Row("start", "start-up (idem exec test.ping)", "ping", apis=0, calls="0", few_enough=_at_most(0),
        ratio=1.05),
    Row("noop", "no-op of 200, no latency", "present", size=200, calls="6", few_enough=_at_most(6),
        ratio=0.75),
    Row("noop-quota", "no-op of 200, quota", "present", size=200, conditions=QUOTA, calls="6",
        few_enough=_at_most(6), ratio=0.2),
    _written("create", "create 100", "present", 115, size=100, before=False, ratio=0.5, of_quota=1.6),
    _written("update", "update 100", "present", 115, size=100, timeout=OTHER_TIMEOUT, ratio=0.4,
             of_quota=1.6),
    _written("absent", "delete 100", "absent", 115, size=100, ratio=0.55, of_quota=1.6),
    _written("conflict-some", "create 100, 1 overlap in 10 conflicts", "present", 125, size=100,
             before=False, conditions={**CONFLICTS, "conflict_probability": 0.1}, of_quota=2.2),
    _written("conflict-all", "create 100, every overlap conflicts", "present", 118, size=100,
             before=False, conditions=CONFLICTS, of_serial=1.0),
    _written("create-300", "create 300 in one API", "present", 115, size=300, before=False, ratio=0.5,
             of_quota=1.6),
    _written("create-10x30", "create 30 in each of 10 APIs", "present", 115, apis=10, size=30,
             before=False, ratio=0.5, of_quota=1.6),
    Row("describe", "describe 40 APIs of 10, 50 ms", "describe", apis=40, size=10, conditions=NEAR,
        calls="41", few_enough=_at_most(41), ratio=0.45),
    Row("memory", "memory of describe, 100 APIs of 100", "describe", apis=100, size=100, ratio=1.0,
        memory=True),
)  # fmt: skip


def quota_alone(row: Row) -> float:
    """Return the seconds that the least calls for a row's writes take under the quota."""
    return max(0.0, (row.apis * row.size + 2 * row.apis - BURST) / RATE)


def states(apis: list[str], row: Row, function: str, timeout: int) -> dict[str, Any]:
    """Return an SLS with the row's integrations.

    Args:
        apis: The APIs.
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
    for api_id in apis:
        for number in range(row.size):
            arguments: dict[str, Any] = {"api_id": api_id}
            if function == "present":
                arguments |= {**wanted, "integration_uri": f"https://example.com/{number}"}
            sls[f"{api_id}-{number:03}"] = {
                reference: [{name: value} for name, value in arguments.items()]
            }
    return sls
