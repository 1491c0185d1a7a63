"""Which conditions of a tree matter on given facts: those that would change its value, were they true instead of false.

A condition that does not matter proves nothing: in `all: [a, b]` with `a` false, no test has looked at `b`.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import reduce
from itertools import product
from typing import Final, TypeAlias

from amends.domain.facts import Facts
from amends.domain.money import Money
from amends.packs.conditions import (
    ALWAYS,
    AllOf,
    AnyOf,
    Atom,
    Between,
    Condition,
    Has,
    NoneOf,
    OneOf,
    Present,
    Truth,
    Within,
    atom_paths,
    atoms,
    evaluate,
    paths,
)
from amends.packs.model import Derive, Hit

_ALWAYS_KNOWN: Final = frozenset({"observe_time"})
_MOST_FACTS: Final = 10
"""Of a condition that reads more facts than these, it is not looked for whether it can be unknown."""

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


def can_matter_unknown(condition: Condition, known: frozenset[str] = _ALWAYS_KNOWN) -> tuple[bool, ...]:
    """For every atom, in the order written, whether it could matter while it is unknown.

    Not so for `present`, for what reads only facts that are always `known`, and for what stands beside a `present` of
    the same fact that settles the tree whenever the fact is missing. Other facts are taken to be free of each other.
    """
    return tuple(_can_matter(condition, atom, place, known=known) for place, atom in enumerate(atoms(condition)))


def never_missing(derives: Iterable[Derive]) -> frozenset[str]:
    """Facts that are known whatever else is: `observe_time`, and what some case of a derived fact always gives.

    The derived facts come in the order in which they are computed.
    """
    known = _ALWAYS_KNOWN
    for derive in derives:
        closed = derive.hit is Hit.FIRST and derive.cases and derive.cases[-1].when == ALWAYS
        if closed and all(_never_unknown(case.when, known) for case in derive.cases):
            known |= {derive.path}
    return known


def _never_unknown(condition: Condition, known: frozenset[str]) -> bool:
    """Whether it is true or false whichever of its facts are missing. Sound: a yes is certain."""
    read = sorted(paths(condition) - known)
    if len(read) > _MOST_FACTS:
        return False
    choices = product((False, True), repeat=len(read))
    return not any(
        None in _reached(condition, frozenset(path for path, gone in zip(read, choice, strict=True) if gone))
        for choice in choices
    )


def _reached(condition: Condition, missing: frozenset[str]) -> frozenset[Truth]:
    """The values that a condition may have while exactly these of its facts are missing."""
    match condition:
        case AllOf() | AnyOf() | NoneOf():
            children = [_reached(child, missing) for child in condition.children]
            return frozenset(_joined(condition, [*values]) for values in _reachable(children))
        case Present(path, expected):
            return frozenset({(path in missing) is not expected})
        case _ if missing & {*atom_paths(condition)}:
            return frozenset({None})
        case _ if _asks_of_money(condition):
            return _ANY_VALUE  # of another currency it is unknown, though known
        case _:
            return frozenset({True, False})


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


def _asks_of_money(atom: Atom) -> bool:
    match atom:
        case OneOf(_, values):
            return any(isinstance(value, Money) for value in values)
        case Between(_, lower, upper):
            return any(bound is not None and isinstance(bound.value, Money) for bound in (lower, upper))
        case Has() | Present() | Within():
            return False


def _can_matter(condition: Condition, atom: Atom, place: int, *, known: frozenset[str]) -> bool:
    missing = [path for path in atom_paths(atom) if path not in known]
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
