"""Rego by rego-cpp: one set of names to which every rule adds its own, built into a bundle with an entry point once."""

import json
from collections.abc import Sequence
from typing import Any

from tests.benchmarks.engine_race.policies import Listed, Policy, RaceRule, Situation, Span, Test

PAGE = "https://microsoft.github.io/rego-cpp/python/ and the README of regopy (build, query_bundle_entrypoint)"
_ENTRY = "race/matched"


def example() -> None:
    """Of the README: the query, and the bundle with its entry point."""
    import regopy

    rego = regopy.Interpreter()
    assert rego.query("x=5;y=x + (2 - 4 * 0.25) * -3 + 7.4;2 * 5").results[0].expressions == [True, True, 10]
    module = """
        package objects
        index := 1
        names := ["prod", `smoke1`, "dev"]
        sites := [{"name": "prod"}, {"name": names[index]}, {"name": "dev"}]
    """
    rego.add_data({"one": {"bar": "Foo", "baz": 5, "be": True, "bop": 23.4}})
    rego.add_module("objects", module)
    bundle = rego.build("[data.one, input.b, data.objects.sites[1]] = x", ["objects/sites"])
    rego = regopy.Interpreter()
    rego.set_input({"a": 10, "b": "foo", "c": 30.0, "d": True})
    found = rego.query_bundle(bundle).results[0]["x"]
    assert found == [{"bar": "Foo", "baz": 5, "be": True, "bop": 23.4}, "foo", {"name": "smoke1"}], found
    sites = rego.query_bundle_entrypoint(bundle, "objects/sites").results[0].expressions
    assert sites == [[{"name": "prod"}, {"name": "smoke1"}, {"name": "dev"}]], sites


class RegoPeer:
    """A bundle and an interpreter for it."""

    def __init__(self, policy: Policy) -> None:
        import regopy

        compiler = regopy.Interpreter()
        compiler.add_module(
            "race", "\n".join(["package race", *(text for rule in policy.rules for text in _texts(rule))])
        )
        self._bundle: Any = compiler.build("data.race.matched", [_ENTRY])
        self._rego = regopy.Interpreter()

    def given(self, situation: Situation) -> Situation:
        """An input is a dict."""
        return situation

    def decide(self, given: Situation) -> Sequence[str]:
        """The set, as the entry point gives it."""
        self._rego.set_input(given)
        found: Sequence[str] = self._rego.query_bundle_entrypoint(self._bundle, _ENTRY).results[0].expressions[0]
        return found

    def names(self, answer: Sequence[str]) -> Sequence[str]:
        """They are what was collected."""
        return answer


def _texts(rule: RaceRule) -> list[str]:
    """A rule for each alternative: the set holds a name once."""
    return [
        f'matched contains "{rule.name}" if {{ {"; ".join(term for test in branch for term in _terms(test))} }}'
        for branch in rule.branches
    ]


def _terms(test: Test) -> list[str]:
    fact = f"input.{test.fact}"
    match test:
        case Span(_, low, high):
            return [f"{fact} >= {low}", f"{fact} < {high}"]
        case Listed(_, (only,), negated):
            return [f"{fact} {'!=' if negated else '=='} {json.dumps(only)}"]
        case Listed(_, values, negated):
            return [f"{'not ' if negated else ''}{fact} in {{{', '.join(map(json.dumps, values))}}}"]
