"""`amends rescore` that goes on: no row that was rejected is forgotten, and time stays what it was."""

import json
from pathlib import Path
from typing import Final

import pytest
from typer.testing import CliRunner, Result

from amends.bootstrap.rescoring import make_job, pack_of_folder
from amends.cli.exit_codes import ExitCode
from amends.cli.main import app
from amends.rescoring.parts import Parts, Said
from amends.rescoring.run import Progress
from tests.service.packs import SHOP
from tests.service.running import write_pack
from tests.service.test_cli_rescore_wrong import MAPPING

COUNT: Final = 60
BAD: Final = 25
NOW: Final = 1_798_804_800_000_000_000
HOUR: Final = 3_600_000_000_000


class KilledError(Exception):
    """Stands for the end of the process."""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write_pack(tmp_path / "rules", "shop", SHOP)
    (tmp_path / "mapping.yaml").write_text(MAPPING, "utf-8")
    write_rows(tmp_path, bad=BAD)
    return tmp_path


def write_rows(folder: Path, *, bad: int) -> None:
    lines = [f"c-{place},{'nonsense' if place == bad else 'company'},4" for place in range(1, COUNT + 1)]
    (folder / "rows.csv").write_text("\n".join(["id,fault,late", *lines]), "utf-8")


def halfway(folder: Path, said: Said | None = None) -> None:
    """A run that is killed when four of its parts are written, the third of which has rejected a row."""
    pack = pack_of_folder(folder / "rules" / "shop")
    job = make_job(
        folder / "rows.csv",
        folder / "out.jsonl",
        pack,
        mapping=folder / "mapping.yaml",
        role="frontline",
        observe_time=said,
        now=NOW,
    )

    def told(progress: Progress) -> None:
        if progress.done + progress.rejected > COUNT * 3 // 4:
            raise KilledError

    def never(_parts: Parts, _out: Path) -> None:
        raise AssertionError

    with pytest.raises(KilledError):
        job.run(strict=False, told=told, part_rows=10, batch_rows=10, finish=never)


def rescore(folder: Path, *options: str) -> Result:
    place = ["--mapping", str(folder / "mapping.yaml"), "--rules", str(folder / "rules"), "--policy", "shop"]
    sizes = ["--part-rows", "10", "--batch-rows", "10"]
    told = ["rescore", str(folder / "rows.csv"), *place, *sizes, "--out", str(folder / "out.jsonl")]
    return CliRunner().invoke(app, [*told, *options])


def times(folder: Path) -> set[str]:
    return {json.loads(line)["observe_time"] for line in (folder / "out.jsonl").read_text("utf-8").splitlines()}


def test_a_strict_run_stops_at_what_was_rejected_before(folder: Path) -> None:
    """Who wants no row to be rejected gets no output without it; the way out is told, and it is one."""
    halfway(folder)

    stopped = rescore(folder, "--strict")

    assert (stopped.exit_code, (folder / "out.jsonl").exists()) == (ExitCode.BAD_ARGUMENTS, False)
    assert f"row {BAD}: fault: " in stopped.stderr
    assert "once it is mended, begin anew with --again" in stopped.stderr
    write_rows(folder, bad=0)
    refused = rescore(folder, "--strict")
    assert (refused.exit_code, "--again to begin anew" in refused.stderr) == (ExitCode.BAD_ARGUMENTS, True)
    assert rescore(folder, "--strict", "--again").exit_code == ExitCode.OK
    assert not (folder / "out.jsonl.parts").exists()


def test_a_strict_run_that_has_done_nothing_leaves_nothing(folder: Path) -> None:
    """What is mended is decided by the same command."""
    write_rows(folder, bad=3)
    stopped = rescore(folder, "--strict")
    assert (stopped.exit_code, "--again" in stopped.stderr) == (ExitCode.BAD_ARGUMENTS, False)
    assert not (folder / "out.jsonl.parts").exists()

    write_rows(folder, bad=0)

    assert rescore(folder, "--strict").exit_code == ExitCode.OK


@pytest.mark.parametrize(
    ("said", "options", "observed"),
    [
        (None, [], "2027-01-01T12:00:00Z"),
        (Said("2h", lambda began: began - 2 * HOUR), ["--observe-time", "2h"], "2027-01-01T10:00:00Z"),
        (Said("2026-12-24", lambda _: 1_798_070_400_000_000_000), [], "2026-12-24T00:00:00Z"),
    ],
)
def test_a_resumed_run_keeps_its_time_and_says_so(
    folder: Path, said: Said | None, options: list[str], observed: str
) -> None:
    """Whether none was said, one that goes by the clock, or one that is not said again."""
    halfway(folder, said)

    done = rescore(folder, *options)

    assert done.exit_code == ExitCode.OK, done.output
    assert "going on behind row 40 of the run that began at 2027-01-01T12:00:00Z" in done.stderr
    assert f"looked at as of {observed}" in done.stderr
    assert {one.replace("+00:00", "Z") for one in times(folder)} == {observed}


def test_another_time_is_another_run(folder: Path) -> None:
    """No output has rows of two times unless they say so themselves."""
    halfway(folder)

    done = rescore(folder, "--observe-time", "2026-12-24")

    assert (done.exit_code, "another --observe-time" in done.stderr) == (ExitCode.BAD_ARGUMENTS, True)


def test_other_software_is_another_run(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It may decide otherwise: no output is half of one and half of the other."""
    monkeypatch.setattr("amends.bootstrap.rescoring.__version__", "0.0.1")
    halfway(folder)
    monkeypatch.undo()

    done = rescore(folder)

    assert (done.exit_code, "another version of the software" in done.stderr) == (ExitCode.BAD_ARGUMENTS, True)


def test_the_summary_names_what_decided(folder: Path) -> None:
    """The policy, and its pack by version and digest."""
    done = rescore(folder, "--progress", "none")

    digest = pack_of_folder(folder / "rules" / "shop").pack.digest
    assert f"policy shop: pack shop 1.2.3, digest {digest}" in done.stdout
