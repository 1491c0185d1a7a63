"""Reads a mapping file, with every problem told at once; and where there is none, maps columns by their names.

It has the form of a situation file. What stands there as a value is the same in every row; `{column: NAME}` takes a
row's own.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

from amends.domain.currencies import EXPONENTS
from amends.domain.facts import FactSpec, FactType
from amends.packs.diagnostics import PackError
from amends.packs.findings import Findings, Hint, nearest
from amends.packs.literals import Conventions, read_value
from amends.packs.model import Pack, Position
from amends.packs.read_situation import GROUPS, IDENTIFIERS
from amends.packs.reader import MapNode, Node, ScalarNode, read_yaml
from amends.packs.shapes import check_keys, mapping, missing, scalar
from amends.rescoring.mapping import (
    MINOR,
    UNIT_NANOS,
    UNOBTAINABLE,
    FromColumn,
    Mapped,
    MappedFact,
    MappedName,
    unobtainable_spec,
)

_ALWAYS: Final = ("column", "values")
_KEYS: Final = {
    FactType.BOOLEAN: (),
    FactType.INTEGER: ("decimal", "thousands"),
    FactType.DECIMAL: ("decimal", "thousands"),
    FactType.MONEY: ("unit", "currency", "currency_column", "decimal", "thousands"),
    FactType.DURATION: ("unit", "decimal", "thousands"),
    FactType.DATE: ("format", "timezone"),
    FactType.TEXT: (),
    FactType.ENUM: (),
    FactType.SET: ("separator",),
}
"""What may be said of a column beside its name and the names of its values, by the type of the fact."""


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
    return Mapped(reader.facts, reader.names)


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
        self.facts: dict[str, MappedFact] = {}
        self.names: dict[str, MappedName] = {}

    def read(self, root: MapNode) -> None:
        for key, value in root.entries:
            if key.text in GROUPS:
                group = mapping(value, f"`{key.text}`", self._findings)
                for name, inner in group.entries if group is not None else ():
                    self._entry(name, inner, f"{key.text}.{name.text}", identifier=name.text in IDENTIFIERS[key.text])
            else:
                self._entry(key, value, key.text, identifier=key.text in IDENTIFIERS[""])

    def _entry(self, key: ScalarNode, value: Node, path: str, *, identifier: bool) -> None:
        if identifier:
            self._name(path, value)
        elif path not in self._specs:
            known = [*self._specs, *GROUPS, *(name for names in IDENTIFIERS.values() for name in names)]
            self._findings.error(key.position, "unknown-fact", f"there is no fact {path[:100]!r}", nearest(path, known))
        elif isinstance(value, MapNode):
            source = self._column(value, self._specs[path])
            if source is not None:
                self.facts[path] = MappedFact(self._specs[path], source)
        else:
            constant = read_value(value, self._specs[path], self._conventions, self._findings)
            if constant is not None:
                self.facts[path] = MappedFact(self._specs[path], constant)

    def _name(self, path: str, value: Node) -> None:
        if isinstance(value, MapNode):
            check_keys(value, ("column",), self._findings, what=f"the column of {path}")
            column = self._text(value, "column", required=True)
            if column:
                self.names[path] = MappedName(path, FromColumn(column))
            return
        constant = scalar(value, f"`{path}`", self._findings)
        if constant is not None:
            self.names[path] = MappedName(path, constant.text)

    def _column(self, node: MapNode, spec: FactSpec) -> FromColumn | None:
        check_keys(node, (*_ALWAYS, *_KEYS[spec.type]), self._findings, what=f"the column of {spec.path}")
        column = self._text(node, "column", required=True)
        if not column:
            return None
        return FromColumn(
            column,
            values=self._values(node, spec),
            unit=self._unit(node, spec),
            currency=self._currency(node),
            currency_column=self._text(node, "currency_column"),
            decimal=self._text(node, "decimal") or ".",
            thousands=self._text(node, "thousands"),
            form=self._form(node),
            timezone=self._timezone(node),
            separator=self._text(node, "separator") or ",",
        )

    def _values(self, node: MapNode, spec: FactSpec) -> dict[str, str | None]:
        """Whatever a value is called in the column, what it is called here must be a value of the fact."""
        found: dict[str, str | None] = {}
        inner = node.get("values")
        entries = mapping(inner, "`values`", self._findings) if inner is not None else None
        for key, value in entries.entries if entries is not None else ():
            if isinstance(value, ScalarNode) and value.is_null:
                found[key.text] = None
            elif isinstance(value, ScalarNode):
                if spec.type is not FactType.SET:
                    read_value(value, spec, self._conventions, self._findings)
                found[key.text] = value.text
            else:
                scalar(value, "a value", self._findings)
        return found

    def _unit(self, node: MapNode, spec: FactSpec) -> str:
        unit = self._text(node, "unit")
        units = (MINOR,) if spec.type is FactType.MONEY else tuple(UNIT_NANOS)
        if unit and unit not in units:
            self._wrong(node, "unit", f"{unit[:60]!r} is no unit", nearest(unit, units))
        return unit

    def _currency(self, node: MapNode) -> str:
        currency = self._text(node, "currency")
        if currency and currency not in EXPONENTS:
            self._wrong(
                node, "currency", f"{currency[:60]!r} is not an ISO 4217 currency", nearest(currency, EXPONENTS)
            )
        return currency

    def _form(self, node: MapNode) -> str:
        form = self._text(node, "format")
        try:
            datetime.strptime(datetime(2026, 1, 2).strftime(form), form)  # noqa: DTZ001, DTZ007 -- only whether it can be read
        except ValueError:
            self._wrong(node, "format", f"{form[:60]!r} cannot be read back", 'as in "%d.%m.%Y %H:%M"')
        return form

    def _timezone(self, node: MapNode) -> ZoneInfo | None:
        name = self._text(node, "timezone")
        try:
            return ZoneInfo(name) if name else None
        except (ValueError, OSError):
            self._wrong(node, "timezone", f"{name[:60]!r} is no time zone", "as in Europe/Berlin")
            return None

    def _text(self, node: MapNode, key: str, *, required: bool = False) -> str:
        inner = node.get(key)
        if inner is None:
            if required:
                missing(node, key, "what comes from a column", self._findings)
            return ""
        found = scalar(inner, f"`{key}`", self._findings)
        return "" if found is None else found.text

    def _wrong(self, node: MapNode, key: str, message: str, hint: Hint) -> None:
        inner = node.get(key)
        assert inner is not None  # it has just been read
        self._findings.error(inner.position, "wrong-value", message, hint)
