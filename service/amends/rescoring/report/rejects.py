"""Rejected rows: why, how often, and the first of each reason."""

import json
import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final

_QUOTED: Final = re.compile(r"'(?:[^'\\]|\\.)*'")
_NUMBER: Final = re.compile(r"-?\d[\d.,]*")
_MOST: Final = 200


@dataclass(slots=True)
class Rejects:
    """Rejected rows. A reason is told without the value that it is about; the first row of each is its example."""

    rows: int = 0
    reasons: Counter[str] = field(default_factory=Counter)
    examples: dict[str, tuple[int, str]] = field(default_factory=dict)
    """Where the first row of a reason stands, and the reason in full."""
    others: int = 0
    """Reasons beyond those that are told apart."""

    def add(self, lines: Iterable[str]) -> None:
        """These lines of a file of rejected rows too."""
        for line in lines:
            told = json.loads(line)
            self.rows += 1
            for reason in told["reasons"]:
                self._add(reason, told["position"])

    def _add(self, reason: str, position: int) -> None:
        plain = _NUMBER.sub("N", _QUOTED.sub("'…'", reason))
        if plain not in self.examples:
            if len(self.examples) >= _MOST:
                self.others += 1
                return
            self.examples[plain] = position, reason
        self.reasons[plain] += 1
