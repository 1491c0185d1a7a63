"""`amends rescore` writes nothing in the place of what it reads: whichever of its files meet, and all told at once."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from amends.cli.exit_codes import ExitCode
from amends.cli.main import app
from tests.service.packs import SHOP
from tests.service.running import write_pack
from tests.service.test_cli_rescore_wrong import MAPPING, ROWS


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write_pack(tmp_path / "rules", "shop", SHOP)
    (tmp_path / "mapping.yaml").write_text(MAPPING, "utf-8")
    (tmp_path / "rows.csv").write_text(ROWS, "utf-8")
    assert run(tmp_path, "rows.csv", "--out", "was.jsonl").exit_code == ExitCode.OK
    return tmp_path


def run(folder: Path, source: str, *options: str) -> Result:
    """Options that name a file of the folder are told with it."""
    told = [str(folder / one) if not one.startswith("--") else one for one in options]
    place = ["--mapping", str(folder / "mapping.yaml"), "--rules", str(folder / "rules"), "--policy", "shop"]
    return CliRunner().invoke(app, ["rescore", str(folder / source), *place, "--progress", "none", *told])


def contents(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def nothing(_: Path) -> None:
    return


def linked(folder: Path) -> None:
    os.link(folder / "rows.csv", folder / "other.csv")
    (folder / "page.html").symlink_to(folder / "mapping.yaml")


def input_among_parts(folder: Path) -> None:
    (folder / "out.jsonl.parts").mkdir()
    (folder / "rows.csv").rename(folder / "out.jsonl.parts" / "part-000000000001.csv")


def input_of_rejects(folder: Path) -> None:
    (folder / "rows.csv").rename(folder / "x.jsonl")
    (folder / "out.jsonl.rejects.jsonl").write_text('{"id": "c-1", "fault": "company", "late": 4}\n')


@pytest.mark.parametrize(
    ("prepare", "source", "options", "told"),
    [
        (nothing, "rows.csv", ["--out", "rows.csv"], ["rows.csv: the output would take the place of the input"]),
        (
            nothing,
            "was.jsonl",
            ["--out", "out.jsonl", "--against", "was.jsonl", "--report", "was.jsonl"],
            ["the report would take the place of the input", "the report would take the place of the earlier output"],
        ),
        (
            nothing,
            "rows.csv",
            ["--out", "was.jsonl", "--against", "was.jsonl", "--report", "mapping.yaml"],
            [
                "was.jsonl: the output would take the place of the earlier output; choose another --out",
                "mapping.yaml: the report would take the place of the mapping; choose another --report",
            ],
        ),
        (
            input_of_rejects,
            "out.jsonl.rejects.jsonl",
            ["--out", "out.jsonl"],
            ["out.jsonl.rejects.jsonl: the rejected rows would take the place of the input"],
        ),
        (
            input_among_parts,
            "out.jsonl.parts/part-000000000001.csv",
            ["--out", "out.jsonl"],
            ["out.jsonl.parts: the parts of the output would take the place of the input"],
        ),
        (
            linked,
            "rows.csv",
            ["--out", "other.csv", "--report", "page.html"],
            [
                "other.csv: the output would take the place of the input",
                "page.html: the report would take the place of the mapping",
            ],
        ),
        (
            nothing,
            "rows.csv",
            ["--out", "rules/shop/out.csv", "--report", "rules/shop/pack.yaml", "--report-dir", "rules/shop"],
            [
                "out.csv: the output would lie in the pack shop",
                "pack.yaml: the report would lie in the pack shop",
                "rules/shop: the report's charts would take the place of the pack shop",
            ],
        ),
        (
            nothing,
            "rows.csv",
            ["--out", "out.csv", "--report", "out.csv.rejects.jsonl"],
            ["out.csv.rejects.jsonl: the report would take the place of the rejected rows"],
        ),
        (
            nothing,
            "rows.csv",
            ["--out", "out.csv", "--report", "out.csv.parts/page.html"],
            ["the report would take the place of the parts of the output"],
        ),
    ],
)
def test_nothing_that_is_read_is_written(
    folder: Path, prepare: Callable[[Path], None], source: str, options: list[str], told: list[str]
) -> None:
    """All that would meet is told, and nothing is touched."""
    prepare(folder)
    before = contents(folder)

    done = run(folder, source, *options)

    assert (done.exit_code, [one for one in told if one not in done.stderr]) == (ExitCode.BAD_ARGUMENTS, []), (
        done.output
    )
    assert contents(folder) == before


def test_a_report_takes_the_place_of_no_output(folder: Path) -> None:
    """Nor of its rejected rows."""
    before = contents(folder)

    for name in ("was.jsonl", "was.jsonl.rejects.jsonl"):
        done = CliRunner().invoke(app, ["report", str(folder / "was.jsonl"), "--report", str(folder / name)])
        assert (done.exit_code, "would take the place of" in done.stderr) == (ExitCode.BAD_ARGUMENTS, True)

    assert contents(folder) == before


def test_a_folder_of_somebody_elses_is_left(folder: Path) -> None:
    """Also with --again: only what this program has made there is ever taken away."""
    mine = folder / "out.csv.parts"
    mine.mkdir()
    (mine / "notes.txt").write_text("mine")

    for options in ([], ["--again"]):
        done = run(folder, "rows.csv", "--out", "out.csv", *options)
        assert (done.exit_code, "somebody else's: notes.txt" in done.stderr) == (ExitCode.BAD_ARGUMENTS, True)

    assert [path.name for path in mine.iterdir()] == ["notes.txt"]
