"""`amends rescore` where something is wrong: it says where, what and how to mend it, and leaves nothing half done."""

import json
import subprocess
import sys
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from typer.testing import CliRunner, Result

from amends.cli.exit_codes import ExitCode
from amends.cli.main import app
from tests.service.packs import SHOP
from tests.service.running import write_pack

MAPPING = "case_id: {column: id}\nfault: {column: fault}\nfacts: {delay_days: {column: late}}\n"
ROWS = "id,fault,late\nc-1,company,4\nc-2,customer,1\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write_pack(tmp_path / "rules", "shop", SHOP)
    (tmp_path / "mapping.yaml").write_text(MAPPING, "utf-8")
    (tmp_path / "rows.csv").write_text(ROWS, "utf-8")
    pq.write_table(pa.table({"id": ["c-1"], "fault": ["company"], "late": [4]}), tmp_path / "rows.parquet")
    return tmp_path


def run(folder: Path, source: str, out: str, *options: str) -> Result:
    told = ["--mapping", str(folder / "mapping.yaml"), "--rules", str(folder / "rules"), "--policy", "shop"]
    return CliRunner().invoke(app, ["rescore", str(folder / source), *told, "--out", str(folder / out), *options])


def put(name: str, text: str) -> tuple[str, bytes]:
    return name, text.encode()


@pytest.mark.parametrize(
    ("wrong", "source", "out", "told"),
    [
        (
            put("mapping.yaml", MAPPING.replace("late}", "later}")),
            "rows.csv",
            "out.csv",
            "no column later; it has: id,",
        ),
        (put("mapping.yaml", MAPPING.replace("fault:", "falt:")), "rows.csv", "out.csv", "did you mean 'fault'?"),
        (put("mapping.yaml", "fault: {column: fault}\n"), "rows.csv", "out.csv", "the mapping needs `case_id:"),
        (put("rows.csv", ""), "rows.csv", "out.csv", "rows.csv: it is empty; its first line names the columns"),
        (put("rows.csv", "id,fault,id\n"), "rows.csv", "out.csv", "two columns are named id"),
        (put("rows.parquet", "PAR1 cut off"), "rows.parquet", "out.csv", "rows.parquet: it cannot be read as its name"),
        (
            put("rows.arrow", "nothing of the kind"),
            "rows.arrow",
            "out.csv",
            "rows.arrow: it cannot be read as its name",
        ),
        (put("rows.csv.gz", "half"), "rows.csv.gz", "out.csv", "what is it? Its name should end in .parquet"),
        (
            ("mapping.yaml", f"# Größe\n{MAPPING}".encode("latin-1")),
            "rows.csv",
            "out.csv",
            "mapping.yaml:1:5: error[not-utf-8]: the file is not UTF-8 text",
        ),
        (put("mapping.yaml", f"{MAPPING}csv: {{delimiter: ab}}\n"), "rows.csv", "out.csv", "'ab' parts no cells"),
        (
            ("rows.csv", "id,fault,late\nMüller,company,1\n".encode("latin-1")),
            "rows.csv",
            "out.csv",
            "line 2: byte 0xfc: it is not written in utf-8; if all of it is written otherwise, say so in the mapping",
        ),
        (
            put("rows.csv", ROWS.replace(",", ";")),
            "rows.csv",
            "out.csv",
            "'id;fault;late': if ';' parts its cells, say so in the mapping: csv: {delimiter: \";\"}",
        ),
        (
            put("rows.jsonl", '{"id": "c-1", "fault": "company"}\n'),
            "rows.jsonl",
            "out.csv",
            "the input has no column late",
        ),
        (put("rows.csv", ROWS), "rows.csv", "out.xlsx", "out.xlsx: what is it? Its name should end in"),
        (put("rows.csv", ROWS), "rows.csv", "rows.csv", "the output would take the place of the input"),
        (put("rows.csv", ROWS), "rows.csv", "nowhere/out.csv", "there is no such folder for the output"),
    ],
)
def test_it_is_said_what_is_wrong(folder: Path, wrong: tuple[str, bytes], source: str, out: str, told: str) -> None:
    """In a line or as a diagnostic, never as a traceback; and nothing is written."""
    (folder / wrong[0]).write_bytes(wrong[1])
    before = sorted(folder.iterdir())

    done = run(folder, source, out)

    assert (done.exit_code, told in done.stderr) == (ExitCode.BAD_ARGUMENTS, True), done.stderr
    assert sorted(folder.iterdir()) == before


