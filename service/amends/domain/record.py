"""What the log keeps: a decision with all that it was made from, what was done about it, and the promises it made.

Values only. Bytes are messages of the contract, written and read by `wire`; moments are nanoseconds since
1970-01-01T00:00Z; ids are UUIDs of version 7, so that they stand in the order of time. Empty text: not said.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

from amends.domain.decision import ObligationKind, Outcome
from amends.domain.money import Money
from amends.domain.situation import Subject


class ActorKind(StrEnum):
    """What an actor is."""

    HUMAN = "human"
    AI = "ai"
    SYSTEM = "system"


class OutcomeKind(StrEnum):
    """What was done about an action, or (the last three) about an obligation."""

    OFFERED = "offered"
    CUSTOMER_ACCEPTED = "customer_accepted"
    CUSTOMER_DECLINED = "customer_declined"
    APPROVAL_REQUESTED = "approval_requested"
    APPROVED = "approved"
    APPROVAL_REFUSED = "approval_refused"
    EXECUTED = "executed"
    FAILED = "failed"
    OVERRIDDEN = "overridden"
    CANCELLED = "cancelled"
    EXPIRED = "expired"
    KEPT = "kept"
    MISSED = "missed"
    CLOSED = "closed"


class ObligationState(StrEnum):
    """What has become of an obligation. OPEN past its due time counts as missed, whoever looks."""

    OPEN = "open"
    MISSED = "missed"
    KEPT = "kept"
    CLOSED = "closed"


class Actor(NamedTuple):
    """Who acts. `role` is the one that counts, a role of the pack; `kind` None: not said."""

    actor_id: str = ""
    role: str = ""
    kind: ActorKind | None = None


@dataclass(frozen=True, slots=True)
class Supplied:
    """What the server supplied that the caller left unset, and what it knew of the superseded decision.

    Without it a retry could not be told from another request, nor a decision be made again. `granted` counts the
    entries at the end of the situation's `granted` that come from the log; `granted_unset` says that the caller gave
    none. `facts` are the paths of history facts. `offered` and `executed` are ids of the superseded decision's actions.
    `role`: the caller named none, so it is the pack's first.
    """

    observe_time: bool = False
    role: bool = False
    granted: int = 0
    granted_unset: bool = False
    facts: tuple[str, ...] = ()
    offered: tuple[str, ...] = ()
    executed: tuple[str, ...] = ()


class Promised(NamedTuple):
    """An obligation as a decision makes it; `obligation_id` is the same for the same promise of the same action."""

    obligation_id: str
    kind: ObligationKind
    action_id: str
    due: int
    owner: str
    team: str = ""
    incident_id: str = ""


class Reserved(NamedTuple):
    """An amount set aside for an action whose limit counts a customer's history, until it is done or `expires`."""

    action_id: str
    action_kind: str
    amount: Money
    expires: int


class LedgerGuard(NamedTuple):
    """The version of a customer's ledger that a decision was made on: it may be stored only while that still holds."""

    customer_id: str
    version: int


class DecisionEntry(NamedTuple):
    """A decision as it goes to the log, and as it comes back from it.

    `situation` is the contract's message of the situation as decided on, `decision` the decision's deterministic bytes
    at `EXPLAIN_FIRED`; both are empty once erased, and then `erased_at` is set. `rule_ids` are the rules that applied,
    in deciding order. `superseded_by` is never written: it is what is known when it is read. `seen` says how many
    outcomes were known that make a difference (of its case and incident all for a decision that takes another's place,
    else those that gave something; None: none does): it is stored while that holds.
    """

    decision_id: str
    decided_at: int
    caller: str
    request_id: str
    policy: str
    pack_id: str
    pack_version: str
    pack_digest: str
    semantics: int
    software_version: str
    actor: Actor
    case_id: str
    subject: Subject
    incident_id: str
    customer_id: str
    account_id: str
    observe_time: int
    outcome: Outcome
    supersedes: str
    supplied: Supplied
    situation: bytes
    decision: bytes
    rule_ids: tuple[str, ...]
    promised: tuple[Promised, ...] = ()
    reserved: tuple[Reserved, ...] = ()
    guard: LedgerGuard | None = None
    erased_at: int | None = None
    superseded_by: str = ""
    seen: int | None = None


@dataclass(frozen=True, slots=True)
class OutcomeEntry:
    """Something that was done about an action or an obligation (one of the two ids is set). Never changed.

    `granted` is the contract's message of what the customer thereby has (for `executed` the action or the part of it
    that was done, for `overridden` what was given instead); empty: nothing. `rule_ids` are the rules that asked for the
    action. `incident_id` is set where the action is for everybody in an incident.
    """

    outcome_id: str
    decision_id: str
    action_id: str
    obligation_id: str
    kind: OutcomeKind
    actor: Actor
    time: int
    recorded_at: int
    amount: Money | None
    external_reference: str
    reason: str
    granted: bytes
    caller: str
    request_id: str
    policy: str
    case_id: str
    customer_id: str
    action_kind: str
    rule_ids: tuple[str, ...]
    incident_id: str = ""


@dataclass(frozen=True, slots=True)
class TrackedObligation:
    """An obligation as the log follows it. `state` OPEN is as stored: the reader compares `promised.due` with now."""

    promised: Promised
    decision_id: str
    policy: str
    case_id: str
    subject: Subject
    state: ObligationState
    settled_at: int | None = None
    settled_by: Actor | None = None
    same_person_broken: bool = False
    follows: str = ""


class Recording(NamedTuple):
    """An outcome as it goes to the log, with what it changes: the obligations it settles, and the one that follows.

    `seen` is how many outcomes of the same action or obligation were known when it was made: it may be stored only
    while there are no more.
    """

    outcome: OutcomeEntry
    seen: int
    settled: tuple[TrackedObligation, ...] = ()
    following: TrackedObligation | None = None
