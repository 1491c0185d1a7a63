"""What a condition is made of and comes to on what is known, as words: for tests of what the generators leave out."""

from collections.abc import Iterator
from typing import Final, assert_never

from amends.domain.facts import Facts, FactType, Value, Vocabulary
from amends.domain.money import Money
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
    Truth,
    Within,
    evaluate,
    evaluate_atom,
    rank,
)

ORDERED_ENUM: Final = "ordered enum"
FACT_TYPES: Final = (*(fact_type.value for fact_type in FactType), ORDERED_ENUM)
"""The types of facts as conditions tell them apart."""
_NOT: Final = {False: "", True: "not "}


def said_by_condition(condition: Condition, vocabulary: Vocabulary, facts: Facts) -> Iterator[str]:
    """Every node below, with its value; of atoms also the type of the fact and on which side of a bound it lies."""
    match condition:
        case AllOf(children) | AnyOf(children) | NoneOf(children):
            yield f"{type(condition).__name__} of {len(children)}: {_word(evaluate(condition, facts))}"
            for child in children:
                yield from said_by_condition(child, vocabulary, facts)
        case _:
            yield from _said_by_atom(condition, vocabulary, facts)


def type_of(path: str, vocabulary: Vocabulary) -> str:
    """One of FACT_TYPES."""
    spec = vocabulary.specs[path]
    return ORDERED_ENUM if spec.ordered else spec.type.value


def _said_by_atom(atom: Atom, vocabulary: Vocabulary, facts: Facts) -> Iterator[str]:
    named, truth = type_of(atom.path, vocabulary), _truth(atom, facts)
    match atom:
        case Present(_, expected):
            yield f"{named} present {expected}: {truth}"
        case OneOf(_, values, negated):
            yield f"{named} {_NOT[negated]}{'one' if len(values) == 1 else 'several'}: {truth}"
        case Has(_, test, _, negated):
            yield f"{named} {_NOT[negated]}{test.value}: {truth}"
        case Between(path, lower, upper, scale, negated):
            yield f"{named} {_NOT[negated]}{_end(lower)}/{_end(upper)}: {truth}"
            for name, bound in (("lower", lower), ("upper", upper)):
                if bound is not None:
                    yield f"{named} {_side(facts.get(path), bound, scale)} {_end(bound)} {name} bound"
        case Within(path, of, span, ahead, negated):
            way = "ahead" if ahead else "back"
            yield f"{named} {_NOT[negated]}within {way}: {truth}"
            yield f"{named} within {way}: {_distance(facts.get(path), facts.get(of), span=span, ahead=ahead)}"
        case _:
            assert_never(atom)


def _truth(atom: Atom, facts: Facts) -> str:
    truth = evaluate_atom(atom, facts)
    return "other currency" if truth is None and isinstance(facts.get(atom.path), Money) else _word(truth)


def _word(truth: Truth) -> str:
    return "unknown" if truth is None else str(truth)


def _end(bound: Bound | None) -> str:
    return "none" if bound is None else "closed" if bound.inclusive else "open"


def _side(value: Value | None, bound: Bound, scale: tuple[str, ...]) -> str:
    if value is None:
        return "missing at"
    if isinstance(value, Money) and isinstance(bound.value, Money) and value.currency != bound.value.currency:
        return "other currency at"
    here, there = rank(value, scale), rank(bound.value, scale)
    return "on" if here == there else "below" if here < there else "above"


def _distance(value: Value | None, of: Value | None, *, span: int, ahead: bool) -> str:
    """Where the distance lies: neither end of a span is left out, nor the side on which it has no end."""
    if not isinstance(value, int) or not isinstance(of, int):
        return f"{'no ' if value is None else ''}fact, {'no ' if of is None else ''}other"
    distance = value - of if ahead else of - value
    if distance in {0, span}:
        return "at once" if distance == 0 else "at the end"
    return "the other way" if distance < 0 else "inside" if distance < span else "beyond"
