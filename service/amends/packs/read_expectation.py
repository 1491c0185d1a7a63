"""Reads the `expect` of a pack test. Every name in it must exist, so that no test passes by a misspelling."""

from collections.abc import Iterable
from typing import Final

from amends.domain.action import Scope
from amends.domain.action_kinds import GOODWILL_KINDS, KINDS, ActionKind, AmountUse, KindSpec
from amends.domain.money import Money
from amends.domain.vocabulary import Request
from amends.packs.findings import nearest
from amends.packs.literals import LiteralError, read_boolean, read_date, read_money
from amends.packs.model import FactParameter, Forbid, Pack, ParameterLiteral, TableParameter
from amends.packs.pack_test import Expectation, ExpectedAction
from amends.packs.read_custom import CUSTOM_NAME, custom_spec
from amends.packs.read_granted import read_kind
from amends.packs.read_parameters import read_parameter
from amends.packs.reader import MapNode, Node, ScalarNode, describe
from amends.packs.shapes import Context, check_keys, items, mapping, scalar, words
from amends.packs.situation_file import read_outcome

_RULE_LISTS: Final = ("applied", "undetermined", "overruled", "not_matched")
EXPECT_KEYS: Final = (
    *("outcome", "actions", "only", "never", "order"),
    *_RULE_LISTS,
    *("needed_facts", "guardrails", "unanswered"),
)
_STATES: Final = ("unsettled", "already_given", "may_grant_now", "approval_needed")
ACTION_KEYS: Final = ("scope", "authority", "due_at", "amount_needs", "rules", "on_hold", *_STATES)


