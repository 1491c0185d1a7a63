"""The doctrine that rules cite can be looked up."""

import re
from pathlib import Path
from typing import Final

from amends.packs.load import load_pack
from amends.packs.pack_test_file import load_pack_tests

ROOT: Final = Path(__file__).parents[2]
ROWS: Final = dict(
    re.findall(
        r"^\| ([DR]\d+) \|.*\| ([^|]+) \|$",
        (ROOT / "docs" / "doctrine.md").read_text(encoding="utf-8"),
        re.MULTILINE,
    ),
)

FLAGS: Final = dict(
    re.findall(
        r"^\| ([a-z_, ]+) \| [^|]+ \| ([^|]*`) \|$",
        (ROOT / "docs" / "doctrine.md").read_text(encoding="utf-8"),
        re.MULTILINE,
    ),
)
FOUNDATION: Final = load_pack(ROOT / "rules", "foundation")


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


def test_what_is_said_to_stand_beside_the_rules_does() -> None:
    """A limit, a requirement or a derived fact that is named for a row is there, and dates of review are."""
    named = {(kind, name) for place in ROWS.values() for kind, name in re.findall(r"([a-z ]+) `([^`]+)`", place)}
    there = {
        *(("limit", limit.limit_id) for limit in FOUNDATION.limits),
        *(("requirement", requirement.requirement_id) for requirement in FOUNDATION.requires),
        *(("derived fact", derive.path) for derive in FOUNDATION.derives),
    }
    assert {kind for kind, _ in named} == {"limit", "requirement", "derived fact"}
    assert named <= there
    assert {row for row, place in ROWS.items() if "review dates" in place} == {"D32"}
    assert FOUNDATION.review_every is not None
    assert any(derive.reviewed is not None for derive in FOUNDATION.derives)


def test_every_row_that_a_pack_encodes_is_tested_by_its_name() -> None:
    """Whoever doubts a row finds the tests of the packs that show it: `D11 late brief and late delivery`."""
    packs = {pack_id: load_pack(ROOT / "rules", pack_id) for pack_id in ("foundation", "airline")}
    names = [test.name for pack_id, pack in packs.items() for test in load_pack_tests(ROOT / "rules" / pack_id, pack)]
    tested = {row for name in names for row in re.findall(r"\b[DR]\d+\b", name)}
    elsewhere = {"not yet", "review dates", "kinds of action"}
    assert {row for row, place in ROWS.items() if place not in elsewhere} <= tested
    assert tested <= ROWS.keys()


def test_every_flag_has_its_answer() -> None:
    """The table of flags leaves none out, and names what stands in the pack."""
    told = [flag for flags in FLAGS for flag in flags.split(", ")]
    assert sorted(told) == sorted(FOUNDATION.vocabulary.specs["flags"].values)
    named = {name for place in FLAGS.values() for name in re.findall(r"`([^`]+)`", place)}
    guardrails = {guardrail.guardrail_id for guardrail in FOUNDATION.guardrails}
    assert named <= {rule.rule_id for rule in FOUNDATION.rules} | guardrails
