"""A contender's end of being timed. It imports nothing of ours, so that a process with it fills no memory by that."""

import ctypes
import gc
import signal
import sys
import time
from collections.abc import Sequence
from typing import Any, Final, Protocol

REPEATED: Final = 64
"""Those that come again and again, where repetition is asked for."""
PR_SET_PDEATHSIG: Final = 1


class Decides(Protocol):
    """What is timed."""

    def decide(self, given: Any) -> Any:  # noqa: ANN401  # as the contender has it
        """Once for each situation."""


class Timed:
    """The child's end: a contender with its situations, dealt in turn."""

    def __init__(self, contender: Decides, given: Sequence[Any]) -> None:
        self._contender, self._given, self._next = contender, given, 0

    def warm_up(self, seconds: float) -> None:
        """Decide for so long, in processor time: what compiles as it runs has then done so."""
        until = time.process_time() + seconds
        while time.process_time() < until:
            self._contender.decide(self._given[self._next % len(self._given)])
            self._next += 1

    def round(self, count: int) -> float:
        """Microseconds of processor time a decision, over the next situations."""
        return self._measure([self._given[(self._next + place) % len(self._given)] for place in range(count)])

    def repeated(self, count: int) -> float:
        """As `round`, over a few situations that come again and again."""
        return self._measure([self._given[place % REPEATED] for place in range(count)])

    def _measure(self, given: Sequence[Any]) -> float:
        self._next += len(given)
        decide = self._contender.decide
        gc.collect()
        gc.disable()
        began = time.process_time_ns()
        for one in given:
            decide(one)
        spent = time.process_time_ns() - began
        gc.enable()
        return spent / len(given) / 1000


def end_with_the_parent() -> None:
    """A stopped process would not see by itself that its parent is gone."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
