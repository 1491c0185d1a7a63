"""Flights to be re-scored, some of them no situations, and what the local engine makes of them."""

from pathlib import Path
from typing import Any, Final

import pyarrow as pa
import pyarrow.parquet as pq
from typer.testing import CliRunner, Result

from amends.cli.main import app
from amends.rescoring.output_file import OUTPUT
from amends.rescoring.write_output import rejects_of
from examples.flight_rows import MAPPING, Month

RULES: Final = Path(__file__).parents[2] / "rules"
ROWS: Final = 4_000
_GROUP: Final = 500
_FEBRUARY: Final = 2
_EVERY: Final = 401


def write_flights(path: Path) -> Path:
    """The first of February. Every so many has a fault that there is not."""
    table = Month(_FEBRUARY).table().slice(0, ROWS)
    faults = table["fault"].to_pylist()
    faults[::_EVERY] = ["the moon's"] * len(faults[::_EVERY])
    table = table.set_column(table.column_names.index("fault"), "fault", pa.array(faults, pa.string()))
    pq.write_table(table, path, row_group_size=_GROUP)
    return path


def rescore(source: Path, out: Path, *options: str) -> Result:
    """`amends rescore` of flights."""
    told = ["--mapping", str(MAPPING), "--policy", "airline", "--rules", str(RULES), "--progress", "none"]
    return CliRunner().invoke(app, ["rescore", str(source), "--out", str(out), *told, *options])


def rows_in(out: Path) -> pa.Table:
    """All rows of an output in the order of the input, whichever engine wrote it."""
    return pq.read_table(out).cast(OUTPUT).sort_by("position")


def rejected_in(out: Path) -> bytes:
    """The rejected rows of an output as they are written."""
    return rejects_of(out).read_bytes()


def told(rows: list[Any]) -> pa.Table:
    """Rows of a data frame as a table of the output, in the order of the input."""
    return pa.Table.from_pylist([row.asDict(recursive=True) for row in rows], schema=OUTPUT).sort_by("position")
