"""`amends db` as somebody at a terminal uses it: what it prints, where, and with which exit code."""

from pathlib import Path

import pytest
from typer.testing import CliRunner

from amends.cli.main import app
from amends.storage.database import Database
from amends.storage.decision_log import DatabaseDecisionLog
from amends.storage.erasure import DatabaseEraser
from tests.storage.conftest import on_each_database
from tests.storage.entries import T0, entry, new_id

runner = CliRunner()


def db(*arguments: str | Path) -> tuple[int, str, str]:
    """The exit code, stdout and stderr of `amends db` with these arguments."""
    done = runner.invoke(app, ["db", *map(str, arguments)])
    return done.exit_code, done.stdout, done.stderr


@on_each_database
def test_status_tells_what_to_do_and_upgrade_does_it(empty_url: str) -> None:
    """First the tables are missing, and the exit code says so to scripts; then they are there."""
    code, _, told = db("status", "--database", empty_url)
    assert (code, "amends db upgrade" in told) == (1, True)

    assert db("upgrade", "--database", empty_url)[0] == 0

    code, told, _ = db("status", "--database", empty_url)
    assert (code, "the newest" in told) == (0, True)


def test_the_file_stands_in_the_data_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without a URL it is SQLite, in a folder that is made: the option's, else the environment's."""
    monkeypatch.setenv("AMENDS_DATA_DIR", str(tmp_path / "by-variable"))

    assert db("upgrade")[0] == 0
    assert db("upgrade", "--data-dir", tmp_path / "by-option")[0] == 0

    assert (tmp_path / "by-variable" / "amends.db").exists()
    assert (tmp_path / "by-option" / "amends.db").exists()


@on_each_database
async def test_a_backup_goes_and_comes(url: str, tmp_path: Path) -> None:
    """Backup, loss, restore; and the marks of who was forgotten travel as a file."""
    with Database(url) as database:
        await DatabaseDecisionLog(database).append([entry(customer_id="gone")])
    file, marks = tmp_path / "backup", tmp_path / "marks"
    code, told, _ = db("backup", file, "--database", url)
    assert (code, "1 decisions" in told) == (0, True)
    with Database(url) as database:
        await DatabaseEraser(database).erase("gone", erasure_id=new_id(), erased_at=T0 + 100, new_id=new_id)
    code, told, _ = db("erasures", "--database", url)
    assert (code, told.count("\n")) == (0, 1)
    marks.write_text(told)

    code, _, told = db("restore", file, "--database", url)
    assert (code, "--force" in told) == (1, True)
    code, told, _ = db("restore", file, "--erasures", marks, "--force", "--database", url)
    assert (code, "forgotten again: 1" in told) == (0, True)


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (("status", "--database", "mysql://user:secret@host/name"), 2, "sqlite or postgresql"),
        (("status", "--database", "postgresql://user:secret@127.0.0.1:1/name"), 1, "not available"),
        (
            ("status", "--database", "postgresql://user:secret@127.0.0.1:1/name"),
            1,
            "postgresql://user@127.0.0.1:1/name",
        ),
        (("status", "--database", "postgresql://user:x@secret@127.0.0.1:1/name"), 2, "%40"),
        (("status", "--database", "postgresql://user:secret@127.0.0.1:1/name?sslmod=x"), 2, '"sslmod"'),
        (("upgrade", "--data-dir", "/proc/nowhere"), 1, "/proc/nowhere"),
        (("restore", "/no/such/file", "--data-dir", "/proc/nowhere"), 1, "/no/such/file"),
        (("restore", "/dev/null", "--erasures", "/no/such/file"), 1, "/no/such/file"),
    ],
)
def test_what_is_wrong_is_one_line(arguments: tuple[str, ...], code: int, words: str) -> None:
    """No traceback, no password, and the exit code of all commands."""
    exit_code, out, told = db(*arguments)

    assert (exit_code, out) == (code, "")
    assert told.startswith("amends db ")
    assert words in told
    assert told.count("\n") == 1
    assert "secret" not in told


def test_it_is_said_which_database_it_was(tmp_path: Path) -> None:
    """Whoever is in another folder than the service looks into another file: every answer names it."""
    file = tmp_path / "amends.db"

    assert f"the database {file} has no tables yet" in db("status", "--data-dir", tmp_path)[2]
    assert f"the database {file} is at step" in db("upgrade", "--data-dir", tmp_path)[1]
    file.write_text("something else")
    assert f"{file}: file is not a database" in db("status", "--data-dir", tmp_path)[2]


def test_a_backup_names_what_it_could_not_read_or_write(tmp_path: Path) -> None:
    """A folder that is not there, and a file that is no backup."""
    db("upgrade", "--data-dir", tmp_path)
    other = tmp_path / "notes.txt"
    other.write_text("no backup, but long enough to be looked at")

    assert f"there is no folder {tmp_path / 'none'}" in db("backup", tmp_path / "none" / "b", "--data-dir", tmp_path)[2]
    assert f"{other} cannot be copied" in db("restore", other, "--data-dir", tmp_path)[2]
