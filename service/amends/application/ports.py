"""The ports of the application: what it needs from outside, in its own words. Layers above implement them."""

from collections.abc import Sequence
from typing import Protocol

from amends.domain.facts import Facts, Vocabulary
from amends.packs.conditions import Condition
from amends.resolution.matches import Matches


class Matcher(Protocol):
    """An engine, compiled for a list of conditions: answers which of them hold, and nothing else."""

    def match(self, facts: Facts) -> Matches:
        """The three values of every condition on what is known."""
        ...


class Engine(Protocol):
    """Compiles conditions into matchers."""

    def compile(self, vocabulary: Vocabulary, conditions: Sequence[Condition]) -> Matcher:
        """A matcher for the conditions, which read facts of the vocabulary; bit i of a match is condition i."""
        ...


class Clock(Protocol):
    """The only source of the present moment."""

    def now(self) -> int:
        """Nanoseconds since 1970-01-01T00:00Z."""
        ...


class NewId(Protocol):
    """The only source of fresh identifiers."""

    def __call__(self) -> str:
        """A new UUIDv7 in its canonical text form."""
        ...
