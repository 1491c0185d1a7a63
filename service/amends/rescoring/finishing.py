"""How a run is finished: its output, what changed, and the report."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import pyarrow as pa

from amends.domain.action_kinds import ActionKind, Combine
from amends.rescoring.against import Against
from amends.rescoring.changed_columns import CaseChange
from amends.rescoring.changes import Earlier, changed
from amends.rescoring.output_file import OutputFile
from amends.rescoring.parts import Parts
from amends.rescoring.report.compose import compose
from amends.rescoring.report.moves import MOVED, Moves, rows_of_now
from amends.rescoring.report.rejects import Rejects
from amends.rescoring.report.tally import TALLIED, Tally
from amends.rescoring.report.words import Names
from amends.rescoring.report.write import write_report
from amends.rescoring.write_output import rejects_of, write_output, write_rejects, write_tables


@dataclass(frozen=True, slots=True)
class Wanted:
    """A report that is wanted: the page, a folder for its charts as pictures, and what things are called in it."""

    page: Path | None
    pictures: Path | None
    names: Names = field(default_factory=Names)

    def write(self, tally: Tally, moves: Moves | None, rejects: Rejects | None) -> None:
        """The report of what was added up. `rejects` None: nobody knows whether any row was rejected."""
        write_report(compose(tally, moves, rejects, self.names), page=self.page, pictures=self.pictures)


@dataclass(frozen=True, slots=True)
class Finishing:
    """How a run is finished. `against` is what its rows are compared with; None: with nothing. `combine` is what its
    pack changes of how proposals of a kind become one.
    """

    against: Against | None = None
    combine: Mapping[ActionKind, Combine] = field(default_factory=dict)
    only_changes: bool = False
    wanted: Wanted | None = None

    def __call__(self, parts: Parts, out: Path) -> None:
        """The output of these parts, whole, and then the report."""
        tally, moves = Tally(), None if self.against is None else Moves()
        # Of all rows, also where only those that changed are written; and before the parts become the output.
        for table in parts.tables() if self.wanted is not None else ():
            tally.add(table)
        if self.against is None:
            write_output(parts, out)
        else:
            write_rejects(parts, out)
            self.against(parts, lambda earlier: write_tables(self._changed(parts, earlier, moves), out))
        if self.wanted is not None:
            if moves is not None:
                # Rows that stayed the same may be left out of the file, never of the report.
                others = moves.cases[CaseChange.NEW] + moves.cases[CaseChange.CHANGED]
                moves.cases[CaseChange.SAME] = tally.rows - others
            self.wanted.write(tally, moves, _rejects(out) or Rejects())

    def _changed(self, parts: Parts, earlier: Earlier, moves: Moves | None) -> Iterator[pa.Table]:
        total = sum(part.rows for part in parts.done)
        found = changed(
            parts.tables(),
            earlier,
            total=total,
            folder=parts.folder,
            only_changes=self.only_changes,
            combine=self.combine,
        )
        for table in found:
            if moves is not None and self.wanted is not None:
                moves.add(table)
            yield table


def report_of(out: Path, wanted: Wanted) -> None:
    """The report of an output that was written earlier. InputError where it is none."""
    file = OutputFile(out)
    tally, moves = Tally(), Moves() if set(MOVED) <= set(file.schema.names) else None
    for table in file.tables(tuple(dict.fromkeys((*TALLIED, *(MOVED if moves is not None else ()))))):
        tally.add(table if moves is None else rows_of_now(table))
        if moves is not None:
            moves.add(table)
    if moves is not None:
        moves.left_out = not moves.quiet
    wanted.write(tally, moves, _rejects(out))


def _rejects(out: Path) -> Rejects | None:
    """What lies beside an output."""
    found = Rejects()
    try:
        with rejects_of(out).open(encoding="utf-8") as lines:
            found.add(lines)
    except FileNotFoundError:
        return None
    return found
