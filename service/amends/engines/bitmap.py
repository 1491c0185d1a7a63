"""The bitmap engine, the default: every value of every fact has a mask of what it leaves standing, and a match is the
AND of them. Three-valued: a mask says at once what holds and what may hold (see `layout`).

Facts are valid by the pack's vocabulary, as `wire` makes them: a value that an enum does not have is a KeyError here.
"""

from collections.abc import Callable, Iterable, Sequence
from itertools import compress
from typing import Any, Final, assert_never

from amends.domain.facts import Facts, FactType, Vocabulary
from amends.engines.layout import lay_out
from amends.engines.tables import (
    MoneyTable,
    OrderedTable,
    SetTable,
    TextTable,
    WithinTable,
    closed_table,
    missing_mask,
)
from amends.packs.conditions import Atom, Condition, Within
from amends.packs.normal_form import normal_form
from amends.resolution.matches import Matches

MAX_REMEMBERED_STARTS: Final = 1024
"""Sets of known facts for which it is remembered what the absence of the others leaves; about 4 kB each."""


MAX_REMEMBERED_MATCHES: Final = 1024
"""Ends of a match that were read off before; less than 1 kB each."""


class BitmapMatcher:
    """The masks of one list of conditions.

    Shared by concurrent calls: only what is remembered ever changes, and any order will do.

    Callers know the same facts again and again: what the absence of all others leaves is remembered by what is known,
    and the match by what is left in the end.
    """

    __slots__ = ("_conjunct_bits", "_found", "_layout", "_missing", "_readers", "_rule_bits", "_starts", "_within")

    def __init__(self, vocabulary: Vocabulary, conditions: Sequence[Condition]) -> None:
        forms = [normal_form(condition) for condition in conditions]
        self._layout = lay_out(forms)
        self._rule_bits = (1 << self._layout.rules) - 1
        self._conjunct_bits = (1 << self._layout.conjuncts) - 1
        self._missing: dict[str, int] = {}
        self._readers: dict[str, Callable[[Any], int]] = {}
        self._starts: dict[frozenset[str], int] = {}
        self._found: dict[int, Matches] = {}
        atoms = dict.fromkeys(atom for form in forms for conjunct in form for atom in conjunct)
        self._within = [WithinTable(*pair, found, self._layout) for pair, found in _by_dates(atoms).items()]
        for path, readers in _by_fact(atoms).items():
            self._missing[path] = missing_mask(readers, self._layout)
            self._readers[path] = self._reader(path, readers, vocabulary)

    def match(self, facts: Facts) -> Matches:
        """AND together what every fact leaves, known or not, then read the bits off."""
        known = frozenset(facts)
        bits = self._starts.get(known)
        if bits is None:
            bits = self._start(known)
        readers = self._readers
        for path, value in facts.items():
            read = readers.get(path)
            if read is not None:
                bits &= read(value)
        for dates in self._within:
            bits &= dates.mask(facts.get(dates.path), facts.get(dates.of))
        found = self._found.get(bits)
        if found is None:
            found = self._matches(bits)
            if len(self._found) >= MAX_REMEMBERED_MATCHES:
                self._found.clear()
            self._found[bits] = found
        return found

    def _start(self, known: frozenset[str]) -> int:
        """What the absence of every fact that is not known leaves."""
        bits = self._layout.everything
        for path, missing in self._missing.items():
            if path not in known:
                bits &= missing
        if len(self._starts) >= MAX_REMEMBERED_STARTS:
            self._starts.clear()
        self._starts[known] = bits
        return bits

    def _matches(self, bits: int) -> Matches:
        """Rules with one conjunct are read directly, the others from their conjuncts, byte by byte.

        The witness: with the presence of facts given, an atom's being unknown is given too, but for money in another
        currency, which has its own bits. An undetermined rule then differs only in which of its conjuncts may still
        hold; the conjuncts of rules that are true are left out. Since the normal form absorbs nothing, that says which
        branches of the tree are settled; for a rule of one conjunct there is nothing to say.
        """
        layout = self._layout
        rules, conjuncts = layout.rules, layout.conjuncts
        true = bits & self._rule_bits
        bits >>= rules
        may = bits & self._rule_bits
        rest = bits >> rules
        if not rest:
            return Matches(true, may, 0)
        settled = rest & self._conjunct_bits
        rest >>= conjuncts
        possible = rest & self._conjunct_bits
        holding = self._owners(settled)
        # Where every fact is known, what may hold holds: usual enough to be worth the look.
        may |= holding if possible == settled else self._owners(possible)
        true |= holding
        while holding:
            lowest = holding & -holding
            possible &= ~layout.regions[lowest]
            holding ^= lowest
        return Matches(true, may, possible | rest >> conjuncts << conjuncts)

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

    def _reader(self, path: str, atoms: list[Atom], vocabulary: Vocabulary) -> Callable[[Any], int]:
        """From a value of the fact to its mask."""
        spec, layout = vocabulary.specs[path], self._layout
        match spec.type:
            case FactType.BOOLEAN:
                return closed_table(path, (False, True), atoms, layout).__getitem__
            case FactType.ENUM if spec.values:
                return closed_table(path, spec.values, atoms, layout).__getitem__
            case FactType.ENUM | FactType.TEXT:
                return TextTable(path, atoms, layout).mask
            case FactType.INTEGER | FactType.DECIMAL | FactType.DURATION | FactType.DATE:
                return OrderedTable(path, atoms, layout).mask
            case FactType.MONEY:
                return MoneyTable(path, atoms, layout).mask
            case FactType.SET:
                return SetTable(path, atoms, layout).mask
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
