"""Which integration a state manages: the one definition for present, absent and replacements.

The candidates are the SLS's ``resource_id`` in the SLS's API, and what the ESM records for the state,
each in the API that the ESM names. A candidate counts as gone only if neither GetIntegration nor a
complete listing of its API finds it, or if its API is gone and no other acct profile of the run leads to
it.
"""

import asyncio
import dataclasses
import enum
from typing import Any

from idem_apigwv2_integration.aws import account, errors, read, retry
from idem_apigwv2_integration.integration import INTEGRATION
from idem_apigwv2_integration.resource import arguments, messages, values
from idem_apigwv2_integration.run import state


class Source(enum.Enum):
    """Where an integration is named."""

    SLS = "the SLS"
    ESM = "the ESM, for this state"
    DEPOSED = "the ESM, as one that was replaced and could not be deleted"
    RUN = "the state itself, which created it earlier in this run"


@dataclasses.dataclass(frozen=True)
class Candidate:
    """An integration that a state may manage."""

    api_id: str
    resource_id: str
    source: Source


@dataclasses.dataclass
class Managed:
    """What a state manages, as it is now.

    Args:
        live: The integrations that exist, in Idem's format, each with its source.
        gone: The candidates that do not exist.
        problems: Why the state must not change any of them, a sentence each.
    """

    live: list[tuple[Source, dict[str, Any]]]
    gone: list[Candidate]
    problems: list[str]

    def of(self, *sources: Source) -> list[dict[str, Any]]:
        """Return the integrations that exist and that one of some sources names."""
        return [resource for source, resource in self.live if source in sources]

    @property
    def current(self) -> list[dict[str, Any]]:
        """The integrations that exist, without a deposed one."""
        return self.of(Source.SLS, Source.ESM, Source.RUN)

    @property
    def was_recorded(self) -> bool:
        """Whether the ESM records an integration that does not exist any more."""
        return any(candidate.source is not Source.SLS for candidate in self.gone)

    @property
    def mistyped(self) -> list[str]:
        """A sentence for an ID of the SLS that no integration has, now or when the ESM was written."""
        recorded = {known.resource_id for known in self.gone if known.source is not Source.SLS}
        return [
            messages.no_such_id(known.api_id, known.resource_id)
            for known in self.gone
            if known.source is Source.SLS
            and not self.current
            and known.resource_id not in recorded
            and not values.is_placeholder(known.resource_id)
        ]

    def notes(self, dry_run: bool, adopted: bool = False) -> list[str]:
        """Return a sentence for each candidate that does not exist, if its user should know.

        Args:
            dry_run: Whether nothing may be changed.
            adopted: Whether the state adopts an integration for it, and creates none.
        """
        sentences = []
        for known in self.gone:
            if known.source is Source.SLS and self.current:
                current = self.current[0]["resource_id"]
                sentences.append(messages.stale_id(known.resource_id, known.api_id, current))
            elif known.source is Source.ESM and not self.current:
                sentences.append(messages.gone(known.resource_id, dry_run, adopted))
        return sentences


async def resolve(this: state.State, api_id: str | None) -> Managed:
    """Return what a state manages now, and make the state its owner.

    Args:
        this: The state.
        api_id: The API that the SLS or else the ESM names.

    Raises:
        errors.CallFailed: A candidate can't be read.
    """
    known = _candidates(this, api_id, this.resource_id)
    for candidate in known:
        this.propose(candidate.api_id, candidate.resource_id)
    payloads = await asyncio.gather(*(_read(this, candidate) for candidate in known))
    managed = Managed([], [], [])
    for candidate, payload in zip(known, payloads, strict=True):
        if isinstance(payload, str):
            managed.problems.append(payload)
        elif payload is None:
            managed.gone.append(candidate)
            lost = this.lost(candidate.api_id, candidate.resource_id)
            managed.problems += [lost] if lost else []
        else:
            resource = values.from_aws(INTEGRATION, payload, {"api_id": candidate.api_id}, this.name)
            managed.live.append((candidate.source, resource))
            owned = this.claim(resource)
            managed.problems += [owned] if owned else []
    if this.identity and (this.creates_replacement or this.step == "delete old"):
        other = this.run.collision(this.identity)
        managed.problems += [messages.ambiguous_id(this.identity.id, other)] if other else []
    if this.creates_replacement and managed.of(Source.ESM):
        # Idem replaces what the SLS names, which is not what the ESM records.
        both = [this.replaced, *managed.of(Source.ESM)]
        managed.problems.append(messages.ambiguous(this.name, both))
    return managed


