"""docs/rule-language.md is what the chapters and the product's own tables make."""

import re
import subprocess
import sys
from collections import Counter
from pathlib import Path

from tests.docs.guide import Guide, broken_links
from tools.generate_language_reference import anchor
from tools.reference.chapters import prose
from tools.reference.tables import tables

ROOT = Path(__file__).parents[2]
PAGE = "rule-language.md"


def test_the_committed_page_is_what_the_chapters_make(tmp_path: Path) -> None:
    """Generated, never edited and never stale: `make reference` writes it anew."""
    fresh = tmp_path / PAGE
    command = [sys.executable, "-m", "tools.generate_language_reference", "--out", str(fresh)]
    subprocess.run(command, check=True, cwd=ROOT)

    assert fresh.read_text(encoding="utf-8") == (ROOT / "docs" / PAGE).read_text(encoding="utf-8")


def test_every_link_leads_somewhere() -> None:
    """To a heading of the page or a file of the repository."""
    assert broken_links(Guide(PAGE)) == []


def test_headings_are_told_apart() -> None:
    """A link goes to the first of two headings of one name, which nobody means."""
    lines = (ROOT / "docs" / PAGE).read_text(encoding="utf-8").splitlines()
    headings = [line.lstrip("# ") for _, line, is_prose in prose(lines) if is_prose and re.match(r"#+ ", line)]

    assert [heading for heading, count in Counter(map(anchor, headings)).items() if count > 1] == []


def test_every_table_is_asked_for() -> None:
    """And none is left as a mark."""
    text = (ROOT / "docs" / PAGE).read_text(encoding="utf-8")

    assert "<!-- table" not in text
    assert [name for name, make in tables().items() if make() not in text] == []
