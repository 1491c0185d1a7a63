"""What it costs to load, check and compile a pack, and how that grows with its rules.

A pack of 1,000 rules and one of 4,000, written by the same hand, are taken in turns: loaded from the disk with
everything that loading refuses, checked with all that `amends check` warns of, and compiled for the bitmap engine. Each
part is the median of several rounds; growth is the ratio of the medians. The last line is JSON.

    python tests/benchmarks/packs.py [--quick]
"""

import argparse
import json
import statistics
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Final

sys.path.insert(0, str(Path(__file__).parents[2]))
sys.path.insert(0, str(Path(__file__).parents[2] / "service"))

from amends.application.compiled_pack import CompiledPack
from amends.engines.bitmap import BitmapEngine
from amends.packs.files import FolderFiles
from amends.packs.load import load_pack
from amends.proving.whole_pack import check_whole_pack
from tests.benchmarks.generated_packs import write_pack

SIZES: Final = (1_000, 4_000)
ROUNDS: Final = 5
TODAY: Final = 1_793_620_800_000_000_000
PARTS: Final = ("load", "check", "compile")


def measure(folder: Path) -> tuple[float, ...]:
    """Seconds of each part, once."""
    began = time.perf_counter()
    pack = load_pack(folder, "generated")
    loaded = time.perf_counter()
    compiled = CompiledPack(pack, BitmapEngine())
    ready = time.perf_counter()
    check_whole_pack(compiled, FolderFiles(folder / "generated"), today=TODAY)
    checked = time.perf_counter()
    return loaded - began, checked - ready, ready - loaded


def medians(rounds: Sequence[tuple[float, ...]]) -> dict[str, float]:
    """The median of each part, and of their sum."""
    of_parts = {name: statistics.median(part) for name, part in zip(PARTS, zip(*rounds, strict=True), strict=True)}
    return {**of_parts, "all": statistics.median(sum(one) for one in rounds)}


def main() -> None:
    """Measure, print a table, then the figures as JSON."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="one round: under 50 seconds")
    parser.add_argument("--sizes", type=int, nargs=2, default=SIZES, help="rules of the two packs")
    asked = parser.parse_args()
    small, large = asked.sizes
    rounds: dict[int, list[tuple[float, ...]]] = {small: [], large: []}
    with tempfile.TemporaryDirectory() as folder:
        for size in rounds:
            write_pack(Path(folder) / str(size), size)
        for _ in range(1 if asked.quick else ROUNDS):
            for size, found in rounds.items():
                found.append(measure(Path(folder) / str(size)))
    of_size = {size: medians(found) for size, found in rounds.items()}
    for size, parts in of_size.items():
        print(f"{size:>6,} rules: " + ", ".join(f"{name} {seconds:.2f} s" for name, seconds in parts.items()))
    totals = {size: [sum(one) for one in found] for size, found in rounds.items()}
    figures: dict[str, object] = {
        f"load_check_compile_{small}_s": round(of_size[small]["all"], 3),
        f"growth_{small}_to_{large}": round(of_size[large]["all"] / of_size[small]["all"], 2),
        f"compile_{large}_s": round(of_size[large]["compile"], 3),
        "rounds": len(rounds[small]),
        "parts_s": {
            str(size): {name: round(value, 3) for name, value in parts.items()} for size, parts in of_size.items()
        },
        "spread_s": {str(size): [round(min(all_), 3), round(max(all_), 3)] for size, all_ in totals.items()},
    }
    print(json.dumps(figures))


if __name__ == "__main__":
    main()
