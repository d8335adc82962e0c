"""Which integration a state manages: the one answer that present, absent and replacements use.

The candidates are the SLS's ``resource_id`` in the SLS's API, and what the ESM records for the state,
each in the API that the ESM names. A candidate counts as gone only if a complete listing of its API does
not contain it, or if its API is gone and no other acct profile of the run leads to it.
"""

import asyncio
import dataclasses
import enum
from typing import Any

from idem_apigwv2_integration.gateway import account, errors, reading
from idem_apigwv2_integration.resource import comments, convert, plan
from idem_apigwv2_integration.run import state


class Source(enum.Enum):
    """Who names an integration."""

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
        live: The integrations that exist, in Idem's shape, each with who names it.
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

    def notes(self, dry_run: bool) -> list[str]:
        """Return a sentence for each candidate that a new integration takes the place of."""
        sentences = []
        for known in self.gone:
            if known.source is Source.SLS:
                sentences.append(comments.never_existed(known.api_id, known.resource_id, dry_run))
            elif known.source is Source.ESM:
                sentences.append(comments.gone(known.resource_id, dry_run))
        return sentences


async def resolve(this: state.State, api_id: str | None, resource_id: str | None) -> Managed:
    """Return what a state manages now, and make the state its owner.

    Args:
        this: The state.
        api_id: The API as Idem passes it.
        resource_id: The ID as Idem passes it: the SLS's, or else the ESM's.

    Raises:
        errors.Failure: A candidate can't be read.
    """
    known = _candidates(this, api_id, resource_id)
    for candidate in known:
        this.propose(candidate.api_id, candidate.resource_id)
    payloads = await asyncio.gather(*(_read(this, candidate) for candidate in known))
    managed = Managed([], [], [])
    for candidate, payload in zip(known, payloads, strict=True):
        if isinstance(payload, str):
            managed.problems.append(payload)
        elif payload is None:
            managed.gone.append(candidate)
        else:
            resource = convert.from_aws(payload, candidate.api_id, this.name)
            managed.live.append((candidate.source, resource))
            owned = this.claim(resource)
            managed.problems += [owned] if owned else []
    return managed


def _candidates(this: state.State, api_id: str | None, resource_id: str | None) -> list[Candidate]:
    """Return the integrations that a state may manage, the most explicit one first."""
    created = this.run.created.get(this.identity) if this.identity else None
    if this.creates_replacement:
        # The ESM records the replaced integration, which another state of the run deletes. Idem may run
        # this one again without the ID of what its first try created.
        return [Candidate(*created, Source.RUN)] if created else []
    entries = this.entries
    if this.identity and this.run.confused(this.identity, resource_id):
        resource_id = None
    if this.step == "delete old":
        entries = [entry for entry in entries if entry["resource_id"] == resource_id]
    found = [Candidate(entry["api_id"], entry["resource_id"], Source.ESM) for entry in entries]
    if resource_id and api_id and resource_id not in {candidate.resource_id for candidate in found}:
        found.insert(0, Candidate(api_id, resource_id, Source.SLS))
    if created:
        found.append(Candidate(*created, Source.RUN))
    if this.deposed:
        found.append(Candidate(this.deposed["api_id"], this.deposed["resource_id"], Source.DEPOSED))
    unique = {(one.api_id, one.resource_id): one for one in reversed(found)}
    return list(reversed(unique.values()))


async def _read(this: state.State, candidate: Candidate) -> reading.Payload | str | None:
    """Return an integration, None if it is gone, or a sentence if it is in another account."""
    if this.dry_run and plan.is_placeholder({candidate.api_id: candidate.resource_id}):
        return None
    payload = await this.reader.one(candidate.api_id, candidate.resource_id)
    if payload is None and candidate.source is not Source.SLS:
        profile = await _other_profile(this, candidate.api_id)
        if profile:
            return comments.elsewhere(candidate.api_id, candidate.resource_id, profile)
    return payload


async def _other_profile(this: state.State, api_id: str) -> str | None:
    """Return another acct profile of the run that leads to an API which this state's does not know.

    The ESM does not record the account. Idem deletes a replaced integration with the default profile,
    whatever profile the state names.
    """
    if not await _lacks(this.account, api_id):
        return None
    for name, profile in this.run.profiles().items():
        other = account.of(this.hub, {"acct": profile})
        if other is not this.account and await _lacks(other, api_id) is False:
            return name
    return None


async def _lacks(acct: account.Account, api_id: str) -> bool | None:
    """Tell whether an account does not have an API; None if it can't be read."""
    try:
        await acct.shared(reading.Reader).protocol(api_id)
    except errors.Failure as failure:
        return True if failure.kind is errors.Kind.NOT_FOUND else None
    return False
