"""The ports of the application: what it needs from outside, in its own words. Layers above implement them."""

from collections.abc import Hashable, Iterable, Mapping, Sequence
from typing import NamedTuple, Protocol, TypeAlias, runtime_checkable

from amends.application.proof import Case, Proof
from amends.domain.action import Action
from amends.domain.erasure import Affected
from amends.domain.facts import Facts, Value, Vocabulary
from amends.domain.log_queries import (
    DecisionFilter,
    DecisionInShort,
    ObligationFilter,
    ObligationPlace,
    RuleCounts,
    RuleFilter,
)
from amends.domain.money import Money
from amends.domain.record import DecisionEntry, OutcomeEntry, Recording, Supplied, TrackedObligation
from amends.domain.situation import Granted, Situation
from amends.packs.conditions import Condition
from amends.packs.model import Pack
from amends.packs.source import PackSource
from amends.resolution.matches import Matches
from amends.resolution.resolve import Resolved


class Matcher(Protocol):
    """An engine, compiled for a list of conditions: answers which of them hold, and nothing else."""

    def match(self, facts: Facts) -> Matches:
        """The three values of every condition on what is known."""
        ...


@runtime_checkable
class ReadingMatcher(Matcher, Protocol):
    """A matcher that can say sooner how facts look to its conditions than what these come to."""

    def reading(self, facts: Facts) -> Hashable:
        """Opaque. Facts of equal readings are the same to every condition, and the same of them are known."""
        ...


class Engine(Protocol):
    """Compiles conditions into matchers."""

    def compile(self, vocabulary: Vocabulary, conditions: Sequence[Condition]) -> Matcher:
        """A matcher for the conditions, which read facts of the vocabulary; bit i of a match is condition i."""
        ...


class Prover(Protocol):
    """Proves packs: every engine decides the same situations, and all have to come to the same."""

    def prove(self, pack: Pack, *, others: Iterable[Case] = ()) -> Proof:
        """Decide the pack's boundary situations, and others beside them; takes seconds, and blocks.

        Whatever goes wrong is a part of the proof. It depends on the pack, on what is proved beside, and on the day.
        """
        ...


class Clock(Protocol):
    """The only source of the present moment."""

    def now(self) -> int:
        """Nanoseconds since 1970-01-01T00:00Z."""
        ...


class NewId(Protocol):
    """The only source of fresh identifiers."""

    def __call__(self) -> str:
        """A new UUIDv7 in its canonical text form."""
        ...


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


class DecisionCodec(Protocol):
    """The messages of the contract, as bytes: what the log keeps and what leaves the process."""

    def decision(self, resolved: Resolved) -> bytes:
        """The decision's deterministic bytes, at the level of explanation that it was resolved for."""
        ...

    def fired(self, resolved: Resolved) -> bytes:
        """The decision's deterministic bytes at `explain: fired`, whatever it was resolved for: what the log keeps."""
        ...

    def completed(self, raw: bytes, *, granted: Sequence[Granted] | None, facts: Mapping[str, Value]) -> bytes:
        """A situation with what the server supplies: more that was granted (None: nothing is known), built-in facts."""
        ...

    def as_asked(self, raw: bytes, supplied: Supplied) -> bytes:
        """A situation without what the server supplied: equal for requests that asked for the same."""
        ...

    def read_situation(self, raw: bytes, pack: Pack) -> Situation:
        """A situation that was kept, under the pack it was decided by."""
        ...

    def read_actions(self, raw: bytes) -> tuple[Action, ...]:
        """The actions of a decision that was kept."""
        ...


class Recorded(NamedTuple):
    """The outcome is on disk."""


class RecordedBefore(NamedTuple):
    """A request of that id was recorded before; nothing was written. The caller compares what was said."""

    outcome: OutcomeEntry


class OutcomesChanged(NamedTuple):
    """Something else was recorded of the same action or obligation in between; nothing was written: look again."""


RecordedOutcome: TypeAlias = Recorded | RecordedBefore | OutcomesChanged


class CaseOfCaller(NamedTuple):
    """A case as one caller knows it: others may number theirs alike. Its incident is everybody's."""

    case_id: str
    incident_id: str
    customer_id: str
    caller: str


class CaseMemory(Protocol):
    """What was done about a case. Each method may raise LogUnavailableError."""

    async def outcomes_of_case(self, case_id: str, *, incident_id: str = "") -> Sequence[OutcomeEntry]:
        """All that was recorded of it, in the order of recording.

        With an incident, of the actions too that are done once for all of its cases.
        """
        ...

    async def given_before(self, case: CaseOfCaller) -> Sequence[OutcomeEntry]:
        """Of that, in the same order, what gave something: to nobody who is known to be another customer, and by
        decisions that the caller asked for; to everybody in the incident whoever asked.
        """
        ...


