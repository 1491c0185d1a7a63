"""Re-scores a year of real flights by both engines, Spark's in many tasks: each says of every row what the other says.

python -m tests.agreement.spark_flights [--months 2] [--master local[2]]
"""

import argparse
import sys
import tempfile
import time
from pathlib import Path
from typing import Final

import pyarrow as pa
import pyarrow.parquet as pq
from typer.testing import CliRunner

from amends.cli.main import app
from amends.rescoring.output_file import OUTPUT
from amends.rescoring.write_output import rejects_of
from examples.flight_rows import MAPPING, MONTHS, SCHEMA, Month

_RULES: Final = Path(__file__).parents[2] / "rules"
_GROUP: Final = 20_000
_EVERY: Final = 997
_CHUNK: Final = 50_000


def write(folder: Path, months: list[int]) -> int:
    """The flights of these months, a file each, in small groups; every so many with a fault that there is not."""
    rows = 0
    for month in months:
        table = Month(month).table()
        faults = table["fault"].to_pylist()
        faults[::_EVERY] = ["the moon's"] * len(faults[::_EVERY])
        table = table.set_column(table.column_names.index("fault"), "fault", pa.array(faults, pa.string()))
        pq.write_table(table, folder / f"{month:02}.parquet", row_group_size=_GROUP)
        rows += table.num_rows
    return rows


def together(folder: Path, out: Path) -> Path:
    """The same rows in one file, as the local engine reads them."""
    with pq.ParquetWriter(out, SCHEMA) as writer:
        for path in sorted(folder.iterdir()):
            writer.write_table(pq.read_table(path).cast(SCHEMA), row_group_size=_GROUP)
    return out


def rescore(source: Path, out: Path, *options: str) -> None:
    """One run; SystemExit where it fails."""
    told = ["--mapping", str(MAPPING), "--policy", "airline", "--rules", str(_RULES), "--progress", "none"]
    found = CliRunner().invoke(app, ["rescore", str(source), "--out", str(out), *told, *options])
    if found.exit_code:
        raise SystemExit(found.output)


def differing(one: Path, other: Path) -> str:
    """The first row and column in which two outputs differ; empty where none does."""
    ours, theirs = (pq.read_table(path).cast(OUTPUT).sort_by("position") for path in (one, other))
    if ours.num_rows != theirs.num_rows:
        return f"{ours.num_rows} rows for {theirs.num_rows}"
    for name in OUTPUT.names:
        for start in range(0, ours.num_rows, _CHUNK):
            mine, its = ours[name].slice(start, _CHUNK), theirs[name].slice(start, _CHUNK)
            if not mine.equals(its):
                pairs = enumerate(zip(mine.to_pylist(), its.to_pylist(), strict=True), start)
                return next(f"row {row}: {name}: {a} for {b}" for row, (a, b) in pairs if a != b)
    return "" if rejects_of(one).read_bytes() == rejects_of(other).read_bytes() else "rejected rows differ"


def main() -> int:
    """Compare, and say what came of it; 1 where anything differs."""
    parser = argparse.ArgumentParser(description="Re-score a year of flights by Spark and by the local engine.")
    parser.add_argument("--months", type=int, nargs="+", default=list(MONTHS))
    parser.add_argument("--master", default="local[2]")
    asked = parser.parse_args()
    began = time.monotonic()
    with tempfile.TemporaryDirectory() as name:
        folder, flights = Path(name), Path(name, "flights")
        flights.mkdir()
        rows = write(flights, asked.months)
        rescore(together(flights, folder / "flights.parquet"), folder / "local.parquet")
        rescore(flights, folder / "spark.parquet", "--engine", "spark", "--master", asked.master)
        found = differing(folder / "spark.parquet", folder / "local.parquet")
        files = len(list((folder / "spark.parquet").glob("*.parquet")))
        rejected = len(rejects_of(folder / "spark.parquet").read_bytes().splitlines())
    sys.stdout.write(
        f"{rows:,} flights by Spark, {files} files written, {rejected} rejected: "
        f"{found or 'every row as the local engine has it'}; {time.monotonic() - began:.0f} s\n"
    )
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
