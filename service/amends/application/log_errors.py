"""What can go wrong with the decision log, whichever database keeps it, and with what is asked of it."""

from collections.abc import Sequence
from typing import Final

from amends.domain.errors import AmendsError, DeadlinePassedError

_MOST_SHOWN: Final = 20
"""Ids in one message: an error has to fit where a call's errors go."""


class LogUnavailableError(AmendsError):
    """The log cannot be reached or written now; it may work again after `retry_after` seconds.

    What was to be written is not known to be there. Where the connection broke in the middle of a commit it may be: the
    same request, sent again under its id, finds out.
    """

    def __init__(self, reason: str, *, retry_after: float = 1.0) -> None:
        super().__init__(f"the decision log is not available: {reason}")
        self.reason = reason
        self.retry_after = retry_after


class NotRecordingError(AmendsError):
    """This server keeps no log."""

    def __init__(self) -> None:
        super().__init__("this server records nothing (--recording off), so it has nothing to tell of the past")


class TooMuchToCountError(DeadlinePassedError):
    """What was asked for takes the log longer to count than anybody may have it count."""

    def __init__(self, seconds: float) -> None:
        AmendsError.__init__(
            self,
            f"counting this takes longer than the {seconds:g} seconds that there are for it: ask for less time between"
            " since and until, or ask again later",
        )


class UnknownDecisionError(AmendsError):
    """There is no recorded decision of that id."""

    def __init__(self, decision_id: str) -> None:
        super().__init__(f"there is no recorded decision {decision_id!r}")
        self.decision_id = decision_id


class UnknownActionError(AmendsError):
    """A decision has no action or obligation (`what`) of that id; `known` are those that it has, each with its kind."""

    def __init__(self, decision_id: str, *, what: str, about: str, known: Sequence[str] = ()) -> None:
        shown = ", ".join(known[:_MOST_SHOWN]) or f"no {what} at all"
        more = f", and {len(known) - _MOST_SHOWN} more" if len(known) > _MOST_SHOWN else ""
        super().__init__(f"the decision {decision_id} has no {what} {about!r}; it has: {shown}{more}")
        self.decision_id = decision_id
        self.what = what
        self.about = about


class RequestIdReusedError(AmendsError):
    """A request of that id was answered before, and asked for something else, or was erased since."""

    def __init__(self, request_id: str, *, erased: bool = False) -> None:
        what = (
            "a request that was erased since: its answer is gone"
            if erased
            else "another request: give this one an id of its own"
        )
        super().__init__(f"the request id {request_id!r} was used before, for {what}")
        self.request_id = request_id


class UnreadableDecisionError(Exception):
    """What the log holds of a decision is not what was written: no answer to a caller, but for the operator to see."""

    def __init__(self, decision_id: str, why: str) -> None:
        super().__init__(f"what is recorded of the decision {decision_id} cannot be read: {why}")
        self.decision_id = decision_id


class CannotSupersedeError(AmendsError):
    """A decision may not take the place of that one; `by` is the one that has taken it already (empty: none has)."""

    def __init__(self, decision_id: str, why: str, *, by: str = "") -> None:
        super().__init__(f"the decision {decision_id} cannot be superseded: {why}")
        self.decision_id = decision_id
        self.by = by
