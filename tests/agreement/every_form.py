"""Packs in which every form of every atom stands, on every fact that may have it: chance only picks values and trees.

What is drawn at random alone leaves the rarer forms to luck, and there are hundreds.
"""

from collections.abc import Iterator, Sequence
from random import Random
from typing import Final

from amends.domain.facts import FactSpec, FactType, Value
from amends.packs.conditions import (
    AllOf,
    AnyOf,
    Atom,
    Between,
    Bound,
    Condition,
    Has,
    NoneOf,
    OneOf,
    Present,
    SetTest,
    Within,
)
from amends.packs.model import Pack
from tests.agreement.generators import DATES, READ, SPANS, VOCABULARY, is_ordered, literals, pack_of, rule_of

_SIGNS: Final = (False, True)
_SIDES: Final = (None, False, True)
"""A bound that is not there, one that leaves out its own value, and one that does not."""
_NODES: Final = (AllOf, AllOf, AnyOf, AnyOf, NoneOf)
_MOST_ATOMS: Final = 6


def packs_of_every_form(chance: Random, *, count: int) -> Iterator[Pack]:
    """So many packs that hold every form between them, several atoms a rule."""
    atoms = [atom for path in READ for atom in _forms(VOCABULARY.specs[path], chance)]
    chance.shuffle(atoms)
    conditions: list[Condition] = [node(()) for node in (AllOf, AnyOf, NoneOf)]
    while atoms:
        size = min(chance.randint(1, _MOST_ATOMS), len(atoms))
        conditions.append(_tree([atoms.pop() for _ in range(size)], chance))
    for first in range(count):
        yield pack_of(rule_of(index, when) for index, when in enumerate(conditions[first::count]))


def _tree(leaves: Sequence[Condition], chance: Random) -> Condition:
    """A tree of nodes of one child to three, with these leaves."""
    node = chance.choice(_NODES)
    if len(leaves) == 1:
        return leaves[0] if chance.random() < 0.8 else node((leaves[0],))
    size = chance.randint(1, min(3, len(leaves)))
    return node(tuple(_tree(leaves[place::size], chance) for place in range(size)))


def _forms(spec: FactSpec, chance: Random) -> Iterator[Atom]:
    for sign in _SIGNS:
        yield Present(spec.path, sign)
        for several in (False, True):
            yield OneOf(spec.path, _listed(spec, chance, several=several), sign)
        if is_ordered(spec):
            yield from (
                Between(spec.path, *_ends(values, (lower, upper)), spec.values if spec.ordered else (), sign)
                for lower in _SIDES
                for upper in _SIDES
                if lower is not None or upper is not None
                for values in _marks(spec, chance)
            )
        if spec.type is FactType.SET:
            for test in SetTest:
                wanted = chance.sample(_members(spec), chance.randint(1, 2))
                yield Has(spec.path, test, frozenset(wanted), sign)
        if spec.type is FactType.DATE:
            for of in DATES:
                for ahead in (False, True):
                    yield Within(spec.path, of, chance.choice(SPANS), ahead, sign)


def _listed(spec: FactSpec, chance: Random, *, several: bool) -> tuple[Value, ...]:
    values: Sequence[Value] = literals(spec)
    if spec.type is FactType.MONEY:
        values = (*values, *literals(spec, "EUR"))
    if spec.type is FactType.SET:
        members = _members(spec)
        values = [frozenset(members[:size]) for size in range(len(members) + 1)]
    return tuple(chance.sample(values, 2 if several else 1))


def _members(spec: FactSpec) -> list[str]:
    return [str(value) for value in literals(spec)]


def _marks(spec: FactSpec, chance: Random) -> Iterator[tuple[Value, Value]]:
    """The widest bounds, between which something lies, and any two: equal ones, crossing ones, of two currencies."""
    currencies = chance.choice((("USD", "USD"), ("EUR", "EUR"), ("USD", "EUR")))
    yield literals(spec, currencies[0])[0], literals(spec, currencies[0])[-1]
    yield chance.choice(literals(spec, currencies[0])), chance.choice(literals(spec, currencies[1]))


def _ends(values: tuple[Value, Value], inclusive: tuple[bool | None, bool | None]) -> tuple[Bound | None, Bound | None]:
    lower, upper = (None if side is None else Bound(value, side) for value, side in zip(values, inclusive, strict=True))
    return lower, upper
