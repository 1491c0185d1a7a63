"""docs/architecture.md names what is there: every file, folder and link."""

import re
from pathlib import Path
from typing import Final

import pytest

from tests.docs.guide import Guide, broken_links

ROOT: Final = Path(__file__).parents[2]
GUIDE: Final = Guide("architecture.md")
LAYERS: Final = sorted(
    path for path in (ROOT / "service" / "amends").iterdir() if path.is_dir() and path.name[0] != "_"
)


def test_every_link_leads_somewhere() -> None:
    """To a heading of the page or a file of the repository."""
    assert broken_links(GUIDE) == []


@pytest.mark.parametrize("name", sorted(set(re.findall(r"`([\w/]+\.py)`", GUIDE.text))))
def test_every_file_that_is_named_is_there(name: str) -> None:
    """By its path from the service, or by its name within a room."""
    places = (ROOT, ROOT / "service" / "amends", *LAYERS)

    assert any((place / name).is_file() for place in places)


def test_every_step_of_resolution_is_told() -> None:
    """No file of `resolution/` is left out, but for the values that its steps pass on."""
    values = {
        "candidates",
        "draft",
        "granted",
        "identify",
        "matches",
        "plan",
        "fill",
        "ready",
        "resolve",
        "slot",
        "words",
    }
    files = {path.stem for path in (ROOT / "service" / "amends" / "resolution").glob("*.py")} - {"__init__"}
    told = {Path(name).stem for name in re.findall(r"`([\w/]+\.py)`", GUIDE.text)}

    assert files - values <= told
