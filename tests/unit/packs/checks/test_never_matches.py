"""A rule that can never match is an error, and one that can is never called so."""

from collections.abc import Sequence
from pathlib import Path

import pytest

from amends.domain.money import Money
from amends.packs.checks.never_matches import LAW, check
from amends.packs.conditions import (
    AllOf,
    AnyOf,
    Atom,
    Between,
    Bound,
    Condition,
    Has,
    NoneOf,
    OneOf,
    Present,
    SetTest,
    Within,
)
from tests.unit.packs.checks.examples import line_of, load_example
from tests.unit.resolution.building import pack, propose, rule

SEVERITIES = ("low", "medium", "high", "critical")


def between(path: str, low: object, high: object, scale: Sequence[str] = ()) -> Between:
    """At least `low` and below `high`; None leaves an end open."""
    lower = None if low is None else Bound(low, inclusive=True)  # type: ignore[arg-type]  # any ordered value
    upper = None if high is None else Bound(high, inclusive=False)  # type: ignore[arg-type]  # as above
    return Between(path, lower, upper, tuple(scale))


def flags(test: SetTest, *members: str, negated: bool = False) -> Has:
    return Has("flags", test, frozenset(members), negated)


def found(when: Condition) -> list[str]:
    built = pack(rule("one", propose("apology", literal=True), when=when))
    return [diagnostic.message for diagnostic in check(built)]


@pytest.mark.parametrize(
    "atoms",
    [
        (between("facts.count", 3, 5), between("facts.count", 5, None)),
        (between("facts.count", 3, 4), OneOf("facts.count", (3,), negated=True)),
        (between("facts.count", None, 3), Between("facts.count", Bound(2, inclusive=False), None)),
        (between("customer.claims_365d", None, 0),),
        (OneOf("fault", ("company", "shared")), OneOf("fault", ("customer",))),
        (between("severity", "high", None, SEVERITIES), OneOf("severity", ("high", "critical"), negated=True)),
        (OneOf("obvious_mistake", (True,)), OneOf("obvious_mistake", (False,))),
        (OneOf("brand", ("a", "b")), OneOf("brand", ("a", "b"), negated=True)),
        (between("amount_paid", Money("USD", 100), None), between("amount_paid", Money("EUR", 100), None)),
        (between("amount_paid", Money("USD", 100), None), between("amount_paid", None, Money("USD", 100))),
        (flags(SetTest.ALL, "media", "safety"), flags(SetTest.NONE, "media")),
        (flags(SetTest.ANY, "media"), flags(SetTest.ANY, "media", "safety", negated=True)),
        (OneOf("flags", (frozenset({"media"}),)), flags(SetTest.ANY, "safety")),
        (Present("fault", expected=False), OneOf("fault", ("company",))),
        (Present("fault", expected=False), Present("fault", expected=True)),
        (Present("observe_time", expected=False), Within("observe_time", "observe_time", 5)),
    ],
)
def test_conditions_on_one_fact_that_exclude_each_other_are_told(atoms: tuple[Atom, ...]) -> None:
    """Whatever the type of the fact: no value of it, and not its absence either, makes all of them true."""
    (message,) = found(AllOf(atoms))

    assert message.startswith(f"rule one can never match: it asks `{atoms[0].path}: ")


@pytest.mark.parametrize(
    "atoms",
    [
        (between("facts.count", 3, 5), between("facts.count", 4, None)),
        (between("waited", 0, 2), OneOf("waited", (0,), negated=True)),
        (OneOf("brand", ("a", "b"), negated=True), OneOf("brand", ("c",), negated=True)),
        (between("amount_paid", Money("USD", 100), None), between("amount_paid", None, Money("USD", 101))),
        (flags(SetTest.ANY, "media", "safety"), flags(SetTest.ALL, "media", "safety", negated=True)),
        (Present("fault", expected=False), OneOf("severity", ("high",))),
        (Present("fault", expected=True), OneOf("fault", ("company",), negated=True)),
        (Within("observe_time", "observe_time", 5), between("observe_time", 100, 200)),
    ],
)
def test_conditions_that_go_together_are_not_told(atoms: tuple[Atom, ...]) -> None:
    """Some value makes all of them true; where two facts are compared, nothing is said."""
    assert found(AllOf(atoms)) == []


def test_one_alternative_that_can_hold_is_enough() -> None:
    """Only where every alternative excludes itself can the rule never match."""
    never = AllOf((OneOf("fault", ("company",)), OneOf("fault", ("customer",))))

    assert found(AnyOf((never, OneOf("severity", ("high",))))) == []
    (message,) = found(AnyOf((never, NoneOf((AnyOf((never, NoneOf((never,)))),)))))
    assert (
        "each of its 3 alternatives excludes itself, the first asks `fault: company` and `fault: customer`" in message
    )


def test_the_bad_example_is_told_where_the_rule_stands_and_does_not_load(tmp_path: Path) -> None:
    """A rule that never acts is an error: a pack that holds one is not served."""
    loaded = load_example(tmp_path, LAW.bad)

    (told,) = loaded.diagnostics["example"]
    assert (told.code, line_of(LAW, told), "example" in loaded.packs) == (LAW.name, "- id: very-late", False)
    assert told.excerpt == "  - id: very-late"


def test_the_good_example_loads(tmp_path: Path) -> None:
    """Without a word."""
    loaded = load_example(tmp_path, LAW.good)

    assert (loaded.diagnostics["example"], "example" in loaded.packs) == ((), True)


def test_what_a_broken_rule_leaves_behind_is_not_called_impossible(tmp_path: Path) -> None:
    """Of a rule that cannot be read only that is told."""
    loaded = load_example(tmp_path, LAW.good.replace("facts.days_late: {at_least: 30}", "any: []"))

    assert [told.code for told in loaded.diagnostics["example"]] == ["wrong-shape"]
