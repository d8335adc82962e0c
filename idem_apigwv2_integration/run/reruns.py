"""Which states Idem's reconciler runs again."""

from typing import Any

from idem_apigwv2_integration.run.record import Record


def is_pending(run: Record, result: dict[str, Any]) -> bool:
    """Return whether to run a state again.

    A state that failed for good is run again, without a call to AWS, while states that depend on it are:
    without it among the states of a rerun, Idem looks for it in the ESM only, and reports that it is not
    there, or lets them continue with what an earlier run recorded.
    """
    if result["result"] is not False:
        return False
    known = result.get("rerun_data")
    if not isinstance(known, dict) or not known:
        # Idem did not call the state, because one that it requires failed; or the state raised an
        # exception: only the result that Idem itself returns for that has a `ret`.
        known = {"pending": "ret" not in result}
    if known.get("pending"):
        return True
    # Those that depend on an integration that is as declared may continue: the ESM records it.
    return not known.get("settled") and bool(run.failed_dependents(result.get("tag")))
