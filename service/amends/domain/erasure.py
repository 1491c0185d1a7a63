"""What forgetting a customer and letting go of what is old do to the log: counts, and what remains as evidence."""

from typing import NamedTuple


class Affected(NamedTuple):
    """How much of the log something concerns. `open_obligations` are those of `obligations` that nobody has settled."""

    decisions: int = 0
    obligations: int = 0
    open_obligations: int = 0
    outcomes: int = 0
    reservations: int = 0

    def plus(self, other: "Affected") -> "Affected":
        """Both together."""
        return Affected(*(one + another for one, another in zip(self, other, strict=True)))


class Receipt(NamedTuple):
    """That a customer was forgotten, and when; whom, only their own id can tell.

    `cleaned` says that what the removed rows had left in the files of the database is gone too.
    """

    erasure_id: str
    erased_at: int
    affected: Affected
    cleaned: bool


class ErasureMark(NamedTuple):
    """By what an erasure is done again on a restored backup: a hash of the customer's id, which it does not tell."""

    erasure_id: str
    customer_hash: str
    salt: str
    erased_at: int
    receipt: str
