"""What an agent has promised so far, held against its caps. Kept in memory: a server that starts anew counts anew.

The service's own bands and limits hold whatever is counted here; a cap only makes an agent ask a person sooner.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Final

from google.type.money_pb2 import Money

from amends_client.mcp.settings import Caps

_NANOS: Final = 1_000_000_000


def now() -> datetime:
    """The machine's clock."""
    return datetime.now(UTC)


@dataclass(slots=True)
class Promised:
    """Counts by case and by day; an action that is decided again counts once, at its last amount."""

    caps: Caps
    clock: Callable[[], datetime] = now
    _by_case: dict[str, dict[str, Money]] = field(default_factory=dict)
    _today: tuple[date, dict[str, Money]] = field(default_factory=lambda: (date.min, {}))

    def allows(self, case_id: str, action_id: str, amount: Money, *, given: Sequence[Money], keep: bool) -> str:
        """Empty where it may be promised, else why not; `given` is what the case was given before.

        With `keep` what is allowed is counted from now on.
        """
        day, today = self._today
        if day != self.clock().date():
            self._today = day, today = self.clock().date(), {}
        of_case = self._by_case.get(case_id, {})
        for limit, counted, before, what in (
            (self.caps.per_case, of_case, given, "in one case"),
            (self.caps.per_day, today, (), "in a day"),
        ):
            if limit is None:
                continue
            if limit.currency_code != amount.currency_code:
                return f"an agent may promise {limit.currency_code} only"
            others = [held for ident, held in counted.items() if ident != action_id]
            if sum(map(_nanos, (*others, *before))) + _nanos(amount) > _nanos(limit):
                return f"an agent may promise no more {what}"
        if keep:
            self._by_case.setdefault(case_id, {})[action_id] = amount
            today[action_id] = amount
        return ""

    def release(self, case_id: str, action_ids: set[str]) -> None:
        """What the newest decision of a case no longer holds no longer counts for it."""
        held = self._by_case.get(case_id, {})
        for gone in held.keys() - action_ids:
            del held[gone]


def _nanos(amount: Money) -> int:
    return int(amount.units) * _NANOS + int(amount.nanos)
