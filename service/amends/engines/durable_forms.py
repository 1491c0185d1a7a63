"""Conditions as conjunctions that durable-rules can be given: each condition twice, as itself and as its denial.

The C engine is two-valued. Where a condition's own conjunction fires it is true, where its denial's fires it is false,
and where neither does it is unknown. `or` stays outside, since it would fire once for every path that holds.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from typing import Final, TypeAlias

from amends.application.engine_errors import ConditionTooLargeError
from amends.engines.durable_codes import Codes, Term
from amends.packs.conditions import Condition, NoneOf, atoms
from amends.packs.normal_form import TooManyConjunctsError, normal_form

NAME: Final = "durable"

MOST_CONJUNCTIONS: Final = 64
"""For one condition, and for its denial. The C engine's cost grows with them, unlike that of the bitmap."""

RULESET_CONJUNCTIONS: Final = 48
"""In one ruleset. With more than 64 true ones the C engine fails, and leaves some of them behind."""

RULESET_COLUMNS: Final = 200
"""Read by one ruleset. The C engine takes facts of at most 254 properties, its own included."""

_TOO_MANY: Final = f"stands for more than {MOST_CONJUNCTIONS} conjunctions"

Conjunction: TypeAlias = tuple[Term, ...]
"""In order of the columns, each term once; empty: always true."""


@dataclass(frozen=True, slots=True)
class Says:
    """What it means that a conjunction holds: bit i stands for condition i."""

    true: int
    false: int


@dataclass(frozen=True, slots=True)
class Share:
    """What one ruleset is given: conjunctions, and the columns that they read, each once."""

    conjunctions: Mapping[Conjunction, Says]
    columns: tuple[int, ...]


def conjunctions_of(conditions: Sequence[Condition], codes: Codes) -> Mapping[Conjunction, Says]:
    """The conjunctions of all conditions and denials, each once; ConditionTooLargeError for one that has too many."""
    true: dict[Conjunction, int] = {}
    false: dict[Conjunction, int] = {}
    for place, condition in enumerate(conditions):
        for found, asked in ((true, condition), (false, NoneOf((condition,)))):
            try:
                conjunctions = _conjunctions(asked, codes)
            except _TooLargeError as error:
                side = "it" if found is true else "its denial"
                reason = f"{side} {error}"
                raise ConditionTooLargeError(NAME, condition, place=place, reason=reason) from None
            for conjunction in conjunctions:
                found[conjunction] = found.get(conjunction, 0) | 1 << place
    return {found: Says(true.get(found, 0), false.get(found, 0)) for found in (true | false)}


def divided(conjunctions: Mapping[Conjunction, Says]) -> Iterator[Share]:
    """Rulesets within the limits. What reads the same facts stays together, as a ruleset is told only what it reads."""
    given: dict[Conjunction, Says] = {}
    columns: frozenset[int] = frozenset()
    for conjunction in sorted(conjunctions):
        grown = columns | _columns(conjunction)
        if len(given) == RULESET_CONJUNCTIONS or len(grown) > RULESET_COLUMNS:
            yield Share(given, tuple(sorted(columns)))
            given, grown = {}, _columns(conjunction)
        given[conjunction] = conjunctions[conjunction]
        columns = grown
    if given:
        yield Share(given, tuple(sorted(columns)))


def codes_of(conditions: Iterable[Condition]) -> Codes:
    """The columns of these conditions."""
    return Codes([atom for condition in conditions for atom in atoms(condition)])


class _TooLargeError(Exception):
    """Its text says what is too much."""


def _conjunctions(condition: Condition, codes: Codes) -> Iterable[Conjunction]:
    found: dict[Conjunction, None] = {}
    try:
        conjuncts = normal_form(condition, limit=MOST_CONJUNCTIONS)
    except TooManyConjunctsError:
        raise _TooLargeError(_TOO_MANY) from None
    for conjunct in conjuncts:
        for choice in product(*(codes.alternatives(atom) for atom in conjunct)):
            conjunction = tuple(sorted({term for terms in choice for term in terms}))
            if len(_columns(conjunction)) > RULESET_COLUMNS:
                raise _TooLargeError(f"combines more than {RULESET_COLUMNS} facts")
            found[conjunction] = None
            if len(found) > MOST_CONJUNCTIONS:
                raise _TooLargeError(_TOO_MANY)
    return found


def _columns(conjunction: Conjunction) -> frozenset[int]:
    return frozenset(term.column for term in conjunction)
