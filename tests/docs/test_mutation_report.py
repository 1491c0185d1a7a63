"""docs/mutation-report.md tells of every pack that comes with Amends, and of no change that its tests leave unnoticed.

Finding that out takes minutes: `make mutants` does, and writes the page. Here it is seen that no pack was left out.
"""

from pathlib import Path
from typing import Final

from tests.docs.guide import Guide

RULES: Final = Path(__file__).parents[2] / "rules"
REPORT: Final = Guide("mutation-report.md")


def test_every_pack_is_in_the_report() -> None:
    """By its name; a new pack is mutated before it is given to anybody."""
    rows = REPORT.rows("What the tests of the packs would notice")

    assert [row[0] for row in rows] == sorted(header.parent.name for header in RULES.glob("*/pack.yaml"))


def test_no_mutant_of_a_pack_survives() -> None:
    """Every change of a part that could decide otherwise is noticed by a test of its pack, or waived with a reason."""
    rows = REPORT.rows("What the tests of the packs would notice")

    assert {row[0]: row[-1] for row in rows} == dict.fromkeys((row[0] for row in rows), "0")
    for _, _, _, mutants, *counts in rows:
        assert sum(map(int, counts)) == int(mutants)
