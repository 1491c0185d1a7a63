"""What the rows of a run are compared with: an earlier output, or the same rows decided by another pack."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TypeAlias

import pyarrow as pa

from amends.rescoring.changes import Earlier
from amends.rescoring.compare_rows import EARLIER, By
from amends.rescoring.output_file import OutputFile
from amends.rescoring.parts import Parts

Against: TypeAlias = Callable[[Parts, Callable[[Earlier], None]], None]
"""Hands what the rows of these parts are compared with to its caller's function, and lets go of it afterwards."""


def against_file(path: Path) -> Against:
    """An earlier output. InputError where it is none."""
    file = OutputFile(path)

    def hand(_: Parts, use: Callable[[Earlier], None]) -> None:
        use(Earlier(lambda: _there(file), By.CASE, file.total))

    return hand


def _there(file: OutputFile) -> Iterator[pa.Table]:
    """Cases that were gone then are no earlier selves."""
    return (table.filter(table["outcome"].is_valid()) for table in file.tables(EARLIER))


def against_run(run: Callable[[Parts, Callable[[Parts, Path], None]], object]) -> Against:
    """Another run over the same rows. `run` gets the parts that it goes with, and how to finish."""

    def hand(parts: Parts, use: Callable[[Earlier], None]) -> None:
        def compare(theirs: Parts, _: Path) -> None:
            use(Earlier(theirs.tables, By.POSITION, sum(part.rows for part in theirs.done)))

        run(parts, compare)

    return hand
