"""`make serve`: the database that the flags name gets its tables, and no other."""

import os
import subprocess
from pathlib import Path

import pytest

SCRIPT = Path(__file__).parents[2] / "tools" / "serve.sh"
SAYS_WHAT_IT_IS_TOLD = """\
#!/bin/sh
echo "$1 ${AMENDS_DATABASE:-} ${AMENDS_DATA_DIR:-}"
"""


@pytest.mark.parametrize(
    ("flags", "told"),
    [
        ([], "db  "),
        (["--workers", "2"], "db  "),
        (["--database", "sqlite:////a b/c.db"], "db sqlite:////a b/c.db "),
        (["--port", "1", "--database=sqlite:////c.db?x=y"], "db sqlite:////c.db?x=y "),
        (["--data-dir=/x", "--recording", "off"], "db  /x"),
        (["--data-dir", "/x", "--database=y"], "db y /x"),
    ],
)
def test_the_named_database_gets_its_tables_before_it_is_served(tmp_path: Path, flags: list[str], told: str) -> None:
    """By a flag in either of its forms; else the one of the environment, or the default."""
    amends = tmp_path / "amends"
    amends.write_text(SAYS_WHAT_IT_IS_TOLD, encoding="utf-8")
    amends.chmod(0o755)
    environment = {name: value for name, value in os.environ.items() if not name.startswith("AMENDS_")}

    done = subprocess.run(
        ["/bin/sh", SCRIPT, amends, *flags], capture_output=True, text=True, check=True, env=environment, timeout=60
    )

    assert done.stdout.splitlines() == [told, told.replace("db", "serve", 1)]
