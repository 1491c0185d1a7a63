"""Random packs on many situations each, by the engines side by side: a million pairs in the time of a few.

`make agreement PAIRS=1000000` is the long run. A part of it follows from its seed and its number alone, whatever ran
before it or beside it; a disagreement is printed with both, and ends the run. All packs go to the reference and the
bitmap, every second to durable-rules too, without those conditions that it does not take; of every tenth situation the
whole decisions are compared.
"""

import argparse
import multiprocessing
import secrets
import sys
import time
from collections import Counter
from collections.abc import Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from itertools import repeat
from random import Random
from typing import Final

from hypothesis import Phase, given, seed, settings
from hypothesis import strategies as st

from amends.application.compiled_pack import CompiledPack
from amends.application.engine_errors import ConditionTooLargeError, EngineUnavailableError
from amends.application.ports import Engine
from amends.domain.facts import Facts
from amends.engines.bitmap import BitmapEngine
from amends.engines.durable import DurableEngine
from amends.engines.reference import ReferenceEngine
from amends.packs.conditions import Condition
from amends.packs.model import Pack
from tests.agreement.boundary_situations import boundary_situations
from tests.agreement.comparing import Counts, DisagreementError, Engines, compare, compare_decisions
from tests.agreement.effort import repeatable
from tests.agreement.every_form import packs_of_every_form
from tests.agreement.generators import READ, branching, pack_of, packs
from tests.agreement.pack_generators import full_packs

DRAWN_PACKS: Final = 20
SYSTEMATIC_PACKS: Final = 5
PACKS_A_PART: Final = DRAWN_PACKS + SYSTEMATIC_PACKS
SITUATIONS_A_PACK: Final = 400
PAIRS_A_PART: Final = PACKS_A_PART * SITUATIONS_A_PACK
DURABLE_EVERY: Final = 2
DECISIONS_A_PACK: Final = 40
"""So many of its situations, each close to the one before, go on to be decided."""
SHORT_SEED: Final = 1
SHORT_RUN: Final = range(4)
"""The parts of every run of the tests."""

_DURABLE: Final = "durable"
_OURS: Final[Engines] = {"reference": ReferenceEngine(), "bitmap": BitmapEngine()}


@dataclass(frozen=True, slots=True)
class Part:
    """What came of one part; `disagreement` is empty if there was none."""

    number: int
    counts: Counts
    disagreement: str = ""


def drawn(number: int, *, of_seed: int) -> Iterator[tuple[Pack, list[Facts], Engines]]:
    """The packs of a part, each with its situations and the engines that it goes to."""
    durable = durable_engine()
    for place, pack in enumerate(drawn_packs(number, of_seed=of_seed)):
        asked, engines = pack, _OURS
        if durable is not None and place % DURABLE_EVERY == 0:
            asked, engines = taken(pack, durable), {**_OURS, _DURABLE: durable}
        chance = Random(f"{of_seed} {number} {place}")  # noqa: S311  # it is to be the same again
        yield asked, list(boundary_situations(asked, chance, count=SITUATIONS_A_PACK)), engines


def drawn_packs(number: int, *, of_seed: int) -> list[Pack]:
    """The packs of a part: those of every form, small ones with every construct, branching ones, and large ones."""
    chance = Random(f"{of_seed} {number}")  # noqa: S311  # as above
    found = list(packs_of_every_form(chance, count=SYSTEMATIC_PACKS))
    large = st.lists(packs(), min_size=4, max_size=4).map(_joined)

    @seed(f"{of_seed} {number}")
    @settings(repeatable, max_examples=DRAWN_PACKS, derandomize=False, phases=(Phase.generate,))
    @given(pack=st.one_of(*[full_packs()] * 3, packs(), packs(when=branching(READ), most=4), large))
    def collect(pack: Pack) -> None:
        found.append(pack)

    collect()
    return found


def _joined(several: Iterable[Pack]) -> Pack:
    rules = [rule for pack in several for rule in pack.rules]
    return pack_of(replace(rule, rule_id=f"rule-{index:03}") for index, rule in enumerate(rules))


def durable_engine() -> Engine | None:
    """The engine durable-rules, where it can be had."""
    try:
        return DurableEngine()
    except EngineUnavailableError:
        return None


def taken(pack: Pack, engine: Engine) -> Pack:
    """The pack without the rules and derived facts that the engine does not take."""
    while True:
        try:
            CompiledPack(pack, engine)
        except ConditionTooLargeError as error:
            smaller = _without(pack, error.condition)
            if smaller == pack:
                raise
            pack = smaller
        else:
            return pack


def _without(pack: Pack, condition: Condition) -> Pack:
    return replace(
        pack,
        rules=tuple(rule for rule in pack.rules if rule.when != condition),
        derives=tuple(derive for derive in pack.derives if all(case.when != condition for case in derive.cases)),
    )


def run_part(number: int, of_seed: int) -> Part:
    """One part, to its end or to the first disagreement."""
    counts: Counts = Counter()
    for place, (pack, situations, engines) in enumerate(drawn(number, of_seed=of_seed)):
        chance = Random(f"{of_seed} {number} {place}")  # noqa: S311  # as above
        try:
            found = compare(pack, situations, engines)
            counts["decisions"] += compare_decisions(pack, situations[1 : 2 * DECISIONS_A_PACK : 2], _OURS, chance)
        except Exception as error:  # noqa: BLE001  # an engine that breaks down is to be found again as well
            told = error if isinstance(error, DisagreementError) else repr(error)
            return Part(number, counts, f"seed {of_seed}, part {number}, pack {place}, {told}")
        counts += found
        if _DURABLE in engines:
            counts["by durable"] += found["pairs"]
    return Part(number, counts)


def tell(parts: Iterable[Part]) -> int:
    """Print what comes of each part as it comes, and in the end of all; 1 as soon as one disagrees."""
    counts: Counts = Counter()
    begun = time.monotonic()
    for part in parts:
        if part.disagreement:
            _print(part.disagreement)
            return 1
        counts += part.counts
        pace = counts["pairs"] / (time.monotonic() - begun)
        _print(f"part {part.number}: {counts['pairs']:,} pairs, no disagreement, {pace:,.0f} a second")
    said = ", ".join(f"{counts[truth]:,} {truth}" for truth in ("true", "unknown", "false"))
    _print(f"0 disagreements in {counts['pairs']:,} pairs, {counts['by durable']:,} of them by durable-rules too")
    _print(f"{counts['decisions']:,} whole decisions; conditions: {said}")
    return 0


def _print(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def main() -> int:
    """Run as many parts as the pairs need, on several processes."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pairs", type=int, default=100_000, help="how many at least")
    parser.add_argument("--seed", type=int, default=None, help="of a run to be repeated; else a new one")
    parser.add_argument("--part", type=int, default=None, help="that part alone")
    parser.add_argument("--processes", type=int, default=2)
    asked = parser.parse_args()
    of_seed = secrets.randbelow(10**9) if asked.seed is None else asked.seed
    numbers = range(-(-asked.pairs // PAIRS_A_PART)) if asked.part is None else [asked.part]
    durable = "with" if durable_engine() else "durable-rules is not to be had here: without"
    _print(f"seed {of_seed}: {len(numbers)} parts of {PAIRS_A_PART:,} pairs, {durable} the engine durable")
    with ProcessPoolExecutor(asked.processes, multiprocessing.get_context("spawn")) as pool:
        code = tell(pool.map(run_part, numbers, repeat(of_seed)))
        pool.shutdown(cancel_futures=True)
    return code


if __name__ == "__main__":
    sys.exit(main())
