"""Re-scores a Parquet data set where it lies, by whatever Spark it is submitted to.

    spark-submit --master spark://host:7077 examples/rescoring/spark_job.py s3a://shop/cases s3a://shop/decided \
        --mapping mapping.yaml --policy retail --rules rules --position row

Both kinds of rows are written in one pass, by Spark's own committer: `is_rejected=false` has the columns of
`amends rescore`, `is_rejected=true` has the lines of rejected rows in `rejected`.
"""

import argparse
from collections.abc import Sequence
from pathlib import Path

from pyspark.sql import SparkSession
from pyspark.sql import functions as sql

from amends.bootstrap.spark import rescore_dataframe


def main(arguments: Sequence[str] | None = None) -> None:
    """Read, score, write."""
    parser = argparse.ArgumentParser(description="Re-score a Parquet data set by Spark.")
    parser.add_argument("cases", help="where the rows lie, as Spark reads it")
    parser.add_argument("decided", help="where to")
    parser.add_argument("--mapping", type=Path, help="what the columns mean; without it, they bear facts' names")
    parser.add_argument("--policy", required=True)
    parser.add_argument("--rules", type=Path, default=Path("rules"))
    parser.add_argument("--position", help="the column of integers that tells where a row stands")
    asked = parser.parse_args(arguments)

    # As moments, not in the form of the days before Parquet had them.
    spark = SparkSession.builder.config("spark.sql.parquet.outputTimestampType", "TIMESTAMP_MICROS").getOrCreate()
    scored = rescore_dataframe(
        spark,
        spark.read.parquet(asked.cases),
        asked.policy,
        mapping=None if asked.mapping is None else asked.mapping.read_text("utf-8"),
        position=asked.position,
        rules=asked.rules,
    )
    parted = scored.withColumn("is_rejected", sql.col("rejected").isNotNull())
    parted.write.partitionBy("is_rejected").parquet(asked.decided)


if __name__ == "__main__":
    main()
