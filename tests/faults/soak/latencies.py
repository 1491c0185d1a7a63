"""How long calls took since one last looked."""

import threading
from collections.abc import Sequence
from statistics import median


class Latencies:
    """Gathers from many threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._seconds: list[float] = []

    def took(self, seconds: float) -> None:
        with self._lock:
            self._seconds.append(seconds)

    def since_last(self) -> list[float]:
        """All since it was last asked."""
        with self._lock:
            taken, self._seconds = self._seconds, []
        return taken


def middle(seconds: Sequence[float]) -> float:
    """Their median in milliseconds; 0 where there are none."""
    return median(seconds) * 1000 if seconds else 0.0


def near_worst(seconds: Sequence[float]) -> float:
    """What 99 of 100 took less than, in milliseconds; 0 where there are none."""
    ordered = sorted(seconds)
    return ordered[min(len(ordered) - 1, len(ordered) * 99 // 100)] * 1000 if ordered else 0.0
