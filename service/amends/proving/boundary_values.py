"""The values of one fact at which an answer may change: each bound and both its neighbours, each member, each word.

A neighbour is the type's own smallest step away: one, a minor unit, a nanosecond, the last of a decimal's digits. Only
values that a caller may send are told.
"""

from collections.abc import Iterable, Iterator
from decimal import Decimal
from typing import Final, assert_never

from amends.domain.facts import FactSpec, FactType, Value
from amends.domain.money import Money
from amends.packs.conditions import Atom
from amends.packs.elementary import another_than, elementary_values, marks_of, may_be
from amends.packs.literals import LARGEST_INTEGER

DECIMAL_DIGITS: Final = 28
"""Digits, and powers of ten away from 1, that a request may have."""


def boundary_values(spec: FactSpec, asked: Iterable[Atom]) -> tuple[Value, ...]:
    """The values, each once, in a stable order; `asked` are atoms that read this fact.

    Where nothing bounds it, a few values stand for all. Not what `within` asks, which is of two facts.
    """
    atoms = tuple(atom for atom in asked if atom.path == spec.path)
    marks = tuple(dict.fromkeys(mark for atom in atoms for mark in marks_of(atom)))
    match spec.type:
        case FactType.SET:
            found: Iterable[Value] = _sets(spec, marks)
        case FactType.MONEY:
            found = (*_amounts(marks), *_owed(elementary_values(spec, atoms) or ()))
        case FactType.DECIMAL:
            found = (*_decimals(spec, marks), *(elementary_values(spec, atoms) or ()))
        case FactType.INTEGER | FactType.DURATION | FactType.DATE:
            found = _within_64_bits((*_whole(spec, marks), *(elementary_values(spec, atoms) or ())))
        case FactType.BOOLEAN | FactType.ENUM | FactType.TEXT:
            found = elementary_values(spec, atoms) or ()
        case _:
            assert_never(spec.type)
    return tuple(dict.fromkeys(found))


def _whole(spec: FactSpec, marks: Iterable[Value]) -> Iterator[int]:
    for mark in (*marks, spec.minimum, spec.maximum):
        if isinstance(mark, int):
            yield from (value for value in (mark - 1, mark, mark + 1) if may_be(value, spec))


def _within_64_bits(numbers: Iterable[Value]) -> Iterator[int]:
    for number in numbers:
        if isinstance(number, int) and abs(number) <= LARGEST_INTEGER:
            yield number


def _amounts(marks: Iterable[Value]) -> Iterator[Money]:
    for mark in marks:
        if isinstance(mark, Money):
            units = (mark.minor_units - 1, mark.minor_units, mark.minor_units + 1)
            yield from _owed(mark.with_units(value) for value in units)


def _owed(amounts: Iterable[Value]) -> Iterator[Money]:
    """Nobody owes us for what went wrong: money is never negative."""
    for amount in amounts:
        if isinstance(amount, Money) and 0 <= amount.minor_units <= LARGEST_INTEGER:
            yield amount


def _decimals(spec: FactSpec, marks: Iterable[Value]) -> Iterator[Decimal]:
    for mark in marks:
        if isinstance(mark, int | Decimal):
            value = Decimal(mark)
            finest = value.adjusted() - DECIMAL_DIGITS + 1 if value else -DECIMAL_DIGITS
            step = Decimal(1).scaleb(max(-DECIMAL_DIGITS, finest))
            yield from (near for near in (value - step, value, value + step) if may_be(near, spec))


def _sets(spec: FactSpec, marks: Iterable[Value]) -> Iterator[frozenset[str]]:
    """Empty, each member alone, all; each set that is asked for, with one member less, with one more."""
    wanted = [mark for mark in marks if isinstance(mark, frozenset)]
    named = sorted({member for mark in wanted for member in mark})
    members = [*spec.values] if spec.values else [*named, another_than(named)]
    yield frozenset()
    yield from (frozenset({member}) for member in members)
    yield frozenset(members)
    for mark in wanted:
        yield mark
        yield from (mark - {member} for member in sorted(mark))
        yield from (mark | {member} for member in members if member not in named)
