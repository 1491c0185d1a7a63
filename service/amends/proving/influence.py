"""Which conditions of a tree matter on given facts: those that would change its value, were they true instead of false.

A condition that does not matter proves nothing: in `all: [a, b]` with `a` false, no test has looked at `b`.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import reduce
from itertools import product
from typing import Final, TypeAlias

from amends.domain.facts import Facts
from amends.packs.conditions import (
    AllOf,
    AnyOf,
    Atom,
    Condition,
    NoneOf,
    Present,
    Truth,
    atom_paths,
    atoms,
    evaluate,
)

_ALWAYS_KNOWN: Final = "observe_time"
_ANY_VALUE: Final = frozenset[Truth]({True, False, None})
_Pairs: TypeAlias = frozenset[tuple[Truth, Truth]]


@dataclass(frozen=True, slots=True)
class Influence:
    """One atom on given facts: its value, and whether the tree's value hangs on it, all others being as they are."""

    atom: Atom
    truth: Truth
    matters: bool


def influences(condition: Condition, facts: Facts) -> tuple[Influence, ...]:
    """Every atom of the tree, in the order written."""
    return tuple(_influences(condition, facts, lambda value: value))


def can_matter_unknown(condition: Condition) -> tuple[bool, ...]:
    """For every atom, in the order written, whether it could matter while it is unknown.

    Not so for `present`, for what reads `observe_time` alone, and for what stands beside a `present` of the same fact
    that settles the tree whenever the fact is missing. Other facts are taken to be free of each other.
    """
    return tuple(_can_matter(condition, atom, place) for place, atom in enumerate(atoms(condition)))


def _influences(condition: Condition, facts: Facts, to_root: Callable[[Truth], Truth]) -> Iterator[Influence]:
    if not isinstance(condition, AllOf | AnyOf | NoneOf):
        if_true, if_false = map(to_root, (True, False))
        yield Influence(condition, evaluate(condition, facts), matters=if_true is not if_false)
        return
    values = [evaluate(child, facts) for child in condition.children]
    for index, child in enumerate(condition.children):
        others = [*values[:index], *values[index + 1 :]]
        yield from _influences(child, facts, _through(condition, others, to_root))


def _through(
    group: AllOf | AnyOf | NoneOf, others: Sequence[Truth], to_root: Callable[[Truth], Truth]
) -> Callable[[Truth], Truth]:
    return lambda value: to_root(_joined(group, [value, *others]))


def _joined(group: AllOf | AnyOf | NoneOf, values: Sequence[Truth]) -> Truth:
    match group:
        case AllOf():
            return _all(values)
        case AnyOf():
            return _not(_all([_not(value) for value in values]))
        case NoneOf():
            return _all([_not(value) for value in values])


def _all(values: Sequence[Truth]) -> Truth:
    return False if False in values else (None if None in values else True)


def _not(value: Truth) -> Truth:
    return None if value is None else not value


def _can_matter(condition: Condition, atom: Atom, place: int) -> bool:
    missing = [path for path in atom_paths(atom) if path != _ALWAYS_KNOWN]
    if isinstance(atom, Present) or not missing:
        return False
    # One of two facts is enough to make an atom unknown.
    return any(_differs(condition, path, place) for path in missing)


def _differs(condition: Condition, path: str, place: int) -> bool:
    """Whether the tree can hang on the atom at `place` while the fact at `path` is missing."""
    pairs = _pairs(condition, path, place)
    return any(if_true is not if_false for if_true, if_false in pairs)


def _pairs(condition: Condition, path: str, place: int) -> _Pairs:
    """What the tree may be: with the atom at `place` true, and with it false."""
    if not isinstance(condition, AllOf | AnyOf | NoneOf):
        return frozenset({(True, False)})
    beside: list[frozenset[Truth]] = []
    inside: _Pairs = frozenset()
    for child in condition.children:
        size = sum(1 for _ in atoms(child))
        if 0 <= place < size:
            inside = _pairs(child, path, place)
        else:
            beside.append(_possible(child, path))
        place -= size
    others = _reachable(beside)
    return frozenset(
        (_joined(condition, [if_true, *other]), _joined(condition, [if_false, *other]))
        for (if_true, if_false), other in product(inside, others)
    )


def _reachable(beside: Sequence[frozenset[Truth]]) -> frozenset[frozenset[Truth]]:
    """Which values may stand together in children that are free of each other; how often does not matter."""
    start: frozenset[frozenset[Truth]] = frozenset({frozenset()})
    return reduce(lambda known, child: frozenset(have | {value} for have in known for value in child), beside, start)


def _possible(condition: Condition, path: str) -> frozenset[Truth]:
    """The values that a condition may have while the fact at `path` is missing."""
    if isinstance(condition, AllOf | AnyOf | NoneOf):
        children = [_possible(child, path) for child in condition.children]
        return frozenset(_joined(condition, [*values]) for values in _reachable(children))
    if path not in atom_paths(condition):
        return _ANY_VALUE
    return frozenset({not condition.expected if isinstance(condition, Present) else None})
