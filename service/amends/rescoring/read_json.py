"""Reads JSON lines: an object a line; what lies within an object is told with a dot. Rejected rows are rows again."""

import json
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Final, NoReturn

import numpy as np

from amends.rescoring.columns import Integers
from amends.rescoring.raw_columns import Figure, Raw, Unreadable, column_of
from amends.rescoring.read_rows import LONGEST_EXCERPT, START, Broken, Done, RawBatch

_LONGEST_LINE: Final = 1024 * 1024
_DEEPEST: Final = 64
_REJECTED: Final = {"position", "reasons", "row"}
"""What a line of rejected rows has; its row is read. Of a line that was no row there is only the text."""
_UNMENDED: Final = {"text"}


class JsonRows:
    """A file of JSON lines."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self.total: int | None = None
        self.columns: Sequence[str] = _ColumnsMet(path)

    def batches(self, columns: Sequence[str], *, size: int, after: Done = START) -> Iterator[RawBatch]:
        """Numbers are told as they are written."""
        wanted = tuple(columns)
        rows: list[Mapping[str, object]] = []
        flat: list[Mapping[str, object]] = []
        positions: list[int] = []
        broken: list[Broken] = []
        with self._path.open("rb") as lines:
            for number, line in enumerate(lines, start=1):
                if number <= after.position or not line.strip():
                    continue
                try:
                    row = _row(line)
                    flat.append(_flat(row))
                    rows.append(row)
                    positions.append(number)
                except _NoRowError as error:
                    text = error.text or line.strip()[:LONGEST_EXCERPT].decode("utf-8", "replace")
                    broken.append(Broken(number, error.why, text))
                if len(rows) + len(broken) >= size:
                    yield RawBatch(_places(positions), _columns(flat, wanted), tuple(broken), said=tuple(rows))
                    rows, flat, positions, broken = [], [], [], []
        if rows or broken:
            yield RawBatch(_places(positions), _columns(flat, wanted), tuple(broken), said=tuple(rows))


class _ColumnsMet(Sequence[str]):
    """The columns of a file, any line of which may have another. It is read as far as one asks for them."""

    def __init__(self, path: Path) -> None:
        self._path, self._read = path, 0
        self._met: dict[str, None] = {}

    def __contains__(self, name: object) -> bool:
        return name in self._met or any(name in self._met for _ in self._read_on())

    def __len__(self) -> int:
        return len(self._all())

    def __getitem__(self, place: int) -> str:  # type: ignore[override]  # nobody takes a slice of names
        return self._all()[place]

    def _all(self) -> Sequence[str]:
        for _ in self._read_on():
            pass
        return tuple(self._met)

    def _read_on(self) -> Iterator[None]:
        with self._path.open("rb") as lines:
            lines.seek(self._read)
            for line in lines:
                self._read += len(line)
                try:
                    flat = _flat(_row(line))
                except _NoRowError:
                    continue
                self._met.update(dict.fromkeys(name for name, value in flat.items() if not isinstance(value, dict)))
                yield


class _NoRowError(Exception):
    def __init__(self, why: str, text: str = "") -> None:
        super().__init__(why)
        self.why, self.text = why, text


class _NotOnceError(Exception):
    pass


def _row(line: bytes) -> Mapping[str, object]:
    """The object of a line; of a rejected row what it holds."""
    if len(line) > _LONGEST_LINE:
        raise _NoRowError(f"it is longer than {_LONGEST_LINE:,} bytes")
    try:
        found = json.loads(line, parse_float=Decimal, parse_constant=_no_number, object_pairs_hook=_once)
    except _NotOnceError as error:
        raise _NoRowError(str(error)) from None
    except (ValueError, RecursionError) as error:
        raise _NoRowError(f"it is no JSON: {error}") from None
    if not isinstance(found, dict):
        raise _NoRowError("it is no JSON object")
    if line.count(b"{") + line.count(b"[") > _DEEPEST and _is_too_deep(found):
        raise _NoRowError(f"it is nested deeper than {_DEEPEST}")
    row = found.get("row")
    if found.keys() != _REJECTED or not isinstance(row, dict):
        return found
    if row.keys() == _UNMENDED:
        raise _NoRowError("it was no row, and is not mended: write its columns in place of `text`", str(row["text"]))
    return row


def _once(pairs: Sequence[tuple[str, object]]) -> dict[str, object]:
    found = dict(pairs)
    if len(found) != len(pairs):
        names = [name for name, _ in pairs]
        twice = sorted({name for name in names if names.count(name) > 1})
        raise _NotOnceError(f"it says {', '.join(map(repr, twice))} twice")
    return found


def _is_too_deep(found: object) -> bool:
    """Level by level: what is nested without end is not gone into by calls that are."""
    level = [found]
    for _ in range(_DEEPEST):
        inner = [one.values() if isinstance(one, dict) else one for one in level if isinstance(one, dict | list)]
        level = [value for values in inner for value in values]
    return bool(level)


def _no_number(name: str) -> NoReturn:
    raise ValueError(f"{name} is no number of JSON")


def _flat(found: Mapping[str, object], prefix: str = "") -> dict[str, object]:
    """By their names, objects too: who takes one for a value is told."""
    flat: dict[str, object] = {}
    for name, value in found.items():
        whole = prefix + name
        said = {whole: value, **(_flat(value, f"{whole}.") if isinstance(value, dict) else {})}
        twice = flat.keys() & said.keys()
        if twice:
            raise _NoRowError(f"it says {', '.join(map(repr, sorted(twice)))} twice, with a dot and within an object")
        flat |= said
    return flat


def _places(positions: Sequence[int]) -> Integers:
    return np.array(positions, dtype=np.int64)


def _columns(flat: Sequence[Mapping[str, object]], columns: Sequence[str]) -> dict[str, Raw]:
    return {name: column_of([_said(row.get(name)) for row in flat]) for name in columns}


def _said(value: object) -> object:
    """As text, but for what is none: a list stays one."""
    match value:
        case None | str():
            return value
        case bool():
            return "true" if value else "false"
        case list():
            return tuple(_said(one) for one in value)
        case dict():
            return Unreadable("it is an object and no value")
        case Decimal():
            return Figure(value)
        case _:
            return str(value)
