"""Reads the `granted` of a mapping: what was given before, in the rows that say so."""

from typing import Final

from amends.domain.action_kinds import ActionKind
from amends.domain.money import Money
from amends.packs.findings import Findings
from amends.packs.literals import Conventions, read_value
from amends.packs.model import Pack
from amends.packs.read_granted import read_kind, read_parameters
from amends.packs.reader import MapNode, Node, ScalarNode
from amends.packs.shapes import check_keys, items, mapping, missing, scalar
from amends.rescoring.convert_given import SPECS
from amends.rescoring.mapping import FromColumn, MappedGrant
from amends.rescoring.read_column import ColumnReader

_KEYS: Final = (*SPECS, "parameters")


class GrantReader:
    """Reads the items of one mapping."""

    __slots__ = ("_columns", "_conventions", "_findings", "_pack")

    def __init__(self, pack: Pack, columns: ColumnReader, conventions: Conventions, findings: Findings) -> None:
        self._pack, self._columns, self._conventions, self._findings = pack, columns, conventions, findings

    def read(self, node: Node) -> tuple[MappedGrant, ...]:
        """Every item that can be read."""
        entries = [
            mapping(item, "an item of `granted`", self._findings) for item in items(node, "`granted`", self._findings)
        ]
        read = [self._item(entry) for entry in entries if entry is not None]
        return tuple(one for one in read if one is not None)

    def _item(self, node: MapNode) -> MappedGrant | None:
        check_keys(node, _KEYS, self._findings, what="an item of `granted`")
        if node.get("kind") is None:
            missing(node, "kind", "an item of `granted`", self._findings)
            return None
        kind, basis = self._kind(node), self._basis(node)
        amount, given = self._amount(node), self._given(node)
        if kind is None:
            return None
        if kind == ActionKind.ENTITLEMENT and not basis and node.get("basis") is None:
            missing(node, "basis", "a granted entitlement", self._findings)
        parameters = node.get("parameters")
        known = ActionKind(kind) if isinstance(kind, str) else None
        if parameters is not None and known is None:
            message = "parameters belong to one kind of action, and the kind is a column's here"
            self._findings.error(parameters.position, "wrong-value", message, "write an item for each kind")
        read = read_parameters(parameters, known, self._findings, actions=self._pack.actions) if known else {}
        return MappedGrant(kind, basis=basis, amount=amount, given=given, parameters=read)

    def _kind(self, node: MapNode) -> FromColumn | str | None:
        kind = node.get("kind")
        if isinstance(kind, MapNode):
            return self._columns.column(kind, SPECS["kind"])
        found = None if kind is None else scalar(kind, "`kind`", self._findings)
        read = None if found is None else read_kind(found, self._findings)
        return None if read is None else read.value

    def _basis(self, node: MapNode) -> FromColumn | str:
        basis = node.get("basis")
        if isinstance(basis, MapNode):
            return self._columns.column(basis, SPECS["basis"]) or ""
        found = None if basis is None else scalar(basis, "`basis`", self._findings)
        return "" if found is None else found.text

    def _amount(self, node: MapNode) -> FromColumn | Money | None:
        amount = node.get("amount")
        if amount is None or (isinstance(amount, ScalarNode) and amount.is_null):
            return None
        if isinstance(amount, MapNode):
            return self._columns.column(amount, SPECS["amount"])
        found = read_value(amount, SPECS["amount"], self._conventions, self._findings)
        assert found is None or isinstance(found, Money)
        return found

    def _given(self, node: MapNode) -> FromColumn | None:
        given = node.get("given")
        if isinstance(given, MapNode):
            return self._columns.column(given, SPECS["given"])
        if given is not None:
            message = "`given` is the column that says whether it was given"
            self._findings.error(given.position, "wrong-shape", message, "as in given: {column: apologised}")
        return None
