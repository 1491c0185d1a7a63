"""An output is read back as it was written, in every form."""

from pathlib import Path

import pyarrow as pa
import pytest

from amends.rescoring.changes import Earlier, changed
from amends.rescoring.compare_rows import By
from amends.rescoring.output_file import OutputFile
from amends.rescoring.read_rows import InputError
from amends.rescoring.write_output import write_tables
from tests.unit.rescoring.outputs import by_chance, row, table

FORMS = [".parquet", ".arrow", ".jsonl", ".csv"]


@pytest.mark.parametrize("suffix", FORMS)
def test_what_was_written_is_read(tmp_path: Path, suffix: str) -> None:
    """Every column of every row, hostile names, lists, money and times included; and so is what changed."""
    out, beside = tmp_path / f"out{suffix}", tmp_path / f"beside{suffix}"
    rows = [*by_chance(8, 300), row(301, 'a,"b"\n<c> ☃', order_id="-1", item_id="'")]
    write_tables(iter([table(rows)]), out)
    earlier = Earlier(OutputFile(out).tables, By.CASE)
    told = list(changed([table(by_chance(9, 300))], earlier, total=300, folder=tmp_path, only_changes=False))
    write_tables(iter(told), beside)

    assert pa.concat_tables(list(OutputFile(out).tables())) == table(rows)
    assert pa.concat_tables(list(OutputFile(beside).tables())).to_pylist() == pa.concat_tables(told).to_pylist()


@pytest.mark.parametrize("suffix", FORMS)
def test_what_is_no_output_is_refused(tmp_path: Path, suffix: str) -> None:
    """It is said which columns are not there."""
    path = tmp_path / f"other{suffix}"
    write_tables(iter([pa.table({"case_id": ["a"], "actions": [[1]]})]), path)

    with pytest.raises(InputError, match="it is no output of `amends rescore`: it has no column position"):
        OutputFile(path)
