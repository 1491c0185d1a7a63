"""Compares rows with their earlier selves, a table at a time: which belong together, and what is another now.

Pairs of rows whose actions look alike before and after are compared once; times are compared row by row.
"""

from collections.abc import Callable, Mapping, Sequence
from enum import Enum, auto
from typing import Any, Final, NamedTuple, TypeAlias

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from amends.domain.action_kinds import ActionKind, Combine
from amends.rescoring.action_changes import NOTHING_SAID, Told, action_changes, all_gone, movement_of
from amends.rescoring.changed_columns import CHANGED, FELL_DUE, CaseChange
from amends.rescoring.columns import Flags, Integers
from amends.rescoring.decide_rows import distinct
from amends.rescoring.value_codes import row_codes, value_codes

KEY: Final = ("case_id", "order_id", "item_id")
_KEPT: Final = ("position", *KEY, "incident_id")
_STANDS: Final = ("priority_class", "stage", "pain_type", "fault", "severity", "loyalty_tier", "owner")
EARLIER: Final = (*_KEPT, "pack_digest", "observe_time", "outcome", *_STANDS, "actions", "obligations")
"""The columns of an earlier output that are compared, or told of a case that is gone."""

OFFERED: Final = "offered"
"""Where it is known, which of the earlier actions the customer was offered, by their places: no file knows it."""

_BEHIND: Final = 2**62
_NOTHING: Final = -1


class By(Enum):
    """What makes a row of now and an earlier one the same."""

    CASE = auto()
    """The same case and subject; of several such, the first and the first, the second and the second."""
    POSITION = auto()
    """The same place in the same input."""


Changes: TypeAlias = list[dict[str, Any]]
_Differ: TypeAlias = Callable[[Sequence[Told], Sequence[Told], Sequence[Told], Sequence[int]], Changes]
"""The changes from the actions of before to those of now, with the cuts of now and the places of what was offered."""


class Compared(NamedTuple):
    """Rows of now with the columns of `CHANGED`, then those that are gone. `places` says of each row where it stands
    among others that move as much.
    """

    table: pa.Table
    places: Integers

    def only(self, wanted: Flags) -> "Compared":
        """These rows."""
        return Compared(self.table.filter(pa.array(wanted)), self.places[wanted])


def compare(now: pa.Table, earlier: pa.Table, by: By, combine: Mapping[ActionKind, Combine] = NOTHING_SAID) -> Compared:
    """All rows of now and what changed, and the earlier ones that are gone."""
    of_now, of_earlier = _pairs(now, earlier, by)
    gone = np.setdiff1d(np.arange(earlier.num_rows), of_earlier)
    old = np.full(now.num_rows, -1, dtype=np.int64)
    old[of_now] = of_earlier

    def differ(was: Sequence[Told], is_now: Sequence[Told], cuts: Sequence[Told], offered: Sequence[int]) -> Changes:
        return action_changes(was, is_now, cuts, combine=combine, offered=offered)

    kept = _with_changes(now, earlier, old, differ)
    missing = _with_changes(
        _as_gone(earlier.take(pa.array(gone)), now.schema), earlier, gone, lambda was, *_: all_gone(was)
    )
    places = np.concatenate((now["position"].to_numpy(), earlier["position"].to_numpy()[gone] + _BEHIND))
    return Compared(pa.concat_tables([kept, missing]), places)


def has_changed(table: pa.Table) -> Flags:
    """Rows that are told with `--only-changes`: in some way another, or with something that fell due."""
    other = pc.not_equal(table["case_change"], CaseChange.SAME.value)
    found: Flags = pc.or_(other, pc.greater(pc.list_value_length(table["fell_due"]), 0)).to_numpy()
    return found


def _pairs(now: pa.Table, earlier: pa.Table, by: By) -> tuple[Integers, Integers]:
    if by is By.POSITION:
        keys = np.concatenate((now["position"].to_numpy(), earlier["position"].to_numpy()))
    else:
        both = pa.concat_tables([now.select(list(KEY)), earlier.select(list(KEY))]).combine_chunks()
        keys = row_codes([column.combine_chunks().fill_null("") for column in both.columns])
    numbered = [
        _numbered(keys[: now.num_rows], now["position"].to_numpy()),
        _numbered(keys[now.num_rows :], earlier["position"].to_numpy()),
    ]
    whole = distinct([keys, np.concatenate(numbered)], len(keys))[1]
    _, first, second = np.intersect1d(
        whole[: now.num_rows], whole[now.num_rows :], assume_unique=True, return_indices=True
    )
    return first, second


def _numbered(keys: Integers, positions: Integers) -> Integers:
    """Which of the rows of its key each row is, from 0, as they stood in the input: outputs may be in order of work."""
    order = np.lexsort((positions, keys))
    sorted_keys = keys[order]
    begins = np.flatnonzero(np.r_[True, sorted_keys[1:] != sorted_keys[:-1]]) if len(keys) else np.array([], np.int64)
    numbers = np.empty(len(keys), dtype=np.int64)
    numbers[order] = np.arange(len(keys)) - np.repeat(begins, np.diff(np.r_[begins, len(keys)]))
    return numbers