def _candidates(this: state.State, api_id: str | None, resource_id: str | None) -> list[Candidate]:
    """Return the integrations that a state may manage."""
    known = this.run.created.get(this.identity) if this.identity else None
    # Idem may run a state again without the ID of what its first try created.
    found = [Candidate(*known, Source.RUN)] if known else []
    recorded = this.entries(resource_id)
    if this.creates_replacement:
        # Another state of the run deletes the replaced integration.
        recorded = [entry for entry in recorded if entry["resource_id"] != this.replaced["resource_id"]]
    found += [Candidate(entry["api_id"], entry["resource_id"], Source.ESM) for entry in recorded]
    if resource_id and api_id and _in_sls(this, resource_id, recorded):
        found.append(Candidate(api_id, resource_id, Source.SLS))
    if this.deposed:
        found.append(Candidate(this.deposed["api_id"], this.deposed["resource_id"], Source.DEPOSED))
    unique: dict[tuple[str, str], Candidate] = {}
    for one in found:
        unique.setdefault((one.api_id, one.resource_id), one)
    return list(unique.values())


def _in_sls(this: state.State, resource_id: str, recorded: list[dict[str, Any]]) -> bool:
    """Return whether the ID that Idem passes is the SLS's, and not the ESM's."""
    if this.step == "delete old":
        # Idem combines the ID with the SLS's API, even where the state moves to another one.
        return resource_id not in {entry["resource_id"] for entry in recorded}
    return this.identity is None or this.run.names_id(this.tag)


async def _read(this: state.State, candidate: Candidate) -> read.Payload | str | None:
    """Return an integration, None if it is gone, or a sentence if it may be in another account."""
    if this.dry_run and values.is_placeholder({candidate.api_id: candidate.resource_id}):
        return None
    wrong = arguments.check_ids(api_id=candidate.api_id, resource_id=candidate.resource_id)
    if wrong:
        return messages.unusable(this.name, " ".join(wrong))
    payload = await this.reader.one(
        INTEGRATION, {"api_id": candidate.api_id}, candidate.resource_id, this.budget
    )
    if payload is not None or await _lacks(this.account, candidate.api_id, this.budget) is False:
        return payload
    return await _elsewhere(this, candidate)


async def _elsewhere(this: state.State, candidate: Candidate) -> str | None:
    """Return a sentence if another acct profile of the run leads, or may lead, to a candidate's API.

    The ESM does not record the account. Idem deletes a replaced integration with the default profile,
    whatever profile the state names.
    """
    unseen = None
    for name, profile in this.run.profiles().items():
        other = account.of(this.hub, {"acct": profile})
        lacks = True if other is this.account else await _lacks(other, candidate.api_id, this.budget)
        if lacks is False:
            return messages.elsewhere(candidate.api_id, candidate.resource_id, name)
        if lacks is not True:
            unseen = messages.unseen(candidate.api_id, candidate.resource_id, name, str(lacks))
    return None if candidate.source is Source.SLS and this.step is None else unseen


async def _lacks(acct: account.Account, api_id: str, budget: retry.Budget) -> bool | errors.CallFailed:
    """Return whether an account does not have an API; return the failure if it can't be read."""
    try:
        await acct.protocol(api_id, budget)
    except errors.CallFailed as failure:
        return True if isinstance(failure, errors.NotFound) else failure
    return False
