"""Where decisions are kept, and the packs by which they were made."""

from collections.abc import Sequence
from typing import NamedTuple, Protocol, TypeAlias

from amends.domain.record import DecisionEntry
from amends.packs.source import PackSource


class Stored(NamedTuple):
    """The entry is on disk."""


class Duplicate(NamedTuple):
    """A request of that id was recorded before; nothing was written. The caller compares what was asked."""

    recorded: DecisionEntry


class SupersededBefore(NamedTuple):
    """Another decision has taken the place of the superseded one already; nothing was written."""

    by: str


class Outdated(NamedTuple):
    """The customer's ledger, or what is known to be done about the case, is not what the decision was made on; nothing
    was written: decide again.
    """


class Refused(NamedTuple):
    """The entry cannot be written as it is, and the error says why; nothing of it was."""

    error: Exception


Appended: TypeAlias = Stored | Duplicate | SupersededBefore | Outdated | Refused


class DecisionLog(Protocol):
    """Where decisions are kept. Each method may raise LogUnavailableError; then nothing is known to be written."""

    async def append(self, entries: Sequence[DecisionEntry]) -> Sequence[Appended]:
        """Write each entry, or say why not; returns once all that is written is on disk. One never fails another.

        A superseded decision's open obligations go over to the new one, or are closed where it does not make them.
        """
        ...

    async def decision(self, decision_id: str) -> DecisionEntry | None:
        """The entry of that id."""
        ...

    async def decision_of_request(self, caller: str, request_id: str) -> DecisionEntry | None:
        """The entry that answered that request."""
        ...


class PackStore(Protocol):
    """Where the packs by which decisions were made are kept, each under its digest."""

    async def add(self, source: PackSource) -> None:
        """Keep a pack; one that is there already stays as it is."""
        ...

    async def get(self, digest: str) -> PackSource | None:
        """The texts of a pack."""
        ...
