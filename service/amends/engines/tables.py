"""What one fact leaves of the bitmap: from a value, or from its absence, to a mask.

Every table is filled from `evaluate_atom`, the meaning of the language. An ordered fact has as many different answers
as there are bounds and gaps between them; atoms are evaluated once for each, on its number instead of a value in it, so
that no value has to be invented inside a gap. Types are fixed by the vocabulary, so `True` never meets 1 in one table.
"""

from bisect import bisect_left
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from typing import Any, Final, TypeAlias

from amends.domain.facts import Value
from amends.domain.money import Money
from amends.engines.layout import Layout
from amends.packs.conditions import Atom, Between, Bound, Has, OneOf, Within, evaluate_atom

MAX_REMEMBERED_SETS: Final = 1024
"""Answers kept for one set fact. Only members that the pack names are kept, never what else a caller sent."""

Reading: TypeAlias = dict[Value, int]
"""Value -> mask."""


def closed_table(path: str, values: Iterable[Value], atoms: Sequence[Atom], layout: Layout) -> Reading:
    """A fact that takes only these values."""
    return {value: _mask(path, value, atoms, layout) for value in values}


class TextTable:
    """A fact of free text: the values that the pack names, and one answer for every other."""

    __slots__ = ("_named", "_other")

    def __init__(self, path: str, atoms: Sequence[Atom], layout: Layout) -> None:
        named = {str(value): None for atom in atoms if isinstance(atom, OneOf) for value in atom.values}
        self._named = closed_table(path, named, atoms, layout)
        self._other = _mask(path, _other_than(named), atoms, layout)

    def mask(self, value: Value) -> int:
        """What the text leaves."""
        return self._named.get(value, self._other)


class OrderedTable:
    """A fact on a line: `_points` for the pack's own marks, `_gaps[i]` for what lies below `_marks[i]`."""

    __slots__ = ("_gaps", "_marks", "_points")

    def __init__(self, path: str, atoms: Sequence[Atom], layout: Layout) -> None:
        self._marks: list[Any] = sorted({value for atom in atoms for value in _literals(atom)})
        number = {mark: 2 * place + 1 for place, mark in enumerate(self._marks)}
        answers = _answers(path, atoms, layout, relabel=number.__getitem__, cells=range(2 * len(self._marks) + 1))
        self._points: Reading = dict(zip(self._marks, answers[1::2], strict=True))
        self._gaps = answers[::2]

    def mask(self, value: Value) -> int:
        """What the value leaves."""
        found = self._points.get(value)
        return self._gaps[bisect_left(self._marks, value)] if found is None else found


class MoneyTable:
    """Money: a line for each currency that the pack compares with, and one answer for any other."""

    __slots__ = ("_foreign", "_lines")

    def __init__(self, path: str, atoms: Sequence[Atom], layout: Layout) -> None:
        marks: dict[str, list[int]] = {}
        for money in {value for atom in atoms for value in _literals(atom) if isinstance(value, Money)}:
            marks.setdefault(money.currency, []).append(money.minor_units)
        for units in marks.values():
            units.sort()

        def relabel(value: Value) -> Money:
            assert isinstance(value, Money)
            return value.with_units(2 * bisect_left(marks[value.currency], value.minor_units) + 1)

        self._foreign = _mask(path, Money(_other_than(marks), 0), atoms, layout)
        self._lines: dict[str, tuple[dict[int, int], list[int], list[int]]] = {}
        for currency, units in marks.items():
            cells = (Money(currency, cell) for cell in range(2 * len(units) + 1))
            answers = _answers(path, atoms, layout, relabel=relabel, cells=cells)
            self._lines[currency] = dict(zip(units, answers[1::2], strict=True)), units, answers[::2]

    def mask(self, value: Value) -> int:
        """What the amount leaves."""
        assert isinstance(value, Money)
        line = self._lines.get(value.currency)
        if line is None:
            return self._foreign
        points, marks, gaps = line
        found = points.get(value.minor_units)
        return gaps[bisect_left(marks, value.minor_units)] if found is None else found


class SetTable:
    """A set: answers are worked out when first met, and remembered by the members that the pack names."""

    __slots__ = ("_atoms", "_exact", "_layout", "_named", "_path", "_stranger", "_wider")

    def __init__(self, path: str, atoms: Sequence[Atom], layout: Layout) -> None:
        self._path, self._atoms, self._layout = path, atoms, layout
        self._named = frozenset(member for atom in atoms for member in _members(atom))
        self._stranger = frozenset((_other_than(self._named),))
        self._exact: dict[frozenset[str], int] = {}
        self._wider: dict[frozenset[str], int] = {}

    def mask(self, value: Value) -> int:
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


class WithinTest:
    """An atom over two facts, read apart: `least <= of - fact <= most` keeps `holds` of the mask, else `fails`."""

    __slots__ = ("fails", "holds", "least", "missing", "most", "of", "path")

    def __init__(self, atom: Within, layout: Layout) -> None:
        self.path, self.of = atom.path, atom.of
        self.least, self.most = (-atom.span, 0) if atom.ahead else (0, atom.span)
        self.holds = layout.mask([(atom, not atom.negated)], known=True)
        self.fails = layout.mask([(atom, atom.negated)], known=True)
        self.missing = missing_mask((atom,), layout)

    def mask(self, value: Value | None, of: Value | None) -> int:
        """What the two dates leave."""
        if value is None or of is None:
            return self.missing
        assert isinstance(value, int)
        assert isinstance(of, int)
        return self.holds if self.least <= of - value <= self.most else self.fails


def missing_mask(atoms: Iterable[Atom], layout: Layout) -> int:
    """What is left when none of the facts that the atoms read is known."""
    return layout.mask(((atom, evaluate_atom(atom, {})) for atom in atoms), known=False)


def _mask(path: str, value: Value, atoms: Iterable[Atom], layout: Layout) -> int:
    return layout.mask(((atom, evaluate_atom(atom, {path: value})) for atom in atoms), known=True)


def _answers(
    path: str,
    atoms: Sequence[Atom],
    layout: Layout,
    *,
    relabel: Callable[[Any], Value],
    cells: Iterable[Value],
) -> list[int]:
    """The masks of all cells: even numbers are gaps, odd ones the marks between them."""
    relabelled = [(atom, _relabelled(atom, relabel)) for atom in atoms]
    return [
        layout.mask(((atom, evaluate_atom(on_cells, {path: cell})) for atom, on_cells in relabelled), known=True)
        for cell in cells
    ]


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
