"""What lets go of what was recorded: of a customer, and of what is old."""

from typing import Protocol

from amends.application.ports.clock import NewId
from amends.domain.erasure import Affected


class CustomerEraser(Protocol):
    """Removes from the log what identifies a customer. Each method may raise LogUnavailableError."""

    async def affected(self, customer_id: str) -> Affected:
        """What there is of the customer."""
        ...

    async def erase(self, customer_id: str, *, erasure_id: str, erased_at: int, new_id: NewId) -> Affected:
        """Remove it from all that is committed by now, all or nothing, and keep a mark of it; what was removed.

        Amounts, kinds, times, rules and external references stay, and the decisions of a case stay together under a
        name made of `new_id`. What is committed later is not touched.
        """
        ...

    async def clean(self) -> bool:
        """Take what removed rows have left out of the files of the database; False where others stand in the way."""
        ...


class OldDecisions(Protocol):
    """Lets go of what is old. May raise LogUnavailableError."""

    async def old(self, *, before: int, now: int) -> Affected:
        """What there is of decisions made before that moment and may go: see `remove_old`."""
        ...

    async def remove_old(self, *, before: int, now: int, limit: int) -> Affected:
        """Remove at most `limit` decisions made before that moment, with all that hangs on them; none are left: zeros.

        Those stay whose place a decision has taken that stays, that have set something aside which has not expired
        by `now`, and that have an open obligation which fell due after that moment or has yet to.
        """
        ...
