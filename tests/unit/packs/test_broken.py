"""What is said about broken packs, as golden text: a changed message shows in review.

To write the golden files anew: AMENDS_WRITE_GOLDEN=1, then read the difference before keeping it.
"""

import os
from pathlib import Path

import pytest

from amends.packs.diagnostics import PackError
from amends.packs.load import load_rules
from amends.packs.pack_test_file import load_pack_tests

FOLDER = Path(__file__).parent / "broken"
CASES = sorted(found.name for found in FOLDER.iterdir() if found.is_dir())


def report(rules: Path) -> str:
    """Everything that is said about the packs of a folder, and about the tests of those that compile."""
    loaded = load_rules(rules)
    parts = []
    for pack_id, diagnostics in loaded.diagnostics.items():
        verdict = "compiles" if pack_id in loaded.packs else "does not compile"
        parts.append("\n".join([f"## {pack_id} {verdict}", *(found.render() for found in diagnostics)]))
    for pack_id, pack in loaded.packs.items():
        try:
            load_pack_tests(rules / pack_id, pack)
        except PackError as error:
            parts.append(f"## {pack_id}: its tests cannot be run\n{error}")
    return "\n\n".join(parts) + "\n"


@pytest.mark.parametrize("case", CASES)
def test_everything_wrong_with_a_pack_is_told_at_once(case: str) -> None:
    """Each broken pack is refused with exactly these diagnostics, in the order of position."""
    golden = FOLDER / case / "expected.txt"
    if os.environ.get("AMENDS_WRITE_GOLDEN") == "1":
        golden.write_text(report(FOLDER / case), encoding="utf-8")
    assert report(FOLDER / case) == golden.read_text(encoding="utf-8")


def test_nothing_stands_here_that_is_whole() -> None:
    """A case stands here because at least one of its packs, or of their tests, is refused."""
    for case in CASES:
        assert "error[" in (FOLDER / case / "expected.txt").read_text(encoding="utf-8"), case
