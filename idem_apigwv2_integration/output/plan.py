"""The output plugin ``plan``: what a run changes, a line for each state that changes something."""

from typing import Any


def display(hub, data: Any) -> str:
    """Format the results of ``idem state`` as a plan.

    Args:
        data(Dict[str, Dict[str, Any]]): The results of the states by tag, of every resource type.

    Returns:
        str
            A line for each state that creates (``+``), updates (``~``), replaces (``±``) or deletes
            (``-``) something, what an update changes, warnings, failures, and a summary.

    Examples:
        .. code-block:: bash

            $ idem state shop.sls --test --output=plan
    """
    # Not at the top: pop imports every output plugin at the start of each command of Idem.
    from idem_apigwv2_integration.command import idem_output, results, terminal, verdict

    if not idem_output.holds_results(data):
        return hub.output.nested.display(data)
    lines = verdict.plan(results.read(data.items()), bool(hub.OPT.idem.get("test")))
    # Idem prints it as it is.
    return terminal.encodable("\n".join(lines))
