"""The use case of listing decisions: pages behind an id, newest first, so that what is decided meanwhile moves none."""

from dataclasses import dataclass

from amends.application.ports import DecisionList
from amends.domain.log_queries import DecisionFilter, DecisionInShort


@dataclass(frozen=True, slots=True)
class DecisionPage:
    """Decisions, and the id behind which the next page begins (empty: this is the last)."""

    decisions: tuple[DecisionInShort, ...]
    next_before: str


class ListDecisions:
    """Lists decisions."""

    __slots__ = ("_decisions",)

    def __init__(self, decisions: DecisionList) -> None:
        self._decisions = decisions

    async def __call__(self, wanted: DecisionFilter, *, before: str, size: int) -> DecisionPage:
        """At most `size` decisions with ids less than `before` (empty: any)."""
        # One more than is shown tells whether there is a next page.
        found = await self._decisions.decisions(wanted, before=before, limit=size + 1)
        page = tuple(found[:size])
        return DecisionPage(page, page[-1].decision_id if len(found) > size else "")
