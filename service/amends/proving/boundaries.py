"""The boundary situations of a pack: where what its conditions ask changes from one answer to another.

Each fact at each of its bounds and beside them, alone and among others; each condition as it holds, and then one of its
facts moved or taken away; each fact missing; each pair of the facts of `main`. Of more than `most`, a sample is taken,
the same every time, with something of every kind, and each condition as it holds where that fits.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import combinations
from typing import Final, NamedTuple, TypeVar

from amends.application.proof import Case, CaseKind, Count
from amends.domain.facts import Facts, FactSpec, FactType, Value
from amends.domain.money import Money
from amends.domain.situation import Situation
from amends.packs.amounts import Amount, Fixed, Highest, Lowest, amount_paths
from amends.packs.conditions import Atom, Condition, OneOf, Within, atoms
from amends.packs.model import Hit, Pack, Rule
from amends.packs.normal_form import normal_form
from amends.packs.words_of_values import value_words
from amends.proving.boundary_values import boundary_values
from amends.proving.grid import Grid, background
from amends.proving.holding import clear_of, distances, holding

_T = TypeVar("_T")

MOST_SITUATIONS: Final = 4_000
"""Boundary situations of one pack, unless somebody asks for another number."""

MOST_DECIDED: Final = 1_000_000
"""Situations times rules, unless somebody asks for more: each of many rules makes a decision dearer."""

_MOST_WAYS: Final = 4
"""Of a condition with alternatives, so many of the ways in which it may hold."""

_MOST_CELLS: Final = 1_000
"""Of one pair of facts of `main`."""

_CASE_ID: Final = "boundary"


class _Variation(NamedTuple):
    """What is known, but for what is changed; None: taken away. Put together only where it is taken."""

    kind: CaseKind
    words: str
    known: Facts
    change: Mapping[str, Value | None]

    def facts(self) -> Facts:
        changed = {**self.known, **self.change}
        return {path: value for path, value in changed.items() if value is not None}


class Boundaries:
    """The boundary situations of one pack, observed at `now` unless a condition asks for another time.

    `most`: so many of them; None: as many as the bounds above allow.
    """

    def __init__(self, pack: Pack, *, now: int, most: int | None = None) -> None:
        self._pack = pack
        self._now = now
        self._conditions = (*pack.conditions, *(case.when for derive in pack.derives for case in derive.cases))
        self._before = _before(pack)
        self._asked = _by_path((*_atoms(self._conditions), *_amounts_asked(pack)))
        usual = min(MOST_SITUATIONS, MOST_DECIDED // max(1, len(pack.rules)))
        self._taken = dict(_sampled(self._each_once(), usual if most is None else most))

    @property
    def counts(self) -> tuple[Count, ...]:
        """How many there are of each kind, and how many of them are taken."""
        return tuple(Count(kind, len(taken), of) for kind, (taken, of) in self._taken.items())

    def __iter__(self) -> Iterator[Case]:
        """The situations that are taken, in order."""
        role = self._pack.authority[0].role
        for taken, _ in self._taken.values():
            for variation in taken:
                facts = variation.facts()
                observed = facts["observe_time"]
                assert isinstance(observed, int)  # the vocabulary says that it is a date
                situation = Situation(_CASE_ID, observed, facts, granted=())
                yield Case(variation.kind, variation.words, situation, role)

    def _each_once(self) -> dict[CaseKind, list[_Variation]]:
        found: dict[CaseKind, list[_Variation]] = {}
        seen: set[int] = set()
        # Of several that are the same the condition as it holds is kept: it is taken in any case.
        moved = sorted(self._moved(), key=lambda one: bool(one.change))
        for variation in (*moved, *self._missing(), *self._pairs(), *self._values()):
            # The number alone, as there may be a hundred thousand.
            key = hash(frozenset(variation.facts().items()))
            if key not in seen:
                seen.add(key)
                found.setdefault(variation.kind, []).append(variation)
        return found

    def _values(self) -> Iterator[_Variation]:
        for known, among in ((background(self._pack, now=self._now), ""), (self._full(), ", all else known")):
            for path, asked in self._asked.items():
                spec = self._pack.vocabulary.specs[path]
                for change in self._changes(spec, asked, known):
                    yield _Variation(CaseKind.VALUE, f"{self._words(change)}{among}", known, change)

    def _missing(self) -> Iterator[_Variation]:
        full = self._full()
        for path in full:
            if path != "observe_time":
                yield _Variation(CaseKind.MISSING, f"all but {path}", full, {path: None})

    def _pairs(self) -> Iterator[_Variation]:
        for pair in combinations(dict.fromkeys(self._pack.main), 2):
            grid = Grid(replace(self._pack, main=pair), now=self._now, most=_MOST_CELLS)
            for cell in grid.cells():
                yield _Variation(CaseKind.MAIN, ", ".join(grid.words(cell.place)), cell.facts, {})

    def _moved(self) -> Iterator[_Variation]:
        known = background(self._pack, now=self._now)
        specs = self._pack.vocabulary.specs
        for condition in dict.fromkeys(self._conditions):
            ways = normal_form(condition)
            for conjunct in _evenly(ways, _MOST_WAYS):
                held = holding(conjunct, known, specs, now=self._now)
                if held is None:
                    continue
                held = clear_of(self._before.get(condition, ()), held, conjunct, specs)
                yield _Variation(CaseKind.CONDITION, self._words(_told(conjunct, held)), held, {})
                for path, asked in _by_path(conjunct).items():
                    for change in self._changes(specs[path], asked, held):
                        yield _Variation(
                            CaseKind.CONDITION, self._words({**_told(conjunct, held), **change}), held, change
                        )

    def _changes(self, spec: FactSpec, asked: Sequence[Atom], known: Facts) -> Iterator[Mapping[str, Value | None]]:
        """The fact at each of its boundary values, and missing; with `within`, at each distance from the other date."""
        if any(not isinstance(atom, Within) for atom in asked):
            yield from ({spec.path: value} for value in boundary_values(spec, asked))
        for atom in asked:
            if isinstance(atom, Within):
                yield from distances(atom, known, now=self._now)
        if spec.path != "observe_time":
            yield {spec.path: None}

    def _full(self) -> dict[str, Value]:
        """Everything known that the pack reads and does not derive by itself, at some value between others."""
        known = background(self._pack, now=self._now)
        derived = {derive.path for derive in self._pack.derives}
        for path, asked in self._asked.items():
            values = boundary_values(self._pack.vocabulary.specs[path], asked)
            if path not in known and path not in derived and values:
                known[path] = values[len(values) // 2]
        return known

    def _words(self, facts: Mapping[str, Value | None]) -> str:
        """`fault=company, facts.days=missing`."""
        return ", ".join(f"{path}={self._value_words(path, value)}" for path, value in facts.items())

    def _value_words(self, path: str, value: Value | None) -> str:
        spec = self._pack.vocabulary.specs[path]
        return "missing" if value is None else value_words(value, spec, timezone=self._pack.timezone)


def _before(pack: Pack) -> dict[Condition, tuple[Condition, ...]]:
    """Of rows and cases of which only the first that holds counts: those that must not hold for one to count."""
    rows: dict[str, list[Condition]] = {}
    for rule in sorted((one for one in pack.rules if one.row is not None), key=_row_number):
        assert rule.row is not None  # only such are sorted
        if rule.row.hit is Hit.FIRST:
            rows.setdefault(rule.row.table, []).append(rule.when)
    lists = [*rows.values(), *([case.when for case in derive.cases] for derive in pack.derives)]
    return {when: tuple(several[:place]) for several in lists for place, when in enumerate(several)}


def _row_number(rule: Rule) -> int:
    return 0 if rule.row is None else rule.row.number


def _atoms(conditions: Iterable[Condition]) -> Iterator[Atom]:
    for condition in dict.fromkeys(conditions):
        yield from atoms(condition)


def _amounts_asked(pack: Pack) -> Iterator[Atom]:
    """What amounts, limits and bands ask of facts, as if conditions did: money at each cap, a count of none or one."""
    caps = tuple(dict.fromkeys([*_caps(pack)]))
    for path in dict.fromkeys(_amount_facts(pack)):
        spec = pack.vocabulary.specs[path]
        yield OneOf(path, caps) if spec.type is FactType.MONEY else OneOf(path, (0, 1))


def _caps(pack: Pack) -> Iterator[Money]:
    for limit in pack.limits:
        yield from _fixed(limit.at_most)
    for role in pack.authority:
        for band in role.bands.values():
            yield from band or ()


def _fixed(amount: Amount) -> Iterator[Money]:
    match amount:
        case Fixed(amounts):
            yield from amounts
        case Lowest(options) | Highest(options):
            for option in options:
                yield from _fixed(option)
        case _:
            return


def _amount_facts(pack: Pack) -> Iterator[str]:
    """The facts that amounts are made of; tables within them ask conditions, which are asked with the others."""
    yield from ("amount_paid", "amount_refunded")
    amounts = [proposal.amount for rule in pack.rules for proposal in rule.then if proposal.amount is not None]
    for amount in (*amounts, *(limit.at_most for limit in pack.limits)):
        for path in amount_paths(amount):
            if pack.vocabulary.specs[path].type in {FactType.MONEY, FactType.INTEGER}:
                yield path
    yield from (limit.minus for limit in pack.limits if limit.minus)


def _by_path(asked: Iterable[Atom]) -> dict[str, list[Atom]]:
    """The atoms by the fact that is moved for them."""
    found: dict[str, dict[Atom, None]] = {}
    for atom in asked:
        found.setdefault(atom.path, {})[atom] = None
    return {path: list(found_atoms) for path, found_atoms in found.items()}


def _told(conjunct: Sequence[Atom], held: Facts) -> dict[str, Value | None]:
    return {atom.path: held.get(atom.path) for atom in conjunct}


def _sampled(
    found: Mapping[CaseKind, list[_Variation]], most: int
) -> Iterator[tuple[CaseKind, tuple[Sequence[_Variation], int]]]:
    """Of each kind its share: kinds with few are whole, the others share what is left alike."""
    left = most
    for place, (kind, variations) in enumerate(sorted(found.items(), key=lambda item: len(item[1]))):
        share = left // (len(found) - place)
        taken = _most_telling(variations, share)
        left -= len(taken)
        yield kind, (taken, len(variations))


def _most_telling(variations: Sequence[_Variation], most: int) -> Sequence[_Variation]:
    """Conditions as they hold, so that the rules of a large pack are reached; of what is moved from there, the rest, as
    far apart as can be.
    """
    whole = [one for one in variations if one.kind is CaseKind.CONDITION and not one.change]
    if len(variations) <= most or len(whole) >= most:
        return _evenly(variations, most)
    moved = [one for one in variations if one.kind is not CaseKind.CONDITION or one.change]
    return [*whole, *_evenly(moved, most - len(whole))]


def _evenly(items: Sequence[_T], most: int) -> Sequence[_T]:
    """So many of them, as far apart as can be, the first among them; all if they are not more."""
    if len(items) <= most:
        return items
    return [items[place * len(items) // most] for place in range(most)]
