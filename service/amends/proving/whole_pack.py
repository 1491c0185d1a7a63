"""What the checks of a whole pack find in it, with the lines that it is about: of a pack on the disk, or one sent."""

import re

from amends.application.compiled_pack import CompiledPack
from amends.packs.diagnostics import Diagnostic, PackError
from amends.packs.files import PackFiles, named
from amends.packs.findings import Findings
from amends.packs.folder import HEADER
from amends.packs.model import Position
from amends.packs.pack_test_file import read_tests_of
from amends.proving.cells import Progress, no_progress
from amends.proving.coverage import Coverage
from amends.proving.measure import measure
from amends.proving.pack_checks import pack_warnings
from amends.proving.pack_tests import run_pack_tests


def check_whole_pack(
    compiled: CompiledPack, files: PackFiles, *, today: int, progress: Progress = no_progress
) -> tuple[Diagnostic, ...]:
    """What the owner of a pack that compiles should look at, in the order of position; `files` are the pack's."""
    warnings = pack_warnings(
        compiled, today=today, main=_main(files), coverage=_coverage(compiled, files), progress=progress
    )
    shown = Findings()
    for file in {warning.position.file for warning in warnings}:
        shown.add_lines(file, tuple(_text(file.removeprefix(f"{files.name}/"), files).splitlines()))
    return tuple(shown.excerpted(warning) for warning in warnings)


def _coverage(compiled: CompiledPack, files: PackFiles) -> Coverage | None:
    """What the pack's tests reach; None where they cannot be read, which running them tells."""
    try:
        tests = read_tests_of(files, compiled.pack)
    except PackError:
        return None
    return measure(compiled, run_pack_tests(compiled, tests))


def _main(files: PackFiles) -> Position:
    """Where the axes of the cells are written; the top of the pack where they are inherited, or there are none."""
    lines = _text(HEADER, files).splitlines()
    line = next((number for number, text in enumerate(lines, start=1) if re.match(r"main\s*:", text)), 1)
    return Position(named(HEADER, files), line, 1)


def _text(path: str, files: PackFiles) -> str:
    return (files.read(path, Findings()) or b"").decode("utf-8", "replace")
