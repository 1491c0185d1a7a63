"""Conditions as a disjunction of conjunctions of atoms, with exactly the values of the tree as written.

Negation is pushed to the atoms, `all` is distributed over `any`, and what is repeated is kept once. Absorption and
complements are refused: `x or not x` is unknown while x is missing, and an absorbed conjunct may be the only one that
tells apart two situations which wait for different facts.
"""

from collections.abc import Iterable
from dataclasses import replace
from typing import Final, TypeAlias

from amends.packs.conditions import AllOf, AnyOf, Atom, Condition, NoneOf, Present

Conjunct: TypeAlias = tuple[Atom, ...]
"""Atoms that must all hold, in the order written, each once; empty: always true."""

MAX_CONJUNCTS: Final = 4096
"""How far the condition of one rule may expand; met at every step, so that the work is bounded too."""

_Conjuncts: TypeAlias = dict[frozenset[Atom], Conjunct]


class TooManyConjunctsError(Exception):
    """The condition expands to more than `limit` conjuncts: its alternatives multiply."""

    def __init__(self, limit: int) -> None:
        super().__init__(f"its alternatives come to more than {limit} combinations")
        self.limit = limit


def normal_form(condition: Condition, *, limit: int = MAX_CONJUNCTS) -> tuple[Conjunct, ...]:
    """The conjuncts of which at least one must hold, in a stable order; none for a condition that is always false."""
    return tuple(_expand(condition, negated=False, limit=limit).values())


def _expand(condition: Condition, *, negated: bool, limit: int) -> _Conjuncts:
    match condition:
        case AllOf(children):
            every = not negated
        case AnyOf(children):
            every = negated
        case NoneOf(children):
            every, negated = not negated, not negated
        case _:
            literal = denied(condition) if negated else condition
            return {frozenset((literal,)): (literal,)}
    parts = [_expand(child, negated=negated, limit=limit) for child in children]
    return _product(parts, limit) if every else _union(parts, limit)


def denied(atom: Atom) -> Atom:
    """The atom that holds where this one is known and does not."""
    if isinstance(atom, Present):
        return replace(atom, expected=not atom.expected)
    return replace(atom, negated=not atom.negated)


def _union(parts: Iterable[_Conjuncts], limit: int) -> _Conjuncts:
    result: _Conjuncts = {}
    for part in parts:
        for key, conjunct in part.items():
            result.setdefault(key, conjunct)
        _check(result, limit)
    return result


def _product(parts: Iterable[_Conjuncts], limit: int) -> _Conjuncts:
    result: _Conjuncts = {frozenset(): ()}
    for part in parts:
        grown: _Conjuncts = {}
        for key, conjunct in result.items():
            for other_key, other in part.items():
                grown.setdefault(key | other_key, (*conjunct, *(atom for atom in other if atom not in key)))
            _check(grown, limit)
        result = grown
    return result


def _check(conjuncts: _Conjuncts, limit: int) -> None:
    if len(conjuncts) > limit:
        raise TooManyConjunctsError(limit)
