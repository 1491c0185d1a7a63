"""docs/console.md is true: it tells of each page that the console has, and its links lead somewhere."""

import re
from pathlib import Path
from typing import Final

from tests.docs.guide import Guide, broken_links

GUIDE: Final = Guide("console.md")
PAGES: Final = Path(__file__).parents[2] / "clients" / "console" / "src" / "console" / "pages.tsx"


def test_every_link_leads_somewhere() -> None:
    """To a heading of a page or a file of the repository."""
    assert broken_links(GUIDE) == []


def test_each_page_has_its_chapter() -> None:
    """And there is no chapter of a page that is not there."""
    names = re.findall(r'^\s*(?:\{ path: "\w+", )?name: "(\w+)"', PAGES.read_text(encoding="utf-8"), re.MULTILINE)
    chapters = re.findall(r"^## (\w+)$", GUIDE.text, re.MULTILINE)

    assert names
    assert sorted(chapters) == sorted(names)
