"""A run by Spark: all rows of a Parquet file or folder scored into a folder, and what they came to."""

import json
from dataclasses import dataclass
from pathlib import Path

from pyspark.sql import SparkSession

from amends.rescoring.run import Progress, StrictError, stopped
from amends.rescoring.spark.files import rows_in
from amends.rescoring.spark.frames import Wanted, scored
from amends.rescoring.spark.output_folder import Written, folder_beside
from amends.rescoring.spark.positions import rows_of
from amends.rescoring.spark.session import GAVE_UP, SparkError, told


@dataclass(frozen=True, slots=True)
class SparkRun:
    """One run. `wanted` says how rows are scored, and has the input's positions."""

    source: Path
    out: Path
    wanted: Wanted

    def run(self, spark: SparkSession, *, strict: bool, again: bool) -> Progress:
        """Score and write it all. InputError, OutputError, PackError, StrictError; SparkError where Spark gives up."""
        with folder_beside(self.out, again=again) as folder:
            written, rows = Written(spark, folder), rows_in(self.source)
            frame = scored(rows_of(spark, self.source), self.wanted)
            try:
                written.write(frame)
                done, outcomes, money = written.came_to()
            except GAVE_UP as error:
                raise SparkError(f"Spark gave up: {told(error)}") from None
            rejected = written.rejected()
            _check_all(self.out, rows, done + rejected.num_rows)
            if strict and rejected.num_rows:
                raise _stopped(rejected["line"][0].as_py())
            written.put(self.out)
        return Progress(None, done, rejected.num_rows, outcomes=outcomes, money=money)


def _check_all(out: Path, rows: int, found: int) -> None:
    """A worker that has a folder of its own under that path writes there, and says that all went well."""
    if found != rows:
        raise SparkError(
            f"{out}: of {rows:,} rows {found:,} were found where Spark was to write them; do all workers see the same "
            "folder under that path?"
        )


def _stopped(line: str) -> StrictError:
    said = json.loads(line)
    return stopped(said["position"], said["reasons"], is_begun=False)
