"""CEL by the Rust implementation: a program a rule, compiled once, executed with one context a situation."""

import json
from collections.abc import Sequence
from typing import Any

from tests.benchmarks.engine_race.policies import Listed, Policy, RaceRule, Situation, Span, Test

PAGE = "https://python-common-expression-language.readthedocs.io/ and the README (Pre-compilation for Performance)"


def example() -> None:
    """Of the README: pre-compilation, and the access control policy."""
    import cel

    program = cel.compile("price * quantity > threshold")
    assert program.execute({"price": 10, "quantity": 5, "threshold": 40}) is True
    assert program.execute({"price": 5, "quantity": 3, "threshold": 20}) is False
    context = cel.Context()
    context.update(
        {
            "user": {"id": "alice", "role": "user"},
            "resource": {"owner": "alice"},
            "current_hour": 14,
        }
    )
    policy = 'user.role == "admin" || (resource.owner == user.id && current_hour >= 9 && current_hour <= 17)'
    assert cel.evaluate(policy, context) is True


class CelPeer:
    """All programs of a policy."""

    def __init__(self, policy: Policy) -> None:
        import cel

        self._context: Any = cel.Context
        self._programs = [(rule.name, cel.compile(_expression(rule)).execute) for rule in policy.rules]

    def given(self, situation: Situation) -> Situation:
        """Variables are a dict."""
        return situation

    def decide(self, given: Situation) -> Sequence[str]:
        """Execute every program."""
        context = self._context(given)
        return [name for name, execute in self._programs if execute(context)]

    def names(self, answer: Sequence[str]) -> Sequence[str]:
        """They are what was collected."""
        return answer


def _expression(rule: RaceRule) -> str:
    terms = [_term(test) for test in rule.tests]
    if rule.either:
        terms.append(f"({' || '.join(f'({_term(test)})' for test in rule.either)})")
    return " && ".join(terms)


def _term(test: Test) -> str:
    match test:
        case Span(fact, low, high):
            return f"{fact} >= {low} && {fact} < {high}"
        case Listed(fact, (only,), negated):
            return f"{fact} {'!=' if negated else '=='} {json.dumps(only)}"
        case Listed(fact, values, negated):
            return f"{'!' if negated else ''}({fact} in {json.dumps(values)})"
