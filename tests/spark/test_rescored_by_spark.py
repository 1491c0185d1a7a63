"""`amends rescore --engine spark` says what the local engine says, row for row, whatever becomes of its tasks."""

import json
import os
import signal
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from amends.cli.exit_codes import ExitCode
from examples.flight_rows import MAPPING
from tests.spark.flights import ROWS, RULES, rejected_in, rescore, rows_in, told, write_flights

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

SPARK = ("--engine", "spark")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The flights, and `local.parquet`: what the local engine makes of them."""
    folder = tmp_path_factory.mktemp("flights")
    result = rescore(write_flights(folder / "flights.parquet"), folder / "local.parquet")
    assert result.exit_code == 0, result.output
    return folder


@pytest.mark.usefixtures("spark")
def test_the_output_is_the_local_engines(folder: Path) -> None:
    """The same columns, values and rejected rows, though many tasks wrote it; and the same summary."""
    local = rescore(folder / "flights.parquet", folder / "again.parquet")
    found = rescore(folder / "flights.parquet", folder / "spark.parquet", *SPARK)

    assert found.exit_code == 0, found.output
    assert len(list((folder / "spark.parquet").glob("*.parquet"))) > 2
    assert (folder / "spark.parquet/_SUCCESS").exists()
    assert rows_in(folder / "spark.parquet").equals(rows_in(folder / "local.parquet"))
    assert rejected_in(folder / "spark.parquet") == rejected_in(folder / "local.parquet")
    assert found.stdout.replace("spark.parquet", "again.parquet") == local.stdout
    assert not (folder / "spark.parquet.parts").exists()


@pytest.mark.usefixtures("spark")
def test_the_files_of_a_folder_are_one_input(folder: Path, tmp_path: Path) -> None:
    """In the order of their names, positions go on from file to file."""
    flights = pq.read_table(folder / "flights.parquet")
    (tmp_path / "flights").mkdir()
    for name, start, end in (("b", 1_500, 1_501), ("a", 0, 1_500), ("c d", 1_501, ROWS)):
        pq.write_table(flights.slice(start, end - start), tmp_path / "flights" / f"{name}.parquet")

    found = rescore(tmp_path / "flights", tmp_path / "out", *SPARK)

    assert found.exit_code == 0, found.output
    assert rows_in(tmp_path / "out").equals(rows_in(folder / "local.parquet"))
    assert rejected_in(tmp_path / "out") == rejected_in(folder / "local.parquet")


@pytest.mark.parametrize("how", ["raises", "is killed"])
def test_a_task_that_fails_doubles_and_loses_nothing(
    spark: "SparkSession", folder: Path, tmp_path: Path, how: str
) -> None:
    """It has handed out rows already, and some are written; its next attempt hands out all of them once more."""
    from amends.packs.canonical import canonical_bytes
    from amends.packs.load import load_pack
    from amends.rescoring.spark.frames import Carried, scored_by
    from amends.rescoring.spark.output_folder import Written
    from amends.rescoring.spark.positions import rows_of
    from amends.rescoring.spark.task_scorer import Asked, TaskScorer

    pack = load_pack(RULES, "airline")
    rows = rows_of(spark, folder / "flights.parquet")
    names = tuple(name for name in rows.columns if name != rows.columns[-1])
    asked = Asked(canonical_bytes(pack), names, MAPPING.read_text("utf-8"), pack.authority[0].role, 0)
    wanted = asked.mapped(pack).columns
    failing = _failing_once(TaskScorer(asked), tmp_path, how)

    written = Written(spark, tmp_path / "written")
    written.write(scored_by(rows.select(*wanted, rows.columns[-1]), Carried(failing)))

    assert len(list(tmp_path.glob("failed-*"))) > 1
    decided = pq.read_table(written.decided)
    assert decided.num_rows + written.rejected().num_rows == ROWS
    assert (
        decided.cast(rows_in(folder / "local.parquet").schema)
        .sort_by("position")
        .equals(rows_in(folder / "local.parquet"))
    )


def _failing_once(
    scorer: Callable[[Iterator[pa.RecordBatch]], Iterator[pa.RecordBatch]], folder: Path, how: str
) -> Callable[[Iterator[pa.RecordBatch]], Iterator[pa.RecordBatch]]:
    """Each task fails behind its first batch, the first time; within, as Spark sends by value what is."""

    def score(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        for batch in batches:
            yield from scorer(iter([batch]))
            failed = folder / f"failed-{batch.column(batch.num_columns - 1)[0]}"
            if batch.column(batch.num_columns - 1)[0].as_py() % 1_000 == 1 and not failed.exists():
                failed.touch()
                if how == "is killed":
                    os.kill(os.getpid(), signal.SIGKILL)
                raise RuntimeError("it fails once")

    return score


def test_a_data_frame_is_scored_however_it_is_parted(spark: "SparkSession", folder: Path) -> None:
    """Rows that were shuffled into other tasks say the same, each under its own position; rejected ones say why."""
    from amends.bootstrap.spark import rescore_dataframe

    flights = pq.read_table(folder / "flights.parquet")
    numbered = flights.append_column("place", pa.array(range(1, ROWS + 1), pa.int32()))
    pq.write_table(numbered, folder / "numbered.parquet")
    frame = spark.read.parquet(str(folder / "numbered.parquet")).repartition(5, "incident", "km")

    scored = rescore_dataframe(
        spark, frame, "airline", mapping=MAPPING.read_text("utf-8"), position="place", rules=RULES
    ).collect()

    decided = [row for row in scored if row["rejected"] is None]
    rejected = sorted((row["position"], row["rejected"]) for row in scored if row["rejected"] is not None)
    assert len(scored) == ROWS
    assert told(decided).equals(rows_in(folder / "local.parquet"))
    assert "".join(f"{line}\n" for _, line in rejected).encode() == rejected_in(folder / "local.parquet")


def test_a_data_frame_needs_no_positions(spark: "SparkSession") -> None:
    """Then there are none, and rows go by their cases. Columns within columns are told with a dot, as elsewhere."""
    from amends.bootstrap.spark import rescore_dataframe
    from amends.packs.load import load_pack

    shop = load_pack(RULES, "retail")
    frame = spark.sql(
        "SELECT 'T-1' AS case_id, named_struct('delay_days', 3) AS facts, 'gold' AS `customer.loyalty_tier` UNION ALL "
        "SELECT 'T-2', named_struct('delay_days', null), 'vip'"
    )

    decided, rejected = sorted(rescore_dataframe(spark, frame, shop).collect(), key=lambda row: row["case_id"] or "~")

    assert (decided["case_id"], decided["position"], decided["loyalty_tier"]) == ("T-1", None, "gold")
    assert decided["pack_digest"] == shop.digest
    said = json.loads(rejected["rejected"])
    assert (said["position"], said["row"]["case_id"]) == (None, "T-2")
    assert "'vip' is not one of its values" in said["reasons"][0]


def test_a_data_frame_that_does_not_fit_is_refused_before_it_is_read(spark: "SparkSession") -> None:
    """What is wrong is told where the frame is made, not by a task an hour later."""
    from amends.bootstrap.spark import rescore_dataframe
    from amends.packs.diagnostics import PackError
    from amends.rescoring.read_rows import InputError

    frame = spark.sql("SELECT 'T-1' AS case_id, 'late' AS why")
    with pytest.raises(InputError, match="there is no policy 'shops' in"):
        rescore_dataframe(spark, frame, "shops", rules=RULES)
    with pytest.raises(InputError, match="no column is named as a fact is"):
        rescore_dataframe(spark, frame, "retail", rules=RULES)
    with pytest.raises(InputError, match="no column whys, reason; it has: case_id, why"):
        rescore_dataframe(
            spark,
            frame,
            "retail",
            rules=RULES,
            mapping="case_id: {column: case_id}\ncontact_reason: {column: whys}\nfault: {column: reason}\n",
        )
    with pytest.raises(PackError, match="did you mean 'contact_reason'"):
        rescore_dataframe(spark, frame, "retail", rules=RULES, mapping="contact_reasn: {column: why}\n")
    with pytest.raises(InputError, match="no column why of integers"):
        rescore_dataframe(
            spark,
            frame,
            "retail",
            rules=RULES,
            mapping="case_id: {column: case_id}\ncontact_reason: late_delivery\n",
            position="why",
        )


def test_a_worker_builds_the_pack_once(spark: "SparkSession", tmp_path: Path) -> None:
    """Not once a task: what was broadcast stays with the worker, and so does what it remembers."""
    from amends.packs.canonical import canonical_bytes
    from amends.packs.load import load_pack
    from amends.rescoring.spark.frames import Carried, held_in, scored_by
    from amends.rescoring.spark.task_scorer import Asked, TaskScorer

    pack = load_pack(RULES, "retail")
    asked = Asked(canonical_bytes(pack), ("case_id", "fault"), None, pack.authority[0].role, 0)
    held = held_in(spark, TaskScorer(asked))

    def score(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        built = "again" if getattr(held.value, "_built", None) else "built"
        with (tmp_path / f"{built}-{os.getpid()}").open("a") as tasks:
            tasks.write("task\n")
        yield from held.value(batches)

    rows = spark.range(0, 12, 1, 12).selectExpr("'company' AS c0", "string(id) AS c1", "id AS position")
    assert len(scored_by(rows, Carried(score)).collect()) == 12

    built = [path.read_text() for path in tmp_path.glob("built-*")]
    again = [path.read_text().count("\n") for path in tmp_path.glob("again-*")]
    assert set(built) == {"task\n"}
    assert len(built) + sum(again) == 12
    assert sum(again) > len(built)


@pytest.mark.usefixtures("spark")
def test_a_strict_run_ends_as_the_local_one_does(folder: Path) -> None:
    """At the first row that is no situation, with its reasons and no output."""
    found = rescore(folder / "flights.parquet", folder / "strict", "--strict", *SPARK)
    local = rescore(folder / "flights.parquet", folder / "strict.parquet", "--strict")

    assert found.exit_code == local.exit_code == ExitCode.BAD_ARGUMENTS
    assert found.stderr == local.stderr
    assert 'row 1: fault: fault: "the moon\'s" is not one' in found.stderr
    assert not (folder / "strict").exists()
    assert not (folder / "strict.parts").exists()


@pytest.mark.usefixtures("spark")
def test_an_output_is_replaced_when_that_is_asked_for(folder: Path, tmp_path: Path) -> None:
    """And then whole; a folder that Spark has not written is never replaced, and what a killed run left is."""
    source, table = tmp_path / "flights.parquet", pq.read_table(folder / "flights.parquet").slice(1, 10)
    pq.write_table(table, source)
    (tmp_path / "out.parts/spark/_temporary").mkdir(parents=True)
    assert rescore(source, tmp_path / "out", *SPARK).exit_code == 0
    pq.write_table(table.slice(0, 3), source)

    refused = rescore(source, tmp_path / "out", *SPARK)
    replaced = rescore(source, tmp_path / "out", "--again", *SPARK)

    assert "out: it is there already; choose another --out, or --again to replace it" in refused.stderr
    assert replaced.exit_code == 0
    assert rows_in(tmp_path / "out").num_rows == 3
    (tmp_path / "out/notes.txt").write_text("mine")
    kept = rescore(source, tmp_path / "out", "--again", *SPARK)
    assert kept.exit_code == ExitCode.BAD_ARGUMENTS
    assert (tmp_path / "out/notes.txt").read_text() == "mine"


@pytest.mark.usefixtures("spark")
def test_an_input_without_rows_has_an_output_without_rows(folder: Path, tmp_path: Path) -> None:
    """With all its columns."""
    source = tmp_path / "flights.parquet"
    pq.write_table(pq.read_table(folder / "flights.parquet").slice(0, 0), source)

    found = rescore(source, tmp_path / "out", *SPARK)

    assert found.exit_code == 0, found.output
    assert rows_in(tmp_path / "out").num_rows == 0
