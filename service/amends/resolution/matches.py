"""What an engine says of a pack's rules on one situation, and how it is read."""

from collections.abc import Hashable
from typing import NamedTuple


class Matches(NamedTuple):
    """Bit i stands for condition i that was asked: `true` where it holds, `may` where it holds or is unknown.

    Of a pack's conditions the first are its rules', in their order.
    So `true & ~may == 0`, and the undetermined rules are `may & ~true`. `witness` is opaque: two matches of one pack
    with equal `true`, `may` and `witness`, on situations in which the same facts are present, leave the same missing
    facts after partial evaluation of every undetermined rule. None: the engine cannot say, so nothing is memoised.
    """

    true: int
    may: int
    witness: Hashable = None


def places(bits: int) -> list[int]:
    """The numbers of the bits that are set, lowest first. Costs what is set, hardly what there is."""
    found = []
    while bits:
        # From the top: what is left shrinks, and its highest bit is known without looking at the others.
        place = bits.bit_length() - 1
        found.append(place)
        bits ^= 1 << place
    found.reverse()
    return found
