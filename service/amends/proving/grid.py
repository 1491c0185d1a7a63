"""The cells of a pack's `main`: every combination of the elementary values of its facts, missing included.

Each cell is a situation in which otherwise only the money is known, so that amounts can be told. Past a number of cells
a sample is taken, the same every time: along severity, tier and fault it is whole, so that neighbours can be compared.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import product
from math import prod
from typing import Final, NamedTuple

from amends.domain.facts import Facts, FactSpec, Value
from amends.domain.money import Money
from amends.domain.situation import Situation
from amends.packs.conditions import Atom
from amends.packs.elementary import asked_by_path, axis_values
from amends.packs.model import Pack
from amends.packs.words_of_values import value_words

MOST_CELLS: Final = 100_000
RANKED: Final = ("severity", "customer.loyalty_tier", "fault")
"""The axes along which more must never give less."""

_MONEY: Final = (("amount_paid", "100"), ("amount_affected", "100"), ("shipping_fee", "10"), ("amount_refunded", "0"))
_FAULTS: Final = ("customer", "shared", "company")
_MISSING: Final = "missing"


@dataclass(frozen=True, slots=True)
class Axis:
    """One fact of `main` and its values; the last is None, for missing."""

    spec: FactSpec
    values: tuple[Value | None, ...]
    timezone: str

    def words(self, place: int) -> str:
        """`fault=company`, `severity=missing`."""
        value = self.values[place]
        said = _MISSING if value is None else value_words(value, self.spec, timezone=self.timezone)
        return f"{self.spec.path}={said}"

    @property
    def rising(self) -> tuple[int, ...]:
        """The places of what is ranked, the least first; empty for a fact that is not."""
        if self.spec.path not in RANKED:
            return ()
        ranked = _FAULTS if self.spec.path == "fault" else self.spec.values
        return tuple(self.values.index(value) for value in ranked)


class Cell(NamedTuple):
    """One cell: its place on every axis, and what is known in it."""

    place: tuple[int, ...]
    facts: Facts


class Grid:
    """The cells of one pack."""

    def __init__(self, pack: Pack, *, now: int, most: int = MOST_CELLS) -> None:
        self._pack = pack
        self._now = now
        self._most = most
        # What is ranked varies fastest: a sample leaves out whole groups of neighbours, never one of them.
        paths = sorted(dict.fromkeys(pack.main), key=lambda path: path in RANKED)
        asked = asked_by_path(pack)
        self.axes = tuple(_axis(path, pack, asked.get(path, ())) for path in paths)

    @cached_property
    def size(self) -> int:
        """How many cells there are; none without `main`."""
        return prod(len(axis.values) for axis in self.axes) if self.axes else 0

    @cached_property
    def checked(self) -> int:
        """How many of them are decided."""
        return self._groups_taken * self._group if self.axes else 0

    @property
    def is_sampled(self) -> bool:
        """Whether some are left out."""
        return self.checked < self.size

    @property
    def _group(self) -> int:
        return prod(len(axis.values) for axis in self.axes if axis.spec.path in RANKED)

    @property
    def _groups_taken(self) -> int:
        return min(self.size // self._group, max(1, self._most // self._group))

    def cells(self) -> Iterator[Cell]:
        """The cells that are decided, in order."""
        if not self.axes:
            return
        free = [axis for axis in self.axes if axis.spec.path not in RANKED]
        ranked = [range(len(axis.values)) for axis in self.axes[len(free) :]]
        groups, taken = self.size // self._group, self._groups_taken
        background = self._background()
        for number in range(taken):
            outer = _digits(number * groups // taken, [len(axis.values) for axis in free])
            for inner in product(*ranked):
                place = (*outer, *inner)
                known = {
                    axis.spec.path: value
                    for axis, index in zip(self.axes, place, strict=True)
                    if (value := axis.values[index]) is not None
                }
                yield Cell(place, {**background, **known})

    def situation(self, cell: Cell) -> Situation:
        """The cell as a case to decide; nothing was given before."""
        return Situation(case_id="cell", observe_time=self._now, facts=cell.facts, granted=())

    def words(self, place: tuple[int, ...]) -> tuple[str, ...]:
        """What is known in a cell, in the order of `main`."""
        said = {axis.spec.path: axis.words(index) for axis, index in zip(self.axes, place, strict=True)}
        return tuple(said[path] for path in dict.fromkeys(self._pack.main))

    def _background(self) -> dict[str, Value]:
        known = background(self._pack, now=self._now)
        for axis in self.axes:
            if axis.spec.path != "observe_time":
                known.pop(axis.spec.path, None)
        return known


def background(pack: Pack, *, now: int) -> dict[str, Value]:
    """The moment and the money: what is known where otherwise nothing is."""
    known: dict[str, Value] = {"observe_time": now}
    if pack.currency:
        known |= {path: Money.parse(amount, pack.currency) for path, amount in _MONEY}
    return known


def _digits(number: int, bases: list[int]) -> tuple[int, ...]:
    digits = []
    for base in reversed(bases):
        number, digit = divmod(number, base)
        digits.append(digit)
    return tuple(reversed(digits))


def _axis(path: str, pack: Pack, asked: Sequence[Atom]) -> Axis:
    spec = pack.vocabulary.specs[path]
    # A situation that does not say when it was observed is one of now.
    missing = () if path == "observe_time" else (None,)
    return Axis(spec, (*axis_values(spec, asked), *missing), pack.timezone)