class OutcomeLog(CaseMemory, Protocol):
    """Where it is kept what was done. Each method may raise LogUnavailableError; then nothing was written.

    Lists stand in the order of their ids, which is that of recording.
    """

    async def record(self, recording: Recording) -> RecordedOutcome:
        """Write an outcome with what it changes, reservations and the customer's ledger included; all or nothing."""
        ...

    async def outcomes_of_decision(self, decision_id: str) -> Sequence[OutcomeEntry]:
        """What was done about a decision."""
        ...


class ObligationLog(Protocol):
    """Where obligations are followed. Each method may raise LogUnavailableError."""

    async def obligation(self, obligation_id: str) -> TrackedObligation | None:
        """The obligation of that id."""
        ...

    async def obligations_of_decision(self, decision_id: str) -> Sequence[TrackedObligation]:
        """Those that the decision has promised last, the next to fall due first."""
        ...

    async def obligations_of_action(
        self, action_id: str, *, decision_id: str, case_id: str
    ) -> Sequence[TrackedObligation]:
        """Those that the action has made, in that decision or another of the case, the next to fall due first."""
        ...

    async def obligations(
        self, wanted: ObligationFilter, *, now: int, after: ObligationPlace | None, limit: int
    ) -> Sequence[TrackedObligation]:
        """At most `limit` of them behind `after`, the next to fall due first. OPEN past `now` counts as missed."""
        ...


class DecisionList(Protocol):
    """The recorded decisions as a list. Each method may raise LogUnavailableError."""

    async def decisions(self, wanted: DecisionFilter, *, before: str, limit: int) -> Sequence[DecisionInShort]:
        """At most `limit` of them with ids less than `before` (empty: any), the newest first."""
        ...


class RuleStatisticsLog(Protocol):
    """Counts over what was recorded. May raise LogUnavailableError."""

    async def rule_statistics(self, wanted: RuleFilter, *, limit: int) -> Sequence[RuleCounts]:
        """One for each rule and period in which it applied, ordered by rule, then by time; at most `limit` of them."""
        ...


class OutcomeCodec(Protocol):
    """What was decided and what was given, as the messages of the contract that the log keeps."""

    def read_actions(self, raw: bytes) -> tuple[Action, ...]:
        """The actions of a decision that was kept; ValueError where the bytes are none."""
        ...

    def granted(self, granted: Granted) -> bytes:
        """The deterministic bytes."""
        ...

    def read_granted(self, raw: bytes) -> Granted:
        """What was kept; ValueError where the bytes are none."""
        ...


class CompareDecisions(Protocol):
    """Says where two decisions differ."""

    def __call__(self, recorded: bytes, again: bytes) -> Sequence[str]:
        """A line in words for each field that differs; none exactly for the same bytes."""
        ...


class CustomerEraser(Protocol):
    """Removes from the log what identifies a customer. Each method may raise LogUnavailableError."""

    async def affected(self, customer_id: str) -> Affected:
        """What there is of the customer."""
        ...

    async def erase(self, customer_id: str, *, erasure_id: str, erased_at: int, new_id: NewId) -> Affected:
        """Remove it from all that is committed by now, all or nothing, and keep a mark of it; what was removed.

        Amounts, kinds, times, rules and external references stay, and the decisions of a case stay together under a
        name made of `new_id`. What is committed later is not touched.
        """
        ...

    async def clean(self) -> bool:
        """Take what removed rows have left out of the files of the database; False where others stand in the way."""
        ...


class OldDecisions(Protocol):
    """Lets go of what is old. May raise LogUnavailableError."""

    async def old(self, *, before: int, now: int) -> Affected:
        """What there is of decisions made before that moment and may go: see `remove_old`."""
        ...

    async def remove_old(self, *, before: int, now: int, limit: int) -> Affected:
        """Remove at most `limit` decisions made before that moment, with all that hangs on them; none are left: zeros.

        Those stay whose place a decision has taken that stays, that have set something aside which has not expired
        by `now`, and that have an open obligation which fell due after that moment or has yet to.
        """
        ...


class SetAside(NamedTuple):
    """An amount that a decision has set aside, neither done nor released nor run out."""

    decision_id: str
    action_id: str
    action_kind: str
    amount: Money


class LedgerState(NamedTuple):
    """A customer's ledger at one moment: its version (0: never written), what was given, what is set aside."""

    version: int
    given: Sequence[OutcomeEntry]
    set_aside: Sequence[SetAside]


class CustomerLedger(Protocol):
    """What customers were given, over all of their cases. May raise LogUnavailableError."""

    async def ledger(self, customer_id: str, *, since: int, now: int) -> LedgerState:
        """The customer's: all with something in `granted` done at `since` or later, and what is set aside at `now`."""
        ...
