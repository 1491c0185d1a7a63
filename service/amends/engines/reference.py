"""The reference engine: walks each condition as written. Slow and obvious, so that other engines can be judged."""

from amends.domain.facts import Facts
from amends.packs.conditions import evaluate
from amends.packs.model import Pack
from amends.resolution.matches import Matches


class ReferenceMatcher:
    """The conditions of one pack, in rule order."""

    __slots__ = ("_conditions",)

    def __init__(self, pack: Pack) -> None:
        self._conditions = tuple(rule.when for rule in pack.rules)

    def match(self, facts: Facts) -> Matches:
        """Evaluate every rule. There is no witness: this engine keeps no record of why a rule is undetermined."""
        true = may = 0
        for index, condition in enumerate(self._conditions):
            value = evaluate(condition, facts)
            if value is True:
                true |= 1 << index
            if value is not False:
                may |= 1 << index
        return Matches(true, may)


class ReferenceEngine:
    """Compiles nothing: the pack's conditions are what it evaluates."""

    __slots__ = ()

    def compile(self, pack: Pack) -> ReferenceMatcher:
        """A matcher for the pack."""
        return ReferenceMatcher(pack)
