"""What one fact leaves of the bitmap: from a value, or from its absence, to a mask.

Every table is filled from `evaluate_atom`, the meaning of the language. An ordered fact has as many different answers
as there are bounds and gaps between them: cells on a line. Atoms are evaluated on the number of a cell instead of a
value in it, so that no value has to be invented inside a gap. Types are fixed by the vocabulary, so `True` never meets
1 in one table.
"""

from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Any, Final, Protocol, TypeAlias

from amends.domain.facts import Value
from amends.domain.money import Money
from amends.engines.layout import Layout
from amends.engines.line import cells_of, line_of
from amends.packs.conditions import Atom, Between, Bound, Has, OneOf, Within, evaluate_atom

MAX_REMEMBERED_SETS: Final = 1024
"""Answers kept for one set fact. Only members that the pack names are kept, never what else a caller sent."""

MAX_TOLD_BEFOREHAND: Final = 4096
"""How far apart the outermost marks of whole numbers may be for each number between them to have its entry."""

Reading: TypeAlias = dict[Value, int]
"""Value -> mask."""


class Table(Protocol):
    """One fact: from its value to the mask of what that leaves. As items, since dicts answer fastest."""

    def __getitem__(self, value: Any, /) -> int: ...  # noqa: ANN401  # the vocabulary says of which type


def closed_table(path: str, values: Iterable[Value], atoms: Sequence[Atom], layout: Layout) -> Reading:
    """A fact that takes only these values."""
    return {value: _mask(path, value, atoms, layout) for value in values}


class TextTable(dict[Value, int]):
    """A fact of free text: the values that the pack names, and one answer for every other."""

    __slots__ = ("_other",)

    def __init__(self, path: str, atoms: Sequence[Atom], layout: Layout) -> None:
        cell_of = {
            value: cell for cell, value in enumerate(dict.fromkeys(v for atom in atoms for v in _literals(atom)))
        }
        cells = [*cell_of, _other_than(map(str, cell_of))]
        answers = line_of(
            [(atom, atom) for atom in atoms],
            layout,
            facts_at=lambda cell: {path: cells[cell]},
            marks_of=lambda atom: [cell_of[value] for value in _literals(atom)],
            cells=len(cells),
        )
        super().__init__(zip(cell_of, answers, strict=False))
        self._other = answers[-1]

    def __missing__(self, value: Value) -> int:
        """What a text leaves that the pack does not name; it is not remembered."""
        return self._other


class OrderedTable(dict[Value, int]):
    """A fact on a line: the pack's own marks by value, and `_gaps[i]` for what lies below `_marks[i]`.

    Where whole numbers lie close together, those between the marks are told beforehand too.
    """

    __slots__ = ("_gaps", "_marks")

    def __init__(self, path: str, atoms: Sequence[Atom], layout: Layout) -> None:
        super().__init__()
        self._marks: list[Any] = sorted({value for atom in atoms for value in _literals(atom)})
        cell_of = cells_of(self._marks)
        answers = line_of(
            [(atom, _relabelled(atom, cell_of.__getitem__)) for atom in atoms],
            layout,
            facts_at=lambda cell: {path: cell},
            marks_of=_literals,
            cells=2 * len(self._marks) + 1,
        )
        self._gaps = answers[::2]
        if self._marks and isinstance(self._marks[0], int) and self._marks[-1] - self._marks[0] <= MAX_TOLD_BEFOREHAND:
            for value in range(self._marks[0], self._marks[-1]):
                self[value] = self.__missing__(value)
        self.update(zip(self._marks, answers[1::2], strict=True))

    def __missing__(self, value: Value) -> int:
        """What a value in a gap leaves; it is not remembered."""
        return self._gaps[bisect_left(self._marks, value)]

    @property
    def marks(self) -> Sequence[Any]:
        """The pack's own values, rising."""
        return self._marks

    def masks(self) -> list[int]:
        """What each cell leaves, along the line: below the first mark, at it, behind it and so on."""
        return _along(self._gaps, [self[mark] for mark in self._marks])


class MoneyTable:
    """Money: a line for each currency that the pack compares with, and one answer for any other."""

    __slots__ = ("_foreign", "_lines")

    def __init__(self, path: str, atoms: Sequence[Atom], layout: Layout) -> None:
        marks: dict[str, list[int]] = {}
        for money in {value for atom in atoms for value in _literals(atom) if isinstance(value, Money)}:
            marks.setdefault(money.currency, []).append(money.minor_units)
        cell_of = {currency: cells_of(sorted(units)) for currency, units in marks.items()}

        def relabel(value: Value) -> Money:
            assert isinstance(value, Money)
            return value.with_units(cell_of[value.currency][value.minor_units])

        relabelled = [(atom, _relabelled(atom, relabel)) for atom in atoms]
        self._foreign = _mask(path, Money(_other_than(marks), 0), atoms, layout)
        self._lines: dict[str, tuple[dict[int, int], list[int], list[int]]] = {}
        for currency, cells in cell_of.items():
            answers = _line_of_currency(path, currency, relabelled, layout, cells=2 * len(cells) + 1)
            self._lines[currency] = dict(zip(cells, answers[1::2], strict=True)), list(cells), answers[::2]

    def __getitem__(self, value: Value) -> int:
        """What the amount leaves."""
        assert isinstance(value, Money)
        line = self._lines.get(value.currency)
        if line is None:
            return self._foreign
        points, marks, gaps = line
        found = points.get(value.minor_units)
        return gaps[bisect_left(marks, value.minor_units)] if found is None else found


