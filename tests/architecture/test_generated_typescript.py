"""Holds the TypeScript of the contract to its generator: what is committed is what protos/ makes."""

from pathlib import Path

import pytest

from tests.lacking import do_without
from tests.typescript.node import NODE_LACKS, lacks_node
from tools.generate_typescript import COMMITTED, generate


def test_committed_typescript_is_what_the_protos_make(request: pytest.FixtureRequest, tmp_path: Path) -> None:
    """Never edited and never stale: generating again gives the same files with the same bytes."""
    if lacks_node():
        do_without(request, NODE_LACKS)
    generate(tmp_path / "gen")

    made, committed = _texts(tmp_path / "gen"), _texts(COMMITTED)
    assert sorted(made) == sorted(committed)
    assert [name for name in made if made[name] != committed[name]] == [], "`make proto` writes it anew"


def _texts(folder: Path) -> dict[str, str]:
    return {str(path.relative_to(folder)): path.read_text(encoding="utf-8") for path in folder.rglob("*.ts")}
