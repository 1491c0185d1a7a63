"""Moves: what changed from an earlier look to this one, added up table by table."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from amends.rescoring.changed_columns import CaseChange
from amends.rescoring.report.tally import counted, grouped

_MOST_TOLD: Final = 20
MOVED: Final = ("case_id", "priority_class", "case_change", "changes", "fell_due")
"""The columns that are read."""


class MoveKey(NamedTuple):
    """What changes are counted by."""

    case_change: str
    change: str
    kind: str
    currency: str | None


@dataclass(slots=True)
class Move:
    """Changes of one sort: how many, and by how much money rises (falls, where negative) in minor units."""

    count: int = 0
    minor_units: int = 0


class Moved(NamedTuple):
    """A case that moved: by how much in one currency, ups and downs added (`size`) and taken together (`minor_units`),
    and each change as the output tells it.
    """

    size: int
    case_id: str
    priority_class: str | None
    case_change: str
    minor_units: int
    changes: tuple[Mapping[str, Any], ...]


@dataclass(slots=True)
class Moves:
    """What changed."""

    cases: Counter[str] = field(default_factory=Counter)
    moves: defaultdict[MoveKey, Move] = field(default_factory=lambda: defaultdict(Move))
    rules: defaultdict[tuple[str, str | None], Move] = field(default_factory=lambda: defaultdict(Move))
    """By rule and currency."""
    most: defaultdict[str, list[Moved]] = field(default_factory=lambda: defaultdict(list))
    """Of each currency the cases that moved most, the one that moved most first."""
    fell_due: Counter[tuple[str, str, str]] = field(default_factory=Counter)
    """By kind, owner and state."""
    quiet: int = 0
    """Rows that stayed the same and of which nothing fell due: of them an output by `--only-changes` has none."""
    left_out: bool = False
    """Whether it is not known how many rows stayed the same."""

    def add(self, table: pa.Table) -> None:
        """These rows too."""
        if not table.num_rows:
            return
        self.cases.update(counted(table["case_change"]))
        is_same = pc.equal(table["case_change"], CaseChange.SAME.value)
        self.quiet += pc.sum(pc.and_(is_same, pc.equal(pc.list_value_length(table["fell_due"]), 0))).as_py() or 0
        promised = pa.Table.from_struct_array(table["fell_due"].combine_chunks().flatten())
        for key, found in grouped(promised, ("kind", "owner", "state"), [([], "count_all")]):
            self.fell_due[key] += found["count_all"]
        self._add_changes(table)

    def _add_changes(self, table: pa.Table) -> None:
        changes = table["changes"].combine_chunks()
        rows = np.repeat(np.arange(len(changes)), pc.list_value_length(changes).to_numpy())
        flat = pa.Table.from_struct_array(changes.flatten())
        by = pc.subtract(flat["after_minor_units"].fill_null(0), flat["before_minor_units"].fill_null(0))
        flat = flat.append_column("case_change", table["case_change"].take(pa.array(rows))).append_column("by", by)
        for key, found in grouped(flat, MoveKey._fields, _SUMS):
            _add(self.moves[MoveKey(*key)], found)
        self._add_most(table, flat.append_column("row", pa.array(rows)))
        rules = flat["rules"].combine_chunks()
        named = np.repeat(np.arange(len(rules)), pc.list_value_length(rules).to_numpy())
        each = flat.select(["currency", "by"]).take(pa.array(named)).append_column("rule", rules.flatten())
        for key, found in grouped(each, ("rule", "currency"), _SUMS):
            _add(self.rules[key], found)

    def _add_most(self, table: pa.Table, changes: pa.Table) -> None:
        moving = changes.filter(pc.and_(changes["currency"].is_valid(), pc.not_equal(changes["by"], 0)))
        moving = moving.append_column("size", pc.abs(moving["by"]))
        moved = moving.group_by(["row", "currency"]).aggregate([("size", "sum"), ("by", "sum")])
        moved = moved.sort_by([("size_sum", "descending"), ("row", "ascending")])
        for currency in counted(moved["currency"]):
            mine = moved.filter(pc.equal(moved["currency"], currency)).slice(0, _MOST_TOLD)
            most = self.most[currency] + list(_moved(table.take(mine["row"]), mine))
            self.most[currency] = sorted(most, key=lambda one: -one.size)[:_MOST_TOLD]


def _moved(cases: pa.Table, moved: pa.Table) -> Iterator[Moved]:
    for row, by in zip(cases.to_pylist(), moved.to_pylist(), strict=True):
        said = row["case_id"], row["priority_class"], row["case_change"]
        yield Moved(by["size_sum"], *said, by["by_sum"], tuple(row["changes"]))


_SUMS: Final = [([], "count_all"), ("by", "sum")]


def _add(move: Move, found: Mapping[str, Any]) -> None:
    move.count += found["count_all"]
    move.minor_units += found["by_sum"] or 0


def rows_of_now(table: pa.Table) -> pa.Table:
    """Without the cases that are gone."""
    return table.filter(pc.not_equal(table["case_change"], CaseChange.GONE.value))
