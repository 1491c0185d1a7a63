"""What durable-rules gets to see of facts: small whole numbers, and comparisons with them.

No value of a caller ever reaches the C engine, since texts, long numbers and mixed types are what it compares wrongly.
A column turns the facts into a number, or into nothing where one is missing; an atom becomes alternatives, each of them
a conjunction of comparisons. Written apart from the tables of `bitmap` and from `evaluate`, on purpose: a verifier is
worth as much as it shares with nobody.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import NamedTuple, TypeAlias, assert_never

from amends.domain.facts import Facts, Value
from amends.domain.money import Money
from amends.packs.conditions import Atom, Between, Bound, Has, OneOf, Present, SetTest, Within

Read: TypeAlias = Callable[[Facts], int | None]
"""A column: the number that stands for what is known, or None."""

Number: TypeAlias = int | Decimal


class Operator(StrEnum):
    """The comparisons that are left to the C engine, by its names."""

    IS = "$eq"
    IS_NOT = "$neq"
    AT_LEAST = "$gte"
    AT_MOST = "$lte"


class Term(NamedTuple):
    """A comparison of a column with a number. It does not hold where the column has none."""

    column: int
    operator: Operator
    number: int


@dataclass(frozen=True, slots=True)
class Axis:
    """What lies on one line with its bounds: a fact, its amount in one currency, or its distance from another date."""

    path: str
    scale: tuple[str, ...] = ()
    currency: str = ""
    of: str = ""
    ahead: bool = False

    def place(self, facts: Facts) -> Number | None:
        """Where the known fact lies; money of another currency lies nowhere."""
        value = facts.get(self.path)
        if value is None:
            return None
        if self.of:
            return self._distance(value, facts.get(self.of))
        if isinstance(value, Money) and value.currency != self.currency:
            return None
        return self.mark(value)

    def mark(self, value: Value) -> Number:
        """The place of a value of this axis."""
        match value:
            case Money():
                return value.minor_units
            case str():
                return self.scale.index(value)
            case int() | Decimal():
                return value
            case _:
                raise TypeError(type(value).__name__)

    def _distance(self, value: Value, of: Value | None) -> int | None:
        if not isinstance(value, int) or not isinstance(of, int):
            return None
        return value - of if self.ahead else of - value


class Codes:
    """The columns of a list of conditions. They are made of all its atoms at once: a number depends on all bounds."""

    def __init__(self, atoms: Sequence[Atom]) -> None:
        self.columns: list[Read] = []
        self._places: dict[Hashable, int] = {}
        self._marks: Mapping[Axis, Sequence[Number]] = _marks(atoms)
        self._names: Mapping[str, Mapping[Value, int]] = _names(atoms)

    def alternatives(self, atom: Atom) -> tuple[tuple[Term, ...], ...]:
        """The atom is true where all terms of one of these hold.

        Of an atom and its denial at most one is true, and neither where the atom is unknown.
        """
        match atom:
            case Present(path, expected):
                column = self._column(("known", path), lambda facts: int(path in facts))
                return ((Term(column, Operator.IS, int(expected)),),)
            case OneOf():
                return ((self._one_of(atom),),)
            case Has():
                return ((self._has(atom),),)
            case Between() | Within():
                inside = [self._on_line(*end) for end in _ends(atom)]
                if not atom.negated:
                    return (tuple(inside),)
                return tuple((_opposite(term),) for term in inside)
            case _:
                assert_never(atom)

    def _one_of(self, atom: OneOf) -> Term:
        """One value is compared as such; of several, as of money, it is looked up in a list of their own."""
        path, values = atom.path, atom.values
        if _stands_alone(atom):
            names = self._names[path]
            column = self._column(("name", path), lambda facts: names.get(facts[path], 0) if path in facts else None)
            return Term(column, Operator.IS_NOT if atom.negated else Operator.IS, names[values[0]])
        column = self._column(("listed", path, values), lambda facts: _listed(facts.get(path), values))
        return Term(column, Operator.IS, int(not atom.negated))

    def _has(self, atom: Has) -> Term:
        """Compares how many of the wanted members there are."""
        path, wanted = atom.path, atom.values
        column = self._column(("members", path, wanted), lambda facts: _members(facts.get(path), wanted))
        match atom.test:
            case SetTest.ANY:
                term = Term(column, Operator.AT_LEAST, 1)
            case SetTest.ALL:
                term = Term(column, Operator.AT_LEAST, len(wanted))
            case SetTest.NONE:
                term = Term(column, Operator.AT_MOST, 0)
            case _:
                assert_never(atom.test)
        return _opposite(term) if atom.negated else term

    def _on_line(self, axis: Axis, end: Bound, above: bool) -> Term:  # noqa: FBT001  # one end, as `_ends` gives it
        marks = self._marks[axis]
        column = self._column(axis, lambda facts: _cell(axis.place(facts), marks))
        cell = 2 * bisect_left(marks, axis.mark(end.value)) + 1
        if above:
            return Term(column, Operator.AT_LEAST, cell if end.inclusive else cell + 1)
        return Term(column, Operator.AT_MOST, cell if end.inclusive else cell - 1)

    def _column(self, key: Hashable, read: Read) -> int:
        place = self._places.setdefault(key, len(self.columns))
        if place == len(self.columns):
            self.columns.append(read)
        return place


def _opposite(term: Term) -> Term:
    """Of a bound: known, and beyond it."""
    if term.operator is Operator.AT_LEAST:
        return Term(term.column, Operator.AT_MOST, term.number - 1)
    return Term(term.column, Operator.AT_LEAST, term.number + 1)


def _cell(place: Number | None, marks: Sequence[Number]) -> int | None:
    """Even in a gap between marks, odd on a mark."""
    return None if place is None else bisect_left(marks, place) + bisect_right(marks, place)


def _listed(value: Value | None, values: tuple[Value, ...]) -> int | None:
    """1 or 0; nothing where the amount is none of those and one of them cannot be compared with it."""
    if value is None:
        return None
    if any(value == other for other in values):
        return 1
    if isinstance(value, Money) and any(
        isinstance(other, Money) and other.currency != value.currency for other in values
    ):
        return None
    return 0


def _members(value: Value | None, wanted: frozenset[str]) -> int | None:
    return sum(member in wanted for member in value) if isinstance(value, frozenset) else None


def _stands_alone(atom: OneOf) -> bool:
    return len(atom.values) == 1 and not isinstance(atom.values[0], Money)


def _ends(atom: Between | Within) -> Iterator[tuple[Axis, Bound, bool]]:
    """Each end: on which axis, the bound, and whether what holds lies above it."""
    if isinstance(atom, Within):
        axis = Axis(atom.path, of=atom.of, ahead=atom.ahead)
        yield axis, Bound(0, inclusive=True), True
        yield axis, Bound(atom.span, inclusive=True), False
        return
    for end, above in ((atom.lower, True), (atom.upper, False)):
        if end is not None:
            currency = end.value.currency if isinstance(end.value, Money) else ""
            yield Axis(atom.path, scale=atom.scale, currency=currency), end, above


def _marks(atoms: Iterable[Atom]) -> Mapping[Axis, Sequence[Number]]:
    """The bounds on every axis, in order, each once."""
    found: dict[Axis, set[Number]] = {}
    for atom in atoms:
        if isinstance(atom, Between | Within):
            for axis, end, _ in _ends(atom):
                found.setdefault(axis, set()).add(axis.mark(end.value))
    return {axis: sorted(marks) for axis, marks in found.items()}


def _names(atoms: Iterable[Atom]) -> Mapping[str, Mapping[Value, int]]:
    """Of every fact the values with which it is compared one by one, numbered from 1; 0 is any other."""
    found: dict[str, dict[Value, None]] = {}
    for atom in atoms:
        if isinstance(atom, OneOf) and _stands_alone(atom):
            found.setdefault(atom.path, {})[atom.values[0]] = None
    return {path: {value: number for number, value in enumerate(values, 1)} for path, values in found.items()}
