"""Outputs are whole or not there, and cost no part that a run may have to go on from."""

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet

from amends.rescoring.parts import Parts, Run
from amends.rescoring.read_rows import Done
from amends.rescoring.write_output import write_output


def test_the_parts_stay_until_the_run_is_finished(tmp_path: Path) -> None:
    """Also the only part of a Parquet output: what fails after it, as a report may, is gone on with from there."""
    out = tmp_path / "out.parquet"
    with Parts(tmp_path / "out.parquet.parts", Run({"input": "a"}, 1)) as parts:
        part = parts.begin(1)
        part.write(pa.table({"position": pa.array([1, 2], pa.int64())}), ())
        parts.finish(part, done=Done(2, "mark"))

        write_output(parts, out)

        assert pa.parquet.read_table(out)["position"].to_pylist() == [1, 2]
        assert parts.resume() == Done(2, "mark")
        parts.remove()
    assert [path.name for path in tmp_path.iterdir()] == ["out.parquet"]