class ExpectationReader:
    """Reads expectations of one file under one pack."""

    __slots__ = ("_context", "_findings", "_pack")

    def __init__(self, pack: Pack, context: Context) -> None:
        self._pack = pack
        self._context = context
        self._findings = context.findings

    def read(self, node: Node) -> Expectation:
        """The expectation as far as it could be read."""
        found = mapping(node, "`expect`", self._findings)
        if found is None:
            return Expectation()
        check_keys(found, EXPECT_KEYS, self._findings, what="`expect`")
        if not found.entries:
            self._findings.error(found.position, "empty", "a test that expects nothing cannot fail")
        rules = {name: self._rules(found.get(name), name) for name in _RULE_LISTS}
        guardrails = tuple(rule.guardrail_id for rule in self._pack.guardrails)
        return Expectation(
            outcome=read_outcome(found.get("outcome"), self._findings),
            actions=self._actions(found.get("actions")),
            only=self._boolean(found.get("only"), "only") or False,
            never=tuple(
                ban for item in items(found.get("never"), "`never`", self._findings) for ban in self._never(item)
            ),
            order=self._order(found.get("order")),
            applied=rules["applied"],
            undetermined=rules["undetermined"],
            overruled=rules["overruled"],
            not_matched=rules["not_matched"],
            needed_facts=self._facts(found.get("needed_facts"), "needed_facts"),
            guardrails=self._names(found.get("guardrails"), "guardrails", guardrails),
            unanswered=self._requests(found.get("unanswered")),
        )

    def _actions(self, node: Node | None) -> tuple[ExpectedAction, ...]:
        read = (self._action(item) for item in items(node, "`actions`", self._findings))
        return tuple(action for action in read if action is not None)

    def _action(self, item: Node) -> ExpectedAction | None:
        if not isinstance(item, MapNode) or len(item.entries) != 1:
            message = f"an expected action is one kind with what is compared, not {describe(item)}"
            self._findings.error(item.position, "wrong-shape", message, "- apology: {}")
            return None
        key, value = item.entries[0]
        kind = read_kind(key, self._findings)
        details = mapping(value, f"`{key.text[:60]}`", self._findings)
        if kind is None or details is None:
            return None
        spec = self._spec(kind, details)
        amounts = ("amount",) if spec.amount is not AmountUse.NONE else ()
        names = tuple(parameter.name for parameter in spec.parameters)
        check_keys(details, (*names, *amounts, *ACTION_KEYS), self._findings, what=f"an expected {kind}")
        states = {name: self._boolean(details.get(name), name) for name in _STATES}
        return ExpectedAction(
            kind=kind,
            parameters=self._parameters(details, spec),
            amount=self._amount(details.get("amount")) if amounts else None,
            amount_needs=self._facts(details.get("amount_needs"), "amount_needs"),
            scope=self._scope(details.get("scope")),
            authority=self._authority(details.get("authority")),
            due_at=self._due_at(details.get("due_at")),
            unsettled=states["unsettled"],
            already_given=states["already_given"],
            may_grant_now=states["may_grant_now"],
            approval_needed=states["approval_needed"],
            rules=self._rules(details.get("rules"), "rules"),
            on_hold=self._name(details.get("on_hold"), "on_hold", tuple(self._pack.teams)),
        )

    def _spec(self, kind: ActionKind, details: MapNode) -> KindSpec:
        """The kind; of a custom action that is named, with the parameters that the pack declares for it."""
        named = kind is ActionKind.CUSTOM and details.get(CUSTOM_NAME) is not None
        return (custom_spec(details, self._context) if named else None) or KINDS[kind]

    def _parameters(self, details: MapNode, kind: KindSpec) -> tuple[tuple[str, ParameterLiteral], ...]:
        found: list[tuple[str, ParameterLiteral]] = []
        for spec in kind.parameters:
            value = details.get(spec.name)
            parameter = read_parameter(value, spec, self._context) if value is not None else None
            if isinstance(parameter, FactParameter | TableParameter):
                self._findings.error(details.position, "type-mismatch", f"{spec.name!r} is written out in a test")
            elif parameter is not None:
                found.append((spec.name, parameter))
        return tuple(found)

    def _amount(self, node: Node | None) -> Money | None:
        found = scalar(node, "`amount`", self._findings) if node is not None else None
        if found is None:
            return None
        try:
            return read_money(found.text, currency=self._pack.currency)
        except LiteralError as error:
            self._findings.error(found.position, error.code, f"amount: {error.message}", error.hint)
            return None

    def _due_at(self, node: Node | None) -> int | None:
        found = scalar(node, "`due_at`", self._findings) if node is not None else None
        if found is None:
            return None
        try:
            return read_date(found.text, self._context.conventions.timezone)
        except LiteralError as error:
            self._findings.error(found.position, error.code, f"due_at: {error.message}", error.hint)
            return None

    def _scope(self, node: Node | None) -> Scope | None:
        found = self._name(node, "scope", tuple(Scope))
        return None if found is None else Scope(found)

    def _authority(self, node: Node | None) -> str | None:
        return self._name(node, "authority", tuple(role.role for role in self._pack.authority))

    def _boolean(self, node: Node | None, what: str) -> bool | None:
        found = scalar(node, f"`{what}`", self._findings) if node is not None else None
        if found is None:
            return None
        try:
            return read_boolean(found)
        except LiteralError as error:
            self._findings.error(found.position, error.code, f"{what}: {error.message}", error.hint)
            return None

    def _never(self, item: Node) -> tuple[Forbid, ...]:
        if isinstance(item, MapNode):
            check_keys(item, (ActionKind.GOODWILL,), self._findings, what="an item of `never` with details")
            kinds = self._names(item.get(ActionKind.GOODWILL), "goodwill", GOODWILL_KINDS)
            return (Forbid(ActionKind.GOODWILL, kinds),) if kinds else ()
        found = scalar(item, "an item of `never`", self._findings)
        kind = read_kind(found, self._findings) if found is not None else None
        return () if kind is None else (Forbid(kind),)

    def _order(self, node: Node | None) -> tuple[ActionKind, ...]:
        kinds = (read_kind(word, self._findings) for word in words(node, "`order`", self._findings))
        return tuple(kind for kind in kinds if kind is not None)

    def _rules(self, node: Node | None, what: str) -> tuple[str, ...]:
        return self._names(node, what, tuple(rule.rule_id for rule in self._pack.rules))

    def _facts(self, node: Node | None, what: str) -> tuple[str, ...]:
        return self._names(node, what, tuple(self._pack.vocabulary.specs))

    def _requests(self, node: Node | None) -> tuple[str, ...] | None:
        return None if node is None else self._names(node, "unanswered", tuple(Request))

    def _names(self, node: Node | None, what: str, known: Iterable[str]) -> tuple[str, ...]:
        known = tuple(known)
        found = words(node, f"`{what}`", self._findings)
        return tuple(word.text for word in found if self._is_known(word, what, known))

    def _name(self, node: Node | None, what: str, known: tuple[str, ...]) -> str | None:
        found = scalar(node, f"`{what}`", self._findings) if node is not None else None
        return found.text if found is not None and self._is_known(found, what, known) else None

    def _is_known(self, word: ScalarNode, what: str, known: tuple[str, ...]) -> bool:
        if word.text in known:
            return True
        message = f"`{what}` names {word.text[:60]!r}, which the pack does not have"
        self._findings.error(word.position, "unknown-name", message, nearest(word.text, known))
        return False
