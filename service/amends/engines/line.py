"""Filling a line of cells with masks, when each atom speaks against whole runs of cells: what ordered facts are.

A pack of thousands of rules has thousands of bounds on one fact, and as many atoms; asking every atom about every cell
would be millions of questions. An atom is asked once between its own marks, and its runs are laid on a segment tree.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, TypeAlias

from amends.domain.facts import Facts
from amends.engines.layout import Layout
from amends.packs.conditions import Atom, evaluate_atom

Run: TypeAlias = tuple[int, int, int]
"""First cell, the cell behind the last one, and what is left of the masks between."""


def line_of(
    atoms: Iterable[tuple[Atom, Atom]],
    layout: Layout,
    *,
    facts_at: Callable[[int], Facts],
    marks_of: Callable[[Atom], Iterable[Any]],
    cells: int,
) -> list[int]:
    """The masks of all cells of a line, for atoms as written and as they read on cells.

    `marks_of` an atom are the cells where its value may change: between them it is asked once.
    """

    def runs() -> Iterator[Run]:
        for atom, on_cells in atoms:
            for first, end in stretches(marks_of(on_cells), cells=cells):
                truth = evaluate_atom(on_cells, facts_at(first))
                if truth is not True:
                    yield first, end, layout.mask([(atom, truth)], known=True)

    return spread(runs(), everything=layout.everything, cells=cells)


def cells_of(marks: Sequence[Any]) -> dict[Any, int]:
    """The cells of these marks: odd numbers, with a gap before, between and behind them."""
    return {mark: 2 * place + 1 for place, mark in enumerate(marks)}


def spread(runs: Iterable[Run], *, everything: int, cells: int) -> list[int]:
    """For each cell, everything less what the runs that cover it take away."""
    tree = [everything] * (2 * cells)
    for first, end, kept in runs:
        low, high = first + cells, end + cells
        while low < high:
            if low & 1:
                tree[low] &= kept
                low += 1
            if high & 1:
                high -= 1
                tree[high] &= kept
            low >>= 1
            high >>= 1
    for node in range(1, cells):
        if tree[node] != everything:
            tree[2 * node] &= tree[node]
            tree[2 * node + 1] &= tree[node]
    return tree[cells:]


def stretches(marks: Iterable[int], *, cells: int) -> Iterator[tuple[int, int]]:
    """The line cut at these cells, each of them alone: first cell and end of every piece."""
    begin = 0
    for mark in sorted(set(marks)):
        if begin < mark:
            yield begin, mark
        yield mark, mark + 1
        begin = mark + 1
    if begin < cells:
        yield begin, cells
