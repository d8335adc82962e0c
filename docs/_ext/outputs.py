"""The part of a recorded output that a page shows at first. Nothing here needs Sphinx."""

import re

ANSI = re.compile(r"\x1b\[[0-9;]*m")
# Longer output is shortened to the states of this plugin.
LONG = 30
_OURS = "aws.apigatewayv2.integration."
_SUMMARY = re.compile(r"\w+: \d+ ")


def shortened(output: str, ids: list[str]) -> str | None:
    """Return the states of an output that are of interest, or None if that is all of it.

    Args:
        output: What `idem state` printed, with its colours.
        ids: The IDs of the states to show; without them, those of this plugin.
    """
    blocks, summary = _parts(output)
    if not blocks or (not ids and output.count("\n") <= LONG):
        return None
    kept, left_out = [], []
    for block in blocks:
        state_id, function = state(block)
        if state_id in ids if ids else function.startswith(_OURS):
            kept.append(block)
        else:
            left_out.append(state_id)
    if not left_out:
        return None
    names = ", ".join(dict.fromkeys(left_out))
    return "".join(kept) + f"--------\n(not shown: {names})\n" + summary


def plain(output: str, ids: str) -> str:
    """Return what a page shows of an output, without its colours.

    Args:
        output: What a command printed, with its colours.
        ids: The IDs of the states to show, in words; without them, those of this plugin.
    """
    text = ANSI.sub("", shortened(output, ids.split()) or output)
    return "\n".join(line.rstrip() for line in text.strip("\n").splitlines())


def states(output: str) -> list[str]:
    """Return the IDs of the states in an output."""
    return [state(block)[0] for block in _parts(output)[0]]


def state(block: str) -> tuple[str, str]:
    """Return the ID and the function of one state's part of an output."""
    found = re.search(r"ID: (.*)\nFunction: (.*)\n", ANSI.sub("", block))
    return (found[1], found[2]) if found else ("", "")


def _parts(output: str) -> tuple[list[str], str]:
    """Return the parts of an output, one for each state, and the summary below them."""
    blocks: list[str] = []
    lines = output.splitlines(keepends=True)
    for number, line in enumerate(lines):
        plain = ANSI.sub("", line).rstrip("\n")
        if plain == "--------" and number + 1 < len(lines) and "ID: " in lines[number + 1]:
            blocks.append(line)
        elif blocks and _SUMMARY.match(plain):
            return blocks, "\n" + "".join(lines[number:])
        elif blocks:
            blocks[-1] += line
    return blocks, ""
