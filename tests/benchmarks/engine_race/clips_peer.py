"""CLIPS by clipspy: a template with a slot each fact, a rule each rule, patterns that constrain slots.

What matches is told by a Python function that rules call, as the documentation embeds them. The fact is retracted after
each decision; templates and rules stay. An alternative is an `or` of two patterns, which fires for each that is true.
Names come before ranges, and both in the order of the template: CLIPS shares what patterns have in common from their
beginning, which makes it four times as fast at 4,000 rules as tests in the order in which they were generated.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from tests.benchmarks.engine_race.policies import Listed, Policy, RaceRule, Situation, Span, Test, Value

PAGE = "https://clipspy.readthedocs.io/en/latest/ (Rule with Python functions) and the README of clipspy"


def example() -> None:
    """Of the README; what it prints is told to a function, so that it can be seen here."""
    import clips

    said: list[str] = []

    def greet(name: str, surname: str) -> None:
        said.append(f"Hello {name} {surname}")

    environment = clips.Environment()
    environment.build(
        "(deftemplate person (slot name (type STRING)) (slot surname (type STRING)) (slot birthdate (type SYMBOL)))"
    )
    environment.define_function(greet)
    environment.build(
        '(defrule hello-world "Greet a new person." (person (name ?name) (surname ?surname)) => (greet ?name ?surname))'
    )
    template = environment.find_template("person")
    fact = template.assert_fact(name="John", surname="Doe", birthdate=clips.Symbol("01/01/1970"))
    assert fact["name"] == "John"
    environment.run()
    assert said == ["Hello John Doe"], said


class ClipsPeer:
    """An environment of its own."""

    def __init__(self, policy: Policy) -> None:
        import clips

        self._symbol = clips.Symbol
        self._matched: dict[str, None] = {}
        self._environment = clips.Environment()
        self._environment.define_function(self._note, name="matched")
        slots = " ".join(f"(slot {fact} (type {_type(values)}))" for fact, values in policy.facts.items())
        self._environment.build(f"(deftemplate situation {slots})")
        for rule in policy.rules:
            self._environment.build(_rule(policy, rule))
        self._template = self._environment.find_template("situation")

    def given(self, situation: Situation) -> Mapping[str, Any]:
        """Names as the symbols of CLIPS; truth values are turned by clipspy."""
        return {fact: self._symbol(value) if isinstance(value, str) else value for fact, value in situation.items()}

    def decide(self, given: Mapping[str, Any]) -> Mapping[str, None]:
        """Assert, run the agenda, retract."""
        self._matched = {}
        fact = self._template.assert_fact(**given)
        self._environment.run()
        fact.retract()
        return self._matched

    def names(self, answer: Mapping[str, None]) -> Mapping[str, None]:
        """They are what was told."""
        return answer

    def _note(self, name: str) -> None:
        self._matched[name] = None


def _type(values: Sequence[Value]) -> str:
    return "INTEGER" if isinstance(values, range) else "SYMBOL"


def _rule(policy: Policy, rule: RaceRule) -> str:
    patterns = [f"(situation {' '.join(map(_slot, policy.names_first(branch)))})" for branch in rule.branches]
    when = patterns[0] if len(patterns) == 1 else f"(or {' '.join(patterns)})"
    return f"(defrule {rule.name} {when} => (matched {rule.name}))"


def _slot(test: Test) -> str:
    match test:
        case Span(fact, low, high):
            return f"({fact} ?{fact}&:(and (>= ?{fact} {low}) (< ?{fact} {high})))"
        case Listed(fact, values, negated):
            names = [str(value).upper() if isinstance(value, bool) else str(value) for value in values]
            return f"({fact} {'&'.join(f'~{name}' for name in names) if negated else '|'.join(names)})"
