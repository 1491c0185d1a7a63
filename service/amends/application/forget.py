"""Forgets a customer: the log keeps what finance and statistics need, and nothing by which anybody is known.

It cannot be undone, so it is two steps: what would go, and then that it goes.
"""

from amends.application.ports import Clock, CustomerEraser, NewId
from amends.domain.erasure import Affected, Receipt


class Forget:
    """Forgets customers of one log."""

    def __init__(self, log: CustomerEraser, *, clock: Clock, new_id: NewId) -> None:
        self._log = log
        self._clock = clock
        self._new_id = new_id

    async def would_forget(self, customer_id: str) -> Affected:
        """What there is of the customer; nothing changes."""
        return await self._log.affected(_named(customer_id))

    async def __call__(self, customer_id: str) -> Receipt:
        """Forget the customer. Also where nothing is kept of them: a backup may know more, and be restored."""
        erasure_id, erased_at = self._new_id(), self._clock.now()
        affected = await self._log.erase(
            _named(customer_id), erasure_id=erasure_id, erased_at=erased_at, new_id=self._new_id
        )
        return Receipt(erasure_id, erased_at, affected, cleaned=await self._log.clean())


def _named(customer_id: str) -> str:
    if not customer_id:
        # All the decisions of which nobody said whose they are.
        raise ValueError("a customer is forgotten by an id, and this one is empty")
    return customer_id
