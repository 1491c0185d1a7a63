"""The log in memory: the same answers as the databases give, and nothing on any disk.

`away` makes every call fail as a database does that cannot be reached.
"""

from collections.abc import Sequence

from amends.application.log_errors import LogUnavailableError
from amends.application.ports import Appended, Duplicate, LedgerChanged, Stored, SupersededBefore
from amends.domain.record import DecisionEntry, OutcomeEntry
from amends.packs.source import PackSource


class FakeDecisionLog:
    """Keeps decisions, outcomes and the versions of ledgers in dictionaries."""

    def __init__(self) -> None:
        self.entries: dict[str, DecisionEntry] = {}
        self.outcomes: list[OutcomeEntry] = []
        self.ledgers: dict[str, int] = {}
        self.appends: list[int] = []
        self.away = False

    async def append(self, entries: Sequence[DecisionEntry]) -> Sequence[Appended]:
        self._reach()
        self.appends.append(len(entries))
        return [self._one(entry) for entry in entries]

    async def decision(self, decision_id: str) -> DecisionEntry | None:
        self._reach()
        entry = self.entries.get(decision_id)
        return None if entry is None else self._read(entry)

    async def decision_of_request(self, caller: str, request_id: str) -> DecisionEntry | None:
        self._reach()
        entry = self._of_request(caller, request_id)
        return None if entry is None else self._read(entry)

    async def outcomes_of_case(self, case_id: str, *, incident_id: str = "") -> Sequence[OutcomeEntry]:
        self._reach()
        return [
            one for one in self.outcomes if one.case_id == case_id or (incident_id and one.incident_id == incident_id)
        ]

    def _one(self, entry: DecisionEntry) -> Appended:
        if entry.decision_id in self.entries:
            return Stored()
        recorded = self._of_request(entry.caller, entry.request_id)
        if recorded is not None:
            return Duplicate(self._read(recorded))
        newer = self._newer(entry.supersedes)
        if newer:
            return SupersededBefore(newer)
        if entry.guard is not None:
            customer_id, version = entry.guard
            if self.ledgers.get(customer_id, 0) != version:
                return LedgerChanged()
            self.ledgers[customer_id] = version + 1
        self.entries[entry.decision_id] = entry
        return Stored()

    def _of_request(self, caller: str, request_id: str) -> DecisionEntry | None:
        found = (one for one in self.entries.values() if (one.caller, one.request_id) == (caller, request_id))
        return next(found, None) if request_id else None

    def _newer(self, decision_id: str) -> str:
        found = (one.decision_id for one in self.entries.values() if one.supersedes == decision_id)
        return next(found, "") if decision_id else ""

    def _read(self, entry: DecisionEntry) -> DecisionEntry:
        """As a database gives it back: what it promised and reserved has a life of its own."""
        return entry._replace(promised=(), reserved=(), guard=None, superseded_by=self._newer(entry.decision_id))

    def _reach(self) -> None:
        if self.away:
            raise LogUnavailableError("it is away")


class FakePackStore:
    """Keeps packs in a dictionary."""

    def __init__(self) -> None:
        self.sources: dict[str, PackSource] = {}

    async def add(self, source: PackSource) -> None:
        self.sources.setdefault(source.digest, source)

    async def get(self, digest: str) -> PackSource | None:
        return self.sources.get(digest)
