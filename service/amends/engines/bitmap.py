"""The bitmap engine, the default: every value of every fact has a mask of what it leaves standing, and a match is the
AND of them. Three-valued: a mask says at once what holds and what may hold (see `layout`).

Facts are valid by the pack's vocabulary, as `wire` makes them: a value that an enum does not have is a KeyError here.
"""

from bisect import bisect_left
from collections.abc import Iterable

from amends.domain.facts import Facts, FactType
from amends.engines.layout import lay_out
from amends.engines.tables import (
    MoneyTable,
    OrderedTable,
    Reading,
    SetTable,
    WithinTest,
    closed_table,
    text_table,
)
from amends.packs.conditions import Atom, Within
from amends.packs.model import Pack
from amends.packs.normal_form import normal_form
from amends.resolution.matches import Matches


class BitmapMatcher:
    """The masks of one pack. Shared by concurrent calls: only the memo of sets ever changes, and any order will do."""

    __slots__ = ("_closed", "_layout", "_ordered", "_others", "_texts", "_within")

    def __init__(self, pack: Pack) -> None:
        forms = [normal_form(rule.when) for rule in pack.rules]
        self._layout = lay_out(forms)
        self._closed: list[tuple[str, Reading]] = []
        self._texts: list[tuple[str, Reading, int]] = []
        self._ordered: list[tuple[str, OrderedTable]] = []
        self._others: list[tuple[str, MoneyTable | SetTable]] = []
        atoms = dict.fromkeys(atom for form in forms for conjunct in form for atom in conjunct)
        self._within = [WithinTest(atom, self._layout) for atom in atoms if isinstance(atom, Within)]
        for path, readers in _by_fact(atoms).items():
            self._add_table(path, readers, pack)

    def match(self, facts: Facts) -> Matches:
        """AND together what every fact leaves, then read the bits off."""
        get = facts.get
        bits = self._layout.everything
        for path, closed in self._closed:
            bits &= closed[get(path)]
        for path, texts, other in self._texts:
            bits &= texts.get(get(path), other)
        for path, ordered in self._ordered:
            value = get(path)
            found = ordered.points.get(value)
            bits &= ordered.gaps[bisect_left(ordered.marks, value)] if found is None else found
        for path, table in self._others:
            bits &= table.mask(get(path))
        for test in self._within:
            bits &= test.mask(get(test.path), get(test.of))
        return self._matches(bits)

    def _matches(self, bits: int) -> Matches:
        """Rules with one conjunct are read directly, the others from their conjuncts, byte by byte.

        The witness: with the presence of facts given, an atom's being unknown is given too, but for money in another
        currency, which has its own bits. An undetermined rule then differs only in which of its conjuncts may still
        hold; the conjuncts of rules that are true are left out. Since the normal form absorbs nothing, that says which
        branches of the tree are settled; for a rule of one conjunct there is nothing to say.
        """
        layout = self._layout
        rules, conjuncts = layout.rules, layout.conjuncts
        rule_bits, conjunct_bits = (1 << rules) - 1, (1 << conjuncts) - 1
        true, may, rest = bits & rule_bits, bits >> rules & rule_bits, bits >> 2 * rules
        if not rest:
            return Matches(true, may, 0)
        possible = rest >> conjuncts & conjunct_bits
        may |= self._owners(possible)
        settled = self._owners(rest & conjunct_bits)
        true |= settled
        while settled:
            lowest = settled & -settled
            possible &= ~layout.regions[lowest]
            settled ^= lowest
        return Matches(true, may, possible | rest >> 2 * conjuncts << conjuncts)

    def _owners(self, conjuncts: int) -> int:
        """The rules to which any of these conjuncts belong."""
        rules = 0
        if conjuncts:
            owners = self._layout.owners
            for table, byte in zip(owners, conjuncts.to_bytes(len(owners), "little"), strict=True):
                rules |= table[byte]
        return rules

    def _add_table(self, path: str, atoms: list[Atom], pack: Pack) -> None:
        spec = pack.vocabulary.specs[path]
        match spec.type:
            case FactType.BOOLEAN:
                self._closed.append((path, closed_table(path, (False, True), atoms, self._layout)))
            case FactType.ENUM if spec.values:
                self._closed.append((path, closed_table(path, spec.values, atoms, self._layout)))
            case FactType.ENUM | FactType.TEXT:
                self._texts.append((path, *text_table(path, atoms, self._layout)))
            case FactType.INTEGER | FactType.DECIMAL | FactType.DURATION | FactType.DATE:
                self._ordered.append((path, OrderedTable(path, atoms, self._layout)))
            case FactType.MONEY:
                self._others.append((path, MoneyTable(path, atoms, self._layout)))
            case FactType.SET:
                self._others.append((path, SetTable(path, atoms, self._layout)))


class BitmapEngine:
    """Compiles packs into bitmaps."""

    __slots__ = ()

    def compile(self, pack: Pack) -> BitmapMatcher:
        """A matcher for the pack; TooManyConjunctsError for a condition so large that the loader refuses it too."""
        return BitmapMatcher(pack)


def _by_fact(atoms: Iterable[Atom]) -> dict[str, list[Atom]]:
    """The atoms over one fact, by its path."""
    result: dict[str, list[Atom]] = {}
    for atom in atoms:
        if not isinstance(atom, Within):
            result.setdefault(atom.path, []).append(atom)
    return result
