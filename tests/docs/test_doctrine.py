"""The doctrine that rules cite can be looked up."""

import re
from pathlib import Path
from typing import Final

from amends.packs.load import load_pack

ROOT: Final = Path(__file__).parents[2]
ROWS: Final = dict(
    re.findall(
        r"^\| ([DR]\d+) \|.*\| ([^|]+) \|$",
        (ROOT / "docs" / "doctrine.md").read_text(encoding="utf-8"),
        re.MULTILINE,
    ),
)


def cited(pack_id: str) -> set[str]:
    rules = load_pack(ROOT / "rules", pack_id).rules
    return {source for rule in rules for source in rule.sources if re.fullmatch(r"[DR]\d+", source)}


def test_every_row_that_a_rule_cites_is_described() -> None:
    """Whoever reads `[D11]` in a decision finds what it asks for."""
    assert cited("foundation") | cited("airline") <= ROWS.keys()


def test_what_is_said_to_stand_in_rules_does() -> None:
    """And nothing that is `not yet` is cited already."""
    assert {row for row, place in ROWS.items() if "rules" in place} <= cited("foundation") | cited("airline")
    assert not {row for row, place in ROWS.items() if place == "not yet"} & cited("foundation")
