"""Rows of Parquet files with their positions: the files' own, the same however often and wherever they are read."""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as sql

from amends.rescoring.read_rows import InputError
from amends.rescoring.spark.session import GAVE_UP, told

POSITION: Final = "position of the row in the input"
"""The column that says it; no file has one of that name."""

_FILE: Final = "file of the row"
_BEFORE: Final = "rows of the files before"


def in_spark(path: Path) -> str:
    """A path as Spark reads it: it decodes nothing, and would look for a bare one in its own file system."""
    return f"file://{path.resolve()}"


def to_read(path: Path) -> str:
    """The same, to be read from: there `[1]` is a pattern, and would find another file than the one of that name."""
    return re.sub(r"([\\\[\]{}*?])", r"\\\1", in_spark(path))


def rows_of(spark: SparkSession, source: Path) -> DataFrame:
    """All rows of a Parquet file, or of the files of a folder in the order of their names; from 1, as in one file.

    InputError where Spark does not read it.
    """
    try:
        frame = spark.read.parquet(to_read(source))
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
    except GAVE_UP as error:
        raise InputError(f"{source}: Spark does not read it as Parquet: {told(error)}") from None


def _rows_before(numbered: DataFrame) -> Mapping[str, int]:
    """Of each file the rows of all whose names come before."""
    counts = {row[0]: row[1] for row in numbered.groupBy(_FILE).count().collect()}
    before, rows = dict[str, int](), 0
    for path in sorted(counts):
        before[path] = rows
        rows += counts[path]
    return before
