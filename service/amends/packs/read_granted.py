"""Reads what was already given for a case: the `granted` of a situation in a pack test or a case file."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final, TypeVar

from amends.domain.action_kinds import KINDS, ActionKind
from amends.domain.money import Money
from amends.domain.situation import Granted, Subject
from amends.packs.findings import Findings, nearest
from amends.packs.literals import Conventions, LiteralError, read_date, read_money
from amends.packs.model import CustomAction
from amends.packs.read_custom import CUSTOM_NAME
from amends.packs.reader import MapNode, Node, ScalarNode
from amends.packs.shapes import check_keys, items, mapping, missing, scalar

LONGEST_IDENTIFIER: Final = 128
"""Identifiers are keys of databases; the wire has the same limit."""

GRANTED_KEYS: Final = ("kind", "action_id", "subject", "incident_id", "basis", "parameters", "amount", "time")
SUBJECT_KEYS: Final = ("order_id", "item_id")

T = TypeVar("T")


def read_granted(
    node: Node | None,
    conventions: Conventions,
    findings: Findings,
    *,
    actions: Mapping[str, CustomAction],
) -> tuple[Granted, ...] | None:
    """Everything given, as written; None where nobody said what was. `actions` are those that the pack declares."""
    if node is None:
        return None
    reader = _Reader(conventions, actions, findings)
    entries = [mapping(item, "an item of `granted`", findings) for item in items(node, "`granted`", findings)]
    read = [reader.entry(entry) for entry in entries if entry is not None]
    return tuple(granted for granted in read if granted is not None)


def read_identifier(node: Node | None, what: str, findings: Findings) -> str:
    """An identifier of the caller's; empty where none is written."""
    found = scalar(node, f"`{what}`", findings) if node is not None else None
    if found is None:
        return ""
    if len(found.text) > LONGEST_IDENTIFIER:
        findings.error(found.position, "too-long", f"`{what}` is longer than {LONGEST_IDENTIFIER} characters")
    return found.text


def read_kind(node: ScalarNode, findings: Findings) -> ActionKind | None:
    """The kind of action that a node names."""
    if node.text in list(ActionKind):
        return ActionKind(node.text)
    message = f"{node.text[:60]!r} is no kind of action"
    findings.error(node.position, "unknown-action", message, nearest(node.text, ActionKind))
    return None


def read_parameters(
    node: Node | None, kind: ActionKind, findings: Findings, *, actions: Mapping[str, CustomAction]
) -> dict[str, str]:
    """The parameters of something given, as text."""
    entries = mapping(node, "`parameters`", findings) if node is not None else None
    if entries is None:
        return {}
    check_keys(entries, _names(entries, kind, actions), findings, what=f"`{kind}`")
    found = ((key.text, scalar(value, f"`{key.text}`", findings)) for key, value in entries.entries)
    return {name: value.text for name, value in found if value is not None}


def _names(node: MapNode, kind: ActionKind, actions: Mapping[str, CustomAction]) -> tuple[str, ...]:
    """The parameters that a kind may have; of a custom action, those of the one that is named."""
    names = tuple(spec.name for spec in KINDS[kind].parameters)
    named = node.get(CUSTOM_NAME) if kind is ActionKind.CUSTOM else None
    action = actions.get(named.text) if isinstance(named, ScalarNode) else None
    return names if action is None else (*names, *(spec.name for spec in action.parameters))


def known(node: MapNode, key: str) -> Node | None:
    """The value of a key, or None where there is none or it is null: both say that it is not known."""
    value = node.get(key)
    return None if isinstance(value, ScalarNode) and value.is_null else value


@dataclass(frozen=True, slots=True)
class _Reader:
    conventions: Conventions
    actions: Mapping[str, CustomAction]
    findings: Findings

    def entry(self, node: MapNode) -> Granted | None:
        check_keys(node, GRANTED_KEYS, self.findings, what="an item of `granted`")
        subject = self._subject(known(node, "subject"))
        kind = self._kind(node)
        if kind is None:
            return None
        return Granted(
            kind=kind.value,
            action_id=read_identifier(known(node, "action_id"), "action_id", self.findings),
            subject=subject,
            incident_id=read_identifier(known(node, "incident_id"), "incident_id", self.findings),
            basis=self._basis(node, kind),
            parameters=read_parameters(known(node, "parameters"), kind, self.findings, actions=self.actions),
            amount=self._literal(known(node, "amount"), "`amount`", self._money),
            time=self._literal(known(node, "time"), "`time`", self._moment),
        )

    def _kind(self, node: MapNode) -> ActionKind | None:
        kind = node.get("kind")
        if kind is None:
            missing(node, "kind", "an item of `granted`", self.findings)
            return None
        found = scalar(kind, "`kind`", self.findings)
        return None if found is None else read_kind(found, self.findings)

    def _basis(self, node: MapNode, kind: ActionKind) -> str:
        basis = known(node, "basis")
        if basis is None and kind is ActionKind.ENTITLEMENT:
            missing(node, "basis", "a granted entitlement", self.findings)
        return read_identifier(basis, "basis", self.findings)

    def _subject(self, node: Node | None) -> Subject | None:
        subject = mapping(node, "`subject`", self.findings) if node is not None else None
        if subject is None:
            return None
        check_keys(subject, SUBJECT_KEYS, self.findings, what="`subject`")
        order_id, item_id = (read_identifier(known(subject, key), key, self.findings) for key in SUBJECT_KEYS)
        return Subject(order_id, item_id)

    def _literal(self, node: Node | None, what: str, read: Callable[[str], T]) -> T | None:
        found = scalar(node, what, self.findings) if node is not None else None
        if found is None:
            return None
        try:
            return read(found.text)
        except LiteralError as error:
            self.findings.error(found.position, error.code, f"{what}: {error.message}", error.hint)
            return None

    def _money(self, text: str) -> Money:
        amount = read_money(text, currency=self.conventions.currency)
        if amount.minor_units < 0:
            raise LiteralError(f"{text} is less than nothing", code="out-of-range")
        return amount

    def _moment(self, text: str) -> int:
        return read_date(text, self.conventions.timezone)
