"""The folder of a run's parts: this program's own, one process's at a time, and never emptied of what is another's."""

import subprocess
import sys
from pathlib import Path

import pytest

from amends.rescoring.own_folder import OutputError, OwnFolder

HOLD = """\
import sys
from pathlib import Path
from amends.rescoring.own_folder import OwnFolder
held = OwnFolder(Path(sys.argv[1]))
print("held", flush=True)
sys.stdin.read()
"""
RUN = '{"run": {}, "began": 1}'


@pytest.mark.parametrize("name", ["notes.txt", "part-1.parquet", "run.json.bak", ".hidden"])
def test_what_is_somebody_elses_is_refused_and_left(tmp_path: Path, name: str) -> None:
    """It is named, and not even a lock is put beside it."""
    folder = tmp_path / "out.parts"
    folder.mkdir()
    (folder / name).write_text("mine")

    with pytest.raises(OutputError, match=rf"somebody else's: {name}"):
        OwnFolder(folder)

    assert [(path.name, path.read_text()) for path in folder.iterdir()] == [(name, "mine")]


@pytest.mark.parametrize("said", [None, "no JSON", "[]", '{"run": {}}'])
def test_parts_of_which_nobody_knows_the_run_are_refused(tmp_path: Path, said: str | None) -> None:
    """They may be another program's, whatever they are called."""
    folder = tmp_path / "out.parts"
    folder.mkdir()
    (folder / "part-000000000001.parquet").write_text("mine")
    if said is not None:
        (folder / "run.json").write_text(said)

    with pytest.raises(OutputError, match="nobody knows of which run it is"):
        OwnFolder(folder)

    assert (folder / "part-000000000001.parquet").read_text() == "mine"


def test_a_file_or_a_link_in_its_place_is_refused(tmp_path: Path) -> None:
    """Neither is followed."""
    (tmp_path / "file").write_text("mine")
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "elsewhere")

    for name in ("file", "link"):
        with pytest.raises(OutputError, match="it is no folder"):
            OwnFolder(tmp_path / name)


def test_two_processes_do_not_have_it_at_once(tmp_path: Path) -> None:
    """The second is told; when the first is killed, nobody has to clear anything away."""
    folder = tmp_path / "out.parts"
    holder = subprocess.Popen([sys.executable, "-c", HOLD, str(folder)], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert holder.stdout is not None
    assert holder.stdin is not None
    assert holder.stdout.readline() == b"held\n"
    with pytest.raises(OutputError, match="another run is writing this output"):
        OwnFolder(folder)

    holder.kill()
    holder.wait()
    holder.stdin.close()
    holder.stdout.close()

    OwnFolder(folder).remove()
    assert not folder.exists()


def test_it_goes_with_all_that_is_its_own_and_nothing_else(tmp_path: Path) -> None:
    """What somebody puts into it while a run is under way stays, and so does the folder."""
    whole, shared = tmp_path / "whole.parts", tmp_path / "shared.parts"
    for path in (whole, shared):
        held = OwnFolder(path)
        (path / "run.json").write_text(RUN)
        for name in ("part-000000000001.parquet", "part-000000000001.rejects.jsonl", "part-000000000009.unfinished"):
            (path / name).write_text("")
        (path / "changes-abc").mkdir()
        (path / "against.parts").mkdir()
        (path / "against.parts" / "run.json").write_text(RUN)
        if path is shared:
            (path / "notes.txt").write_text("mine")
        held.remove()

    assert not whole.exists()
    assert [path.name for path in shared.iterdir()] == ["notes.txt"]


def test_a_folder_that_another_run_has_just_taken_stays(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its lock comes between the last look and the removal: that is no failure of the run that is finished."""
    folder = tmp_path / "out.parts"
    held = OwnFolder(folder)
    rmdir = Path.rmdir

    def taken(path: Path) -> None:
        (path / "lock").write_text("")
        rmdir(path)

    monkeypatch.setattr(Path, "rmdir", taken)
    held.remove()

    assert [path.name for path in folder.iterdir()] == ["lock"]
