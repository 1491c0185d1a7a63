"""Near misses: a rule did not match, and one condition, a bound on an ordered fact, being otherwise would have done it.

A boundary is proved: with the nearest value beyond it in place of the fact's, and all else as it is, the rule applies.
It may do so for another condition on the same fact than the one that asks for the bound.
"""

from collections.abc import Callable, Iterator
from decimal import Context, Decimal
from typing import Final, NamedTuple

from amends.domain.decision import NearMiss
from amends.domain.facts import Facts, FactSpec, Value, Vocabulary
from amends.domain.money import Money
from amends.packs.conditions import AllOf, AnyOf, Between, Bound, Condition, NoneOf, evaluate, evaluate_atom, rank
from amends.packs.words_of_conditions import boundary_words

_FINE: Final = Context(prec=60)
"""Finer than any decimal that a situation may hold."""


class _Side(NamedTuple):
    """One way over a bound: the values `above` (or below) `mark`, itself among them if `inclusive`."""

    mark: Value
    above: bool
    inclusive: bool


def near_misses(
    when: Condition,
    facts: Facts,
    vocabulary: Vocabulary,
    *,
    timezone: str,
    barred: Callable[[Facts], bool],
) -> tuple[NearMiss, ...]:
    """The near misses of a rule that did not match, in the order written.

    `barred` says on which facts it may not apply though it holds: where a row before it in its table may be hit.
    """
    found: dict[NearMiss, None] = {}
    for atom, wanted in _bounds(when, wanted=True):
        if evaluate_atom(atom, facts) is not (not wanted):
            continue
        spec, inside = vocabulary.specs[atom.path], wanted is not atom.negated
        for side in _ways(atom, facts[atom.path], inside=inside):
            beyond = _nearest(side, atom.scale, spec)
            if beyond is not None and _applies(when, {**facts, atom.path: beyond}, barred):
                words = boundary_words(side.mark, spec, above=side.above, inclusive=side.inclusive, timezone=timezone)
                found[NearMiss(atom.path, words)] = None
    return tuple(found)


def _bounds(condition: Condition, *, wanted: bool) -> Iterator[tuple[Between, bool]]:
    """The bounds on ordered facts, each with the value that the rule would have it have."""
    match condition:
        case AllOf(children) | AnyOf(children):
            for child in children:
                yield from _bounds(child, wanted=wanted)
        case NoneOf(children):
            for child in children:
                yield from _bounds(child, wanted=not wanted)
        case Between():
            yield condition, wanted
        case _:
            return


def _ways(atom: Between, value: Value, *, inside: bool) -> Iterator[_Side]:
    """Over which bound the value would have to be: the one that it misses, or out by either where it lies within."""
    lower, upper = atom.lower, atom.upper
    place = rank(value, atom.scale)
    if not inside:
        if lower is not None:
            yield _Side(lower.value, above=False, inclusive=not lower.inclusive)
        if upper is not None:
            yield _Side(upper.value, above=True, inclusive=not upper.inclusive)
    elif lower is not None and _beyond(place, rank(lower.value, atom.scale), lower):
        yield _Side(lower.value, above=True, inclusive=lower.inclusive)
    elif upper is not None:
        yield _Side(upper.value, above=False, inclusive=upper.inclusive)


def _beyond(place: int, limit: int, lower: Bound) -> bool:
    return place < limit or (place == limit and not lower.inclusive)


def _nearest(side: _Side, scale: tuple[str, ...], spec: FactSpec) -> Value | None:
    """The value nearest to the mark on that side; None where the fact cannot have one."""
    mark, step = side.mark, 0 if side.inclusive else (1 if side.above else -1)
    match mark:
        case str():
            place = scale.index(mark) + step
            return scale[place] if 0 <= place < len(scale) else None
        case Money():
            return mark.with_units(mark.minor_units + step) if _possible(mark.minor_units + step, spec) else None
        case Decimal():
            near = (mark, mark.next_plus(_FINE), mark.next_minus(_FINE))[step]
            return near if _possible(near, spec) else None
        case int():
            return mark + step if _possible(mark + step, spec) else None
        case _:
            return None


def _possible(number: int | Decimal, spec: FactSpec) -> bool:
    least, most = spec.minimum, spec.maximum
    return (least is None or number >= least) and (most is None or number <= most)


def _applies(when: Condition, facts: Facts, barred: Callable[[Facts], bool]) -> bool:
    return evaluate(when, facts) is True and not barred(facts)
