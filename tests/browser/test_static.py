"""What the service gives out of the sidebar is what its sources make: built files are committed, and never stale."""

from pathlib import Path

import pytest

from tests.lacking import do_without
from tests.typescript.node import CLIENTS, NODE_LACKS, PACKAGE, ROOT, lacks_node, npm, run

STATIC = ROOT / "service" / "amends" / "console" / "static"


def test_the_committed_files_are_what_the_sources_make(request: pytest.FixtureRequest, tmp_path: Path) -> None:
    """Built again they are the same, byte for byte; `make console` writes them anew."""
    if lacks_node():
        do_without(request, NODE_LACKS)
    npm("run", "build", folder=PACKAGE)
    npm("exec", "--", "tsc", "--noEmit", folder=CLIENTS / "console")
    build = ("vite", "build", "--logLevel", "warn", "--outDir", str(tmp_path), "--emptyOutDir")
    run("npm", "exec", "--", *build, folder=CLIENTS / "console")

    made, committed = ({path.name: path.read_bytes() for path in one.iterdir()} for one in (tmp_path, STATIC))
    assert sorted(made) == sorted(committed)
    assert [name for name in made if made[name] != committed[name]] == []
