"""What is said about broken packs, as golden text: a changed message shows in review.

To write the golden files anew: AMENDS_WRITE_GOLDEN=1, then read the difference before keeping it.
"""

import os
from pathlib import Path

import pytest

from amends.packs.load import load_rules

FOLDER = Path(__file__).parent / "broken"
CASES = sorted(found.name for found in FOLDER.iterdir() if found.is_dir())


def report(case: str) -> str:
    loaded = load_rules(FOLDER / case)
    parts = []
    for pack_id, diagnostics in loaded.diagnostics.items():
        verdict = "compiles" if pack_id in loaded.packs else "does not compile"
        parts.append("\n".join([f"## {pack_id} {verdict}", *(found.render() for found in diagnostics)]))
    return "\n\n".join(parts) + "\n"


@pytest.mark.parametrize("case", CASES)
def test_everything_wrong_with_a_pack_is_told_at_once(case: str) -> None:
    """Each broken pack is refused with exactly these diagnostics, in the order of position."""
    golden = FOLDER / case / "expected.txt"
    if os.environ.get("AMENDS_WRITE_GOLDEN") == "1":
        golden.write_text(report(case), encoding="utf-8")
    assert report(case) == golden.read_text(encoding="utf-8")


def test_no_broken_case_compiles_whole() -> None:
    """A case stands here because at least one of its packs is refused."""
    for case in CASES:
        loaded = load_rules(FOLDER / case)
        assert set(loaded.packs) < set(loaded.diagnostics), case
