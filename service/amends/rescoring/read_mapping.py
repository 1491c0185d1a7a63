"""Reads a mapping file, with every problem told at once; and where there is none, maps columns by their names.

It has the form of a situation file. What stands there as a value is the same in every row; `{column: NAME}` takes a
row's own.
"""

from collections.abc import Iterable
from typing import Final
from zoneinfo import ZoneInfo

from amends.packs.diagnostics import PackError
from amends.packs.findings import Findings, nearest
from amends.packs.literals import Conventions, read_value
from amends.packs.model import Pack, Position
from amends.packs.read_situation import GROUPS, IDENTIFIERS
from amends.packs.reader import MapNode, Node, ScalarNode, read_yaml
from amends.packs.shapes import mapping, scalar
from amends.rescoring.mapping import (
    UNOBTAINABLE,
    CsvForm,
    FromColumn,
    Mapped,
    MappedFact,
    MappedGrant,
    MappedName,
    unobtainable_spec,
)
from amends.rescoring.read_column import ColumnReader
from amends.rescoring.read_mapped_granted import GrantReader

GRANTED: Final = "granted"
CSV: Final = "csv"


def read_mapping(text: str, *, file: str, pack: Pack) -> Mapped:
    """The mapping that a file describes; PackError with everything wrong with it."""
    findings = Findings()
    document = read_yaml(text.encode("utf-8", "surrogateescape"), file)
    document.register(findings)
    reader = _MappingReader(pack, findings)
    if document.root is not None:
        root = mapping(document.root, "a mapping", findings)
        if root is not None:
            reader.read(root)
    elif not findings.failed:
        findings.error(Position(file, 1, 1), "empty", "there is nothing to read", "write case_id: {column: ..}")
    if findings.failed:
        raise PackError(findings.shown())
    return Mapped(reader.facts, reader.names, reader.granted, reader.csv)


def by_name(columns: Iterable[str], pack: Pack) -> Mapped:
    """Columns that bear the names of facts and identifiers mean these; what others mean is not known."""
    identifiers = {f"{group}.{name}" if group else name for group, names in IDENTIFIERS.items() for name in names}
    specs = {**pack.vocabulary.specs, UNOBTAINABLE: unobtainable_spec(pack)}
    names = tuple(columns)
    return Mapped(
        {name: MappedFact(specs[name], FromColumn(name)) for name in names if name in specs},
        {name: MappedName(name, FromColumn(name)) for name in names if name in identifiers},
    )


class _MappingReader:
    def __init__(self, pack: Pack, findings: Findings) -> None:
        self._specs = {**pack.vocabulary.specs, UNOBTAINABLE: unobtainable_spec(pack)}
        self._findings = findings
        self._conventions = Conventions(ZoneInfo(pack.timezone), pack.currency)
        self._columns = ColumnReader(self._conventions, findings)
        self._grants = GrantReader(pack, self._columns, self._conventions, findings)
        self.facts: dict[str, MappedFact] = {}
        self.names: dict[str, MappedName] = {}
        self.granted: tuple[MappedGrant, ...] | None = None
        self.csv: CsvForm | None = None

    def read(self, root: MapNode) -> None:
        for key, value in root.entries:
            if key.text in GROUPS:
                group = mapping(value, f"`{key.text}`", self._findings)
                for name, inner in group.entries if group is not None else ():
                    self._entry(name, inner, f"{key.text}.{name.text}", identifier=name.text in IDENTIFIERS[key.text])
            elif key.text == GRANTED:
                self.granted = self._grants.read(value)
            elif key.text == CSV:
                form = mapping(value, f"`{CSV}`", self._findings)
                self.csv = None if form is None else self._columns.csv(form)
            else:
                self._entry(key, value, key.text, identifier=key.text in IDENTIFIERS[""])

    def _entry(self, key: ScalarNode, value: Node, path: str, *, identifier: bool) -> None:
        if identifier:
            self._name(path, value)
        elif path not in self._specs:
            known = [*self._specs, *GROUPS, GRANTED, CSV, *(name for names in IDENTIFIERS.values() for name in names)]
            self._findings.error(key.position, "unknown-fact", f"there is no fact {path[:100]!r}", nearest(path, known))
        elif isinstance(value, MapNode):
            source = self._columns.column(value, self._specs[path])
            if source is not None:
                self.facts[path] = MappedFact(self._specs[path], source)
        else:
            constant = read_value(value, self._specs[path], self._conventions, self._findings)
            if constant is not None:
                self.facts[path] = MappedFact(self._specs[path], constant)

    def _name(self, path: str, value: Node) -> None:
        if isinstance(value, MapNode):
            column = self._columns.name(value, path)
            if column:
                self.names[path] = MappedName(path, FromColumn(column))
            return
        constant = scalar(value, f"`{path}`", self._findings)
        if constant is not None:
            self.names[path] = MappedName(path, constant.text)
