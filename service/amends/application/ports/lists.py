"""What was recorded as lists and as counts."""

from collections.abc import Sequence
from typing import Protocol

from amends.domain.log_queries import DecisionFilter, DecisionInShort, RuleCounts, RuleFilter


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
