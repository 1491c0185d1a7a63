"""What changed, by tables: nothing lost, in the order of work, and however few rows fit into memory at once."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from amends.rescoring.changed_columns import CHANGED
from amends.rescoring.changes import PRIORITY_CLASSES, Earlier, changed
from amends.rescoring.compare_rows import By
from amends.rescoring.output_file import OUTPUT
from tests.unit.rescoring.outputs import NOON, action, by_chance, promise, row, table


def compared(  # noqa: PLR0913 -- by name, all but the rows
    now: Sequence[dict[str, Any]],
    earlier: Sequence[dict[str, Any]],
    folder: Path,
    *,
    by: By = By.CASE,
    only_changes: bool = False,
    part_rows: int = 65_536,
) -> list[dict[str, Any]]:
    before = Earlier(lambda: iter([table(earlier)]), by, len(earlier))
    found = changed([table(now)], before, total=len(now), folder=folder, only_changes=only_changes, part_rows=part_rows)
    rows: list[dict[str, Any]] = pa.concat_tables(list(found)).to_pylist()
    return rows


@pytest.mark.parametrize("by", list(By))
def test_an_output_beside_itself_has_no_changes(tmp_path: Path, by: By) -> None:
    """Whatever rows there are, each is its own earlier self: the same, by nothing; and nothing is left behind."""
    rows = by_chance(1, 2_000)

    found = compared(rows, rows, tmp_path, by=by, part_rows=300)

    assert {(one["case_change"], one["movement_minor_units"]) for one in found} == {("same", None)}
    assert all(not one["changes"] for one in found)
    assert sorted(one["position"] for one in found) == [one["position"] for one in rows]
    assert list(tmp_path.iterdir()) == []


def test_how_many_rows_are_compared_at_once_makes_no_difference(tmp_path: Path) -> None:
    """Rows in another order, some new, some gone, some other: the same rows in the same order by 80 or by all."""
    now, earlier = by_chance(2, 1_500), by_chance(3, 1_600)[::-1]

    whole = compared(now, earlier, tmp_path)

    assert len(whole) > 1_600
    assert {one["case_change"] for one in whole} == {"new", "gone", "changed", "same"}
    assert compared(now, earlier, tmp_path, part_rows=80) == whole


def test_rows_stand_in_the_order_of_work(tmp_path: Path) -> None:
    """What annoys before what costs loyalty before what delights; in each currency by currency what moves most first,
    for nobody knows what one is worth in another; then what moves no money, by how much else changes.
    """
    found = compared(by_chance(4, 900), by_chance(5, 900), tmp_path, part_rows=100)

    classes = [*PRIORITY_CLASSES, None]
    order = [
        (
            classes.index(one["priority_class"]),
            one["movement_currency"] or "none",
            -(one["movement_minor_units"] or 0),
            -len(one["changes"]),
        )
        for one in found
    ]
    assert order == sorted(order)
    assert {one["movement_currency"] for one in found} == {"EUR", "JPY", "USD", None}


def test_only_changes_are_all_rows_but_the_same_ones(tmp_path: Path) -> None:
    """What is left out is the same in all that is to be done, and of it nothing fell due."""
    now, earlier = by_chance(6, 700), by_chance(7, 700)
    every = compared(now, earlier, tmp_path)

    found = compared(now, earlier, tmp_path, only_changes=True)

    assert found == [one for one in every if one["case_change"] != "same" or one["fell_due"]]
    assert len(found) < len(every)


def test_a_case_is_told_apart_by_its_subject_and_how_often_it_comes(tmp_path: Path) -> None:
    """Of two rows of one order the second is the second; another item is another; what has none left is new."""
    earlier = [row(1, "a", order_id="o", actions=[action("refund", 1)]), row(2, "a", order_id="o")]
    now = [row(1, "a", order_id="p"), row(2, "a", order_id="o"), row(3, "a", order_id="o"), row(4, "a", order_id="o")]

    found = compared(now, earlier, tmp_path)

    told = {one["position"]: (one["case_change"], [change["change"] for change in one["changes"]]) for one in found}
    assert told == {1: ("new", []), 2: ("changed", ["gone"]), 3: ("same", []), 4: ("new", [])}


def test_a_case_that_is_gone_is_told_with_what_was_known_of_it(tmp_path: Path) -> None:
    """Its names and class from before, nothing to be done, and all that was to be done as gone: by no rule of now."""
    old = row(7, "old", stage="use", priority_class="enhancer", actions=[action("refund", 250)], pack_digest="1" * 64)

    (found,) = compared([], [old], tmp_path)

    assert (found["case_id"], found["stage"], found["priority_class"]) == ("old", "use", "enhancer")
    assert (found["position"], found["outcome"], found["actions"]) == (None, None, [])
    assert (found["case_change"], found["movement_minor_units"], found["movement_currency"]) == ("gone", 250, "EUR")
    assert (found["earlier_outcome"], found["earlier_pack_digest"]) == ("care_only", "1" * 64)
    (change,) = found["changes"]
    assert (change["change"], change["rules"]) == ("gone", [])
    assert change["why"] == "its case is not among those that were decided now"


def test_a_promise_falls_due_when_its_time_is_there(tmp_path: Path) -> None:
    """Told are promises of before that are due at the moment of now, to the microsecond, and no others."""
    earlier = [row(1, "a", obligations=[promise(-1), promise(0, "it"), promise(1)])]

    (found,) = compared([row(1, "a")], earlier, tmp_path)

    assert [(one["owner"], one["due"], one["state"]) for one in found["fell_due"]] == [
        ("care", promise(-1)["due"], "due"),
        ("it", NOON, "due"),
    ]
    assert found["case_change"] == "same"


def test_another_outcome_is_a_change(tmp_path: Path) -> None:
    """Also where the same is to be done."""
    (found,) = compared([row(1, "a", outcome="needs_facts")], [row(1, "a")], tmp_path)

    assert (found["case_change"], found["changes"], found["earlier_outcome"]) == ("changed", [], "care_only")


def test_where_nothing_changed_there_are_no_rows_and_all_columns(tmp_path: Path) -> None:
    """So that a file can be written of it."""
    rows = [row(1, "a")]
    before = Earlier(lambda: iter([table(rows)]), By.CASE)

    (found,) = changed([table(rows)], before, total=1, folder=tmp_path, only_changes=True)

    assert (found.num_rows, found.column_names) == (0, [*OUTPUT.names, *CHANGED.names])


def test_rows_of_one_case_are_paired_as_they_stood_in_the_input(tmp_path: Path) -> None:
    """The first and the first, also where the earlier output is in the order of work, as one that says changes is."""
    rows = [row(1, "a"), row(2, "a", actions=[action("refund", 250)])]

    found = compared(rows, rows[::-1], tmp_path)

    assert [one["case_change"] for one in found] == ["same", "same"]
