"""What the queue holds and hands out."""

from dataclasses import dataclass
from enum import StrEnum


class DeliveryKind(StrEnum):
    """What is to be done: a case is new or has changed, a promise falls due or was missed, or somebody reports what was
    done about an action; or a workflow waits for what was decided.
    """

    CHANGE = "change"
    REMINDER = "reminder"
    REPORT = "report"
    ANSWER = "answer"


class State(StrEnum):
    """Where a delivery stands. One that was skipped needed nothing."""

    WAITING = "waiting"
    DONE = "done"
    SKIPPED = "skipped"
    DEAD = "dead"


class Put(StrEnum):
    """What became of a delivery that was put into the queue."""

    NEW = "new"
    KNOWN = "known"
    REPLAYED = "replayed"


@dataclass(frozen=True, slots=True)
class Arrival:
    """A delivery to put into the queue.

    `event` names it for its source; `proof` is what only this very transmission has, or None. `moment`: when the case
    changed, where the payload says so.
    """

    source: str
    case: str
    event: str
    body: bytes
    kind: DeliveryKind = DeliveryKind.CHANGE
    proof: str | None = None
    moment: int | None = None


@dataclass(frozen=True, slots=True)
class Memory:
    """What the bridge remembers of a case: the situation that was decided on last (its digest), the decision, what was
    said of it (a digest), and the change that it came from: its moment, and the number of its delivery.
    """

    case_id: str = ""
    situation: str = ""
    decision_id: str = ""
    said: str = ""
    moment: int | None = None
    number: int = 0


@dataclass(frozen=True, slots=True)
class Claimed:
    """A delivery that the lease's holder alone works on, for `seconds`. `began`: what an attempt before has begun."""

    number: int
    source: str
    case: str
    event: str
    kind: DeliveryKind
    body: bytes
    moment: int | None
    attempts: int
    began: str
    lease: str
    seconds: float
    memory: Memory


@dataclass(frozen=True, slots=True)
class Letter:
    """A dead letter: a delivery that was given up, and why."""

    number: int
    source: str
    case: str
    event: str
    kind: DeliveryKind
    received: int
    attempts: int
    why: str
    body: bytes


class LeaseLostError(Exception):
    """Somebody else may work on the case by now: whatever was done since is theirs to find and to finish."""
