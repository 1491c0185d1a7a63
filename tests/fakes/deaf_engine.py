"""An engine that hears nothing: no rule ever matches."""

from collections.abc import Sequence

from amends.application.ports import Matcher
from amends.domain.facts import Facts, Vocabulary
from amends.packs.conditions import Condition
from amends.resolution.matches import Matches


class DeafMatcher:
    def match(self, _facts: Facts) -> Matches:
        return Matches(true=0, may=0)


class DeafEngine:
    def compile(self, vocabulary: Vocabulary, conditions: Sequence[Condition]) -> Matcher:  # noqa: ARG002  # a port
        return DeafMatcher()