def _as_gone(earlier: pa.Table, schema: pa.Schema) -> pa.Table:
    """Which cases they were and what is known of them, and nothing that is to be done."""
    empty = pa.array([[]], pa.list_(pa.null()))
    columns = []
    for field in schema:
        if field.name in {*KEY, "incident_id", *_STANDS}:
            columns.append(earlier[field.name].combine_chunks().cast(field.type))
        elif pa.types.is_list(field.type):
            columns.append(empty.cast(field.type).take(pa.array(np.zeros(earlier.num_rows, dtype=np.int64))))
        else:
            columns.append(pa.nulls(earlier.num_rows, field.type))
    return pa.table(columns, schema=_nullable(schema))


def _nullable(schema: pa.Schema) -> pa.Schema:
    return pa.schema([field.with_nullable(nullable=True) for field in schema])


def _with_changes(now: pa.Table, earlier: pa.Table, old: Integers, differ: _Differ) -> pa.Table:
    """`old`: of each row its earlier self, -1 where it has none."""
    known = old >= 0
    was = earlier.select(["outcome", "pack_digest", "observe_time"]).take(pa.array(old, mask=~known))
    is_gone = now["outcome"].is_null().to_numpy() if now.num_rows else known
    changes, moved = _changes(earlier, now, old, differ)
    other = pc.list_value_length(changes).to_numpy(zero_copy_only=False) > 0
    other |= pc.not_equal(was["outcome"].fill_null(""), now["outcome"].fill_null("")).to_numpy()
    said = np.where(known, np.where(is_gone, _GONE, np.where(other, _CHANGED, _SAME)), _NEW)
    columns = [
        pa.array(_NAMES, pa.string()).take(pa.array(said)),
        changes,
        moved.column("minor_units"),
        moved.column("currency"),
        _fell_due(earlier["obligations"].combine_chunks(), now["observe_time"].combine_chunks(), old),
        *was.columns,
    ]
    return pa.table([*now.columns, *columns], schema=_nullable(pa.schema([*now.schema, *CHANGED])))


_NAMES: Final = [one.value for one in (CaseChange.NEW, CaseChange.GONE, CaseChange.CHANGED, CaseChange.SAME)]
_NEW, _GONE, _CHANGED, _SAME = range(4)


def _changes(earlier: pa.Table, now: pa.Table, old: Integers, differ: _Differ) -> tuple[pa.Array, pa.Table]:
    """Of each row its changes, and how much money moves in it."""
    before, after, cuts = earlier["actions"], now["actions"], now["cuts"]
    count = len(after)
    codes = value_codes(pa.chunked_array([*after.chunks, *before.chunks], after.type).combine_chunks())
    compared = [np.append(codes[count:], _NOTHING)[old], codes[:count], value_codes(cuts.combine_chunks())]
    if OFFERED in earlier.column_names:
        compared.append(np.append(value_codes(earlier[OFFERED].combine_chunks()), _NOTHING)[old])
    first, places = distinct(compared, count)
    taken, was_there = pa.array(first), pa.array(old[first], mask=old[first] < 0)
    nothing = pa.nulls(len(first))
    offered = earlier[OFFERED].take(was_there) if OFFERED in earlier.column_names else nothing
    lists = (before.take(was_there), after.take(taken), cuts.take(taken), offered)
    alike = zip(*(column.to_pylist() for column in lists), strict=True)
    told = [differ(was or [], now, cut, said or ()) for was, now, cut, said in alike]
    moved = pa.Table.from_pylist(
        [move._asdict() for move in map(movement_of, told)],
        schema=pa.schema([("minor_units", pa.int64()), ("currency", pa.string())]),
    )
    back = pa.array(places)
    return pa.array(told, CHANGED.field("changes").type).take(back), moved.take(back)


def _fell_due(promised: pa.ListArray, looked: pa.Array, old: Integers) -> pa.ListArray:
    """What was promised and is not in the future any more when the row is looked at."""
    lengths = pc.list_value_length(promised).fill_null(0).to_numpy(zero_copy_only=False).astype(np.int64)
    some = np.flatnonzero((old >= 0) & (np.append(lengths, 0)[old] > 0))
    flat = promised.take(pa.array(old[some])).flatten()
    rows = np.repeat(some, lengths[old[some]])
    # A case that is gone is looked at no more: there it is null, and no row is found.
    due = pc.less_equal(flat.field("due"), looked.take(pa.array(rows)))
    found = flat.filter(due)
    counts = np.bincount(pa.array(rows).filter(due).to_numpy(), minlength=len(old))
    is_said = found.type.get_field_index("state") >= 0
    state = found.field("state") if is_said else pa.array(["due"] * len(found), pa.string())
    told = [found.field("kind"), found.field("owner"), found.field("due"), state]
    return pa.ListArray.from_arrays(
        pa.array(np.concatenate(([0], np.cumsum(counts))), pa.int32()),
        pa.StructArray.from_arrays(told, fields=list(FELL_DUE)),
    )
