"""`amends key`: what it prints lets a caller in, and only what is to be kept goes where it is kept."""

from pathlib import Path

from typer.testing import CliRunner

from amends.cli.main import app
from amends.domain.identity import Permission
from amends.server.access_file import read_access
from amends.server.clock import SystemClock
from amends.server.gate import AccessGate


def test_a_key_and_its_identity_fit_together(tmp_path: Path) -> None:
    """What stdout gives is an access file, which takes the key that stderr shows, and does not hold it."""
    made = CliRunner().invoke(app, ["key", 'the "desk"'])
    path = tmp_path / "access.toml"
    path.write_text(made.stdout, encoding="utf-8")
    [key] = [word for word in made.stderr.split() if word.startswith("amk_")]

    identity = AccessGate(read_access(path), SystemClock(), workers=1).enter({"x-api-key": key}, dict)

    assert made.exit_code == 0
    assert identity.name == "the _desk_"
    assert identity.may(Permission.DECIDE, "default")
    assert key not in made.stdout


def test_no_two_keys_are_the_same() -> None:
    """Nor are their lines."""
    lines = {CliRunner().invoke(app, ["key"]).stdout for _ in range(20)}

    assert len(lines) == 20
    assert all(":sha256:" in line for line in lines)
