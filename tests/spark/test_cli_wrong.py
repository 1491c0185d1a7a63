"""`amends rescore --engine spark` where something is wrong: told at once, before Spark is started."""

import sys
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from amends.cli.exit_codes import ExitCode
from examples.flight_rows import SCHEMA
from tests.spark.flights import rescore
from tests.storage.postgresql import free_port


@pytest.fixture
def source(tmp_path: Path) -> Path:
    """A flight, by the columns of the year's."""
    pq.write_table(pa.Table.from_pylist([{"case": "c-1"}], schema=SCHEMA), tmp_path / "flights.parquet")
    return tmp_path / "flights.parquet"


def refused(source: Path, out: str, *options: str) -> str:
    result = rescore(source, source.parent / out, *options)
    assert result.exit_code == ExitCode.BAD_ARGUMENTS
    assert not (source.parent / f"{out}.parts").exists()
    return result.stderr


@pytest.mark.usefixtures("installed")
@pytest.mark.parametrize(
    ("out", "options", "told"),
    [
        ("out.csv", (), "out.csv: Spark writes a folder of Parquet files: name it .parquet, or without an ending"),
        ("out", ("--only-changes", "--against-log"), "does not do --against-log, --only-changes: leave them out, or"),
        ("out", ("--report", "page.html"), "--engine spark does not do --report: leave it out, or use the local"),
        ("out", ("--part-rows", "1000", "--batch-rows", "10"), "does not do --part-rows, --batch-rows: leave them out"),
        ("out", ("--progress", "json"), "--engine spark does not do --progress json: leave it out"),
        ("out", ("--master", "nothing"), "--master nothing: what is it? As in local[2], spark:"),
        ("flights.parquet", (), "flights.parquet: the output would take the place of the input"),
        ("out", ("--role", "nobody"), "the pack has no role 'nobody'"),
    ],
)
def test_what_spark_does_not_do_is_told(source: Path, out: str, options: tuple[str, ...], told: str) -> None:
    """With what to do instead."""
    assert told in refused(source, out, "--engine", "spark", *options)


@pytest.mark.usefixtures("installed")
def test_only_parquet_is_read(source: Path) -> None:
    """Lines of CSV and JSON are read by the local engine, whose words about what is wrong in them are its own."""
    lines = source.with_suffix(".csv")
    lines.write_text("case\nc-1\n", "utf-8")

    assert "flights.csv: --engine spark reads Parquet only; the local engine" in refused(
        lines, "out", "--engine", "spark"
    )


@pytest.mark.usefixtures("installed")
def test_a_master_that_does_not_answer_is_told(source: Path) -> None:
    """At once: Spark would ask for a minute."""
    port = free_port()

    said = refused(source, "out", "--engine", "spark", "--master", f"spark://127.0.0.1:{port}")

    assert f"no Spark answers at 127.0.0.1:{port}: --master spark://127.0.0.1:{port}" in said


@pytest.mark.usefixtures("installed")
def test_a_machine_without_java_is_told_so(source: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With the line that installs it; and a JAVA_HOME that is none, too."""
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.delenv("JAVA_HOME", raising=False)
    assert "there is no Java here; Spark needs Java 17 or newer; on Debian: apt-get install" in refused(
        source, "out", "--engine", "spark"
    )
    monkeypatch.setenv("JAVA_HOME", str(tmp_path))
    assert f"JAVA_HOME is {tmp_path}, and there is no bin/java in it" in refused(source, "out", "--engine", "spark")


def test_without_the_extra_the_line_that_installs_it_is_told(source: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever re-scores on one machine needs no Spark."""
    monkeypatch.setitem(sys.modules, "pyspark", None)

    said = refused(source, "out", "--engine", "spark")

    assert "--engine spark needs Spark: pip install 'amends[service,spark]'" in said
    assert rescore(source, source.parent / "out.parquet").exit_code == 0


@pytest.mark.parametrize(
    ("options", "told"),
    [
        (("--master", "local[2]"), "--master belongs to --engine spark"),
        ((), "it is a folder, which --engine spark reads"),
    ],
)
def test_what_only_spark_does_is_told(tmp_path: Path, options: tuple[str, ...], told: str) -> None:
    """A folder and a master mean nothing to the local engine."""
    assert told in refused(tmp_path, "out.parquet", *options)
