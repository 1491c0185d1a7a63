"""The bitmap engine, the default: every value of every fact has a mask of what it leaves standing, and a match is the
AND of them. Three-valued: a mask says at once what holds and what may hold (see `layout`).

Facts are valid by the pack's vocabulary, as `wire` makes them: a value that an enum does not have is a KeyError here.
"""

from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from functools import reduce
from itertools import compress
from operator import and_, getitem
from typing import Any, Final, NamedTuple, assert_never

from amends.domain.facts import Facts, FactType, Vocabulary
from amends.engines.layout import lay_out
from amends.engines.tables import (
    ClosedSetTable,
    MoneyTable,
    OrderedTable,
    SetTable,
    Table,
    TextTable,
    WithinTable,
    closed_table,
    missing_mask,
)
from amends.packs.conditions import Atom, Condition, Within
from amends.packs.normal_form import normal_form
from amends.resolution.matches import Matches, places

MAX_REMEMBERED_STARTS: Final = 1024
"""Sets of known facts for which it is remembered what the absence of the others leaves; about 4 kB each."""

MAX_REMEMBERED_ENDS: Final = 1024
"""What was left of the conjuncts, and read off before; less than 1 kB each."""


_made: Final = tuple.__new__
"""A named tuple's own constructor is written in Python, and costs as much as a small match."""


class _Start(NamedTuple):
    """What the absence of all other facts leaves, and how those that are known are read, in their order."""

    known: tuple[str, ...]
    bits: int
    tables: tuple[Table, ...]
    read: tuple[bool, ...] | None
    """Of each known fact, whether any rule reads it; None if all are read."""
    item: Callable[[Any, Any], int]
    """A table's entry: where all tables are dicts, their own method goes about it a little more directly."""


