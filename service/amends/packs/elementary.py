"""Elementary values: for a fact and what is asked of it, one value from every region in which all answers are the same.

Between two neighbouring boundaries every value answers alike, so a few values stand for all: whatever no elementary
value does, no value does.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from itertools import combinations, pairwise
from types import MappingProxyType
from typing import Final

from amends.domain.currencies import EXPONENTS
from amends.domain.facts import NANOS_PER_SECOND, FactSpec, FactType, Value
from amends.domain.money import Money
from amends.packs.conditions import Atom, Between, Has, OneOf, Present, Within, atoms
from amends.packs.model import Pack

MOST_MEMBERS: Final = 10
"""Members of a set whose combinations are still all told: 1,024 values."""

_ANOTHER: Final = "another"
_OTHERS: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType({"customer.country": ("ZZ", "XX", "QZ")})
"""Of facts that are text of a form of their own, words of that form for nobody: codes that ISO 3166 leaves free."""
_STEPS: Final = {FactType.DURATION: 3600 * NANOS_PER_SECOND, FactType.DATE: 24 * 3600 * NANOS_PER_SECOND}


def elementary_values(  # noqa: PLR0911  # one return a type
    spec: FactSpec, asked: Iterable[Atom]
) -> tuple[Value, ...] | None:
    """The values, in their own order; None where they are too many to tell: sets of many members.

    Only what is asked of this fact alone counts: not `within`, which asks of two.
    """
    marks = [mark for atom in asked for mark in marks_of(atom)]
    match spec.type:
        case FactType.BOOLEAN:
            return (False, True)
        case FactType.ENUM if spec.values:
            return spec.values
        case FactType.ENUM | FactType.TEXT:
            named = dict.fromkeys(mark for mark in marks if isinstance(mark, str))
            free = (word for word in _OTHERS.get(spec.path, ()) if word not in named)
            return (*named, next(free, another_than(named)))
        case FactType.SET:
            return _sets(spec, marks)
        case FactType.MONEY:
            return tuple(_amounts(spec, [mark for mark in marks if isinstance(mark, Money)]))
        case FactType.DECIMAL:
            return tuple(_decimals(spec, [Decimal(mark) for mark in marks if isinstance(mark, int | Decimal)]))
        case FactType.INTEGER | FactType.DURATION | FactType.DATE:
            return tuple(_whole(spec, [mark for mark in marks if isinstance(mark, int)]))


def axis_values(spec: FactSpec, asked: Iterable[Atom]) -> tuple[Value, ...]:
    """The elementary values; of a set with many members each by itself, which will do."""
    values = elementary_values(spec, asked)
    return (frozenset(), *(frozenset({member}) for member in spec.values)) if values is None else values


def asked_by_path(pack: Pack) -> Mapping[str, Sequence[Atom]]:
    """What all conditions of a pack, those of its derived facts included, ask of each fact that any of them asks of."""
    found: dict[str, list[Atom]] = {}
    for condition in (*pack.conditions, *(case.when for derive in pack.derives for case in derive.cases)):
        for atom in atoms(condition):
            found.setdefault(atom.path, []).append(atom)
    return found


def marks_of(atom: Atom) -> Iterator[Value]:
    """The values with which the atom compares its fact; `within` compares it with another fact."""
    match atom:
        case OneOf(_, values):
            yield from values
        case Between(_, lower, upper):
            yield from (bound.value for bound in (lower, upper) if bound is not None)
        case Has(_, _, values):
            yield values
        case Present() | Within():
            return


def _whole(spec: FactSpec, marks: Iterable[int]) -> Iterator[int]:
    """The marks that the fact may have, one value between any two, and one beyond either end."""
    inside = sorted({mark for mark in marks if may_be(mark, spec)})
    low, high, step = spec.minimum, spec.maximum, _STEPS.get(spec.type, 1)
    if not inside:
        yield low if low is not None else high if high is not None else 0
        return
    if low is None or low < inside[0]:
        yield inside[0] - step if low is None else low + (inside[0] - low) // 2
    for mark, following in pairwise(inside):
        yield mark
        if following - mark > 1:
            yield mark + (following - mark) // 2
    yield inside[-1]
    if high is None or high > inside[-1]:
        yield inside[-1] + step if high is None else high - (high - inside[-1]) // 2


def _decimals(spec: FactSpec, marks: Iterable[Decimal]) -> Iterator[Decimal]:
    ends = [Decimal(end) for end in (spec.minimum, spec.maximum) if end is not None]
    inside = sorted({*(mark for mark in marks if may_be(mark, spec)), *ends}) or [Decimal(0)]
    between = [(low + high) / 2 for low, high in pairwise(inside)]
    beyond = [value for value in (inside[0] - 1, inside[-1] + 1) if may_be(value, spec)]
    yield from sorted([*inside, *between, *beyond])


def _amounts(spec: FactSpec, marks: Sequence[Money]) -> Iterator[Money]:
    """Of every currency that is named, and one of a currency that is not: it compares with none of them."""
    named = dict.fromkeys(mark.currency for mark in marks)
    for currency in named:
        units = [mark.minor_units for mark in marks if mark.currency == currency]
        yield from (Money(currency, value) for value in _whole(spec, units))
    another = next(currency for currency in EXPONENTS if currency not in named)
    yield from (Money(another, value) for value in _whole(spec, ()))


def may_be(value: int | Decimal, spec: FactSpec) -> bool:
    """Whether the fact's range allows the number."""
    return (spec.minimum is None or value >= spec.minimum) and (spec.maximum is None or value <= spec.maximum)


def _sets(spec: FactSpec, marks: list[Value]) -> tuple[Value, ...] | None:
    """Every set of the named members, without and with a member that nobody names, if there is one."""
    named = sorted({member for mark in marks if isinstance(mark, frozenset) for member in mark})
    unnamed = [value for value in spec.values if value not in named] if spec.values else [another_than(named)]
    members = [*named, *unnamed[:1]]
    if len(members) > MOST_MEMBERS:
        return None
    return tuple(frozenset(chosen) for size in range(len(members) + 1) for chosen in combinations(members, size))


def another_than(named: Iterable[str]) -> str:
    """A word that is none of these."""
    taken, word = set(named), _ANOTHER
    while word in taken:
        word += "_one"
    return word
