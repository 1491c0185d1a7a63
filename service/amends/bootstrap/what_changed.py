"""Wires what a run of re-scoring is compared with: an earlier output, or the same rows decided by another pack."""

from collections.abc import Callable
from pathlib import Path
from typing import TypeAlias

from amends.application.compiled_pack import CompiledPack
from amends.engines.bitmap import BitmapEngine
from amends.packs.load import load_pack
from amends.rescoring.changes import Earlier
from amends.rescoring.compare_rows import By
from amends.rescoring.output_file import OutputFile
from amends.rescoring.parts import Parts

Against: TypeAlias = Callable[[Parts, Callable[[Earlier], None]], None]
"""Hands what the rows of these parts are compared with to its caller's function, and lets go of it afterwards."""


def against_file(path: Path) -> Against:
    """An earlier output. InputError where it is none."""
    file = OutputFile(path)

    def hand(_: Parts, use: Callable[[Earlier], None]) -> None:
        use(Earlier(file.tables, By.CASE, file.total))

    return hand


def against_run(run: Callable[[int, Callable[[Parts, Path], None]], object]) -> Against:
    """Another run over the same rows. `run` gets the moment for rows that say none, and how to finish."""

    def hand(parts: Parts, use: Callable[[Earlier], None]) -> None:
        def compare(theirs: Parts, _: Path) -> None:
            use(Earlier(theirs.tables, By.POSITION, sum(part.rows for part in theirs.done)))

        run(parts.began, compare)

    return hand


def pack_of_folder(folder: Path) -> CompiledPack:
    """The pack in a folder of rules. PackError where it cannot be read."""
    return CompiledPack(load_pack(folder.resolve().parent, folder.resolve().name), BitmapEngine())
