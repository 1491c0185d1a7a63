"""The cells of `main`: every combination, or a sample that keeps neighbours together."""

import pytest

from amends.domain.money import Money
from amends.packs.conditions import Between, Bound, Condition, OneOf
from amends.packs.model import Pack
from amends.proving.grid import Grid
from tests.unit.resolution.building import NOW, pack, propose, rule


def grid(*main: str, most: int = 100_000) -> Grid:
    """Of a pack that asks whether a count is at least 3, and of a brand."""
    asked: tuple[Condition, ...] = (Between("facts.count", Bound(3, inclusive=True), None), OneOf("brand", ("x",)))
    built = pack(*(rule(f"r{number}", propose("apology"), when=when) for number, when in enumerate(asked)))
    return Grid(Pack(**{name: getattr(built, name) for name in built.__slots__} | {"main": main}), now=NOW, most=most)


@pytest.mark.parametrize(
    ("path", "values"),
    [
        ("obvious_mistake", ["false", "true", "missing"]),
        ("severity", ["low", "medium", "high", "critical", "missing"]),
        ("facts.count", ["2", "3", "4", "missing"]),
        ("brand", ["x", "another", "missing"]),
    ],
)
def test_an_axis_has_every_elementary_value_and_missing(path: str, values: list[str]) -> None:
    """Of numbers the boundaries and what lies about them, of words the named and one other."""
    made = grid(path)

    assert [made.words(cell.place) for cell in made.cells()] == [(f"{path}={value}",) for value in values]
    assert (made.size, made.checked, made.is_sampled) == (len(values), len(values), False)


def test_every_combination_is_a_cell_once() -> None:
    """In words of `main`'s own order."""
    made = grid("severity", "obvious_mistake")

    words = [made.words(cell.place) for cell in made.cells()]
    assert len(set(words)) == len(words) == 5 * 3
    assert ("severity=missing", "obvious_mistake=true") in words


def test_a_cell_knows_its_facts_and_the_money_and_nothing_else() -> None:
    """Missing is absent; nothing was given before; what is an axis is not filled."""
    made = grid("fault", "amount_paid")
    last = [cell for cell in made.cells() if made.words(cell.place) == ("fault=nobody", "amount_paid=missing")]

    (situation,) = [made.situation(cell) for cell in last]
    assert (situation.granted, situation.observe_time) == ((), NOW)
    assert situation.facts == {
        "observe_time": NOW,
        "amount_affected": Money("USD", 10_000),
        "shipping_fee": Money("USD", 1_000),
        "amount_refunded": Money("USD", 0),
        "fault": "nobody",
    }


def test_a_sample_is_the_same_every_time_and_keeps_whole_lines() -> None:
    """Along severity, tier and fault nothing is left out, so that neighbours can be compared."""
    made = grid("severity", "cause", "stage", most=100)

    places = [cell.place for cell in made.cells()]
    assert (made.size, made.checked, made.is_sampled) == (5 * 8 * 7, 100, True)
    assert places == [cell.place for cell in made.cells()]
    assert len(set(places)) == 100
    lines = {place[:2] for place in places}
    assert {(*line, severity) for line in lines for severity in range(5)} == set(places)


def test_without_main_there_are_no_cells() -> None:
    """The check has nothing to decide."""
    made = grid()

    assert (made.size, made.checked, list(made.cells())) == (0, 0, [])
