"""What a state function answers to idem."""

from typing import Any

from idem_apigwv2_integration.gateway import errors

# What may succeed when idem runs a failed state again.
_TRANSIENT = {kind.name for kind in errors.PENDING}

State = dict[str, Any] | None


def done(name: str, old: State, new: State, comment: list[str]) -> dict[str, Any]:
    """Return the answer of a state that is as it should be."""
    return {
        "name": name,
        "result": True,
        "comment": comment,
        "old_state": old,
        "new_state": new,
        # None makes idem compare the two, member by member.
        "changes": {} if old == new else None,
        "rerun_data": None,
    }


def failed(
    name: str, old: State, new: State, comment: list[str], pending: bool = False
) -> dict[str, Any]:
    """Return the answer of a state that is not as it should be.

    Args:
        name: The idem name of the resource.
        old: What was there before.
        new: What is there now, as far as is known; idem saves it.
        comment: What went wrong.
        pending: Whether running the state again may help; see `is_pending`.
    """
    return done(name, old, new, comment) | {
        "result": False,
        # An empty rerun_data would make idem read the resource once more.
        "rerun_data": {"pending": pending},
        # What a failed state has changed all the same is to be remembered.
        "force_save": bool(new) and new != old,
    }


def unreachable(name: str, held: State, answer: dict[str, Any]) -> dict[str, Any]:
    """Return the answer of a state whose exec function failed.

    Args:
        name: The idem name of the resource.
        held: What the ESM holds, or what was read before.
        answer: What the exec function returned.
    """
    pending = answer.get("failure") in _TRANSIENT
    return failed(name, held, held, list(answer["comment"]), pending)


def from_failure(name: str, held: State, failure: errors.Failure) -> dict[str, Any]:
    """Return the answer of a state for which a call to AWS failed."""
    return failed(name, held, held, [str(failure)], failure.kind in errors.PENDING)


def is_pending(answer: dict[str, Any]) -> bool:
    """Tell whether running a state again may help.

    A state that did not run, because one that it requires failed, says nothing about it: it is
    pending as long as idem allows.
    """
    verdict = answer.get("rerun_data") or {"pending": True}
    return answer["result"] is False and verdict["pending"]
