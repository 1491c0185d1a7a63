"""The log in memory: the same answers as the databases give, and nothing on any disk.

`away` makes every call fail as a database does that cannot be reached; decisions of the cases that it `refuses` are
not taken as they are; outcomes of `before_append` come first, one an append, as somebody else's do.
"""

from collections.abc import Sequence
from dataclasses import replace

from amends.application.log_errors import LogUnavailableError
from amends.application.ports import (
    Appended,
    CaseOfCaller,
    Duplicate,
    Outdated,
    Refused,
    Stored,
    SupersededBefore,
)
from amends.domain.record import (
    Actor,
    DecisionEntry,
    ObligationState,
    OutcomeEntry,
    OutcomeKind,
    Promised,
    TrackedObligation,
)
from amends.packs.source import PackSource


class FakeDecisionLog:
    """Keeps decisions, what they promised and reserved, outcomes and the versions of ledgers in dictionaries."""

    def __init__(self) -> None:
        self.entries: dict[str, DecisionEntry] = {}
        self.outcomes: list[OutcomeEntry] = []
        self.obligations: dict[str, TrackedObligation] = {}
        self.reservations: dict[tuple[str, str], str] = {}
        self.ledgers: dict[str, int] = {}
        self.appends: list[int] = []
        self.asked: list[str] = []
        self.before_append: list[OutcomeEntry] = []
        self.away = False
        self.refuses: set[str] = set()

    async def append(self, entries: Sequence[DecisionEntry]) -> Sequence[Appended]:
        self._reach()
        self.appends.append(len(entries))
        if self.before_append:
            self.outcomes.append(self.before_append.pop(0))
        return [
            Refused(ValueError(f"not to be kept: {entry.case_id}"))
            if entry.case_id in self.refuses
            else self._one(entry)
            for entry in entries
        ]

    async def decision(self, decision_id: str) -> DecisionEntry | None:
        self._reach()
        self.asked.append(decision_id)
        entry = self.entries.get(decision_id)
        return None if entry is None else self._read(entry)

    async def decision_of_request(self, caller: str, request_id: str) -> DecisionEntry | None:
        self._reach()
        entry = self._of_request(caller, request_id)
        return None if entry is None else self._read(entry)

    async def outcomes_of_case(self, case_id: str, *, incident_id: str = "") -> Sequence[OutcomeEntry]:
        self._reach()
        return self._near(case_id, incident_id)

    async def given_before(self, case: CaseOfCaller) -> Sequence[OutcomeEntry]:
        self._reach()
        return self._given(case)

    def _one(self, entry: DecisionEntry) -> Appended:
        if entry.decision_id in self.entries:
            return Stored()
        recorded = self._of_request(entry.caller, entry.request_id)
        if recorded is not None:
            return Duplicate(self._read(recorded))
        newer = self._newer(entry.supersedes)
        if newer:
            return SupersededBefore(newer)
        if entry.seen is not None and entry.seen != self._known(entry):
            return Outdated()
        if entry.guard is not None:
            customer_id, version = entry.guard
            if self.ledgers.get(customer_id, 0) != version:
                return Outdated()
            self.ledgers[customer_id] = version + 1
        self.entries[entry.decision_id] = entry
        for promised in entry.promised:
            self._promise(entry, promised)
        self._take_over(entry)
        for reserved in entry.reserved:
            self.reservations[entry.decision_id, reserved.action_id] = "open"
        return Stored()

    def _known(self, entry: DecisionEntry) -> int | None:
        if not entry.supersedes:
            return len(self._given(CaseOfCaller(entry.case_id, entry.incident_id, entry.customer_id, entry.caller)))
        return len(self._near(entry.case_id, entry.incident_id)) if entry.supersedes in self.entries else None

    def _given(self, case: CaseOfCaller) -> Sequence[OutcomeEntry]:
        return [one for one in self.outcomes if _gives(one) and self._is_of(one, case)]

    def _is_of(self, one: OutcomeEntry, case: CaseOfCaller) -> bool:
        if one.incident_id and one.incident_id == case.incident_id:
            return True
        asked_by = self.entries[one.decision_id].caller if one.decision_id in self.entries else None
        same_customer = not case.customer_id or one.customer_id in {"", case.customer_id}
        return bool(one.case_id) and one.case_id == case.case_id and asked_by == case.caller and same_customer

    def _near(self, case_id: str, incident_id: str) -> Sequence[OutcomeEntry]:
        return [
            one for one in self.outcomes if one.case_id == case_id or (incident_id and one.incident_id == incident_id)
        ]

    def _promise(self, entry: DecisionEntry, promised: Promised) -> None:
        before = self.obligations.get(promised.obligation_id)
        if before is not None and not _may_be_promised_again(before):
            self._resume(entry, promised)
            return
        if before is not None and before.state is ObligationState.OPEN:
            promised = promised._replace(due=min(promised.due, before.promised.due))
        if before is not None and not promised.team and promised.owner == before.promised.owner:
            promised = promised._replace(team=before.promised.team)
        self.obligations[promised.obligation_id] = TrackedObligation(
            promised=promised,
            decision_id=entry.decision_id,
            policy=entry.policy,
            case_id=entry.case_id if before is None else before.case_id,
            subject=entry.subject if before is None else before.subject,
            state=ObligationState.OPEN,
            same_person_broken=before is not None and before.same_person_broken,
            follows="" if before is None else before.follows,
        )

    def _resume(self, entry: DecisionEntry, promised: Promised) -> None:
        """The last of a cadence whose first was kept."""
        for obligation_id, one in self.obligations.items():
            its = (one.case_id, one.promised.action_id) == (entry.case_id, promised.action_id)
            if its and one.follows and one.state is not ObligationState.OPEN and _may_be_promised_again(one):
                self.obligations[obligation_id] = replace(
                    one,
                    promised=one.promised._replace(due=promised.due),
                    decision_id=entry.decision_id,
                    policy=entry.policy,
                    state=ObligationState.OPEN,
                    settled_at=None,
                    settled_by=None,
                )

    def _take_over(self, entry: DecisionEntry) -> None:
        if not entry.supersedes:
            return
        again = {promised.obligation_id for promised in entry.promised}
        for obligation_id, one in self.obligations.items():
            left = one.decision_id == entry.supersedes and one.state is ObligationState.OPEN
            if not left or one.promised.incident_id:
                continue
            self.obligations[obligation_id] = (
                replace(one, decision_id=entry.decision_id, policy=entry.policy)
                if again & self._line(one)
                else replace(one, state=ObligationState.CLOSED, settled_at=entry.decided_at, settled_by=Actor())
            )
        for decision_id, action_id in self.reservations:
            if decision_id == entry.supersedes and self.reservations[decision_id, action_id] == "open":
                self.reservations[decision_id, action_id] = "released"

    def _line(self, one: TrackedObligation) -> set[str]:
        """What an obligation follows, back to the first of its cadence."""
        line: set[str] = set()
        while one.follows:
            line.add(one.follows)
            one = self.obligations[one.follows]
        return line

    def _of_request(self, caller: str, request_id: str) -> DecisionEntry | None:
        found = (one for one in self.entries.values() if (one.caller, one.request_id) == (caller, request_id))
        return next(found, None) if request_id else None

    def _newer(self, decision_id: str) -> str:
        found = (one.decision_id for one in self.entries.values() if one.supersedes == decision_id)
        return next(found, "") if decision_id else ""

    def _read(self, entry: DecisionEntry) -> DecisionEntry:
        """As a database gives it back: what it promised and reserved has a life of its own."""
        return entry._replace(
            promised=(), reserved=(), guard=None, seen=None, superseded_by=self._newer(entry.decision_id)
        )

    def _reach(self) -> None:
        if self.away:
            raise LogUnavailableError("it is away")


def _gives(one: OutcomeEntry) -> bool:
    paid_to_all = one.incident_id and one.kind is OutcomeKind.EXECUTED and one.amount is not None
    return bool(one.granted or paid_to_all)


def _may_be_promised_again(before: TrackedObligation) -> bool:
    dropped = before.state is ObligationState.CLOSED and before.settled_by == Actor()
    return dropped or before.state in {ObligationState.OPEN, ObligationState.MISSED}


class FakePackStore:
    """Keeps packs in a dictionary."""

    def __init__(self) -> None:
        self.sources: dict[str, PackSource] = {}

    async def add(self, source: PackSource) -> None:
        self.sources.setdefault(source.digest, source)

    async def get(self, digest: str) -> PackSource | None:
        return self.sources.get(digest)
