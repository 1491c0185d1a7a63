"""Which bit of the bitmap says what.

A mask is one integer, so that a match is one AND a fact. From the lowest bit:

- rules that hold: bit i for rule i, if the rule has a single conjunct
- rules that may hold: the same rules again
- conjuncts that hold: those of rules with several, adjacent by rule
- conjuncts that may hold: the same conjuncts again
- clear: one bit for each money atom in those conjuncts, set unless the atom is unknown although its fact is known

A set bit means "nothing read so far speaks against it"; the bit of an always false rule is never set.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from amends.domain.money import Money
from amends.packs.conditions import Atom, Between, OneOf, Truth
from amends.packs.normal_form import Conjunct

_BYTE: Final = 8


@dataclass(frozen=True, slots=True)
class Keep:
    """What an atom leaves of a mask when it is false, unknown for want of its fact, or unknown by currency."""

    false: int
    missing: int
    clash: int


@dataclass(frozen=True, slots=True)
class Layout:
    """The bits of one pack. `conjuncts` counts those of rules with several, padded to whole bytes."""

    rules: int
    conjuncts: int
    everything: int
    keeps: Mapping[Atom, Keep]
    owners: tuple[tuple[int, ...], ...]
    """For each byte of conjuncts, the rules that its value names: 256 entries of rule bits."""
    regions: Mapping[int, int]
    """Rule bit -> its conjuncts, for rules with several."""

    def mask(self, truths: Iterable[tuple[Atom, Truth]], *, known: bool) -> int:
        """What is left of everything when one fact gives its atoms these values."""
        bits = self.everything
        for atom, truth in truths:
            keep = self.keeps[atom]
            if truth is False:
                bits &= keep.false
            elif truth is None:
                bits &= keep.clash if known else keep.missing
        return bits


def lay_out(forms: Sequence[tuple[Conjunct, ...]]) -> Layout:
    """Give every conjunct its bits. `forms` are the normal forms of the rules, in rule order."""
    rules = len(forms)
    regions, owner_of = _regions(forms)
    conjuncts = -(-len(owner_of) // _BYTE) * _BYTE
    bits_of = _bits_of_atoms(forms, regions, rules=rules, conjuncts=conjuncts)
    wary = [atom for form in forms if len(form) > 1 for conjunct in form for atom in conjunct if _compares_money(atom)]
    clear = {atom: 1 << 2 * (rules + conjuncts) + place for place, atom in enumerate(dict.fromkeys(wary))}
    single = sum(1 << index for index, form in enumerate(forms) if len(form) == 1)
    several = (1 << len(owner_of)) - 1
    everything = single | single << rules | (several | several << conjuncts) << 2 * rules | sum(clear.values())
    return Layout(
        rules=rules,
        conjuncts=conjuncts,
        everything=everything,
        keeps={
            atom: Keep(
                false=everything & ~(holds | may),
                missing=everything & ~holds,
                clash=everything & ~(holds | clear.get(atom, 0)),
            )
            for atom, (holds, may) in bits_of.items()
        },
        owners=_owners(owner_of, conjuncts // _BYTE),
        regions=regions,
    )


def _regions(forms: Sequence[tuple[Conjunct, ...]]) -> tuple[dict[int, int], list[int]]:
    regions: dict[int, int] = {}
    owner_of: list[int] = []
    for index, form in enumerate(forms):
        if len(form) > 1:
            regions[1 << index] = ((1 << len(form)) - 1) << len(owner_of)
            owner_of += [1 << index] * len(form)
    return regions, owner_of


def _bits_of_atoms(
    forms: Sequence[tuple[Conjunct, ...]],
    regions: Mapping[int, int],
    *,
    rules: int,
    conjuncts: int,
) -> dict[Atom, tuple[int, int]]:
    """Atom -> the bits that say its conjuncts hold, and those that say they may."""
    result: dict[Atom, tuple[int, int]] = {}
    for index, form in enumerate(forms):
        region = regions.get(1 << index)
        first, step = (1 << index, rules) if region is None else ((region & -region) << 2 * rules, conjuncts)
        for place, conjunct in enumerate(form):
            bit = first << place
            for atom in conjunct:
                holds, may = result.get(atom, (0, 0))
                result[atom] = (holds | bit, may | bit << step)
    return result


def _owners(owner_of: Sequence[int], size: int) -> tuple[tuple[int, ...], ...]:
    tables = []
    for place in range(size):
        table = [0]
        for owner in owner_of[place * _BYTE : (place + 1) * _BYTE]:
            table += [rules | owner for rules in table]
        tables.append(tuple(table))
    return tuple(tables)


def _compares_money(atom: Atom) -> bool:
    match atom:
        case OneOf(_, values):
            return any(isinstance(value, Money) for value in values)
        case Between(_, lower, upper):
            return any(bound is not None and isinstance(bound.value, Money) for bound in (lower, upper))
        case _:
            return False
