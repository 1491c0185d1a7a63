"""The reference engine: walks each condition as written. Slow and obvious, so that other engines can be judged."""

from collections.abc import Sequence

from amends.domain.facts import Facts, Vocabulary
from amends.packs.conditions import Condition, evaluate
from amends.resolution.matches import Matches


class ReferenceMatcher:
    """The conditions asked, in their order."""

    __slots__ = ("_conditions",)

    def __init__(self, conditions: Sequence[Condition]) -> None:
        self._conditions = tuple(conditions)

    def match(self, facts: Facts) -> Matches:
        """Evaluate every condition. There is no witness: this engine keeps no record of why one is unknown."""
        true = may = 0
        for index, condition in enumerate(self._conditions):
            value = evaluate(condition, facts)
            if value is True:
                true |= 1 << index
            if value is not False:
                may |= 1 << index
        return Matches(true, may)


class ReferenceEngine:
    """Compiles nothing: the conditions are what it evaluates."""

    __slots__ = ()

    def compile(self, vocabulary: Vocabulary, conditions: Sequence[Condition]) -> ReferenceMatcher:  # noqa: ARG002  # a port
        """A matcher for the conditions."""
        return ReferenceMatcher(conditions)