class ClosedSetTable(dict[Value, int]):
    """A set whose members the contract or the pack lists: answers are worked out when first met, and remembered."""

    __slots__ = ("_atoms", "_layout", "_path")

    def __init__(self, path: str, atoms: Sequence[Atom], layout: Layout) -> None:
        super().__init__()
        self._path, self._atoms, self._layout = path, atoms, layout

    def __missing__(self, value: Value) -> int:
        """What the set leaves."""
        if len(self) >= MAX_REMEMBERED_SETS:
            self.clear()
        found = self[value] = _mask(self._path, value, self._atoms, self._layout)
        return found


class SetTable:
    """A set of free texts: answers are worked out when first met, and remembered by the members that the pack names."""

    __slots__ = ("_atoms", "_exact", "_layout", "_named", "_path", "_stranger", "_wider")

    def __init__(self, path: str, atoms: Sequence[Atom], layout: Layout) -> None:
        self._path, self._atoms, self._layout = path, atoms, layout
        self._named = frozenset(member for atom in atoms for member in _members(atom))
        self._stranger = frozenset((_other_than(self._named),))
        self._exact: dict[frozenset[str], int] = {}
        self._wider: dict[frozenset[str], int] = {}

    def __getitem__(self, value: Value) -> int:
        """What the set leaves. Members that the pack does not name count as one: that there are others."""
        assert isinstance(value, frozenset)
        known = value & self._named
        memo, others = (self._exact, frozenset[str]()) if len(known) == len(value) else (self._wider, self._stranger)
        found = memo.get(known)
        if found is None:
            found = _mask(self._path, known | others, self._atoms, self._layout)
            if len(memo) >= MAX_REMEMBERED_SETS:
                memo.clear()
            memo[known] = found
        return found


class WithinTable:
    """Two dates, read together: on the line of how far `of` lies behind the other."""

    __slots__ = ("_gaps", "_marks", "_points", "missing", "of", "path")

    def __init__(self, path: str, of: str, atoms: Sequence[Within], layout: Layout) -> None:
        self.path, self.of = path, of
        self.missing = missing_mask(atoms, layout)
        self._marks = sorted({0, *(-atom.span if atom.ahead else atom.span for atom in atoms)})
        cell_of = cells_of(self._marks)
        zero = cell_of[0]

        def oncells_of(atom: Within) -> Within:
            span = zero - cell_of[-atom.span] if atom.ahead else cell_of[atom.span] - zero
            return replace(atom, span=span)

        def marks_of(atom: Atom) -> Iterator[int]:
            assert isinstance(atom, Within)
            yield zero
            yield zero - atom.span if atom.ahead else zero + atom.span

        answers = line_of(
            [(atom, oncells_of(atom)) for atom in atoms],
            layout,
            facts_at=lambda cell: {path: 0, of: cell - zero},
            marks_of=marks_of,
            cells=2 * len(self._marks) + 1,
        )
        self._points = dict(zip(self._marks, answers[1::2], strict=True))
        self._gaps = answers[::2]

    @property
    def marks(self) -> Sequence[int]:
        """The distances that the pack names, rising."""
        return self._marks

    def masks(self) -> list[int]:
        """What each cell leaves, along the line: below the first mark, at it, behind it and so on."""
        return _along(self._gaps, [self._points[mark] for mark in self._marks])

    def mask(self, value: Value | None, of: Value | None) -> int:
        """What the two dates leave."""
        if value is None or of is None:
            return self.missing
        assert isinstance(value, int)
        assert isinstance(of, int)
        distance = of - value
        found = self._points.get(distance)
        return self._gaps[bisect_left(self._marks, distance)] if found is None else found


def _along(gaps: Sequence[int], points: Sequence[int]) -> list[int]:
    cells = [0] * (len(gaps) + len(points))
    cells[::2], cells[1::2] = gaps, points
    return cells


def missing_mask(atoms: Iterable[Atom], layout: Layout) -> int:
    """What is left when none of the facts that the atoms read is known."""
    return layout.mask(((atom, evaluate_atom(atom, {})) for atom in atoms), known=False)


def _mask(path: str, value: Value, atoms: Iterable[Atom], layout: Layout) -> int:
    return layout.mask(((atom, evaluate_atom(atom, {path: value})) for atom in atoms), known=True)


def _line_of_currency(
    path: str,
    currency: str,
    atoms: Iterable[tuple[Atom, Atom]],
    layout: Layout,
    *,
    cells: int,
) -> list[int]:
    def marks_of(atom: Atom) -> list[int]:
        return [one.minor_units for one in _literals(atom) if isinstance(one, Money) and one.currency == currency]

    return line_of(atoms, layout, facts_at=lambda cell: {path: Money(currency, cell)}, marks_of=marks_of, cells=cells)


def _relabelled(atom: Atom, relabel: Callable[[Any], Value]) -> Atom:
    match atom:
        case OneOf(_, values):
            return replace(atom, values=tuple(relabel(value) for value in values))
        case Between(_, lower, upper):
            ends = [end and Bound(relabel(end.value), end.inclusive) for end in (lower, upper)]
            return replace(atom, lower=ends[0], upper=ends[1])
        case _:
            return atom


def _literals(atom: Atom) -> tuple[Value, ...]:
    match atom:
        case OneOf(_, values):
            return values
        case Between(_, lower, upper):
            return tuple(end.value for end in (lower, upper) if end is not None)
        case _:
            return ()


def _members(atom: Atom) -> Iterable[str]:
    match atom:
        case Has(_, _, values):
            return values
        case OneOf(_, values):
            return frozenset[str]().union(*(value for value in values if isinstance(value, frozenset)))
        case _:
            return ()


def _other_than(names: Iterable[str]) -> str:
    """A text that is none of `names`: it is longer than the last of them, so it stands behind it."""
    return max(names, default="") + "x"
