"""The use case of listing obligations: those that fall due next come first, told as they stand now."""

from dataclasses import dataclass

from amends.application.obligation_state import as_of
from amends.application.ports import Clock, ObligationLog
from amends.domain.log_queries import ObligationFilter, ObligationPlace
from amends.domain.record import TrackedObligation


@dataclass(frozen=True, slots=True)
class ObligationPage:
    """Obligations, and the place behind which the next page begins (None: this is the last)."""

    obligations: tuple[TrackedObligation, ...]
    next_after: ObligationPlace | None


class ListObligations:
    """Lists obligations."""

    __slots__ = ("_clock", "_obligations")

    def __init__(self, obligations: ObligationLog, clock: Clock) -> None:
        self._obligations = obligations
        self._clock = clock

    async def __call__(self, wanted: ObligationFilter, *, after: ObligationPlace | None, size: int) -> ObligationPage:
        """At most `size` obligations behind `after` (None: from the first)."""
        now = self._clock.now()
        # One more than is shown tells whether there is a next page.
        found = await self._obligations.obligations(wanted, now=now, after=after, limit=size + 1)
        page = as_of(now, found[:size])
        if len(found) <= size:
            return ObligationPage(page, None)
        last = page[-1].promised
        return ObligationPage(page, ObligationPlace(last.due, last.obligation_id))
