"""CLIPS by clipspy: a template with a slot each fact, a rule each rule, patterns that constrain slots.

A function in CLIPS asserts the fact, runs the agenda, retracts it and returns what rules noted: clipspy 1.0.6 never
lets go of a fact that Python has asserted, and functions in Python that rules call take longer. An alternative
is an `or` of two patterns, which fires for each that is true.
Names come before ranges, and both in the order of the template: CLIPS shares what patterns have in common from their
beginning, which makes it four times as fast at 4,000 rules as tests in the order in which they were generated.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from tests.benchmarks.engine_race.policies import Listed, Policy, RaceRule, Situation, Span, Test, Value

PAGE = "https://clipspy.readthedocs.io/en/latest/ (facts, functions) and the README of clipspy"


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

        self._symbol, self._facts = clips.Symbol, list(policy.facts)
        self._environment = clips.Environment()
        self._call = self._environment.call
        slots = " ".join(f"(slot {fact} (type {_type(values)}))" for fact, values in policy.facts.items())
        self._environment.build(f"(deftemplate situation {slots})")
        self._environment.build("(defglobal ?*matched* = (create$))")
        for rule in policy.rules:
            self._environment.build(_rule(policy, rule))
        self._environment.build(_ask(self._facts))

    def given(self, situation: Situation) -> Sequence[Any]:
        """In the order of the slots; names as the symbols of CLIPS. Truth values are turned by clipspy."""
        values = (situation[fact] for fact in self._facts)
        return [self._symbol(value) if isinstance(value, str) else value for value in values]

    def decide(self, given: Sequence[Any]) -> Sequence[Any]:
        """Call the function."""
        return self._call("ask", *given)  # type: ignore[no-any-return]  # clipspy has no types

    def names(self, answer: Sequence[Any]) -> Mapping[str, None]:
        """They are what was noted."""
        return dict.fromkeys(map(str, answer))


def _type(values: Sequence[Value]) -> str:
    return "INTEGER" if isinstance(values, range) else "SYMBOL"


def _rule(policy: Policy, rule: RaceRule) -> str:
    patterns = [f"(situation {' '.join(map(_slot, policy.names_first(branch)))})" for branch in rule.branches]
    when = patterns[0] if len(patterns) == 1 else f"(or {' '.join(patterns)})"
    return f"(defrule {rule.name} {when} => (bind ?*matched* ?*matched* {rule.name}))"


def _ask(facts: Sequence[str]) -> str:
    asserted = f"(bind ?it (assert (situation {' '.join(f'({fact} ?{fact})' for fact in facts)})))"
    noted = f"(bind ?*matched* (create$)) {asserted} (run) (retract ?it) ?*matched*"
    return f"(deffunction ask ({' '.join(f'?{fact}' for fact in facts)}) {noted})"


def _slot(test: Test) -> str:
    match test:
        case Span(fact, low, high):
            return f"({fact} ?{fact}&:(and (>= ?{fact} {low}) (< ?{fact} {high})))"
        case Listed(fact, values, negated):
            names = [str(value).upper() if isinstance(value, bool) else str(value) for value in values]
            return f"({fact} {'&'.join(f'~{name}' for name in names) if negated else '|'.join(names)})"
