"""docs/sidebar.md is true: what the sidebar and the page around it say to each other is what it says."""

import re
from pathlib import Path
from typing import Final

from tests.docs.guide import Guide, broken_links, words

GUIDE: Final = Guide("sidebar.md")
HOST: Final = (Path(__file__).parents[2] / "clients" / "console" / "src" / "host.ts").read_text(encoding="utf-8")


def test_every_link_leads_somewhere() -> None:
    """To a heading of a page or a file of the repository."""
    assert broken_links(GUIDE) == []


def test_all_that_a_page_may_say_and_hear_is_told() -> None:
    """And nothing that there is not."""
    (told,) = re.findall(r"interface Told \{(.*?)^\}", HOST, re.DOTALL | re.MULTILINE)
    names = set(re.findall(r"^  (\w+)\?:", told, re.MULTILINE)) - {"type"}
    back = GUIDE.rows("What the page around hears")
    heard = {
        kind: set(re.findall(r"(\w+): string", fields)) for kind, fields in re.findall(r'type: "([\w.]+)"(.*?)\}', HOST)
    }

    assert set(GUIDE.keys("What the page around says")) == names
    assert {kind.strip("`"): set(words(fields)) for kind, fields, _ in back} == heard
