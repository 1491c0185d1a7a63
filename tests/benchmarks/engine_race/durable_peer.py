"""durable-rules used as its own README shows: `ruleset`, `when_all`, `assert_fact`, with the host that these start.

Situations are facts, not events: an event is gone after the first rule that it fires. A fact stays, so it is retracted
before the next one comes. An alternative fires once for each side that is true; a rule is told once. Names come before
ranges: with ranges first more than 64 conditions hold under one node at 400 rules, which it refuses (error 303).
"""

from collections.abc import Mapping
from functools import reduce
from operator import and_, or_
from typing import Any

from tests.benchmarks.engine_race.policies import Listed, Policy, Situation, Span, Test

PAGE = "https://github.com/jruizgit/rules/blob/master/README.md and docs/py/reference.md (facts)"
_RULESET = "race"


def example() -> None:
    """Of the README, "Getting Started", and the bird of "Forward Inference"."""
    from durable.lang import assert_fact, m, post, ruleset, when_all

    said: list[str] = []
    with ruleset("test"):

        @when_all(m.subject == "World")  # type: ignore[untyped-decorator]  # the library has no types
        def say_hello(c: Any) -> None:  # noqa: ANN401  # the library has no types
            said.append(f"Hello {c.m.subject}")

    with ruleset("animal"):

        @when_all((m.predicate == "eats") & (m.object == "worms"))  # type: ignore[untyped-decorator]  # the library has no types
        def bird(c: Any) -> None:  # noqa: ANN401  # as above
            c.assert_fact({"subject": c.m.subject, "predicate": "is", "object": "bird"})

        @when_all((m.predicate == "is") & (m.object == "bird"))  # type: ignore[untyped-decorator]  # the library has no types
        def black(c: Any) -> None:  # noqa: ANN401  # as above
            said.append(f"{c.m.subject} is black")

    post("test", {"subject": "World"})
    assert_fact("animal", {"subject": "Tweety", "predicate": "eats", "object": "worms"})
    assert said == ["Hello World", "Tweety is black"], said


class DurablePeer:
    """A ruleset with a rule each."""

    def __init__(self, policy: Policy) -> None:
        from durable import engine, lang

        self._lang, self._nothing_fired = lang, engine.MessageNotHandledException
        self._fired: dict[str, None] = {}
        with lang.ruleset(_RULESET):
            for rule in policy.rules:
                terms = [_term(lang.m, test) for test in policy.names_first(rule.tests)]
                if rule.either:
                    terms.append(reduce(or_, (_term(lang.m, test) for test in rule.either)))
                lang.when_all(reduce(and_, terms))(self._note(rule.name))

    def given(self, situation: Situation) -> Situation:
        """A fact is a dict."""
        return situation

    def decide(self, given: Situation) -> Mapping[str, None]:
        """Assert, let everything fire, retract."""
        self._fired = {}
        try:
            self._lang.assert_fact(_RULESET, dict(given))
        except self._nothing_fired:
            return self._fired
        self._lang.retract_fact(_RULESET, dict(given))
        return self._fired

    def names(self, answer: Mapping[str, None]) -> Mapping[str, None]:
        """They are what fired."""
        return answer

    def _note(self, name: str) -> Any:  # noqa: ANN401  # as above
        def matched(_c: Any) -> None:  # noqa: ANN401  # as above
            self._fired[name] = None

        return matched


def _term(m: Any, test: Test) -> Any:  # noqa: ANN401  # as above
    fact = getattr(m, test.fact)
    match test:
        case Span(_, low, high):
            return (fact >= low) & (fact < high)
        case Listed(_, values, negated):
            if negated:
                return reduce(and_, (fact != value for value in values))
            return reduce(or_, (fact == value for value in values))
