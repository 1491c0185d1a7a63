"""docs/packs.md is true: it knows every pack, its example compiles, and what it names is there."""

import re
from pathlib import Path
from shutil import copytree
from typing import Final

import pytest

from amends.packs.load import load_pack
from amends.packs.model import Pack
from tests.docs.guide import DOCS, Guide

GUIDE: Final = Guide("packs.md")
RULES: Final = DOCS.parent / "rules"
PACKS: Final = sorted(file.parent.name for file in RULES.glob("*/pack.yaml"))


def names_of(pack: Pack) -> set[str]:
    """What a reader may look up in a pack: its rules, a table's by the table's, and its facts."""
    return {rule.rule_id.split("/")[0] for rule in pack.rules} | {spec.path for spec in pack.vocabulary}


@pytest.mark.parametrize("pack_id", PACKS)
def test_every_pack_has_its_row(pack_id: str) -> None:
    """Whoever looks for a pack finds for whom it is."""
    assert any(f"[`{pack_id}`]" in row[1] for row in GUIDE.rows("Which one"))


def test_the_example_compiles_on_the_packs_as_they_are(tmp_path: Path) -> None:
    """What it replaces and takes out is there, and may be replaced and taken out."""
    (block,) = [block for block in GUIDE.blocks() if block.file.endswith("pack.yaml")]
    for parent in ("foundation", "retail"):
        copytree(RULES / parent, tmp_path / parent)
    (tmp_path / "lamps").mkdir()
    (tmp_path / "lamps" / "pack.yaml").write_text(block.text, encoding="utf-8")
    lamps = load_pack(tmp_path, "lamps")
    own = [rule.rule_id for rule in lamps.rules if rule.position.file.startswith("lamps/")]
    assert own == ["house-return"]
    assert "something-for-the-wait" not in names_of(lamps)


def test_what_it_names_is_there() -> None:
    """Every rule and fact that the page names, outside of its example, is one of a pack."""
    known = set().union(*(names_of(load_pack(RULES, pack_id)) for pack_id in PACKS))
    text = re.sub(r"^```.*?^```$", "", GUIDE.text, flags=re.DOTALL | re.MULTILINE)
    named = set(re.findall(r"`([a-z]+(?:-[a-z]+)+|(?:facts|customer)\.[a-z_]+)`", text))
    assert named
    assert named - known == set()


def test_what_moving_costs_ends_where_moving_is_free() -> None:
    """The page's example of a change that is certain: one rule ends on the day on which the other begins."""
    text = (RULES / "saas" / "leaving.yaml").read_text(encoding="utf-8")
    (until,) = re.findall(r"id: moving-at-cost\n.*\n.*\n    effective: \{from: [\d-]+, until: ([\d-]+)\}", text)
    (start,) = re.findall(r"id: moving-is-free\n.*\n.*\n    effective: \{from: ([\d-]+)\}", text)
    assert until == start == "2027-01-12"
    assert "12 January 2027" in GUIDE.text


def test_every_link_leads_somewhere() -> None:
    """A page about folders is no use if they are elsewhere."""
    targets = {target.split("#")[0] for target in re.findall(r"\]\(([^)]+)\)", GUIDE.text)}
    assert {target for target in targets if not (DOCS / target).resolve().exists()} == set()
