"""What the probe writes and prints: a report, what is new in it, and what to edit."""

from __future__ import annotations

import dataclasses
import json
import pathlib
import re
import textwrap
from collections.abc import Iterable
from typing import Any

from probe import evidence
from probe.questions import Observation, There

_CALLER = re.compile(r"arn:[\w-]+:(?:sts|iam)::\w+:(?:assumed-role|user|federated-user|root)[^\s\"]*")
_SHORTEST_SECRET = 8


@dataclasses.dataclass(frozen=True)
class Origin:
    """Where and when observations were made.

    Args:
        source: What was probed.
        date: The day, as an ISO date.
        region: The Region.
        sdk: The SDK and its version.
    """

    source: str
    date: str
    region: str
    sdk: str


class Leak(Exception):
    """Something is about to be written that must not be."""


def merged(
    known: dict[str, evidence.Question], seen: dict[str, Observation], origin: Origin
) -> dict[str, evidence.Question]:
    """Return the known questions with what was observed; what gave no answer stays as it was."""
    found = dict(known)
    for name, observation in seen.items():
        if observation.answer is not None:
            found[name] = dataclasses.replace(
                known[name],
                answer=observation.answer,
                request=observation.request,
                response=observation.response,
                **dataclasses.asdict(origin),
            )
    return found


def news(questions: dict[str, evidence.Question], seen: dict[str, Observation]) -> list[str]:
    """Return what the observations add to what is known, and what a maintainer edits because of it."""
    lines, same = [], 0
    for name, observation in seen.items():
        known = questions[name]
        if observation.answer is None:
            response = textwrap.shorten(json.dumps(observation.response), 300)
            lines += [f"no answer  {name}: {known.question}", f"           {response}"]
        elif known.answer is None:
            lines += [
                f"new        {name}: {known.question}",
                f"           {_meaning(known, observation)}",
            ]
            lines.append(f"           {_edits(known, observation)}")
        elif known.answer != observation.answer:
            before = f"evidence.json says: {known.answer} ({known.source}, {known.date})"
            lines += [
                f"differs    {name}: {known.question}",
                f"           {_meaning(known, observation)}; {before}",
                f"           {_edits(known, observation)}",
            ]
        else:
            same += 1
    lines.append(f"{same} of {len(seen)} answers are as evidence.json has them.")
    return lines


def _meaning(question: evidence.Question, observation: Observation) -> str:
    answer = str(observation.answer)
    return f"{answer}: {question.answers[answer]}" if question.answers else answer


def _edits(question: evidence.Question, observation: Observation) -> str:
    # A text is only in the mock server.
    places = [] if question.position == observation.answer else ["the default of the mock server"]
    return f"edit: {', '.join([*question.edit, *places, 'evidence.json'])}"


class Cleaner:
    """Removes from what is written what identifies the account, and checks the result.

    Args:
        there: Where the questions were put.
        secrets: What must not occur: credentials and request IDs.
    """

    def __init__(self, there: There, secrets: Iterable[str]) -> None:
        self._account = there.account
        self._ids = dict.fromkeys(there.apis.ids.values(), "API")
        # What is shorter occurs by chance: the keys for another server, for example.
        self._secrets = {secret for secret in secrets if len(secret) >= _SHORTEST_SECRET}

    def clean(self, value: Any) -> Any:
        """Return a value without the account's ID, the caller's ARN, and the IDs of what was created."""
        if isinstance(value, dict):
            return {
                self.clean(key): "INTEGRATION" if key == "IntegrationId" else self.clean(item)
                for key, item in value.items()
            }
        if isinstance(value, list):
            return [self.clean(item) for item in value]
        if not isinstance(value, str):
            return value
        text = _CALLER.sub("CALLER", value).replace(self._account, "ACCOUNT")
        for found, name in self._ids.items():
            text = text.replace(found, name)
        return text

    def cleaned(self, observation: Observation) -> Observation:
        """Return an observation that may be written."""
        return Observation(
            self.clean(observation.answer),
            self.clean(observation.request),
            self.clean(observation.response),
        )

    def write(
        self, path: pathlib.Path, questions: dict[str, evidence.Question], life: list[dict[str, Any]]
    ) -> None:
        """Write a report.

        Raises:
            Leak: It would hold the account's ID, a credential or a request ID.
        """
        text = evidence.written(questions, life=self.clean(life))
        for secret in {self._account, *self._secrets}:
            if secret in text:
                raise Leak("The report would hold the account's ID, a credential or a request ID.")
        path.write_text(text, encoding="utf-8")
