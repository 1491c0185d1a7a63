"""What Spark would read as something else than it is, and where it gives up: told in a line, with the file's name."""

from pathlib import Path
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from amends.cli.exit_codes import ExitCode
from amends.rescoring.read_rows import InputError
from amends.rescoring.spark.files import rows_in
from tests.spark.flights import rescore, write_flights
from tests.spark.flights import rows_in as rows_of

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

SPARK = ("--engine", "spark")


@pytest.fixture(scope="module")
def all_flights(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_flights(tmp_path_factory.mktemp("all") / "flights.parquet")


@pytest.fixture
def folder(all_flights: Path, tmp_path: Path) -> Path:
    """With one file of flights, and what others keep in such folders and Spark passes over."""
    flights = pq.read_table(all_flights).slice(1, 20)
    (tmp_path / "cases").mkdir()
    pq.write_table(flights, tmp_path / "cases/a.parquet")
    (tmp_path / "cases/._a.parquet").write_bytes(b"of a Mac")
    (tmp_path / "cases/_SUCCESS").touch()
    return tmp_path / "cases"


def beside(folder: Path, table: pa.Table) -> str:
    """What is said of the folder once the table lies in it, too."""
    pq.write_table(table, folder / "b.parquet")
    with pytest.raises(InputError) as refused:
        rows_in(folder)
    return str(refused.value)


def test_rows_are_those_of_all_files(folder: Path) -> None:
    """Whatever they are called, in folders of the folder, too; the order of columns means nothing."""
    flights = pq.read_table(folder / "a.parquet")
    (folder / "year=2026").mkdir()
    pq.write_table(flights.select(flights.column_names[::-1]), folder / "year=2026/b")

    assert rows_in(folder) == 40
    assert rows_in(folder / "a.parquet") == 20


def test_files_with_different_columns_are_refused(folder: Path) -> None:
    """Spark takes those of one for those of all: facts that only others have would not be known."""
    flights = pq.read_table(folder / "a.parquet")
    place = flights.column_names.index("fault")

    assert "b.parquet: it has no column fault, which a.parquet has; write" in beside(
        folder, flights.drop_columns(["fault"])
    )
    assert "b.parquet: it has the column weather, which a.parquet has not; write" in beside(
        folder, flights.append_column("weather", flights["fault"])
    )
    assert "b.parquet: it has another type of fault than a.parquet; write" in beside(
        folder, flights.set_column(place, "fault", pa.array([1] * 20))
    )


@pytest.mark.parametrize(
    ("kind", "told"),
    [
        (pa.duration("s"), "facts.delay is a duration, which Spark reads as a bare number; write it as one"),
        (pa.struct([("delay", pa.duration("s"))]), "facts.delay.delay is a duration, which Spark"),
        (pa.timestamp("ns", "UTC"), "facts.delay has moments by nanoseconds, which Spark does not read; write them by"),
    ],
)
def test_a_column_that_spark_takes_for_something_else_is_refused(tmp_path: Path, kind: pa.DataType, told: str) -> None:
    """Arrow has types that Parquet has not, and Parquet has one that Spark has not."""
    pq.write_table(pa.table({"case_id": ["c"], "facts.delay": pa.nulls(1, kind)}), tmp_path / "rows.parquet")

    with pytest.raises(InputError, match=told):
        rows_in(tmp_path / "rows.parquet")


def test_moments_as_older_sparks_write_them_are_read(tmp_path: Path) -> None:
    """In 96 bits, which Arrow takes for nanoseconds."""
    table = pa.table({"seen": pa.array([1], pa.timestamp("us"))})
    pq.write_table(table, tmp_path / "rows.parquet", use_deprecated_int96_timestamps=True)

    assert rows_in(tmp_path / "rows.parquet") == 1


def test_a_table_of_others_is_no_folder_of_parquet(folder: Path) -> None:
    """Its files hold rows that were deleted or replaced: all of them together are not the table."""
    (folder / "_delta_log").mkdir()

    with pytest.raises(
        InputError, match="cases: it is a table of Delta, whose files also hold rows that are no longer"
    ):
        rows_in(folder)


def test_what_is_no_parquet_is_told(folder: Path) -> None:
    """By its name, and not by the stack of who tried to read it."""
    (folder / "notes.txt").write_text("of a person", "utf-8")
    with pytest.raises(InputError, match=r"notes\.txt: it cannot be read as Parquet: "):
        rows_in(folder)
    (folder.parent / "nothing").mkdir()
    with pytest.raises(InputError, match="nothing: there is no Parquet file in it"):
        rows_in(folder.parent / "nothing")


@pytest.mark.usefixtures("spark")
def test_a_name_is_no_pattern(folder: Path) -> None:
    """`[1]` is a name as any other, of what is read and of what is written."""
    flights = pq.read_table(folder / "a.parquet")
    pq.write_table(flights, folder.parent / "cases1.parquet")
    pq.write_table(flights.slice(0, 5), folder.parent / "cases[1].parquet")

    found = rescore(folder.parent / "cases[1].parquet", folder.parent / "out{2}*", *SPARK)

    assert found.exit_code == 0, found.output
    assert rows_of(folder.parent / "out{2}*").num_rows == 5


@pytest.mark.usefixtures("spark")
def test_what_spark_cannot_go_on_with_is_told_in_a_line(all_flights: Path, folder: Path) -> None:
    """A page of the file is torn: its name, none of Java's classes, and no output."""
    torn = bytearray(all_flights.read_bytes())
    torn[3_000:6_000] = bytes(3_000)
    (folder.parent / "torn.parquet").write_bytes(torn)

    found = rescore(folder.parent / "torn.parquet", folder.parent / "out", *SPARK)

    assert found.exit_code == ExitCode.BAD_ARGUMENTS
    assert found.stderr.startswith("amends rescore: Spark gave up: [FAILED_READ_FILE.")
    assert "torn.parquet" in found.stderr
    assert len(found.stderr.splitlines()) == 1
    assert not (folder.parent / "out").exists()
    assert not (folder.parent / "out.parts").exists()


@pytest.mark.usefixtures("spark")
def test_rows_that_do_not_come_back_are_missed(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A worker that writes to a disk of its own says that all went well."""
    from amends.rescoring.spark.output_folder import Written

    write = Written.write

    def write_elsewhere(self: Written, scored: "DataFrame") -> None:
        write(self, scored)
        self.decided.rename(folder.parent / "of another machine")

    monkeypatch.setattr(Written, "write", write_elsewhere)

    found = rescore(folder / "a.parquet", folder.parent / "out", *SPARK)

    assert found.exit_code == ExitCode.BAD_ARGUMENTS
    assert "out: of 20 rows 0 were found where Spark was to write them; do all workers see the same" in found.stderr
    assert not (folder.parent / "out").exists()
