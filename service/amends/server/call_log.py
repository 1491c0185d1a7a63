"""The log lines of calls, written together, a few at a time: one by one they cost more than finding which rules match.

A line waits a twentieth of a second at most, and carries the time at which its call ended. What a killed process had
not written yet is lost; accidents do not pass through here, they are logged at once.
"""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Final

from amends.log import Logger

_LONGEST_WAIT_SECONDS: Final = 0.05
_MOST_WAITING: Final = 32


class CallLog:
    """Takes the fields of each call's line; for one event loop."""

    __slots__ = ("_hand_on", "_logger", "_waiting")

    def __init__(self, logger: Logger, hand_on: Callable[[Sequence[Mapping[str, object]]], None] | None = None) -> None:
        """`hand_on` gets the lines too, as they are written."""
        self._logger = logger
        self._hand_on = hand_on
        self._waiting: list[dict[str, object]] = []

    def add(self, fields: dict[str, object]) -> None:
        """Write the line soon."""
        if not self._waiting:
            asyncio.get_running_loop().call_later(_LONGEST_WAIT_SECONDS, self.flush)
        fields["timestamp"] = datetime.now(UTC)
        self._waiting.append(fields)
        if len(self._waiting) >= _MOST_WAITING:
            self.flush()

    def flush(self) -> None:
        """Write the lines that wait."""
        if self._waiting:
            waiting, self._waiting = self._waiting, []
            if self._hand_on is not None:
                self._hand_on(waiting)
            self._logger.info("call", lines=waiting)
