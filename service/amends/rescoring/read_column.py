"""Reads what a mapping says of a column: its name, and how what stands in it is to be understood."""

from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from amends.domain.currencies import EXPONENTS
from amends.domain.facts import FactSpec, FactType
from amends.packs.findings import Findings, Hint, nearest
from amends.packs.literals import Conventions, read_value
from amends.packs.reader import MapNode, ScalarNode
from amends.packs.shapes import check_keys, mapping, missing, scalar
from amends.rescoring.mapping import MINOR, UNIT_NANOS, Ambiguous, CsvForm, FromColumn

COLUMN: Final = "column"
ALWAYS: Final = (COLUMN, "values")
KEYS: Final = {
    FactType.BOOLEAN: (),
    FactType.INTEGER: ("decimal", "thousands"),
    FactType.DECIMAL: ("decimal", "thousands"),
    FactType.MONEY: ("unit", "currency", "currency_column", "decimal", "thousands"),
    FactType.DURATION: ("unit", "decimal", "thousands"),
    FactType.DATE: ("format", "timezone", "ambiguous"),
    FactType.TEXT: (),
    FactType.ENUM: (),
    FactType.SET: ("separator",),
}
"""What may be said of a column beside its name and the names of its values, by the type of the fact."""


CSV_KEYS: Final = ("delimiter", "encoding")
"""What may be said of how a CSV file is written."""
_NO_DELIMITERS: Final = '"\r\n'


class ColumnReader:
    """Reads the columns of one mapping."""

    __slots__ = ("_conventions", "_findings")

    def __init__(self, conventions: Conventions, findings: Findings) -> None:
        self._conventions, self._findings = conventions, findings

    def name(self, node: MapNode, what: str) -> str:
        """The name of a column of which nothing else may be said; empty where that is wrong."""
        check_keys(node, (COLUMN,), self._findings, what=f"the column of {what}")
        return self._text(node, COLUMN, required=True)

    def column(self, node: MapNode, spec: FactSpec) -> FromColumn | None:
        """The column of a fact; None where its name is wrong."""
        check_keys(node, (*ALWAYS, *KEYS[spec.type]), self._findings, what=f"the column of {spec.path}")
        column = self._text(node, COLUMN, required=True)
        if not column:
            return None
        return FromColumn(
            column,
            values=self._values(node, spec),
            unit=self._unit(node, spec),
            currency=self._currency(node),
            currency_column=self._text(node, "currency_column"),
            decimal=self._text(node, "decimal") or ".",
            thousands=self._sign(node, "thousands"),
            form=self._form(node),
            timezone=self._timezone(node),
            ambiguous=self._ambiguous(node),
            separator=self._sign(node, "separator") or ",",
        )

    def csv(self, node: MapNode) -> CsvForm:
        """How a CSV file is written."""
        check_keys(node, CSV_KEYS, self._findings, what="`csv`")
        delimiter = self._sign(node, "delimiter") or ","
        encoding = self._text(node, "encoding") or "utf-8"
        if len(delimiter) > 1 or not delimiter.isascii() or delimiter in _NO_DELIMITERS:
            self._wrong(node, "delimiter", f"{delimiter[:60]!r} parts no cells", 'one sign, as in ";" or "\\t"')
            delimiter = ","
        try:
            "".encode(encoding)
        except (LookupError, ValueError):
            self._wrong(node, "encoding", f"{encoding[:60]!r} is no encoding", "as in windows-1252 or utf-16")
            encoding = "utf-8"
        return CsvForm(delimiter, encoding)

    def _ambiguous(self, node: MapNode) -> Ambiguous:
        said = self._text(node, "ambiguous")
        if said and said not in [*Ambiguous]:
            self._wrong(node, "ambiguous", f"{said[:60]!r} does not say which is meant", nearest(said, Ambiguous))
            return Ambiguous.REJECT
        return Ambiguous(said or Ambiguous.REJECT)

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
        except (ValueError, OSError, ZoneInfoNotFoundError):
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

    def _sign(self, node: MapNode, key: str) -> str:
        """As it stands, blanks too: in many places a blank parts thousands."""
        inner = node.get(key)
        if isinstance(inner, ScalarNode) and not inner.is_null and inner.text:
            return inner.text
        return self._text(node, key)

    def _wrong(self, node: MapNode, key: str, message: str, hint: Hint) -> None:
        inner = node.get(key)
        assert inner is not None  # it has just been read
        self._findings.error(inner.position, "wrong-value", message, hint)
