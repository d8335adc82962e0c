"""What is known of AWS's behaviour where its documentation is silent, question by question.

The facts are in ``evidence.json``; a report of the probe has the same form. Neither the package nor the
mock server reads it: a maintainer edits a column of the field table and a default of the mock server.
"""

import dataclasses
import functools
import json
import pathlib
from typing import Any

FILE = pathlib.Path(__file__).with_name("evidence.json")
FORMAT = 1


@dataclasses.dataclass(frozen=True)
class Question:
    """One question about AWS.

    Args:
        question: The question, as a clause: "whether an update removes ...".
        answers: The possible answers, each with its meaning; None for a free text.
        assumed: What the mock server does while the answer is unknown.
        answer: What AWS does; None while that is unknown.
        source: Who found out.
        date: When, as an ISO date.
        region: The AWS Region in which it was observed.
        sdk: The SDK and its version.
        request: The request that shows it.
        response: AWS's response to that request.
        note: What else is known.
        probed: Whether the probe asks the question.
        edit: What depends on the answer in the package: for each place the file and the name in it.
    """

    question: str
    answers: dict[str, str] | None
    assumed: str
    answer: str | None = None
    source: str | None = None
    date: str | None = None
    region: str | None = None
    sdk: str | None = None
    request: Any = None
    response: Any = None
    note: str | None = None
    probed: bool = True
    edit: tuple[str, ...] = ()

    @property
    def position(self) -> str:
        """The default of the mock server: the answer, or the assumption while there is none."""
        return self.assumed if self.answer is None else self.answer


def read(path: pathlib.Path) -> dict[str, Question]:
    """Return the questions of an evidence file by ID.

    Raises:
        ValueError: The file is not an evidence file, or has an answer that is not possible.
    """
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        if content["format"] != FORMAT:
            raise ValueError(f"its format is {content['format']}, not {FORMAT}")
        found = {name: _question(fields) for name, fields in content["questions"].items()}
    except (KeyError, TypeError, ValueError) as error:
        raise ValueError(f"{path} is not an evidence file: {error}") from error
    for name, question in found.items():
        if question.answers is not None and question.answer not in (None, *question.answers):
            possible = ", ".join(question.answers)
            raise ValueError(
                f"{path}: {name} is {question.answer!r}: it must be null or one of {possible}"
            )
    return found


def written(questions: dict[str, Question], **more: Any) -> str:
    """Return the text of an evidence file with some questions and with keys that are not read."""
    content = {
        "format": FORMAT,
        "questions": {name: _without_defaults(question) for name, question in questions.items()},
        **more,
    }
    return json.dumps(content, indent=1, ensure_ascii=False) + "\n"


@functools.cache
def questions() -> dict[str, Question]:
    """Return the questions of the checkout's evidence file."""
    return read(FILE)


def question(name: str) -> Question:
    """Return a question of the checkout's evidence file."""
    return questions()[name]


def _question(fields: dict[str, Any]) -> Question:
    return Question(**{**fields, "edit": tuple(fields.get("edit", ()))})


def _without_defaults(question: Question) -> dict[str, Any]:
    fields = dataclasses.asdict(question)
    if question.note is None:
        del fields["note"]
    if question.probed:
        del fields["probed"]
    if not question.edit:
        del fields["edit"]
    return fields
