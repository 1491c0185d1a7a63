"""Rows of Parquet files with their positions: the files' own, the same however often and wherever they are read."""

from collections.abc import Mapping
from pathlib import Path
from typing import Final

import pyarrow as pa
import pyarrow.parquet
from pyspark.errors import PySparkException
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as sql

from amends.rescoring.read_rows import InputError
from amends.rescoring.spark.session import told

POSITION: Final = "position of the row in the input"
"""The column that says it; no file has one of that name."""

_FILE: Final = "file of the row"
_BEFORE: Final = "rows of the files before"


def in_spark(path: Path) -> str:
    """A path as Spark reads it: it decodes nothing, and would look for a bare one in its own file system."""
    return f"file://{path.resolve()}"


def rows_of(spark: SparkSession, source: Path) -> DataFrame:
    """All rows of a Parquet file, or of the files of a folder in the order of their names; from 1, as in one file.

    InputError where it is none, or Spark would take its columns for something else.
    """
    try:
        frame = spark.read.parquet(in_spark(source))
        check_types(source)
        at = sql.col("_metadata.row_index") + sql.lit(1)
        if source.is_file():
            return frame.select("*", at.alias(POSITION))
        numbered = frame.select("*", at.alias(POSITION), sql.col("_metadata.file_path").alias(_FILE))
        before = _rows_before(numbered)
        if not before:
            return frame.select("*", at.alias(POSITION))
        offsets = spark.createDataFrame(list(before.items()), f"`{_FILE}` string, `{_BEFORE}` bigint")
        joined = numbered.join(sql.broadcast(offsets), _FILE)
        return joined.withColumn(POSITION, sql.col(POSITION) + sql.col(_BEFORE)).drop(_FILE, _BEFORE)
    except PySparkException as error:
        raise InputError(f"{source}: Spark does not read it as Parquet: {told(error)}") from None


def _rows_before(numbered: DataFrame) -> Mapping[str, int]:
    """Of each file the rows of all whose names come before."""
    counts = {row[0]: row[1] for row in numbered.groupBy(_FILE).count().collect()}
    before, rows = dict[str, int](), 0
    for path in sorted(counts):
        before[path] = rows
        rows += counts[path]
    return before


def check_types(source: Path) -> None:
    """InputError where a type is Arrow's and not Parquet's: Spark would take a duration for a bare number."""
    for path in [source] if source.is_file() else sorted(source.rglob("*.parquet")):
        for field in pa.parquet.read_schema(path):
            if pa.types.is_duration(field.type):
                raise InputError(
                    f"{path}: the column {field.name} is a duration, which Spark reads as a bare number; write it as "
                    "one, and say its `unit` in the mapping"
                )
