"""What an SLS says of a resource, or a caller of an exec function: computed once, read by everything."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from idem_apigwv2_integration.resource import arguments, bindings, messages, problems, validate, values
from idem_apigwv2_integration.resource.type import Home, ResourceType


class Declaration:
    """The arguments of a function, sorted.

    Args:
        kind: The type of the resource.
        passed: The arguments by name, as Idem passes or keeps them.
        written: The state as the SLS has it; empty for what is not from an SLS, and therefore has no
            escapes.

    Attributes:
        name: The Idem name of the resource.
        resource_id: The ID of the resource.
        parents: The IDs of what contains the resource, by parameter.
        given: The settable fields that have a value, as the SLS means them.
        read_only: The fields that only AWS sets.
        unknown: The names of the arguments that are no parameters.
        misspelled: The parameters that some of these were meant to be; they have placeholders.
        extra: The names of the arguments other than the name, IDs and what AWS alone sets.
    """

    def __init__(self, kind: ResourceType, passed: dict[str, Any], written: dict[str, Any]):
        self.kind = kind
        known = {"name", "resource_id", *(parent.name for parent in kind.parents), *kind.by_name}
        self.unknown = [name for name in passed if name not in known]
        self.extra = [
            name for name, value in passed.items() if name in kind.settable and value is not None
        ]
        self.extra += self.unknown
        # A parameter whose name is misspelled is not missing as well.
        meant = arguments.misspelled(kind, self.unknown)
        self.misspelled = [name for name in meant if arguments.is_empty(passed.get(name))]
        passed = passed | {name: values.placeholder(name) for name in self.misspelled}
        self.name: Any = passed.get("name")
        self.resource_id: Any = passed.get("resource_id")
        self.parents: dict[str, Any] = {parent.name: passed.get(parent.name) for parent in kind.parents}
        self.given = {
            name: bindings.unescape(bindings.fold(passed[name]), written.get(name))
            for name in kind.settable
            if passed.get(name) is not None
        }
        self.read_only = {name: value for name, value in passed.items() if name in kind.read_only}
        # Idem itself removes the values of what the SLS lists there.
        self._ignored: Iterable[str] = written.get("ignore_changes") or ()

    @property
    def api_id(self) -> Any:
        """The ID of the API, which contains every resource."""
        return next(iter(self.parents.values()))

    @property
    def notes(self) -> list[str]:
        """A sentence for each argument whose value is ignored, because AWS alone sets it."""
        return arguments.describe_read_only(self.read_only)

    @property
    def home(self) -> Home:
        """The IDs of what contains the resource."""
        return tuple(self.parents.values())

    @property
    def ids(self) -> dict[str, Any]:
        """The parameters that say which resource is meant."""
        return {**self.parents, "resource_id": self.resource_id}

    def check_identity(self) -> list[str]:
        """Return what is wrong with the name and the IDs."""
        return arguments.check_identity(self.kind, self.name, self.parents, self.resource_id)

    def check_names(self) -> list[str]:
        """Return a sentence for each argument that is no parameter of the resource."""
        return arguments.check_names(self.kind, self.unknown)

    def check_nulls(self) -> list[str]:
        """Return a sentence for each key of a map that has no value, and that Idem does not ignore."""
        return arguments.check_nulls(self.given, self._ignored)

    def describe_quoting(self) -> list[str]:
        """Return how to write in a shell each value that must be a string and is none."""
        return validate.describe_quoting(self.kind, {"name": self.name, **self.ids, **self.given})

    def check_form(self) -> list[str]:
        """Return what is wrong with the values by themselves."""
        return [problem.text for problem in validate.form(self.kind, self.given)]

    def check_ids(self) -> list[str]:
        """Return what is wrong with the name and the IDs, of which none may be missing."""
        missing = [problems.id_missing(self.kind)] if arguments.is_empty(self.resource_id) else []
        return self.check_identity() + missing

    def check_call(self, needs_id: bool = True) -> list[str]:
        """Return what is wrong with the arguments of a function that takes only a name and IDs."""
        found = self.check_ids() if needs_id else self.check_identity()
        return found + arguments.check_names(self.kind, self.extra)

    def check_absent(self) -> list[str]:
        """Return what is wrong with the arguments of ``absent``."""
        found = self.check_names()
        if arguments.is_empty(self.resource_id):
            return found
        missing = [name for name, value in self.parents.items() if arguments.is_empty(value)]
        if missing:
            return [*found, messages.parents_required(self.kind, self.name, missing)]
        return found + self.check_identity()

    def check_search(self) -> list[str]:
        """Return what is wrong with the arguments of ``search``."""
        found = self.check_nulls() + self.check_identity() + self.check_names() + self.check_form()
        if not self.resource_id and not self.given and not self.read_only:
            example = self.kind.key or "integration_uri"
            found.append(f"A search needs resource_id, or parameters such as {example}.")
        return found
