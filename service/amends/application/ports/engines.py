"""What decides which conditions hold, and what proves that all that decide so agree."""

from collections.abc import Hashable, Iterable, Sequence
from typing import Protocol, runtime_checkable

from amends.application.proof import Case, Proof
from amends.domain.facts import Facts, Vocabulary
from amends.packs.conditions import Condition
from amends.packs.model import Pack
from amends.resolution.matches import Matches


class Matcher(Protocol):
    """An engine, compiled for a list of conditions: answers which of them hold, and nothing else."""

    def match(self, facts: Facts) -> Matches:
        """The three values of every condition on what is known."""
        ...


@runtime_checkable
class ReadingMatcher(Matcher, Protocol):
    """A matcher that can say sooner how facts look to its conditions than what these come to."""

    def reading(self, facts: Facts) -> Hashable:
        """Opaque. Facts of equal readings are the same to every condition, and the same of them are known."""
        ...


class Engine(Protocol):
    """Compiles conditions into matchers."""

    def compile(self, vocabulary: Vocabulary, conditions: Sequence[Condition]) -> Matcher:
        """A matcher for the conditions, which read facts of the vocabulary; bit i of a match is condition i."""
        ...


class Prover(Protocol):
    """Proves packs: every engine decides the same situations, and all have to come to the same."""

    def prove(self, pack: Pack, *, others: Iterable[Case] = ()) -> Proof:
        """Decide the pack's boundary situations, and others beside them; takes seconds, and blocks.

        Whatever goes wrong is a part of the proof. It depends on the pack, on what is proved beside, and on the day.
        """
        ...
