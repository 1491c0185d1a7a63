"""Makes a pack again with a part of it changed in memory: no file is read twice, and no file is written.

Only what changed and what extends it is merged anew. What compiles a pack from its files compiles it here, so a change
means what it would mean in the file, and is refused where it would be refused there. Where only rules changed, only
they are read anew, under the names that stand.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from amends.packs.checks.registry import static_errors
from amends.packs.compile import deciding_order, own_conventions, read_pack
from amends.packs.diagnostics import Diagnostic
from amends.packs.files import FolderFiles
from amends.packs.findings import Findings
from amends.packs.flatten import Flat, flatten
from amends.packs.folder import read_folder
from amends.packs.model import Pack, Rule
from amends.packs.normal_form import TooManyConjunctsError, normal_form
from amends.packs.outline import Outline, Section
from amends.packs.read_rules import read_rules
from amends.packs.read_settings import read_conventions
from amends.packs.reader import MapNode
from amends.packs.same_covers import check_covers
from amends.packs.shapes import Context


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

    def may_reread(self, idents: Collection[str]) -> bool:
        """Whether these rules may be read anew alone: not those that stand in the place of inherited ones."""
        return not any(section is Section.RULES and own.ident in idents for section, _, own in self.flat.replaced)

    def reread(self, pack: Pack, changed: Outline, idents: Collection[str]) -> Remade:
        """The same as `remade`, where the outline changed in these rules and in tables that only they name.

        `pack` is what `remade` makes of the files as they stand.
        """
        findings = Findings()
        read = [rule for ident in idents for rule in self._rules(ident, pack, changed, findings)]
        others = [rule for rule in pack.rules if _written_as(rule) not in idents]
        made = replace(pack, rules=tuple(sorted((*others, *read), key=deciding_order)))
        for rule in read:
            try:
                normal_form(rule.when)
            except TooManyConjunctsError as error:
                findings.error(rule.position, "condition-too-large", f"rule {rule.rule_id}: {error}")
        if not findings.failed:
            findings.include(static_errors(replace(pack, rules=tuple(read))))
            check_covers(made, findings)
        return Remade(made, findings.sorted() if findings.failed else ())

    def _rules(self, ident: str, pack: Pack, changed: Outline, findings: Findings) -> tuple[Rule, ...]:
        definition = changed.sections[Section.RULES].get(ident)
        if definition is None:
            return ()
        assert isinstance(definition.node, MapNode)  # the outline keeps no other shape
        context = Context(
            pack.vocabulary,
            tuple(pack.teams),
            self.flat.conventions[definition.origin],
            findings,
            tuple(pack.calendars),
            pack.actions,
            changed.tables,
        )
        return read_rules(ident, definition.node, context)

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


def _written_as(rule: Rule) -> str:
    """The id of the definition that a rule, or a row of its table, was read from."""
    return rule.rule_id if rule.row is None else rule.row.table


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
