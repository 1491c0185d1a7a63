"""The use case of counting what became of what rules asked for, over a bounded time and number of periods."""

from collections.abc import Sequence
from typing import Final

from amends.application.ports import Clock, RuleStatisticsLog
from amends.domain.errors import FieldViolation, InvalidSituationError
from amends.domain.log_queries import RuleCounts, RuleFilter

DAY: Final = 24 * 3600 * 1_000_000_000
USUAL_DAYS: Final = 30
"""How long before `until` the statistics begin, where nobody says."""
MOST_PERIODS: Final = 400
MOST_COUNTS: Final = 10_000
"""Rules times periods in one answer: about a megabyte."""


class GetRuleStatistics:
    """Counts."""

    __slots__ = ("_clock", "_statistics")

    def __init__(self, statistics: RuleStatisticsLog, clock: Clock) -> None:
        self._statistics = statistics
        self._clock = clock

    async def __call__(  # noqa: PLR0913  # what may be asked, by name
        self,
        *,
        policy: str,
        rule_ids: tuple[str, ...],
        since: int | None,
        until: int | None,
        period_days: int,
        policies: frozenset[str] | None = None,
    ) -> Sequence[RuleCounts]:
        """One for each rule and period in which it applied; InvalidSituationError where that is too much at once.

        `policies` are those that who asks may see; None: all.
        """
        end = self._clock.now() if until is None else until
        start = end - USUAL_DAYS * DAY if since is None else since
        boundaries = periods(start, end, days=period_days)
        wanted = RuleFilter(policy, rule_ids, boundaries, policies)
        found = await self._statistics.rule_statistics(wanted, limit=MOST_COUNTS + 1)
        if len(found) > MOST_COUNTS:
            why = f"gives more than {MOST_COUNTS} statistics; expected longer periods, or fewer rules by `rule_ids`"
            raise InvalidSituationError((FieldViolation("period_days", why),))
        return found


def periods(start: int, end: int, *, days: int) -> tuple[int, ...]:
    """The moments between which periods lie: `start`, midnights of UTC so many days apart, `end`.

    InvalidSituationError where there is no time between, or there are too many periods.
    """
    if start >= end:
        raise InvalidSituationError((FieldViolation("since", "is not before until; expected an earlier moment"),))
    if not days:
        return start, end
    first = start - start % DAY + days * DAY
    count = 1 + max(0, -(-(end - first) // (days * DAY)))
    if count > MOST_PERIODS:
        why = f"gives {count} periods; expected at most {MOST_PERIODS}: longer ones, or less time"
        raise InvalidSituationError((FieldViolation("period_days", why),))
    return start, *range(first, end, days * DAY), end
