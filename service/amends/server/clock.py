"""The Clock port by the machine's clock: the only place where the service asks what time it is."""

import time


class SystemClock:
    """The present moment, as the machine knows it."""

    __slots__ = ()

    def now(self) -> int:
        """Nanoseconds since 1970-01-01T00:00Z."""
        return time.time_ns()
