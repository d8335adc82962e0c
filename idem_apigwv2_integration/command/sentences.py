"""What the sentences of a state that succeeded are: routine, notes, or warnings.

A warning is for someone to look at: the run may not do what is meant, or left something behind. Only
warnings matter to `verdict --strict`. A note explains what the plugin did, and needs nothing to be done.
"""

import enum
import re
from typing import NamedTuple

from idem_apigwv2_integration.command import KINDS


class Level(enum.Enum):
    """How much a sentence matters."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"


class Sentence(NamedTuple):
    """A sentence of a state's comment."""

    level: Level
    text: str


# What repeats the symbol of a state and its changes, as Idem, idem-aws and `messages` say it.
_ROUTINE = re.compile(
    r"(?:would )?(?:create|update|delete)d? (?:\S+ )?'.*'\.?"
    r"|(?:would )?updated? (?:parameters|tags|status|options)\b.*"
    r"|\S+ '.*' already (?:exists|absent)\.?"
    r"|Its resource_id is .*"
    r"|\w+: (?:removes|removed) .*"
    r"|no-op|.*\bsuccess(?:ful|fully)?[.!]?"
    r"|(?:would sleep|successfully slept) for .*",
    re.IGNORECASE,
)
# Of the plugin's own sentences, those that need nothing to be done; all others are warnings.
_NOTES = re.compile(
    # An adoption is what a state without resource_id asks for, and a run does what its dry run says.
    r"(?:Would adopt|Adopted) \S+: .*"
    # The usual state of files that share an ESM.
    r"|The ESM records \S+ for .*, which is not in this run\..*"
    # `absent` of what earlier runs deleted says so every time.
    r"|The SLS gives no resource_id and the ESM records none: .*"
    # What earlier runs and lost responses left, and this run has settled.
    r"|(?:Would delete|Deleted) \S+, which an earlier run replaced .*"
    r"|\S+ (?:would be|is) deleted with (?:API|integration|route) .*"
    r"|AWS's response to the create was lost; .* was found and kept\."
    # idem-aws's `describe` writes such parameters.
    r"|\w+ is read-only: .*"
    # What only the run can know.
    r"|Which .* is known after the state .*"
    r"|The result of .* is known after .*"
    r"|.* is not resolved in an inverted run: .*"
    r"|.* deleted by a state of this run before this search\."
)


def classify(kind: str, texts: list[str]) -> list[Sentence]:
    """Return what is worth showing of the comment of a state that succeeded.

    Args:
        kind: The resource type. Of other ones than the plugin's own, which sentences are warnings is not
            known.
        texts: The sentences.
    """
    own = kind in KINDS
    return [
        Sentence(Level.WARNING if own and not _NOTES.fullmatch(text) else Level.NOTE, text)
        for text in texts
        if not _ROUTINE.fullmatch(text)
    ]
