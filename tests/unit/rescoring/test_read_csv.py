"""A CSV file is read as the mapping says that it is written; else it is told where it is not so, and what to do."""

from pathlib import Path

import numpy as np
import pytest

from amends.rescoring.mapping import CsvForm
from amends.rescoring.open_rows import open_rows
from amends.rescoring.read_rows import InputError

TEXT = "ticket;name\nT1;Müller\nT2;€ 5\n"


def put(folder: Path, data: bytes) -> Path:
    path = folder / "rows.csv"
    path.write_bytes(data)
    return path


def names(path: Path, form: CsvForm | None) -> list[object]:
    source = open_rows(path, form)
    return [one for batch in source.batches(["name"], size=1) for one in batch.columns["name"].to_pylist()]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "windows-1252", "utf-16", "iso-8859-15"])
@pytest.mark.parametrize("delimiter", [";", "\t", "|", ","])
def test_it_is_read_as_it_is_written(tmp_path: Path, encoding: str, delimiter: str) -> None:
    """Names of columns as well as cells, whatever parts them."""
    path = put(tmp_path, TEXT.replace(";", delimiter).encode(encoding))
    form = CsvForm(delimiter, "utf-8" if encoding == "utf-8-sig" else encoding)

    assert open_rows(path, form).columns == ["ticket", "name"]
    assert names(path, form) == ["Müller", "€ 5"]


def test_a_broken_row_keeps_its_place_and_its_words(tmp_path: Path) -> None:
    """Also in another encoding."""
    path = put(tmp_path, "ticket;name\nT1;Müller;x\nT2;Meier\n".encode("windows-1252"))

    (batch,) = open_rows(path, CsvForm(";", "windows-1252")).batches(["name"], size=9)

    assert [(one.position, one.text) for one in batch.broken] == [(1, "T1;Müller;x")]
    assert np.array_equal(batch.positions, [2])


@pytest.mark.parametrize(
    ("data", "told"),
    [
        ("ticket,näme\n".encode("latin-1"), "line 1: byte 0xe4: it is not written in utf-8; if all of it"),
        ("ticket,name\nT1,a\nT2,Müller\n".encode("latin-1"), "line 3: byte 0xfc: it is not written in utf-8; if all"),
        (b"ticket,name\n" + b"T1,a\n" * 4_000 + b"T2,\xff\n", "line 4002: byte 0xff: it is not written in utf-8"),
    ],
)
def test_it_is_told_where_it_is_written_otherwise(tmp_path: Path, data: bytes, told: str) -> None:
    """The line, the byte, and what to say in the mapping."""
    path = put(tmp_path, data)

    with pytest.raises(InputError) as found:
        names(path, None)

    assert told in str(found.value)
    assert "csv: {encoding: windows-1252}" in str(found.value)


def test_another_delimiter_is_asked_about(tmp_path: Path) -> None:
    """With what to say; who has said that commas part the cells is believed."""
    path = put(tmp_path, b"ticket;name\n")

    with pytest.raises(InputError, match=r"a single column, 'ticket;name': if ';' .* csv: {delimiter: \";\"}"):
        open_rows(path)

    assert open_rows(path, CsvForm()).columns == ["ticket;name"]
