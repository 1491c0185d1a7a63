"""The guide to building Amends in is true: links lead somewhere, and its examples run against a server that records."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest

from tests.docs.guide import Guide, broken_links
from tests.service.recording import recording_server, sqlite_url

GUIDE: Final = Guide("integration.md")
EXAMPLES: Final = [block.text for block in GUIDE.blocks() if block.language == "python"]
USUAL: Final = "127.0.0.1:50051"


@pytest.fixture(scope="module")
def target(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a server with the packs of this repository."""
    rules = Path(__file__).parents[2] / "rules"
    with recording_server(rules, sqlite_url(tmp_path_factory.mktemp("log"))) as running:
        yield running.target


def run(example: str, target: str) -> str:
    """The example in an interpreter of its own; only the address differs."""
    assert example.count(USUAL) == 1
    command = [sys.executable, "-W", "error", "-c", example.replace(USUAL, target)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_every_link_leads_somewhere() -> None:
    """To a file that there is, and a heading in it."""
    assert broken_links(GUIDE) == []


def test_the_same_request_gets_the_same_answer(target: str) -> None:
    """The example asks twice and compares by itself."""
    assert run(EXAMPLES[0], target) == ""


def test_what_was_paid_in_part_is_taken_off(target: str) -> None:
    """The example prints what the page says that it prints."""
    printed = run(EXAMPLES[1], target).strip()

    assert printed
    assert f"prints `{printed}`" in GUIDE.text
