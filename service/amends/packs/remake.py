"""Makes a pack again with a part of it changed in memory: no file is read twice, and no file is written.

Only what changed and what extends it is merged anew. What compiles a pack from its files compiles it here, so a change
means what it would mean in the file, and is refused where it would be refused there.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from amends.packs.compile import own_conventions, read_pack
from amends.packs.diagnostics import Diagnostic
from amends.packs.files import FolderFiles
from amends.packs.findings import Findings
from amends.packs.flatten import Flat, flatten
from amends.packs.folder import read_folder
from amends.packs.model import Pack
from amends.packs.outline import Outline, Section
from amends.packs.read_settings import read_conventions


@dataclass(frozen=True, slots=True)
class Remade:
    """The pack as changed, without a digest, and what is wrong with it: a pack with errors is not to be used."""

    pack: Pack
    errors: tuple[Diagnostic, ...]


class Remaker:
    """One pack and all that it extends, as they stood in their files when this was made. The pack compiles."""

    __slots__ = ("_flats", "outlines", "pack_id")

    def __init__(self, outlines: Mapping[str, Outline], pack_id: str) -> None:
        self.pack_id = pack_id
        self.outlines = outlines
        self._flats: dict[str, Flat] = {}
        self._flats = self._merged(outlines, ())

    @property
    def flat(self) -> Flat:
        """The pack with what it inherits, as written."""
        return self._flats[self.pack_id]

    def remade(self, changed: Outline | None = None) -> Remade:
        """The pack with this outline in place of the one of the same pack; None: as it stands."""
        findings = Findings()
        outlines = self.outlines if changed is None else {**self.outlines, changed.pack_id: changed}
        flats = self._flats if changed is None else self._merged(outlines, (changed.pack_id,))
        pack = read_pack(flats[self.pack_id], findings)
        return Remade(pack, findings.sorted() if findings.failed else ())

    def _merged(self, outlines: Mapping[str, Outline], stale: tuple[str, ...]) -> dict[str, Flat]:
        """Every pack of the lineage, merged: what is known already, but for the stale ones and their children."""
        merged: dict[str, Flat] = {}
        for pack_id, outline in outlines.items():
            parents = [parent.text for parent in outline.extends]
            known = self._flats.get(pack_id)
            if known is None or pack_id in stale or any(merged[one] is not self._flats[one] for one in parents):
                findings = Findings()
                flat = flatten(outline, [merged[one] for one in parents], findings)
                known = own_conventions(flat, read_conventions(flat.sections[Section.SETTINGS], findings))
            merged[pack_id] = known
        return merged


def read_remaker(folder: Path, pack_id: str) -> Remaker:
    """Of a pack in a folder of rules that is known to compile."""
    outlines: dict[str, Outline] = {}
    _read(folder, pack_id, outlines)
    return Remaker(outlines, pack_id)


def _read(folder: Path, pack_id: str, outlines: dict[str, Outline]) -> None:
    """Parents before children, each once."""
    outline = read_folder(FolderFiles(folder / pack_id), Findings())
    for parent in outline.extends:
        if parent.text not in outlines:
            _read(folder, parent.text, outlines)
    outlines[pack_id] = outline
