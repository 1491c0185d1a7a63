"""A condition in the words of the rule language, a line each: "facts.delay_days: at least 3, below 30".

The lines stand in the order written. What is asked all at once needs no word for it: a mapping within a mapping is read
on the same level, and a group of one is that one.
"""

from collections.abc import Iterator
from typing import Final, NamedTuple, assert_never

from amends.domain.facts import FactSpec, FactType, Value, Vocabulary
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
from amends.packs.words_of_values import duration_words, in_order, value_words


class ConditionLine(NamedTuple):
    """One line: how deep it stands (0 for what is asked first), its words, and the atom or group it speaks of."""

    depth: int
    words: str
    condition: Condition


_SET_TESTS: Final = {SetTest.ANY: "has any of", SetTest.ALL: "has all of", SetTest.NONE: "has none of"}


def condition_words(
    condition: Condition, vocabulary: Vocabulary, *, timezone: str = "UTC"
) -> tuple[ConditionLine, ...]:
    """The condition's lines; none for one that always holds. Bare dates are days of `timezone`, the pack's."""
    return tuple(_lines(_inner(condition), 0, vocabulary, timezone=timezone))


def atom_words(atom: Atom, vocabulary: Vocabulary, *, timezone: str = "UTC") -> str:
    """One condition on one fact: "fault: company or shared"."""
    return f"{atom.path}: {_asked(atom, vocabulary.specs[atom.path], timezone)}"


def _lines(
    conditions: tuple[Condition, ...], depth: int, vocabulary: Vocabulary, *, timezone: str
) -> Iterator[ConditionLine]:
    for condition in conditions:
        match condition:
            case AllOf(children):
                yield ConditionLine(depth, "all of" if children else "always", condition)
            case AnyOf(children):
                yield ConditionLine(depth, "any of" if children else "never", condition)
            case NoneOf(children):
                yield ConditionLine(depth, "none of" if children else "always", condition)
            case _:
                yield ConditionLine(depth, atom_words(condition, vocabulary, timezone=timezone), condition)
                continue
        below = _inner(condition) if isinstance(condition, AllOf) else tuple(_alone(child) for child in children)
        yield from _lines(below, depth + 1, vocabulary, timezone=timezone)


def _inner(condition: Condition) -> tuple[Condition, ...]:
    """What is asked all at once, with the groups in it that ask all at once too."""
    if not isinstance(condition, AllOf):
        return (condition,)
    return tuple(inner for child in condition.children for inner in _inner(child))


def _alone(condition: Condition) -> Condition:
    """What a group of one stands for."""
    inner = _inner(condition)
    return inner[0] if len(inner) == 1 else condition


def _asked(atom: Atom, spec: FactSpec, timezone: str) -> str:
    match atom:
        case OneOf(_, values, negated):
            words = [value_words(value, spec, timezone=timezone) for value in values]
            return ", ".join(f"not {one}" for one in words) if negated else " or ".join(words)
        case Between(_, lower, upper, _, negated):
            return _signed(", ".join(_bounds(lower, upper, spec, timezone)), negated=negated)
        case Has(_, test, values, negated):
            return _signed(f"{_SET_TESTS[test]} {', '.join(in_order(values, spec))}", negated=negated)
        case Present(_, expected):
            return "present" if expected else "not present"
        case Within(_, of, span, ahead, negated):
            return _signed(f"within {duration_words(span)} {'after' if ahead else 'before'} {of}", negated=negated)
        case _:
            assert_never(atom)


def _bounds(lower: Bound | None, upper: Bound | None, spec: FactSpec, timezone: str) -> Iterator[str]:
    if lower is not None:
        yield f"{'at least' if lower.inclusive else 'above'} {value_words(lower.value, spec, timezone=timezone)}"
    if upper is not None:
        yield f"{'at most' if upper.inclusive else 'below'} {value_words(upper.value, spec, timezone=timezone)}"


def _signed(words: str, *, negated: bool) -> str:
    return f"not ({words})" if negated else words


def boundary_words(value: Value, spec: FactSpec, *, above: bool, inclusive: bool, timezone: str) -> str:
    """From where on: "from 7 days", "below 30 days", "from severity high", "from 2026-12-01"."""
    side = ("from" if inclusive else "above") if above else ("up to" if inclusive else "below")
    words = value_words(value, spec, timezone=timezone)
    if spec.type is FactType.ENUM:
        return f"{side} {spec.path.rpartition('.')[2].replace('_', ' ')} {words}"
    return f"{side} {words} {spec.unit}".rstrip()
