"""Opens the rows of a file, whatever its form."""

import csv
from pathlib import Path

import pyarrow as pa

from amends.rescoring.mapping import CsvForm
from amends.rescoring.read_arrow import ArrowRows, ParquetRows
from amends.rescoring.read_csv import CsvRows
from amends.rescoring.read_json import JsonRows
from amends.rescoring.read_rows import InputError, RowFormat, RowSource, format_of


def open_rows(path: Path, form: CsvForm | None = None) -> RowSource:
    """The rows of a file (of CSV in that form); InputError where it cannot be opened."""
    try:
        match format_of(path):
            case RowFormat.PARQUET:
                return ParquetRows(path)
            case RowFormat.CSV:
                return CsvRows(path, form)
            case RowFormat.JSONL:
                return JsonRows(path)
            case RowFormat.ARROW:
                return ArrowRows(path)
    except (OSError, ValueError, csv.Error, pa.ArrowException) as error:
        raise InputError(f"{path}: it cannot be read as its name says: {error}") from error
