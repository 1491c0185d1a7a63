"""All warnings of one pack: the static ones, those of its cells, what no test exercises, and its waivers' own."""

from typing import Final

from amends.application.compiled_pack import CompiledPack
from amends.packs.checks.law import Law
from amends.packs.checks.registry import STATIC_LAWS, static_warnings
from amends.packs.checks.waivers import LAW as WAIVER_LAW
from amends.packs.checks.waivers import MUTATION, Waivers
from amends.packs.diagnostics import Diagnostic, PackError, Severity
from amends.packs.model import Position
from amends.proving.cells import CELL_LAWS, Progress, check_cells, no_progress
from amends.proving.checks import unexercised
from amends.proving.coverage import Coverage
from amends.proving.grid import MOST_CELLS

LAWS: Final[tuple[Law, ...]] = (*STATIC_LAWS, *CELL_LAWS, unexercised.LAW, WAIVER_LAW)
"""Every check there is, beside what reading a pack finds."""

WAIVABLE: Final = frozenset(law.name for law in LAWS if law.severity is Severity.WARNING and law is not WAIVER_LAW)
"""The checks whose warnings a pack may waive; never an error's, and never a waiver's own."""


def pack_warnings(  # noqa: PLR0913  # what is checked, by what, when, and who watches
    compiled: CompiledPack,
    *,
    today: int,
    main: Position,
    coverage: Coverage | None = None,
    most_cells: int = MOST_CELLS,
    progress: Progress = no_progress,
) -> tuple[Diagnostic, ...]:
    """What the pack's owner should look at, in the order of position; nothing that a waiver silences.

    `today` (nanoseconds since the epoch) is when waivers and reviews end and when the cells are observed. `coverage` is
    what the pack's tests reach, None where that is not known. What a pack inherits is told at the pack that wrote it.
    """
    pack = compiled.pack
    waivers = Waivers(pack, today=today)
    found = [one for one in static_warnings(pack, today=today) if _is_own(one, pack.pack_id)]
    if coverage is not None:
        found += unexercised.check(coverage, main)
    left = [one for one in found if not waivers.silence(one.code, one.about)]
    left += check_cells(compiled, waivers=waivers, now=today, main=main, most=most_cells, progress=progress)
    left += waivers.complaints(WAIVABLE, elsewhere={MUTATION})
    return PackError(left).diagnostics


def _is_own(found: Diagnostic, pack_id: str) -> bool:
    return found.position.file.startswith(f"{pack_id}/")