@pytest.mark.parametrize(
    ("options", "told"),
    [
        (("--policy", "shopp"), "there is no policy 'shopp'; there are: "),
        (("--role", "boss"), "the pack has no role 'boss'; it has: frontline, owner"),
    ],
)
def test_a_wrong_name_is_told_with_those_that_there_are(folder: Path, options: tuple[str, ...], told: str) -> None:
    """Before anything is read."""
    done = run(folder, "rows.csv", "out.csv", *options)

    assert (done.exit_code, told in done.stderr) == (ExitCode.BAD_ARGUMENTS, True), done.stderr


def test_a_mapping_that_is_none_for_the_other_pack_is_told_first(folder: Path) -> None:
    """Before millions of rows are decided by this one; one that is none at all, before the other pack is read."""
    write_pack(folder / "was", "shop", SHOP.replace("delay_days", "days_late"))
    before = sorted(folder.iterdir())

    other = run(folder, "rows.csv", "out.csv", "--against-pack", str(folder / "was" / "shop"))
    assert (other.exit_code, "there is no fact 'facts.delay_days'" in other.stderr) == (ExitCode.BAD_ARGUMENTS, True)
    assert "decided" not in other.output

    (folder / "mapping.yaml").write_text(MAPPING.replace("fault:", "falt:"), "utf-8")
    this = run(folder, "rows.csv", "out.csv", "--against-pack", str(folder / "nowhere"))
    assert (this.exit_code, "did you mean 'fault'?" in this.stderr) == (ExitCode.BAD_ARGUMENTS, True), this.stderr
    assert sorted(folder.iterdir()) == before


def test_a_query_that_is_no_utf8_is_told(folder: Path) -> None:
    """With its file, and not as a traceback."""
    (folder / "open.sql").write_bytes("SELECT 'Größe' AS id".encode("latin-1"))
    told = ["--query-file", str(folder / "open.sql"), "--database", f"sqlite:///{folder / 'tickets.db'}"]

    done = CliRunner().invoke(
        app, ["rescore", *told, "--rules", str(folder / "rules"), "--policy", "shop", "--out", str(folder / "out.csv")]
    )

    assert done.exit_code == ExitCode.BAD_ARGUMENTS
    assert "open.sql: the query cannot be read as UTF-8 text" in done.stderr


@pytest.mark.parametrize("suffix", ["parquet", "csv", "jsonl", "arrow"])
def test_no_rows_are_an_output_without_rows(folder: Path, suffix: str) -> None:
    """It has its columns all the same."""
    (folder / "rows.csv").write_text("id,fault,late\n", "utf-8")

    done = run(folder, "rows.csv", f"out.{suffix}")

    assert (done.exit_code, "0 rows decided, 0 rejected" in done.stdout) == (ExitCode.OK, True), done.output
    if suffix == "parquet":
        assert pq.read_table(folder / "out.parquet").schema.field("obligations").type.value_type.num_fields == 3


def test_lines_that_are_no_rows_are_rejected_where_they_stand(folder: Path) -> None:
    """Too few values, too many, a value over two lines: the rows beside them keep their numbers."""
    (folder / "rows.csv").write_text(
        'id,fault,late\nc-1,company,4\nc-2,company\nc-3,company,4,x\n"c\n4",company,4\n', "utf-8"
    )

    done = run(folder, "rows.csv", "out.jsonl")

    assert "2 rows decided, 2 rejected" in done.stdout
    rejects = (folder / "out.jsonl.rejects.jsonl").read_text("utf-8").splitlines()
    assert [line[: len('{"position": 2, "reasons": ["it has 2 values, not 3"]')] for line in rejects] == [
        '{"position": 2, "reasons": ["it has 2 values, not 3"]',
        '{"position": 3, "reasons": ["it has 4 values, not 3"]',
    ]
    assert [line.split(",")[0] for line in (folder / "out.jsonl").read_text("utf-8").splitlines()] == [
        '{"position": 1',
        '{"position": 4',
    ]


