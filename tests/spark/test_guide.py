"""docs/rescoring.md on Spark is true: its snippet and the job that it names run, by the mapping that it shows."""

from pathlib import Path
from typing import TYPE_CHECKING, Final

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from amends.rescoring.output_file import OUTPUT
from tests.docs.guide import Guide

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

ROOT: Final = Path(__file__).parents[2]
GUIDE: Final = Guide("rescoring.md")
CASES: Final = pa.table(
    {
        "ticket": ["T-1", "T-2"],
        "order": ["1", "2"],
        "reason": ["late", "no such reason"],
        "paid": [5_000, 6_000],
        "currency": ["EUR", "EUR"],
        "days late": [9, 1],
        "voucher": [None, "5.00"],
        "row": [7, 8],
    }
)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where a reader stands: cases, the mapping that is shown, and the rules."""
    (mapping,) = [block for block in GUIDE.blocks() if block.file == "mapping.yaml"]
    (tmp_path / "mapping.yaml").write_text(mapping.text, "utf-8")
    (tmp_path / "rules").symlink_to(ROOT / "rules")
    pq.write_table(CASES, tmp_path / "cases.parquet")
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.usefixtures("spark")
def test_the_snippet_for_notebooks_runs(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """As it stands, but for the folder, which Java does not change."""
    (block,) = [block for block in GUIDE.blocks() if block.language == "python"]
    found: dict[str, object] = {}

    text = block.text.replace('"cases.parquet"', repr(str(folder / "cases.parquet")))
    exec(compile(text, "docs/rescoring.md", "exec"), found)  # noqa: S102 -- our own page
    assert "actions_recommended" in capsys.readouterr().out


def test_the_job_writes_both_kinds_of_rows(spark: "SparkSession", folder: Path) -> None:
    """In one pass, each with its position, whatever the zone of the session."""
    from examples.rescoring.spark_job import main

    zone = spark.conf.get("spark.sql.session.timeZone")
    spark.conf.set("spark.sql.session.timeZone", "Asia/Tokyo")
    told = ["--mapping", "mapping.yaml", "--policy", "retail", "--position", "row"]
    main([str(folder / "cases.parquet"), str(folder / "decided"), *told])
    spark.conf.set("spark.sql.session.timeZone", zone)

    decided = pq.read_table(folder / "decided/is_rejected=false")
    rejected = pq.read_table(folder / "decided/is_rejected=true")
    assert decided.select(OUTPUT.names).cast(OUTPUT).num_rows == 1
    assert (decided["position"].to_pylist(), decided["case_id"].to_pylist()) == ([7], ["T-1"])
    assert rejected["position"].to_pylist() == [8]
    assert "no such reason" in rejected["rejected"][0].as_py()
