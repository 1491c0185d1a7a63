"""The NewId port: UUIDs of version 7 (RFC 9562), ascending within a process even when its clock stands or goes back.

The 74 bits after the time are one number: random in a new millisecond, and raised by a random step within the same one
(the RFC's "monotonic random"), so that ids of one moment keep their order and still cannot be guessed.
"""

import os
from collections.abc import Callable
from typing import Final

from amends.application.ports import Clock

_FETCHED: Final = 512
_NANOSECONDS_PER_MILLISECOND: Final = 1_000_000
_LOW_BITS: Final = 62
_LOW_MASK: Final = (1 << _LOW_BITS) - 1
_TAIL_LIMIT: Final = 1 << 74
_VERSION: Final = 7 << 76
_VARIANT: Final = 0b10 << _LOW_BITS


class _Supply:
    """Unpredictable bytes, fetched many at a time: asking the system costs as much as all the rest of an id.

    None is given twice, and none is kept once it is given.
    """

    __slots__ = ("_left", "_random")

    def __init__(self, random: Callable[[int], bytes]) -> None:
        self._random = random
        self._left = bytearray()

    def __call__(self, count: int) -> bytes:
        if len(self._left) < count:
            self._left += self._random(_FETCHED)
        taken = bytes(self._left[-count:])
        del self._left[-count:]
        return taken


class NewUuid7:
    """Makes one id a call. Not for several threads: the event loop has one."""

    __slots__ = ("_clock", "_millisecond", "_random", "_tail")

    def __init__(self, clock: Clock, random: Callable[[int], bytes] = os.urandom) -> None:
        """`random` gives so many unpredictable bytes."""
        self._clock = clock
        self._random = _Supply(random)
        self._millisecond = -1
        self._tail = 0

    def __call__(self) -> str:
        """A new id in its canonical text form, greater than every one before it."""
        millisecond = self._clock.now() // _NANOSECONDS_PER_MILLISECOND
        if millisecond > self._millisecond:
            self._begin(millisecond)
        else:
            self._tail += int.from_bytes(self._random(4)) + 1
            if self._tail >= _TAIL_LIMIT:
                self._begin(self._millisecond + 1)
        tail = self._tail
        value = self._millisecond << 80 | _VERSION | (tail >> _LOW_BITS) << 64 | _VARIANT | (tail & _LOW_MASK)
        digits = f"{value:032x}"
        return f"{digits[:8]}-{digits[8:12]}-{digits[12:16]}-{digits[16:20]}-{digits[20:]}"

    def _begin(self, millisecond: int) -> None:
        self._millisecond = millisecond
        # The highest bit stays free, so that there is room to count.
        self._tail = int.from_bytes(self._random(10)) >> 7
