"""CSV for spreadsheets: no cell is a formula, and each is read back as it was."""

import csv
from pathlib import Path

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from amends.rescoring.output_file import OutputFile
from amends.rescoring.safe_cells import as_written, made_safe
from amends.rescoring.write_output import write_tables
from tests.unit.rescoring.outputs import row, table

STARTS = "=+-@\t\r\n\uff1d\uff0b\uff0d\uff20"


@given(st.lists(st.none() | st.text(alphabet=f"{STARTS}'a1\u2603", max_size=6)))
def test_no_cell_begins_as_a_formula_and_each_comes_back(cells: list[str | None]) -> None:
    """Whatever it begins with, and however many apostrophes stand before that; what was harmless stays as it is."""
    safe = made_safe(pa.array(cells, pa.string()))

    assert not any(cell is not None and cell.startswith(tuple(STARTS)) for cell in safe.to_pylist())
    assert as_written(safe).to_pylist() == cells
    harmless = [cell for cell in cells if cell is None or not cell.lstrip("'").startswith(tuple(STARTS))]
    assert made_safe(pa.array(harmless, pa.string())).to_pylist() == harmless


@pytest.mark.parametrize("case", ['=HYPERLINK("http://x";"y")', "-1", "'=1", "@x", "+49", "\t=1", "plain"])
def test_an_output_as_csv_has_no_formula_and_is_read_exactly(tmp_path: Path, case: str) -> None:
    """Of any of its columns of text."""
    out = tmp_path / "out.csv"
    rows = table([row(1, case, order_id=case, incident_id=case)])

    write_tables(iter([rows]), out)

    with out.open(encoding="utf-8", newline="") as file:
        (cells,) = list(csv.reader(file))[1:]
    assert not any(cell.startswith(tuple(STARTS)) for cell in cells)
    assert pa.concat_tables(list(OutputFile(out).tables())).to_pylist() == rows.to_pylist()
