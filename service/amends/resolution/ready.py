"""Ready: an action that wants nothing but an identifier and times."""

from typing import Any, Final, NamedTuple

from amends.domain.action import Scope, Span
from amends.resolution.promise import Promise

DUE: Final = 0
VALID_UNTIL: Final = 1
REASONS: Final = (2, 3)
"""Where an action's times and reasons stand among the fields behind its incident."""


class Timed(NamedTuple):
    """What is counted from observe_time: a promise, until when the action stands, when to look at it again, words.

    `owed` is false for what was given: it promises nothing more. `words` are the places of the reasons that name a
    time; `named` is the place of the action whose due time they name where this one has none.
    """

    promise: Promise | None
    expires: Span | None
    review_in: Span | None
    owed: bool
    words: tuple[int, ...]
    named: int


class Ready(NamedTuple):
    """One action. `identity` is all of its identifier but the place, `said` are the fields behind its incident.

    Without `timed` they are the same for every case. With it, times are open, and reasons that name one hold {due} or
    {next_update}, and {owner}, yet.
    """

    identity: str
    scope: Scope
    said: tuple[Any, ...]
    timed: Timed | None
