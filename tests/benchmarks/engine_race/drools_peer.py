"""Drools by drools_jpy: a ruleset as the tree of conditions that it takes; a fact is asserted and retracted.

A fact matches every rule, where an event stops at the first. The JVM runs within the process, with all of its threads.
"""

import os
import shutil
from collections.abc import Mapping
from functools import reduce
from pathlib import Path
from typing import Any, Final

from tests.benchmarks.engine_race.policies import Listed, Policy, RaceRule, Situation, Span, Test, Value

PAGE = "https://github.com/ansible/drools_jpy (README.md and tests/asts)"
_RULESET: Final = "race"

Tree = dict[str, Any]


def example() -> None:
    """Of the package's own tests: `test_in_not_in_ast.yml`, two of its rules."""
    item = {"lhs": {"Fact": "i"}, "rhs": [{"Integer": number} for number in (1, 2, 3)]}
    trees = {
        "in_rule_int": _and([_equals("i", {"Integer": 1}), {"ItemInListExpression": item}]),
        "not_in_rule_int": _and([_equals("i", {"Integer": 5}), {"ItemNotInListExpression": item}]),
    }
    session = _Session("in example", trees)
    assert list(session.fired({"i": 1})) == ["in_rule_int"]
    assert list(session.fired({"i": 5})) == ["not_in_rule_int"]


class DroolsPeer:
    """A session with a rule each."""

    def __init__(self, policy: Policy) -> None:
        self._session = _Session(_RULESET, {rule.name: _condition(policy, rule) for rule in policy.rules})

    def given(self, situation: Situation) -> Situation:
        """A fact is a dict."""
        return situation

    def decide(self, given: Situation) -> Mapping[str, None]:
        """Assert, let everything fire, retract."""
        return self._session.fired(dict(given))

    def names(self, answer: Mapping[str, None]) -> Mapping[str, None]:
        """They are what fired."""
        return answer


class _Session:
    def __init__(self, name: str, trees: Mapping[str, Tree]) -> None:
        find_java()
        from drools import ruleset
        from drools.rule import Rule

        self._name, self._rules, self._fired = name, ruleset, dict[str, None]()
        action = {"Action": {"action": "debug", "action_args": {}}}
        rules = [
            {"Rule": {"name": rule, "condition": {"AllCondition": [tree]}, "action": action, "enabled": True}}
            for rule, tree in trees.items()
        ]
        tree = {"name": name, "hosts": ["all"], "sources": [], "rules": rules}
        session = ruleset.Ruleset(name=name, serialized_ruleset=ruleset._to_json(tree))
        for rule in trees:
            session.add_rule(Rule(rule, self._note(rule)))

    def fired(self, fact: Mapping[str, Value]) -> Mapping[str, None]:
        self._fired = {}
        self._rules.assert_fact(self._name, fact)
        self._rules.retract_fact(self._name, fact)
        return self._fired

    def _note(self, name: str) -> Any:  # noqa: ANN401  # as the library calls it
        def matched(_matches: object) -> None:
            self._fired[name] = None

        return matched


def find_java() -> None:
    """Its bridge looks for Java under JAVA_HOME alone."""
    java = shutil.which("java")
    if "JAVA_HOME" not in os.environ and java is not None:
        os.environ["JAVA_HOME"] = str(Path(java).resolve().parents[1])


def _condition(policy: Policy, rule: RaceRule) -> Tree:
    terms = [term for test in policy.names_first(rule.tests) for term in _terms(test)]
    if rule.either:
        first, second = (_and(_terms(test)) for test in rule.either)
        terms.append({"OrExpression": {"lhs": first, "rhs": second}})
    return _and(terms)


def _and(terms: list[Tree]) -> Tree:
    return reduce(lambda rest, term: {"AndExpression": {"lhs": term, "rhs": rest}}, reversed(terms))


def _terms(test: Test) -> list[Tree]:
    match test:
        case Span(fact, low, high):
            return [
                {"GreaterThanOrEqualToExpression": {"lhs": {"Fact": fact}, "rhs": {"Integer": low}}},
                {"LessThanExpression": {"lhs": {"Fact": fact}, "rhs": {"Integer": high}}},
            ]
        case Listed(fact, (only,), negated):
            kind = "NotEqualsExpression" if negated else "EqualsExpression"
            return [{kind: {"lhs": {"Fact": fact}, "rhs": _literal(only)}}]
        case Listed(fact, values, negated):
            kind = "ItemNotInListExpression" if negated else "ItemInListExpression"
            return [{kind: {"lhs": {"Fact": fact}, "rhs": [_literal(value) for value in values]}}]


def _equals(fact: str, literal: Tree) -> Tree:
    return {"EqualsExpression": {"lhs": {"Fact": fact}, "rhs": literal}}


def _literal(value: Value) -> Tree:
    match value:
        case bool():
            return {"Boolean": value}
        case int():
            return {"Integer": value}
        case str():
            return {"String": value}
