"""How a run is finished: its output, what changed, and the report."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa

from amends.rescoring.against import Against
from amends.rescoring.changes import Earlier, changed
from amends.rescoring.parts import Parts
from amends.rescoring.write_output import write_output, write_rejects, write_tables


@dataclass(frozen=True, slots=True)
class Finishing:
    """How a run is finished. `against` is what its rows are compared with; None: with nothing."""

    against: Against | None = None
    only_changes: bool = False

    def __call__(self, parts: Parts, out: Path) -> None:
        """The output of these parts, whole."""
        if self.against is None:
            write_output(parts, out)
            return
        write_rejects(parts, out)
        self.against(parts, lambda earlier: self._write(parts, earlier, out))

    def _write(self, parts: Parts, earlier: Earlier, out: Path) -> None:
        write_tables(self._changed(parts, earlier), out)

    def _changed(self, parts: Parts, earlier: Earlier) -> Iterator[pa.Table]:
        total = sum(part.rows for part in parts.done)
        return changed(parts.tables(), earlier, total=total, folder=parts.folder, only_changes=self.only_changes)