class BitmapMatcher:
    """The masks of one list of conditions.

    Shared by concurrent calls: only what is remembered ever changes, and any order will do.

    Callers know the same facts again and again: what the absence of all others leaves is remembered by what is known,
    and what the conjuncts come to by what is left of them in the end. Neither depends on a fact's value.
    """

    __slots__ = (
        "_conjunct_bits",
        "_ends",
        "_last",
        "_layout",
        "_missing",
        "_rule_bits",
        "_rule_pairs",
        "_rules",
        "_starts",
        "_tables",
        "_within",
    )

    def __init__(self, vocabulary: Vocabulary, conditions: Sequence[Condition]) -> None:
        forms = [normal_form(condition) for condition in conditions]
        self._layout = lay_out(forms)
        self._rules = self._layout.rules
        self._rule_bits, self._rule_pairs = (1 << self._rules) - 1, (1 << 2 * self._rules) - 1
        self._conjunct_bits = (1 << self._layout.conjuncts) - 1
        self._missing: dict[str, int] = {}
        self._tables: dict[str, Table] = {}
        self._starts: dict[tuple[str, ...], _Start] = {}
        self._ends: dict[int, tuple[int, int]] = {}
        atoms = dict.fromkeys(atom for form in forms for conjunct in form for atom in conjunct)
        self._within = [WithinTable(*pair, found, self._layout) for pair, found in _by_dates(atoms).items()]
        for path, found in _by_fact(atoms).items():
            self._missing[path] = missing_mask(found, self._layout)
            self._tables[path] = self._table(path, found, vocabulary)
        self._last = self._start(())

    def match(self, facts: Facts) -> Matches:
        """AND together what every fact leaves, known or not, then read the bits off."""
        start, known = self._last, tuple(facts)
        if start.known != known:
            start = self._last = self._starts.get(known) or self._start(known)
        _, bits, tables, read, item = start
        bits = reduce(and_, map(item, tables, compress(facts.values(), read) if read else facts.values()), bits)
        for dates in self._within:
            bits &= dates.mask(facts.get(dates.path), facts.get(dates.of))
        rules, witness = self._rules, 0
        pairs, rest = bits & self._rule_pairs, bits >> 2 * rules
        if rest:
            more, witness = self._ends.get(rest) or self._end(rest)
            pairs |= more
        return _made(Matches, (pairs & self._rule_bits, pairs >> rules, witness))

    def reading(self, facts: Facts) -> Hashable:
        """Which facts are known, and the mask of each: all that a match is made of."""
        known = tuple(facts)
        _, _, tables, read, item = self._starts.get(known) or self._start(known)
        masks = tuple(map(item, tables, compress(facts.values(), read) if read else facts.values()))
        return known, masks, *[dates.mask(facts.get(dates.path), facts.get(dates.of)) for dates in self._within]

    @property
    def tables(self) -> Mapping[str, Table]:
        """Of each fact that is read alone, from its value to the mask of what that leaves."""
        return self._tables

    @property
    def dates(self) -> Sequence[WithinTable]:
        """The same for two dates that are read together."""
        return self._within

    def _start(self, known: tuple[str, ...]) -> _Start:
        bits = self._layout.everything
        for path, missing in self._missing.items():
            if path not in known:
                bits &= missing
        read = tuple(path in self._tables for path in known)
        tables = tuple(self._tables[path] for path in compress(known, read))
        item = dict.__getitem__ if all(isinstance(table, dict) for table in tables) else getitem
        start = _Start(known, bits, tables, None if all(read) else read, item)
        if len(self._starts) >= MAX_REMEMBERED_STARTS:
            self._starts.clear()
        self._starts[known] = start
        return start

    def _end(self, rest: int) -> tuple[int, int]:
        """Of the rules with several conjuncts, those that hold and behind them those that may; and the witness.

        The witness: with the presence of facts given, an atom's being unknown is given too, but for money in another
        currency, which has its own bits. An undetermined rule then differs only in which of its conjuncts may still
        hold; the conjuncts of rules that are true are left out. Since the normal form absorbs nothing, that says which
        branches of the tree are settled; for a rule of one conjunct there is nothing to say.
        """
        conjuncts = self._layout.conjuncts
        settled = rest & self._conjunct_bits
        possible = rest >> conjuncts & self._conjunct_bits
        true = self._owners(settled)
        # Where every fact is known, what may hold holds: usual enough to be worth the look.
        may = true if possible == settled else self._owners(possible)
        for place in places(true):
            possible &= ~self._layout.regions[1 << place]
        end = true | may << self._rules, possible | rest >> 2 * conjuncts << conjuncts
        if len(self._ends) >= MAX_REMEMBERED_ENDS:
            self._ends.clear()
        self._ends[rest] = end
        return end

    def _owners(self, conjuncts: int) -> int:
        """The rules to which any of these conjuncts belong."""
        rules = 0
        if conjuncts:
            owners = self._layout.owners
            named = conjuncts.to_bytes(len(owners), "little")
            # Few conjuncts are left of thousands: bytes without any are passed over without a step of Python.
            for table, byte in zip(compress(owners, named), filter(None, named), strict=True):
                rules |= table[byte]
        return rules

    def _table(self, path: str, atoms: list[Atom], vocabulary: Vocabulary) -> Table:  # noqa: PLR0911  # one a type
        """From a value of the fact to its mask."""
        spec, layout = vocabulary.specs[path], self._layout
        match spec.type:
            case FactType.BOOLEAN:
                return closed_table(path, (False, True), atoms, layout)
            case FactType.ENUM if spec.values:
                return closed_table(path, spec.values, atoms, layout)
            case FactType.ENUM | FactType.TEXT:
                return TextTable(path, atoms, layout)
            case FactType.INTEGER | FactType.DECIMAL | FactType.DURATION | FactType.DATE:
                return OrderedTable(path, atoms, layout)
            case FactType.MONEY:
                return MoneyTable(path, atoms, layout)
            case FactType.SET if spec.values:
                return ClosedSetTable(path, atoms, layout)
            case FactType.SET:
                return SetTable(path, atoms, layout)
            case _:
                assert_never(spec.type)


class BitmapEngine:
    """Compiles conditions into bitmaps."""

    __slots__ = ()

    def compile(self, vocabulary: Vocabulary, conditions: Sequence[Condition]) -> BitmapMatcher:
        """A matcher; TooManyConjunctsError for a condition so large that the loader refuses it too."""
        return BitmapMatcher(vocabulary, conditions)


def _by_fact(atoms: Iterable[Atom]) -> dict[str, list[Atom]]:
    """The atoms over one fact, by its path."""
    result: dict[str, list[Atom]] = {}
    for atom in atoms:
        if not isinstance(atom, Within):
            result.setdefault(atom.path, []).append(atom)
    return result


def _by_dates(atoms: Iterable[Atom]) -> dict[tuple[str, str], list[Within]]:
    """The atoms over two facts, by their paths."""
    result: dict[tuple[str, str], list[Within]] = {}
    for atom in atoms:
        if isinstance(atom, Within):
            result.setdefault((atom.path, atom.of), []).append(atom)
    return result
