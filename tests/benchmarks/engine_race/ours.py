"""Our own engines in the race, by the port that the service uses; what matches is read off as resolution does."""

from collections.abc import Sequence

from amends.application.ports import Engine
from amends.domain.facts import FactSpec, FactType, Vocabulary
from amends.packs.conditions import AllOf, AnyOf, Between, Bound, Condition, OneOf
from amends.resolution.matches import places
from tests.benchmarks.engine_race.policies import Listed, Policy, RaceRule, Situation, Span, Test, Value


class Ours:
    """An engine of ours on one policy."""

    def __init__(self, engine: Engine, policy: Policy) -> None:
        conditions = [condition_of(rule) for rule in policy.rules]
        self._matcher = engine.compile(vocabulary_of(policy), conditions)
        self._names = [rule.name for rule in policy.rules]

    def given(self, situation: Situation) -> Situation:
        """Facts by path, as they are."""
        return situation

    def decide(self, given: Situation) -> Sequence[int]:
        """The places of the rules that match, as resolution reads them."""
        return places(self._matcher.match(given).true)

    def names(self, answer: Sequence[int]) -> Sequence[str]:
        """Of the rules at these places."""
        return [self._names[place] for place in answer]


def vocabulary_of(policy: Policy) -> Vocabulary:
    """The facts as a pack would declare them."""
    return Vocabulary({path: _spec(path, values) for path, values in policy.facts.items()})


def condition_of(rule: RaceRule) -> Condition:
    """The rule as the loader would read it."""
    tests = [_atom(test) for test in rule.tests]
    return AllOf((*tests, AnyOf(tuple(map(_atom, rule.either)))) if rule.either else tuple(tests))


def _spec(path: str, values: Sequence[Value]) -> FactSpec:
    if isinstance(values, range):
        return FactSpec(path, FactType.INTEGER)
    if isinstance(values[0], bool):
        return FactSpec(path, FactType.BOOLEAN)
    return FactSpec(path, FactType.ENUM, values=tuple(map(str, values)))


def _atom(test: Test) -> Condition:
    match test:
        case Listed(fact, values, negated):
            return OneOf(fact, values, negated)
        case Span(fact, low, high):
            return Between(fact, Bound(low, inclusive=True), Bound(high, inclusive=False))
