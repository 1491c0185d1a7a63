"""The ports of the application: what it needs from outside, in its own words. Layers above implement them."""

from typing import Protocol

from amends.domain.facts import Facts
from amends.packs.model import Pack
from amends.resolution.matches import Matches


class Matcher(Protocol):
    """An engine, compiled for one pack: answers which rules match, and nothing else."""

    def match(self, facts: Facts) -> Matches:
        """The three-valued match of every rule on what is known."""
        ...


class Engine(Protocol):
    """Compiles packs into matchers."""

    def compile(self, pack: Pack) -> Matcher:
        """A matcher for the pack, valid as long as the pack is."""
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
