"""Engines that are right but where a test wants them to be wrong: they answer otherwise, raise, or misread an atom."""

from collections.abc import Callable, Sequence

from amends.application.ports import Matcher
from amends.domain.facts import Facts, Vocabulary
from amends.engines.reference import ReferenceEngine
from amends.packs.conditions import AllOf, AnyOf, Atom, Condition, NoneOf
from amends.resolution.matches import Matches

Twist = Callable[[Facts, Matches], Matches]
"""What it makes of the right answer, on those facts."""


class WrongMatcher:
    def __init__(self, right: Matcher, twist: Twist) -> None:
        self._right = right
        self._twist = twist

    def match(self, facts: Facts) -> Matches:
        return self._twist(facts, self._right.match(facts))


class WrongEngine:
    def __init__(self, twist: Twist) -> None:
        self._twist = twist

    def compile(self, vocabulary: Vocabulary, conditions: Sequence[Condition]) -> Matcher:
        return WrongMatcher(ReferenceEngine().compile(vocabulary, conditions), self._twist)


class MisreadingEngine:
    """Takes each atom for another."""

    def __init__(self, misread: Callable[[Atom], Atom]) -> None:
        self._misread = misread

    def compile(self, vocabulary: Vocabulary, conditions: Sequence[Condition]) -> Matcher:
        return ReferenceEngine().compile(vocabulary, [self._read(condition) for condition in conditions])

    def _read(self, condition: Condition) -> Condition:
        match condition:
            case AllOf(children) | AnyOf(children) | NoneOf(children):
                return type(condition)(tuple(self._read(child) for child in children))
            case _:
                return self._misread(condition)
