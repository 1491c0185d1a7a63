"""The decisions that stand: of each place of a case the latest one."""

from collections.abc import Sequence
from typing import NamedTuple, Protocol

from amends.domain.record import DecisionEntry, OutcomeEntry


class StandingFilter(NamedTuple):
    """Which decisions: of this policy, made at `since` (None: ever) or later, and `before` a moment: what was decided,
    done or reported from then on is as if it had not happened yet.
    """

    policy: str
    since: int | None
    before: int


class StandingDecision(NamedTuple):
    """A decision that nothing has taken the place of.

    `outcomes` are all that were recorded of its case and its incident, in the order of recording. `owes`: one of its
    obligations is not kept yet.
    """

    entry: DecisionEntry
    outcomes: tuple[OutcomeEntry, ...]
    owes: bool


class StandingDecisions(Protocol):
    """The decisions that stand. May raise LogUnavailableError."""

    async def standing(self, wanted: StandingFilter, *, after: str, limit: int) -> Sequence[StandingDecision]:
        """At most `limit` of them with ids greater than `after` (empty: any), the oldest first. None that was erased.

        Of several of one caller, policy, case, subject and incident only the latest stands.
        """
        ...
