"""The smallest situation for which something still holds: facts are left out, then replaced by simpler ones.

Each step is to something strictly simpler, so it comes to an end; and to the first that will do, so that the same
situation always becomes the same.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Final

from amends.domain.facts import NANOS_PER_SECOND, FactSpec, FactType, Value
from amends.domain.money import Money
from amends.domain.situation import Situation, Subject
from amends.packs.elementary import may_be

MOST_TRIES: Final = 1_000
"""Situations that are tried; what is smallest by then is told."""

_ROUND: Final = tuple(seconds * NANOS_PER_SECOND for seconds in (86_400, 3_600, 60, 1))
_OBSERVED: Final = "observe_time"


def smallest(
    situation: Situation,
    holds: Callable[[Situation], bool],
    specs: Mapping[str, FactSpec],
    *,
    most: int = MOST_TRIES,
) -> Situation:
    """The situation itself if `holds` of nothing simpler that was tried; it holds of what is given."""
    tries = 0
    found = True
    while found:
        found = False
        for simpler in _simpler(situation, specs):
            if tries == most:
                return situation
            tries += 1
            if holds(simpler):
                situation, found = simpler, True
                break
    return situation


def _simpler(situation: Situation, specs: Mapping[str, FactSpec]) -> Iterator[Situation]:
    yield from _around(situation)
    paths = [path for path in situation.facts if path != _OBSERVED]
    # Halves first: of many facts most mean nothing.
    size = len(paths)
    while size:
        for first in range(0, len(paths), size):
            yield _without(situation, paths[first : first + size])
        size //= 2
    for path, value in situation.facts.items():
        for simpler in _simpler_values(value, specs[path]):
            facts = {**situation.facts, path: simpler}
            observed = facts[_OBSERVED]
            assert isinstance(observed, int)  # a date, by the vocabulary
            yield situation._replace(facts=facts, observe_time=observed)


def _around(situation: Situation) -> Iterator[Situation]:
    """Less of what stands beside the facts."""
    for place in range(len(situation.granted or ())):
        left = (situation.granted or ())[:place] + (situation.granted or ())[place + 1 :]
        yield situation._replace(granted=left)
    plain = Situation(situation.case_id, situation.observe_time, situation.facts, granted=())
    for changed in (
        plain,
        situation._replace(unobtainable=frozenset()),
        situation._replace(fact_sources={}),
        situation._replace(subject=Subject(), incident_id=""),
        situation._replace(customer_id="", account_id=""),
        situation._replace(locale=""),
    ):
        if changed != situation and (situation.granted is not None or changed.granted is None):
            yield changed


def _without(situation: Situation, paths: Sequence[str]) -> Situation:
    facts = {path: value for path, value in situation.facts.items() if path not in paths}
    sources = {path: source for path, source in situation.fact_sources.items() if path not in paths}
    return situation._replace(facts=facts, fact_sources=sources)


def _simpler_values(value: Value, spec: FactSpec) -> Iterator[Value]:
    match value:
        case bool():
            yield from (False,) if value else ()
        case int():
            rounded = (
                [value - value % unit for unit in _ROUND] if spec.type in {FactType.DATE, FactType.DURATION} else []
            )
            yield from (
                one for one in dict.fromkeys([*rounded, *_smaller(value)]) if one != value and may_be(one, spec)
            )
        case Money():
            yield from (value.with_units(units) for units in _smaller(value.minor_units) if units >= 0)
        case Decimal():
            whole = value.to_integral_value()
            rounded_ones = (whole, round(value, 2)) if value != whole else tuple(map(Decimal, _smaller(int(whole))))
            yield from (one for one in rounded_ones if one != value and may_be(one, spec))
        case str():
            earlier = spec.values[: spec.values.index(value)] if value in spec.values else ("a",) if value > "a" else ()
            yield from earlier
        case frozenset():
            yield from (value - {member} for member in sorted(value))


def _smaller(number: int) -> Iterator[int]:
    """Nearer to nothing: nothing itself, then by half the way and less and less; of two signs, the other."""
    if number < 0:
        yield -number
    step = abs(number)
    while step:
        yield number - step if number > 0 else number + step
        step //= 2
