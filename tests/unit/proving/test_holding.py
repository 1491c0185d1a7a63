"""Facts on which conditions hold."""

import pytest

from amends.domain.facts import Facts
from amends.domain.money import Money
from amends.packs.conditions import Atom, Between, Bound, Has, OneOf, Present, SetTest, Within, evaluate_atom
from amends.proving.holding import distances, holding
from tests.unit.resolution.building import NOW, pack

SPECS = pack().vocabulary.specs
KNOWN: Facts = {"observe_time": NOW, "amount_paid": Money("USD", 100)}
COUNT = "facts.count"


@pytest.mark.parametrize(
    "conjunct",
    [
        (),
        (OneOf("fault", ("shared",)),),
        (OneOf("fault", ("company", "shared"), negated=True), Present("fault", expected=True)),
        (Between(COUNT, Bound(3, inclusive=False), Bound(5, inclusive=False)),),
        (Between(COUNT, Bound(3, inclusive=True), Bound(5, inclusive=True), negated=True),),
        (
            Has("requested", SetTest.ALL, frozenset({"refund", "apology"})),
            Has("requested", SetTest.NONE, frozenset({"other"})),
        ),
        (Present("amount_paid", expected=False),),
        (Between("amount_paid", Bound(Money("EUR", 5), inclusive=True), None),),
        (Between("observe_time", Bound(NOW + 5, inclusive=True), None),),
    ],
)
def test_atoms_that_can_hold_together_do(conjunct: tuple[Atom, ...]) -> None:
    """What they do not speak of stays as it was known."""
    held = holding(conjunct, KNOWN, SPECS, now=NOW)
    assert held is not None
    assert all(evaluate_atom(atom, held) for atom in conjunct)
    assert (
        held.items() >= {path: value for path, value in KNOWN.items() if path not in {a.path for a in conjunct}}.items()
    )


@pytest.mark.parametrize(
    "conjunct",
    [
        (OneOf("fault", ("company",)), OneOf("fault", ("shared",))),
        (Present(COUNT, expected=False), OneOf(COUNT, (1,))),
        (Present("observe_time", expected=False),),
    ],
)
def test_a_contradiction_holds_nowhere(conjunct: tuple[Atom, ...]) -> None:
    """And a situation always says when it was observed."""
    assert holding(conjunct, KNOWN, SPECS, now=NOW) is None


@pytest.mark.parametrize("ahead", [False, True])
@pytest.mark.parametrize("path", ["observe_time", "facts.bought"])
def test_two_dates_are_moved_apart_around_both_ends(path: str, *, ahead: bool) -> None:
    """Not at all, by the span, and by a nanosecond more and less of both; the moment of observation stays."""
    other = "facts.bought" if path == "observe_time" else "observe_time"
    atom = Within(path, other, 50, ahead=ahead)
    found = [{**KNOWN, **change} for change in distances(atom, KNOWN, now=NOW)]
    sign = 1 if ahead else -1
    assert sorted(sign * (one[path] - one[other]) for one in found) == [-1, 0, 1, 49, 50, 51]  # type: ignore[operator]  # dates
    assert {one["observe_time"] for one in found} == {NOW}
    assert [evaluate_atom(atom, one) for one in found].count(True) == 4
