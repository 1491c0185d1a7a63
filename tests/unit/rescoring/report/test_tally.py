"""What a report says: the very numbers that the rows add up to, however they come."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

import pytest

from amends.rescoring.changes import Earlier, changed
from amends.rescoring.compare_rows import By
from amends.rescoring.report.blocks import Table
from amends.rescoring.report.moved import candidate_of, steps_of, what_changed
from amends.rescoring.report.moves import MOVED, Move, MoveKey, Moves, rows_of_now
from amends.rescoring.report.tally import TALLIED, TOLD_BY, Audit, Pain, Tally
from amends.rescoring.report.totals import ranked_facts
from amends.rescoring.report.words import Names
from tests.unit.rescoring.outputs import action, by_chance, row, table

ROWS: Final = by_chance(11, 1_200)


def tally(rows: Sequence[dict[str, Any]], *, size: int) -> Tally:
    found = Tally()
    for begin in range(0, len(rows), size):
        found.add(table(rows[begin : begin + size]).select(list(TALLIED)))
    return found


def money(rows: Sequence[dict[str, Any]]) -> Iterator[tuple[dict[str, Any], dict[str, Any]]]:
    """Each action that gives money, and its row."""
    return ((one, each) for one in rows for each in one["actions"] if each["minor_units"] is not None)


def test_how_rows_are_cut_makes_no_difference() -> None:
    """One table or a hundred: the same tally."""
    assert tally(ROWS, size=13) == tally(ROWS, size=5_000)


def test_numbers_are_those_of_the_rows() -> None:
    """Outcomes, rules, and the money of each action, tier, fault and stage, added up one by one."""
    found = tally(ROWS, size=100)

    assert found.rows == len(ROWS)
    assert found.outcomes == Counter(one["outcome"] for one in ROWS)
    assert found.rules == Counter(rule for one in ROWS for rule in one["applied_rules"])
    kinds = Counter((each["kind"], each["what"], each["currency"]) for one in ROWS for each in one["actions"])
    assert {tuple(key): count.count for key, count in found.actions.items()} == kinds
    given = sum(each["minor_units"] for _, each in money(ROWS))
    assert sum(count.minor_units for count in found.actions.values()) == given
    unsettled = sum(each["minor_units"] for _, each in money(ROWS) if each["unsettled"])
    assert sum(count.unsettled for count in found.actions.values()) == unsettled > 0
    for name in TOLD_BY:
        assert found.rows_by[name] == Counter(one[name] for one in ROWS)
        expected: Counter[tuple[Any, ...]] = Counter()
        for one, each in money(ROWS):
            expected[one[name], each["kind"], each["currency"]] += each["minor_units"]
        assert found.money_by[name] == expected


def test_pains_and_audits_are_those_of_the_rows() -> None:
    """Each place on the map with its rows and money; each step with its owner, and the first cases as examples."""
    found = tally(ROWS, size=100)

    places = [Pain(one["priority_class"], one["stage"], one["owner"], one["pain_type"]) for one in ROWS]
    assert found.pains == Counter(places)
    assert sum(found.pain_money.values()) == sum(each["minor_units"] for _, each in money(ROWS))
    audits = [
        (Audit(each["what"], each["owner"]), one["case_id"])
        for one in ROWS
        for each in one["actions"]
        if each["kind"] == "audit_step"
    ]
    assert found.audits == Counter(audit for audit, _ in audits)
    for audit, examples in found.examples.items():
        assert examples == [case for one, case in audits if one == audit][:3]


def test_from_the_money_of_before_to_that_of_now(tmp_path_factory: pytest.TempPathFactory) -> None:
    """What was before and every step add up to what is now, and what was before is what the earlier rows say."""
    now, earlier = ROWS, by_chance(12, 1_000)
    before = Earlier(lambda: iter([table(earlier)]), By.CASE)
    moves, found = Moves(), Tally()
    folder = tmp_path_factory.mktemp("changes")
    for each in changed([table(now)], before, total=len(now), folder=folder, only_changes=False):
        moves.add(each.select(list(MOVED)))
        found.add(rows_of_now(each).select(list(TALLIED)))

    assert replace(found, examples=defaultdict(list)) == replace(tally(now, size=5_000), examples=defaultdict(list))
    for currency in ("EUR", "USD", "JPY"):
        was = sum(each["minor_units"] for _, each in money(earlier) if each["currency"] == currency)
        assert candidate_of(found, currency) - sum(by for _, by in steps_of(moves, currency)) == was > 0
    assert set(moves.most) == {"EUR", "USD", "JPY"}
    for most in moves.most.values():
        assert len(most) == 20
        assert [one.size for one in most] == sorted((one.size for one in most), reverse=True)


def test_a_case_that_moves_in_two_currencies_is_told_in_both(tmp_path: Path) -> None:
    """By what moves in each, and by nothing of the other: nobody here knows what one is worth in another."""
    both = [action("refund", 250), action("goodwill", 9_000, "JPY")]
    before = Earlier(lambda: iter([table([row(1, "a", actions=both), row(2, "b", actions=both[:1])])]), By.CASE)
    moves = Moves()
    now = table([row(1, "a", actions=[action("refund", 100)]), row(2, "b")])
    for each in changed([now], before, total=2, folder=tmp_path, only_changes=False):
        moves.add(each.select(list(MOVED)))

    told = {code: [(one.case_id, one.size, one.minor_units) for one in most] for code, most in moves.most.items()}
    assert told == {"EUR": [("b", 250, -250), ("a", 150, -150)], "JPY": [("a", 9_000, -9_000)]}


def test_facts_are_ranked_by_what_they_settle() -> None:
    """First what settles most alone, then what settles most together with that, and so on; ties by who waits."""
    needed = Counter({("a",): 5, ("b",): 3, ("b", "c"): 10, ("d", "a", "c"): 40})

    ranked = [(one.path, one.settled, one.together, one.waiting, one.first) for one in ranked_facts(needed)]

    assert ranked == [("a", 5, 5, 45, 5), ("b", 3, 8, 13, 13), ("c", 0, 18, 50, 0), ("d", 0, 58, 40, 40)]


def test_no_rows_are_no_mistake() -> None:
    """A tally of nothing is empty."""
    assert tally([], size=1) == Tally()
    found = Tally()
    found.add(table([row(1, "a")]).slice(1))
    assert found == Tally()


def test_rules_of_two_currencies_stand_in_two_tables() -> None:
    """What moves more yen than another moves euros is not thereby above it."""
    moves = Moves()
    moves.rules["dear", "JPY"] = Move(1, 90_000)
    moves.rules["cheap", "EUR"] = Move(1, 100)
    moves.rules["kind", None] = Move(3)
    moves.moves[MoveKey("changed", "higher", "refund", "EUR")] = Move(1, 100)

    tables = [one for one in what_changed(Tally(), moves, Names()).blocks if isinstance(one, Table)]

    told = {one.caption: one.rows for one in tables if one.caption.startswith("The rules")}
    again = " (a change by two of them counts for both)"
    assert told == {
        f"The rules and limits that did it, EUR{again}": [("cheap", "1", "+1.00 EUR")],
        f"The rules and limits that did it, JPY{again}": [("dear", "1", "+90,000 JPY")],
        f"The rules and limits that did it, without money{again}": [("kind", "3", "–")],
    }
