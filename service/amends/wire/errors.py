"""The errors that only the contract's form knows: too large a request or batch, a page token of somebody else's."""

from amends.domain.errors import AmendsError


class RequestTooLargeError(AmendsError):
    """A request of more bytes than are accepted."""

    def __init__(self, size: int, limit: int) -> None:
        super().__init__(f"the request has {size} bytes; at most {limit} are accepted")
        self.size = size
        self.limit = limit


class BatchTooLargeError(AmendsError):
    """A batch with more items than are accepted."""

    def __init__(self, items: int, limit: int) -> None:
        super().__init__(f"the batch has {items} items; at most {limit} are accepted")
        self.items = items
        self.limit = limit


class InvalidPageTokenError(AmendsError):
    """A page token that this service did not give, or whose pack is gone."""

    def __init__(self) -> None:
        super().__init__(
            "the page token is not one that this service gave for this request; begin again with an empty one"
        )
