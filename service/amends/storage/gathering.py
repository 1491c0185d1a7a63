"""How many entries are worth a group, learnt from how many come: as many as there is time for, up to a bound.

A group costs turns at the interpreter's lock whatever its size. What is enough grows a little with every group that was
full in time, and shrinks when the time is over before: who waits for more than call at once waits for nobody.
"""

from typing import Final

_FIRST: Final = 16.0
_MOST: Final = 32.0
"""With more, the event loop would have nothing to do while they are written."""
_MORE: Final = 0.125
_MORE_OF_MANY: Final = 1 / 64
"""Little at a time: of eight who call a ninth is waited for in vain only now and then."""
_OF_ALL: Final = 0.9
_AT_LEAST: Final = 0.75
"""The end of one load says little about the next."""


class Gathering:
    """What is learnt of one queue."""

    __slots__ = ("_enough",)

    def __init__(self) -> None:
        self._enough = _FIRST

    def is_enough(self, waiting: int) -> bool:
        """Whether a group of so many entries is written without waiting for more."""
        return waiting >= int(self._enough)

    def came(self) -> None:
        """Enough were there in time: a little more may be, too."""
        self._enough = min(self._enough + max(_MORE, self._enough * _MORE_OF_MANY), _MOST)

    def stayed_away(self, waiting: int) -> None:
        """No more than these came in all the time there was."""
        self._enough = max(waiting * _OF_ALL, self._enough * _AT_LEAST, 1.0)
