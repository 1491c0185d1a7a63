"""rule-engine: a `Rule` a rule over a context that declares every symbol with its type."""

import json
from collections.abc import Sequence

from tests.benchmarks.engine_race.policies import Listed, Policy, RaceRule, Situation, Span, Test, Value

PAGE = "https://zerosteiner.github.io/rule-engine/getting_started.html (Type Hinting)"


def example() -> None:
    """Of the README and "Getting Started": Luke, who is a rebel, and Darth, who is not."""
    import rule_engine

    rule = rule_engine.Rule('first_name == "Luke" and email =~ ".*@rebels.org$"')
    assert rule.matches({"first_name": "Luke", "last_name": "Skywalker", "email": "luke@rebels.org"}) is True
    assert rule.matches({"first_name": "Darth", "last_name": "Vader", "email": "dvader@empire.net"}) is False


class RuleEnginePeer:
    """All rules of a policy."""

    def __init__(self, policy: Policy) -> None:
        import rule_engine

        def type_of(values: Sequence[Value]) -> object:
            if isinstance(values, range):
                return rule_engine.DataType.FLOAT
            return rule_engine.DataType.BOOLEAN if isinstance(values[0], bool) else rule_engine.DataType.STRING

        types = {fact: type_of(values) for fact, values in policy.facts.items()}
        context = rule_engine.Context(
            type_resolver=rule_engine.type_resolver_from_dict(types), resolver=rule_engine.resolve_item
        )
        self._rules = [(rule.name, rule_engine.Rule(_text(rule), context=context).matches) for rule in policy.rules]

    def given(self, situation: Situation) -> Situation:
        """A thing is a dict."""
        return situation

    def decide(self, given: Situation) -> Sequence[str]:
        """Ask every rule."""
        return [name for name, matches in self._rules if matches(given)]

    def names(self, answer: Sequence[str]) -> Sequence[str]:
        """They are what was collected."""
        return answer


def _text(rule: RaceRule) -> str:
    terms = [_term(test) for test in rule.tests]
    if rule.either:
        terms.append(f"({' or '.join(f'({_term(test)})' for test in rule.either)})")
    return " and ".join(terms)


def _term(test: Test) -> str:
    match test:
        case Span(fact, low, high):
            return f"{fact} >= {low} and {fact} < {high}"
        case Listed(fact, (only,), negated):
            return f"{fact} {'!=' if negated else '=='} {json.dumps(only)}"
        case Listed(fact, values, negated):
            return f"{'not ' if negated else ''}({fact} in {json.dumps(values)})"
