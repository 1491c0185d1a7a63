"""What can go wrong with the decision log itself, whichever database keeps it."""

from amends.domain.errors import AmendsError


class LogUnavailableError(AmendsError):
    """The log cannot be reached or written now; it may work again after `retry_after` seconds.

    What was to be written is not known to be there. Where the connection broke in the middle of a commit it may be: the
    same request, sent again under its id, finds out.
    """

    def __init__(self, reason: str, *, retry_after: float = 1.0) -> None:
        super().__init__(f"the decision log is not available: {reason}")
        self.reason = reason
        self.retry_after = retry_after
