"""The output of a run by Spark: a folder of Parquet files, under its name only when all of it is there.

Spark's own committer sees to it that of a task that was done twice one is taken. What was rejected lies beside, in one
file, as of any other run.
"""

import os
import re
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import pyarrow as pa
import pyarrow.dataset
import pyarrow.parquet
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as sql

from amends.rescoring.output_file import OUTPUT
from amends.rescoring.own_folder import SPARK, OutputError, OwnFolder
from amends.rescoring.part_writer import sync
from amends.rescoring.spark.positions import in_spark, to_read
from amends.rescoring.spark.task_scorer import REJECTED
from amends.rescoring.write_output import put_rejects

SUCCESS: Final = "_SUCCESS"
"""The empty file by which Spark says that a folder is whole."""

_OF_SPARK: Final = re.compile(r"_SUCCESS|part-[\w.-]+\.parquet|\.[\w.-]+\.crc", re.ASCII)
_LEFT: Final = "is_rejected"
_MONEY: Final = ("entitlement", "refund", "goodwill")


class Written:
    """All rows that were scored, written and not yet under their name."""

    def __init__(self, spark: SparkSession, folder: Path) -> None:
        self._spark, self._folder = spark, folder

    def write(self, scored: DataFrame) -> None:
        """One pass for both kinds of rows, and so the same columns: a rejected row has its line in place of a case."""
        said = sql.coalesce(sql.col(REJECTED), sql.col("case_id"))
        rows = scored.withColumns({"case_id": said, _LEFT: sql.col(REJECTED).isNotNull()}).drop(REJECTED)
        rows.write.partitionBy(_LEFT).parquet(in_spark(self._folder))

    @property
    def decided(self) -> Path:
        """Where the rows lie that were decided."""
        return self._folder / f"{_LEFT}=false"

    def rejected(self) -> pa.Table:
        """What was rejected, in order: `position` and the line."""
        folder = self._folder / f"{_LEFT}=true"
        if not folder.exists():
            return pa.table({"position": pa.array([], pa.int64()), "line": pa.array([], pa.string())})
        found = pa.dataset.dataset(folder, format="parquet").to_table(columns=["position", "case_id"])
        return found.rename_columns(["position", "line"]).sort_by("position")

    def came_to(self) -> tuple[int, Counter[str], Counter[tuple[str, str]]]:
        """Rows that were decided, by what they came to, and minor units by kind of action and currency."""
        outcomes: Counter[str] = Counter()
        money: Counter[tuple[str, str]] = Counter()
        if self.decided.exists():
            frame = self._spark.read.parquet(to_read(self.decided))
            sums = [sql.sum(f"{kind}_minor_units").alias(kind) for kind in _MONEY]
            keys = ["outcome", *(f"{kind}_currency" for kind in _MONEY)]
            for row in frame.groupBy(*keys).agg(sql.count(sql.lit(1)).alias("rows"), *sums).collect():
                outcomes[row["outcome"]] += row["rows"]
                for kind in _MONEY:
                    if row[f"{kind}_currency"] is not None:
                        money[(kind, row[f"{kind}_currency"])] += row[kind]
        return sum(outcomes.values()), outcomes, money

    def put(self, out: Path) -> None:
        """All of it on disk, then under its name."""
        if not self.decided.exists():
            self.decided.mkdir()
            pa.parquet.write_table(OUTPUT.empty_table(), self.decided / "part-00000.parquet")
        (self._folder / SUCCESS).rename(self.decided / SUCCESS)
        put_rejects((f"{line}\n" for line in self.rejected()["line"].to_pylist()), out)
        for path in (*self.decided.iterdir(), self.decided):
            sync(path)
        if out.exists():
            # What was there goes with all else that lies in the folder.
            out.rename(self._folder / "before")
        self.decided.rename(out)
        sync(out.parent)


@contextmanager
def folder_beside(out: Path, *, again: bool) -> Iterator[Path]:
    """A folder to write to, this process's own, and gone afterwards. OutputError where it, or the output, is there.

    `again`: an earlier output of Spark goes, and what a run of any kind has left.
    """
    _check_out(out, again=again)
    own = OwnFolder(out.with_name(out.name + ".parts"))
    if own.parts and not again:
        own.close()
        raise OutputError(f"{own.path}: it holds parts of another run; choose another --out, or --again to begin anew")
    try:
        own.clear()
        yield own.path / SPARK
    finally:
        own.remove()


def _check_out(out: Path, *, again: bool) -> None:
    if not os.path.lexists(out):
        return
    is_ours = out.is_dir() and not out.is_symlink() and _is_of_spark(out)
    if not again or not is_ours:
        how = "choose another --out" + (", or --again to replace it" if is_ours else "")
        raise OutputError(f"{out}: it is there already; {how}")


def _is_of_spark(folder: Path) -> bool:
    names = [path.name for path in folder.iterdir()]
    return SUCCESS in names and all(map(_OF_SPARK.fullmatch, names))
