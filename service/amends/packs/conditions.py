"""Conditions: a closed set of frozen nodes with Kleene's three values (True, False, None for unknown).

Nodes are valid by construction (the loader has checked types against the vocabulary), so engines carry no checks. The
values defined here are the language's meaning; an engine may use any form that gives the same ones.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Final, TypeAlias, assert_never

from amends.domain.facts import Facts, Value
from amends.domain.money import Money

Truth: TypeAlias = bool | None


class SetTest(StrEnum):
    """How a set is compared with the listed values."""

    ANY = "has_any"
    ALL = "has_all"
    NONE = "has_none"


@dataclass(frozen=True, slots=True)
class OneOf:
    """The fact equals one of `values`; with `negated`, it is known and different from all of them."""

    path: str
    values: tuple[Value, ...]
    negated: bool = False


@dataclass(frozen=True, slots=True)
class Bound:
    """One end of an interval."""

    value: Value
    inclusive: bool


@dataclass(frozen=True, slots=True)
class Between:
    """The fact lies within the bounds (at least one is set). `scale` lists an ordered enum's values, lowest first.

    With `negated`, the fact is known and lies outside. Money in another currency than the bounds' is unknown.
    """

    path: str
    lower: Bound | None
    upper: Bound | None
    scale: tuple[str, ...] = ()
    negated: bool = False


@dataclass(frozen=True, slots=True)
class Has:
    """The set has any, all or none of `values`."""

    path: str
    test: SetTest
    values: frozenset[str]
    negated: bool = False


@dataclass(frozen=True, slots=True)
class Present:
    """Whether the fact is known. Itself never unknown."""

    path: str
    expected: bool


@dataclass(frozen=True, slots=True)
class Within:
    """`0 <= of - fact <= span` nanoseconds, or with `ahead` `0 <= fact - of <= span`; both are dates."""

    path: str
    of: str
    span: int
    ahead: bool = False
    negated: bool = False


Atom: TypeAlias = OneOf | Between | Has | Present | Within


@dataclass(frozen=True, slots=True)
class AllOf:
    """True if every child is; empty: true."""

    children: tuple["Condition", ...]


@dataclass(frozen=True, slots=True)
class AnyOf:
    """True if any child is; empty: false."""

    children: tuple["Condition", ...]


@dataclass(frozen=True, slots=True)
class NoneOf:
    """The negation of `AnyOf`."""

    children: tuple["Condition", ...]


Condition: TypeAlias = Atom | AllOf | AnyOf | NoneOf

ALWAYS: Final = AllOf(())
"""The condition of a rule without `when`."""


def evaluate(condition: Condition, facts: Facts) -> Truth:
    """The value of a condition on what is known."""
    match condition:
        case AllOf(children):
            return _conjunction(evaluate(child, facts) for child in children)
        case AnyOf(children):
            return _negation(_conjunction(_negation(evaluate(child, facts)) for child in children))
        case NoneOf(children):
            return _conjunction(_negation(evaluate(child, facts)) for child in children)
        case _:
            return evaluate_atom(condition, facts)


def evaluate_atom(atom: Atom, facts: Facts) -> Truth:
    """The value of one atom."""
    match atom:
        case Present(path, expected):
            return (path in facts) is expected
        case OneOf(path, values, negated):
            return _signed(_one_of(facts.get(path), values), negated=negated)
        case Between(path, lower, upper, scale, negated):
            return _signed(_between(facts.get(path), lower, upper, scale=scale), negated=negated)
        case Has(path, test, values, negated):
            return _signed(_has(facts.get(path), test, values), negated=negated)
        case Within(path, of, span, ahead, negated):
            return _signed(_within(facts.get(path), facts.get(of), span, ahead=ahead), negated=negated)
        case _:
            assert_never(atom)


def unknown_paths(condition: Condition, facts: Facts) -> frozenset[str]:
    """The missing facts in the unknown atoms left after partial evaluation; empty for a condition that is settled.

    Branches already decided are gone: in `all` an unknown child counts, in `any` too, unless the whole is settled. An
    atom unknown because of a currency asks for nothing.
    """
    found: list[str] = []
    return frozenset(found) if _waiting(condition, facts, found) is None else frozenset()


def _waiting(condition: Condition, facts: Facts, found: list[str]) -> Truth:
    """The value; the missing facts of unknown atoms are added to `found`, and taken back where a branch is decided.

    One pass, as it is asked of every undetermined rule of a plan.
    """
    match condition:
        case AllOf(children):
            return _waiting_in(children, facts, found, decisive=False)
        case AnyOf(children):
            return _waiting_in(children, facts, found, decisive=True)
        case NoneOf(children):
            return _negation(_waiting_in(children, facts, found, decisive=True))
        case _:
            return _waiting_atom(condition, facts, found)


def _waiting_atom(atom: Atom, facts: Facts, found: list[str]) -> Truth:
    if isinstance(atom, Present):
        return evaluate_atom(atom, facts)
    if atom.path not in facts:
        found.append(atom.path)
        if isinstance(atom, Within) and atom.of not in facts:
            found.append(atom.of)
        return None
    if isinstance(atom, Within) and atom.of not in facts:
        found.append(atom.of)
        return None
    return evaluate_atom(atom, facts)


def _waiting_in(children: tuple[Condition, ...], facts: Facts, found: list[str], *, decisive: bool) -> Truth:
    """Of a group that one child of the `decisive` value decides."""
    before, result = len(found), not decisive
    open_ = False
    for child in children:
        if isinstance(child, (AllOf, AnyOf, NoneOf)):
            value = _waiting(child, facts, found)
        else:
            value = _waiting_atom(child, facts, found)
        if value is decisive:
            del found[before:]
            return decisive
        open_ = open_ or value is None
    return None if open_ else result


def atoms(condition: Condition) -> Iterator[Atom]:
    """Every atom of the tree, in the order written."""
    match condition:
        case AllOf(children) | AnyOf(children) | NoneOf(children):
            for child in children:
                yield from atoms(child)
        case _:
            yield condition


def atom_paths(atom: Atom) -> tuple[str, ...]:
    """The facts an atom reads."""
    return (atom.path, atom.of) if isinstance(atom, Within) else (atom.path,)


def paths(condition: Condition) -> frozenset[str]:
    """The facts a condition reads."""
    return frozenset(path for atom in atoms(condition) for path in atom_paths(atom))


def _conjunction(values: Iterator[Truth]) -> Truth:
    result: Truth = True
    for value in values:
        if value is False:
            return False
        if value is None:
            result = None
    return result


def _negation(value: Truth) -> Truth:
    return None if value is None else not value


def _signed(value: Truth, *, negated: bool) -> Truth:
    return _negation(value) if negated else value


def _one_of(value: Value | None, values: tuple[Value, ...]) -> Truth:
    if value is None:
        return None
    if isinstance(value, Money):
        same = [other for other in values if isinstance(other, Money) and other.currency == value.currency]
        return True if value in same else (False if len(same) == len(values) else None)
    return value in values


def _between(value: Value | None, lower: Bound | None, upper: Bound | None, *, scale: tuple[str, ...]) -> Truth:
    if value is None:
        return None
    return _conjunction(
        _on_side(value, bound, scale=scale, above=above)
        for bound, above in ((lower, True), (upper, False))
        if bound is not None
    )


def _on_side(value: Value, bound: Bound, *, scale: tuple[str, ...], above: bool) -> Truth:
    mark = bound.value
    if isinstance(value, Money) and isinstance(mark, Money) and value.currency != mark.currency:
        return None
    left, right = (rank(value, scale), rank(mark, scale)) if above else (rank(mark, scale), rank(value, scale))
    return left > right or (bound.inclusive and left == right)


def rank(value: Value, scale: tuple[str, ...]) -> int:
    """The place of an ordered value on its own axis: index on the scale, minor units, nanoseconds or the integer."""
    if isinstance(value, str):
        return scale.index(value)
    if isinstance(value, Money):
        return value.minor_units
    return value  # type: ignore[return-value]  # decimals order like integers; the loader allows no other type here


def _has(value: Value | None, test: SetTest, wanted: frozenset[str]) -> Truth:
    if value is None:
        return None
    assert isinstance(value, frozenset)
    match test:
        case SetTest.ANY:
            return not value.isdisjoint(wanted)
        case SetTest.ALL:
            return wanted <= value
        case SetTest.NONE:
            return value.isdisjoint(wanted)


def _within(value: Value | None, of: Value | None, span: int, *, ahead: bool) -> Truth:
    if value is None or of is None:
        return None
    assert isinstance(value, int)
    assert isinstance(of, int)
    distance = value - of if ahead else of - value
    return 0 <= distance <= span
