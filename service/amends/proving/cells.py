"""Checks the cells of `main`: each is decided as a case would be, and what breaks a law is told once a cause.

A finding says in how many cells, in which for example, and what all of them share; cells that a waiver names are left
out before anything is counted.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from typing import Final

from amends.application.compiled_pack import CompiledPack
from amends.packs.checks.law import Law
from amends.packs.checks.waivers import Waivers
from amends.packs.diagnostics import CellFact, Cells, Diagnostic, Severity
from amends.packs.model import Position
from amends.proving.checks import gap, justices, money_without_apology, monotonic, next_step, overlap
from amends.proving.checks.breach import Breach
from amends.proving.grid import MOST_CELLS, Grid

MOST_DECIDED: Final = 2_000_000
"""Cells times rules: a pack of 1,000 rules is checked on 2,000 cells, as each takes that much longer to decide."""

TOO_MANY: Final = Law(
    name="too-many-cells",
    severity=Severity.WARNING,
    says=f"`main` has at most {MOST_CELLS:,} cells, and {MOST_DECIDED:,} cells times rules; of more, some are checked.",
    bad="""\
main: [flags, requested, customer.channels_on_file]
rules:
  - id: say-sorry
    title: Say sorry
    then: [{apology: {literal: true}}, {set_expectations: {next: We call you tomorrow at noon.}}]
  - id: listen
    title: Listen
    when:
      flags: {has_any: [safety, legal_threat, regulator, media, vulnerable, data_breach]}
      requested: {has_any: [refund, replacement, compensation, cancellation, explanation, apology]}
      customer.channels_on_file: {has_any: [in_person, voice, video, chat, mail, sms]}
    then: [{ask_perspective: {}}]
""",
    good="""\
main: [fault]
rules:
  - id: say-sorry
    title: Say sorry
    then: [{apology: {literal: true}}, {set_expectations: {next: We call you tomorrow at noon.}}]
""",
)
_EACH: Final = (gap, overlap, justices, next_step, money_without_apology)
CELL_LAWS: Final = (*(check.LAW for check in _EACH), monotonic.LAW, TOO_MANY)

Progress = Callable[[int, int], None]
"""Is told how many cells of how many are done, every so often."""

_TELL_EVERY: Final = 500


def no_progress(_done: int, _of: int) -> None:
    """For whoever does not watch."""


@dataclass(slots=True)
class _Found:
    """All breaches of one cause so far: how many, the first cell, and the values met on each axis."""

    law: Law
    breach: Breach
    example: tuple[int, ...]
    met: list[set[int]]
    count: int = field(default=0)

    def add(self, place: tuple[int, ...]) -> None:
        self.count += 1
        for values, index in zip(self.met, place, strict=True):
            values.add(index)


def check_cells(  # noqa: PLR0913  # what is checked, for whom, when, and who watches
    compiled: CompiledPack,
    *,
    waivers: Waivers,
    now: int,
    main: Position,
    most: int = MOST_CELLS,
    progress: Progress = no_progress,
) -> tuple[Diagnostic, ...]:
    """What was found. `now` is the time of observation; `main` is where the axes are written."""
    pack = compiled.pack
    grid = Grid(pack, now=now, most=min(most, MOST_DECIDED // max(1, len(pack.rules))))
    found = _Collector(grid, waivers)
    givings: dict[tuple[int, ...], monotonic.Giving] = {}
    role = pack.authority[0].role
    for done, cell in enumerate(grid.cells()):
        if done % _TELL_EVERY == 0:
            progress(done, grid.checked)
        decision = compiled.decide(grid.situation(cell), role=role).decision
        for check in _EACH:
            for breach in check.check(decision, pack):
                found.add(check.LAW, breach, cell.place)
        givings[cell.place] = monotonic.giving(decision, pack)
    progress(grid.checked, grid.checked)
    for place, breach in monotonic.check(grid, givings):
        found.add(monotonic.LAW, breach, place)
    return tuple(_sampled(grid, main)) + tuple(found.told(main))


def _sampled(grid: Grid, main: Position) -> Iterator[Diagnostic]:
    if grid.is_sampled:
        message = f"`main` has {grid.size:,} cells; of these {grid.checked:,} were checked"
        yield TOO_MANY.broken(
            main, message, "main", hint="take the facts that decide most; fewer boundaries, fewer cells"
        )


class _Collector:
    """Gathers breaches by law and cause."""

    __slots__ = ("_found", "_grid", "_waivers")

    def __init__(self, grid: Grid, waivers: Waivers) -> None:
        self._grid = grid
        self._waivers = waivers
        self._found: dict[tuple[str, str], _Found] = {}

    def add(self, law: Law, breach: Breach, place: tuple[int, ...]) -> None:
        if self._waivers.concerns(law.name):
            here = ("main", *breach.about, *self._grid.words(place))
            if self._waivers.silence(law.name, here):
                return
        key = (law.name, breach.cause)
        if key not in self._found:
            self._found[key] = _Found(law, breach, place, [set() for _ in self._grid.axes])
        self._found[key].add(place)

    def told(self, main: Position) -> Iterator[Diagnostic]:
        for found in self._found.values():
            cells = f"{found.count:,} of {self._grid.checked:,} cells"
            example = ", ".join(self._grid.words(found.example))
            message = f"{found.breach.cause}: {cells}, for example {example}{self._shared(found)}"
            at = found.breach.position
            # What another pack wrote is told at this one's `main`: its cells show it.
            own = at is not None and at.file.partition("/")[0] == main.file.partition("/")[0]
            told = found.law.broken(at if at and own else main, message, *found.breach.about, hint=found.breach.hint)
            yield replace(told, cells=Cells(found.count, tuple(self._facts(found))))

    def _facts(self, found: _Found) -> Iterator[CellFact]:
        for axis, met in zip(self._grid.axes, found.met, strict=True):
            values = [axis.values[place] for place in sorted(met)]
            known = tuple(value for value in values if value is not None)
            yield CellFact(axis.spec, known, missing=len(known) < len(values))

    def _shared(self, found: _Found) -> str:
        """The axes on which every such cell has one and the same value."""
        axes = zip(self._grid.axes, found.met, strict=True)
        same = [axis.words(min(met)) for axis, met in axes if len(met) == 1 and len(axis.values) > 1]
        return f"; all with {', '.join(same)}" if same and found.count > 1 else ""