JSON_ROWS = r"""
{"id": "c-1", "fault": "company", "late": 4}
{"id": ["c-2"], "fault": "company", "late": 4}
{"id": "c-3", "fault": ["company"], "late": 4}
{"id": "c-4", "fault": "\ud800", "late": 4}
{"id": "c-5", "fault": {"of": "company"}, "late": 4}
{"id": "c-6", "fault": "company", "late": 4, "fault": "customer"}
{"id": "c-7", "fault": "company", "late": 4}
"""


def test_a_value_that_is_none_rejects_its_row_and_no_other(folder: Path) -> None:
    """A list, half a character, an object, the same name twice: each where it stands, with its reason."""
    (folder / "rows.jsonl").write_text(JSON_ROWS.lstrip(), "utf-8")

    done = run(folder, "rows.jsonl", "out.jsonl")

    assert "2 rows decided, 5 rejected" in done.stdout, done.output
    rejects = [json.loads(line) for line in (folder / "out.jsonl.rejects.jsonl").read_text("utf-8").splitlines()]
    assert [(one["position"], *one["reasons"]) for one in rejects] == [
        (2, "id: case_id: it is a list, and names nothing"),
        (3, "fault: fault: it holds a list, where there is one value"),
        (4, "fault: fault: '\\ud800' has half a character, and is no text"),
        (5, "fault: fault: it is an object and no value"),
        (6, "it says 'fault' twice"),
    ]
    assert rejects[0]["row"] == {"id": ["c-2"], "fault": "company", "late": 4}


@pytest.mark.parametrize("suffix", ["csv", "jsonl", "parquet"])
def test_rejected_rows_are_mended_and_scored(folder: Path, suffix: str) -> None:
    """In their own file, by the same mapping: what is mended is decided, and what is not is rejected once more."""
    rows = [("c-1", "company", "4"), ("c-2", "compny", "4"), ("c-3", "customer", "-1")]
    table = pa.table([list(column) for column in zip(*rows, strict=True)], names=["id", "fault", "late"])
    source = folder / f"rows.{suffix}"
    if suffix == "parquet":
        pq.write_table(table, source)
    elif suffix == "csv":
        source.write_text("id,fault,late\n" + "\n".join(map(",".join, rows)) + "\nc-4,company\n", "utf-8")
    else:
        source.write_text("".join(f"{json.dumps(row)}\n" for row in table.to_pylist()) + "{\n", "utf-8")
    assert "1 rows decided, " in run(folder, source.name, "out.jsonl").stdout
    rejects = folder / "out.jsonl.rejects.jsonl"
    rejects.write_text(rejects.read_text("utf-8").replace("compny", "company"), "utf-8")

    done = run(folder, rejects.name, "mended.jsonl")

    assert f"1 rows decided, {1 if suffix == 'parquet' else 2} rejected" in done.stdout, done.output
    (decided,) = map(json.loads, (folder / "mended.jsonl").read_text("utf-8").splitlines())
    assert (decided["position"], decided["case_id"]) == (1, "c-2")
    again = (folder / "mended.jsonl.rejects.jsonl").read_text("utf-8").splitlines()
    assert "late: facts.delay_days: -1 is below its minimum" in again[0]
    assert ["it was no row, and is not mended" in line for line in again[1:]] == [True] * (len(again) - 1)


def test_a_full_disk_is_told_and_nothing_is_lost(folder: Path) -> None:
    """No file may be larger than a kilobyte here: said with the output's name, and there is no half of it."""
    told = ["--mapping", str(folder / "mapping.yaml"), "--rules", str(folder / "rules"), "--policy", "shop"]
    command = [sys.executable, "-m", "amends", "rescore", str(folder / "rows.csv"), *told]

    done = subprocess.run(
        ["/bin/sh", "-c", 'ulimit -f 2; exec "$@"', "sh", *command, "--out", str(folder / "out.parquet")],
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == ExitCode.UNEXPECTED
    assert f"{folder / 'out.parquet'}: it cannot be written: " in done.stderr
    assert "Traceback" not in done.stderr
    assert not (folder / "out.parquet").exists()
