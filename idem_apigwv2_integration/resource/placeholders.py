"""What a dry run shows for a value that is only known after a state was applied."""

from typing import Any

KNOWN_AFTER_PRESENT = "known_after_present"
# What Idem itself puts where a binding's value is not known in a dry run.
_MARKS = (f"_{KNOWN_AFTER_PRESENT}", "_value_known_after_applying")


def placeholder(name: str) -> str:
    """Return the placeholder for a value that is not known yet."""
    return f"{name}_{KNOWN_AFTER_PRESENT}"


def is_placeholder(value: Any) -> bool:
    """Tell whether a value is, or contains, a placeholder."""
    if isinstance(value, dict):
        return any(is_placeholder(part) for pair in value.items() for part in pair)
    return isinstance(value, str) and any(mark in value for mark in _MARKS)


def is_open(value: Any) -> bool:
    """Tell whether a value as a whole is not known yet."""
    return isinstance(value, str) and is_placeholder(value)
