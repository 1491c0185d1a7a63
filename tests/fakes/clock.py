"""A Clock that stands until a test moves it."""


class FakeClock:
    """Says `nanoseconds`, whatever the machine's clock says."""

    def __init__(self, nanoseconds: int = 1_767_225_600_000_000_000) -> None:
        self.nanoseconds = nanoseconds

    def now(self) -> int:
        return self.nanoseconds
