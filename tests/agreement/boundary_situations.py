"""Facts for a pack, quick to make: where the answers of its conditions change, just beside, and at random.

Hypothesis draws a few situations a second of a thousand needed; here a pack is read once, and each situation costs
microseconds. Every value that an atom compares with is met, with both neighbours, in each currency, and missing.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from random import Random
from typing import Final, TypeAlias, assert_never

from amends.domain.facts import Facts, FactSpec, FactType, Value
from amends.domain.money import Money
from amends.packs.conditions import Atom, Between, Condition, Has, OneOf, Present, Within, atoms
from amends.packs.model import Pack
from tests.agreement.generators import CURRENCIES, literals, values_near
from tests.agreement.situation_generators import KNOWN

Probe: TypeAlias = Mapping[str, Value | None]
"""What a situation is made to say of one fact or two; None: that it is missing."""

_STEP: Final = Decimal("0.001")
_STRANGER: Final = "stranger"
_MISSING_IN_TENTHS: Final = (0, 2, 2, 5)
"""How many facts a situation lacks: some lack none at all."""
_KEPT_FOR: Final = 32


def boundary_situations(pack: Pack, chance: Random, *, count: int) -> Iterator[Facts]:
    """Half of them random, half with one probe or two put into one that stays for a while; each probe equally often."""
    asked = tuple(dict.fromkeys(atom for condition in _conditions(pack) for atom in atoms(condition)))
    told = {path: _values(pack.vocabulary.specs[path], asked) for path in KNOWN}
    probes = [*_probes(told), *_distances(asked, told)]
    derived = {derive.path for derive in pack.derives}
    base: Facts = {}
    for number in range(count):
        if number % _KEPT_FOR == 0:
            base = _random(told, derived, chance)
        facts = dict(base) if number % 2 else _random(told, derived, chance)
        if number % 2:
            place = number // 2 % len(probes)
            if place == 0:
                chance.shuffle(probes)
            _put(facts, probes[place])
            if number % 4 == 3:
                _put(facts, chance.choice(probes))
        if number % 16 == 0:
            # The order in which a caller names facts means nothing.
            facts = dict(chance.sample(list(facts.items()), len(facts)))
        yield facts


def _conditions(pack: Pack) -> Iterator[Condition]:
    yield from pack.conditions
    yield from (case.when for derive in pack.derives for case in derive.cases)


def _random(told: Mapping[str, Sequence[Value]], derived: set[str], chance: Random) -> dict[str, Value]:
    missing = chance.choice(_MISSING_IN_TENTHS) / 10
    return {
        path: chance.choice(values)
        for path, values in told.items()
        # A derived fact is mostly left for the pack to tell.
        if chance.random() >= (0.8 if path in derived else missing)
    }


def _put(facts: dict[str, Value], probe: Probe) -> None:
    for path, value in probe.items():
        if value is None:
            facts.pop(path, None)
        else:
            facts[path] = value


def _probes(told: Mapping[str, Sequence[Value]]) -> Iterator[Probe]:
    for path, values in told.items():
        yield {path: None}
        yield from ({path: value} for value in values)


def _distances(asked: Iterable[Atom], told: Mapping[str, Sequence[Value]]) -> Iterator[Probe]:
    """Two dates as far apart as a span, a nanosecond less and more, not at all, and the wrong way round."""
    for atom in asked:
        if isinstance(atom, Within) and atom.path != atom.of:
            for distance in sorted({-1, 0, 1, atom.span - 1, atom.span, atom.span + 1}):
                for of in told[atom.of]:
                    assert isinstance(of, int)
                    yield {atom.of: of, atom.path: of + distance if atom.ahead else of - distance}
            yield {atom.of: None, atom.path: None}


def _values(spec: FactSpec, asked: Iterable[Atom]) -> Sequence[Value]:
    """What the pack compares the fact with, and what lies around; of a fact that it does not read, anything."""
    marks = {value for atom in asked if atom.path == spec.path for value in _marks(atom)}
    match spec.type:
        case FactType.BOOLEAN | FactType.ENUM:
            return literals(spec)
        case FactType.TEXT:
            texts = {str(mark) for mark in marks}
            return sorted({near for text in texts for near in (text, f"{text} ", text[:-1])} | {_STRANGER})
        case FactType.SET:
            return _sets(marks) if marks else [frozenset(), frozenset({_STRANGER})]
        case FactType.MONEY:
            units = {mark.minor_units for mark in marks if isinstance(mark, Money)}
            near = sorted({max(0, unit + side) for unit in units for side in (-1, 0, 1)} | {0})
            return [Money(currency, unit) for currency in CURRENCIES for unit in near]
        case FactType.INTEGER | FactType.DECIMAL | FactType.DURATION | FactType.DATE:
            step = _STEP if spec.type is FactType.DECIMAL else 1
            around = {mark + side * step for mark in marks for side in (-1, 0, 1)}  # type: ignore[operator]  # numbers, by type
            values = sorted(around) or values_near(spec)
            return [value for value in values if spec.minimum is None or value >= spec.minimum]  # type: ignore[operator]
        case _:
            assert_never(spec.type)


def _marks(atom: Atom) -> Iterator[Value]:
    match atom:
        case OneOf(_, values):
            yield from values
        case Has(_, _, wanted):
            yield wanted
        case Between(_, lower, upper):
            yield from (end.value for end in (lower, upper) if end is not None)
        case Present() | Within():
            return
        case _:
            assert_never(atom)


def _sets(marks: Iterable[Value]) -> list[Value]:
    """Each set as it is, with one member more, with one less, and each member alone."""
    found: dict[Value, None] = {frozenset(): None, frozenset({_STRANGER}): None}
    for mark in marks:
        assert isinstance(mark, frozenset)
        one_less = (mark - {member} for member in mark)
        found |= dict.fromkeys((mark, mark | {_STRANGER}, *one_less, *(frozenset({member}) for member in mark)))
    return sorted(found, key=sorted)  # type: ignore[arg-type]  # sets, by type
