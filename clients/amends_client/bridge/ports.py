"""What the bridge asks of a helpdesk: one small port that each vendor's file implements, and its values and errors."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final, Protocol

DECISION_MARK: Final = "Amends decision"
"""What the mark of a decision's note begins with; that of a reminder does not."""

DUE: Final = "due/"
"""What the delivery of a promise begins with that falls due soon; of one that was missed it does not."""


class Reason(StrEnum):
    """Why a webhook is refused; the name under which it is counted."""

    BAD_SIGNATURE = "bad_signature"
    BAD_TIME = "bad_time"
    REPLAYED = "replayed"
    TOO_LARGE = "too_large"
    NOT_JSON = "not_json"
    LACKING = "lacking"
    UNKNOWN_SOURCE = "unknown_source"
    UNAVAILABLE = "unavailable"


class RefusedError(Exception):
    """The webhook is not accepted, and nothing of it is kept."""

    def __init__(self, reason: Reason, message: str) -> None:
        super().__init__(message)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Webhook:
    """A webhook as it came in: header names in lower case, the body's own bytes, the URL that was called."""

    headers: Mapping[str, str]
    body: bytes
    url: str


@dataclass(frozen=True, slots=True)
class Offer:
    """An action that somebody may take up or turn down, where the helpdesk shows such. `amount` as in `9.90 USD`."""

    action_id: str
    title: str
    why: str
    kind: str = ""
    amount: str = ""


@dataclass(frozen=True, slots=True)
class Due:
    """A promise of this kind is to be kept by this time."""

    kind: str
    time: datetime


@dataclass(frozen=True, slots=True)
class Said:
    """What is to stand on a case.

    `note` ends with a line that holds `mark`: no other note has it. Tags and fields may be set twice; the note may not
    be written twice. `tags_gone` are tags of the bridge that no longer hold. `offers` and `dues` are all that stand
    now; None: it says nothing of them.
    """

    mark: str
    note: str
    tags: tuple[str, ...] = ()
    tags_gone: tuple[str, ...] = ()
    fields: Mapping[str, str] | None = None
    offers: tuple[Offer, ...] | None = None
    dues: tuple[Due, ...] | None = None


@dataclass(frozen=True, slots=True)
class Seen:
    """What a helpdesk that sends no webhooks was found to hold: a case, or a report of what was done on one."""

    payload: object
    report: bool = False


class NotReportedError(Exception):
    """What came where reports come is none: the helpdesk sends there more than that, and nothing is to be done."""


class AwayError(Exception):
    """The helpdesk does not answer, or asks to wait: the same may work later. `seconds`: how long it asks to wait."""

    def __init__(self, message: str, *, seconds: float | None = None) -> None:
        super().__init__(message)
        self.seconds = seconds


class DeniedError(Exception):
    """The helpdesk refuses: the same fails again, until somebody changes something."""


class Helpdesk(Protocol):
    """One vendor's side: who called, and what stands on a case. Calls end by themselves; AwayError, DeniedError."""

    def verify(self, webhook: Webhook, now: int) -> str | None:
        """RefusedError unless the vendor has signed it, just now; else what only this very transmission has, if any."""

    def has(self, case: str, mark: str) -> bool:
        """Whether a note with that mark stands on the case."""

    def write(self, case: str, said: Said) -> None:
        """Write it: tags and fields first or at once, the note in one call, last."""

    def close(self) -> None:
        """Give back the connections."""


class Workflow(Protocol):
    """A helpdesk whose workflow waits at the door until its case is decided."""

    def waiting(self, payload: object) -> str:
        """The name of the call that waits. LackingError of the mapping where it has none."""

    def hears(self, *, waits: bool) -> object:
        """What the call is answered with at once: to wait, or to go on."""

    def tell(self, call: str, outputs: Mapping[str, str] | None, *, attempt: int) -> None:
        """Let the waiting call go on with these outputs; None: there is no decision. AwayError, DeniedError."""
