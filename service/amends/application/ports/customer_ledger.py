"""What customers were given, and what is set aside for them, over all of their cases."""

from collections.abc import Sequence
from typing import NamedTuple, Protocol

from amends.domain.money import Money
from amends.domain.record import OutcomeEntry


class SetAside(NamedTuple):
    """An amount that a decision has set aside, neither done nor released nor run out."""

    decision_id: str
    action_id: str
    action_kind: str
    amount: Money


class LedgerState(NamedTuple):
    """A customer's ledger at one moment: its version (0: never written), what was given, what is set aside."""

    version: int
    given: Sequence[OutcomeEntry]
    set_aside: Sequence[SetAside]


class CustomerLedger(Protocol):
    """What customers were given, over all of their cases. May raise LogUnavailableError."""

    async def ledger(self, customer_id: str, *, since: int, now: int) -> LedgerState:
        """The customer's: all with something in `granted` done at `since` or later, and what is set aside at `now`."""
        ...
