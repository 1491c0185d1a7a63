"""What changed: the rows of a run beside their earlier selves, what is to be mended first before all else.

Rows are parted by their case into files that fit into memory, compared part by part, parted again by where they stand
in the order, and put in order part by part: memory does not grow with the number of rows.
"""

import shutil
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from zlib import crc32

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from amends.domain.action_kinds import ActionKind, Combine
from amends.domain.currencies import EXPONENTS
from amends.rescoring.action_changes import NOTHING_SAID
from amends.rescoring.columns import Integers
from amends.rescoring.compare_rows import EARLIER, OFFERED, By, Compared, compare, has_changed
from amends.rescoring.output_file import OUTPUT
from amends.rescoring.spill import Spill

PRIORITY_CLASSES: Final = ("dissatisfier", "loyalty_inhibitor", "enhancer")
"""The order of work: what annoys and is mended at once, then what costs loyalty, then what would delight."""

_LAST: Final = len(PRIORITY_CLASSES)
_PART_ROWS: Final = 65_536
_MOST_PARTS: Final = 256
_EVERY: Final = 64
_CURRENCIES: Final = tuple(sorted(EXPONENTS))
_NO_CURRENCY: Final = 2**8 - 1
_MOST_MOVED: Final = 2**44 - 1
_FEW: Final = 2**8 - 1
"""A number that says where a row stands holds its class, its currency, how much it moves, and how much else changes."""

_KEY: Final = "order"
_PLACE: Final = "place"
"""Columns that rows have until they are in order."""


@dataclass(frozen=True, slots=True)
class Earlier:
    """What rows are compared with. `total` is how many there are, where that is known."""

    tables: Callable[[], Iterator[pa.Table]]
    by: By
    total: int | None = None


def changed(  # noqa: PLR0913 -- by name, all but what is compared
    now: Iterable[pa.Table],
    earlier: Earlier,
    *,
    total: int,
    folder: Path,
    only_changes: bool,
    combine: Mapping[ActionKind, Combine] = NOTHING_SAID,
    part_rows: int = _PART_ROWS,
) -> Iterator[pa.Table]:
    """All rows with what changed, in order. `total` is how many rows there are; files of its own go to `folder`.

    `combine` is what the pack of now changes of how proposals of a kind become one.
    """
    count = max(total, earlier.total or total) // part_rows + 1
    own = Path(tempfile.mkdtemp(prefix="changes-", dir=folder))
    try:
        with Spill(own, "now") as later, Spill(own, "earlier") as before, Spill(own, "compared") as compared:
            parted = _Parted(earlier.by, min(count, _MOST_PARTS), part_rows)
            schemas = _spill(now, later, parted), _spill(_told(earlier), before, parted)
            order = _Order()
            for part in range(parted.count):
                found = compare(later.read(part, schemas[0]), before.read(part, schemas[1]), earlier.by, combine)
                if only_changes:
                    found = found.only(has_changed(found.table))
                compared.write(order.add(found), np.full(len(found.places), part))
            yield from _in_order(compared, order, own, part_rows)
    finally:
        shutil.rmtree(own)


def _told(earlier: Earlier) -> Iterator[pa.Table]:
    for table in earlier.tables():
        yield table.select([*EARLIER, *(name for name in (OFFERED,) if name in table.column_names)])


def _spill(tables: Iterable[pa.Table], spill: Spill, parted: "_Parted") -> pa.Schema:
    schema = OUTPUT
    for table in tables:
        spill.write(table, parted.of(table))
        schema = table.schema
    return schema


def _in_order(compared: Spill, order: "_Order", folder: Path, part_rows: int) -> Iterator[pa.Table]:
    count = min(order.rows // part_rows + 1, _MOST_PARTS)
    bounds = order.bounds(count)
    with Spill(folder, "ordered") as ordered:
        for table in compared.parts():
            ordered.write(table, _between(table, bounds))
        if not order.rows:
            # An output without rows has columns all the same.
            yield order.empty
        for table in ordered.parts():
            places = np.lexsort((table[_PLACE].to_numpy(), table[_KEY].to_numpy()))
            yield table.take(pa.array(places)).drop_columns([_KEY, _PLACE])


def _between(table: pa.Table, bounds: Integers) -> Integers:
    keys, places = table[_KEY].to_numpy(), table[_PLACE].to_numpy()
    found = np.zeros(len(keys), dtype=np.int64)
    for key, place in bounds.tolist():
        found += (keys > key) | ((keys == key) & (places >= place))
    return found


class _Parted:
    """To which part a row belongs."""

    def __init__(self, by: By, count: int, part_rows: int) -> None:
        self.by, self.count, self._part_rows = by, count, part_rows

    def of(self, table: pa.Table) -> Integers:
        if self.by is By.POSITION:
            places: Integers = table["position"].to_numpy() // self._part_rows
            return np.minimum(places, self.count - 1)
        told = table["case_id"].combine_chunks().dictionary_encode()
        parts = np.array([crc32(case.encode()) % self.count for case in told.dictionary.to_pylist()], dtype=np.int64)
        found: Integers = parts[told.indices.to_numpy()]
        return found


class _Order:
    """Where rows stand: by priority class, by how much they move, by their position; those that are gone come last.

    Currencies stand one after the other: nobody here knows what one is worth in another. Then what moves no money.
    """

    def __init__(self) -> None:
        self.rows = 0
        self.empty: pa.Table = OUTPUT.empty_table()
        self._seen: list[Integers] = []

    def add(self, found: Compared) -> pa.Table:
        """The rows with their order as columns."""
        table, places = found
        keys = _keys(table)
        self.rows += len(keys)
        self.empty = table.schema.empty_table()
        self._seen.append(np.stack([keys, places])[:, ::_EVERY])
        return table.append_column(_KEY, pa.array(keys)).append_column(_PLACE, pa.array(places))

    def bounds(self, count: int) -> Integers:
        """Where to part rows so that each of `count` parts has about as many: the first of each but the first one."""
        seen = np.concatenate(self._seen, axis=1) if self._seen else np.empty((2, 0), dtype=np.int64)
        ordered = seen[:, np.lexsort(seen[::-1])]
        return ordered[:, np.arange(1, count) * ordered.shape[1] // count].T


def _keys(table: pa.Table) -> Integers:
    classes = _places(table["priority_class"], PRIORITY_CLASSES, _LAST)
    currencies = _places(table["movement_currency"], _CURRENCIES, _NO_CURRENCY)
    moved = np.minimum(table["movement_minor_units"].fill_null(0).to_numpy(), _MOST_MOVED)
    changes = np.minimum(pc.list_value_length(table["changes"]).to_numpy().astype(np.int64), _FEW)
    keys: Integers = (classes << 60) + (currencies << 52) + ((_MOST_MOVED - moved) << 8) + (_FEW - changes)
    return keys


def _places(column: pa.ChunkedArray, known: Sequence[str], otherwise: int) -> Integers:
    places: Integers = pc.index_in(column, pa.array(known, pa.string())).fill_null(otherwise).to_numpy()
    return places.astype(np.int64)
