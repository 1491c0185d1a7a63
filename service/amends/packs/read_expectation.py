"""Reads the `expect` of a pack test. Every name in it must exist, so that no test passes by a misspelling."""

from typing import Final

from amends.domain.action import Scope
from amends.domain.action_kinds import GOODWILL_KINDS, KINDS, ActionKind, AmountUse, KindSpec
from amends.domain.vocabulary import Request
from amends.packs.expected_values import ExpectedValues
from amends.packs.model import FactParameter, Forbid, Pack, ParameterLiteral, TableParameter
from amends.packs.pack_test import Expectation, ExpectedAction
from amends.packs.read_custom import CUSTOM_NAME, custom_spec
from amends.packs.read_expected_trace import read_adjustments, read_changes, read_near_misses, read_obligations
from amends.packs.read_granted import read_kind
from amends.packs.read_parameters import read_parameter
from amends.packs.reader import MapNode, Node, describe
from amends.packs.shapes import Context, check_keys, items, mapping, scalar, words
from amends.packs.situation_file import read_outcome

_RULE_LISTS: Final = ("applied", "limited", "undetermined", "overruled", "not_matched")
EXPECT_KEYS: Final = (
    *("outcome", "actions", "only", "never", "order"),
    *_RULE_LISTS,
    *("needed_facts", "asks", "ask_next", "unobtainable", "guardrails", "lifted", "unanswered"),
    *("adjustments", "obligations", "near_misses", "changes", "derived"),
)
_STATES: Final = ("unsettled", "already_given", "may_grant_now", "approval_needed")
ACTION_KEYS: Final = (
    *("scope", "authority", "due_at", "valid_until", "amount_needs", "granted", "rules", "on_hold"),
    *("unsettled_by", "waits_for", "said"),
    *_STATES,
)


class ExpectationReader:
    """Reads expectations of one file under one pack."""

    __slots__ = ("_context", "_findings", "_pack", "_values")

    def __init__(self, pack: Pack, context: Context) -> None:
        self._pack = pack
        self._context = context
        self._findings = context.findings
        self._values = ExpectedValues(pack, context)

    def read(self, node: Node) -> Expectation:
        """The expectation as far as it could be read."""
        found = mapping(node, "`expect`", self._findings)
        if found is None:
            return Expectation()
        check_keys(found, EXPECT_KEYS, self._findings, what="`expect`")
        if not found.entries:
            self._findings.error(found.position, "empty", "a test that expects nothing cannot fail")
        values, findings = self._values, self._findings
        rules = {name: values.rules(found.get(name), name) for name in _RULE_LISTS}
        guardrails = tuple(rule.guardrail_id for rule in self._pack.guardrails)
        asks, unanswered = found.get("asks"), found.get("unanswered")
        return Expectation(
            outcome=read_outcome(found.get("outcome"), findings),
            actions=self._actions(found.get("actions")),
            only=values.boolean(found.get("only"), "only") or False,
            never=tuple(ban for item in items(found.get("never"), "`never`", findings) for ban in self._never(item)),
            order=self._order(found.get("order")),
            applied=rules["applied"],
            limited=rules["limited"],
            undetermined=rules["undetermined"],
            overruled=rules["overruled"],
            not_matched=rules["not_matched"],
            needed_facts=values.facts(found.get("needed_facts"), "needed_facts"),
            asks=None if asks is None else values.facts(asks, "asks"),
            ask_next=values.fact(found.get("ask_next"), "ask_next"),
            unobtainable=values.facts(found.get("unobtainable"), "unobtainable"),
            guardrails=values.names(found.get("guardrails"), "guardrails", guardrails),
            lifted=values.names(found.get("lifted"), "lifted", guardrails),
            unanswered=None if unanswered is None else values.names(unanswered, "unanswered", Request),
            adjustments=read_adjustments(found.get("adjustments"), self._pack, values, findings),
            obligations=read_obligations(found.get("obligations"), self._pack, values, findings),
            near_misses=read_near_misses(found.get("near_misses"), values, findings),
            changes=read_changes(found.get("changes"), values, findings),
            derived=values.derived(found.get("derived")),
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
        return None if kind is None or details is None else self._compared(kind, details)

    def _compared(self, kind: ActionKind, details: MapNode) -> ExpectedAction:
        spec, values = self._spec(kind, details), self._values
        amounts = ("amount",) if spec.amount is not AmountUse.NONE else ()
        names = tuple(parameter.name for parameter in spec.parameters)
        check_keys(details, (*names, *amounts, *ACTION_KEYS), self._findings, what=f"an expected {kind}")
        states = {name: values.boolean(details.get(name), name) for name in _STATES}
        scope = values.name(details.get("scope"), "scope", Scope)
        roles = (role.role for role in self._pack.authority)
        return ExpectedAction(
            kind=kind,
            parameters=self._parameters(details, spec),
            amount=values.money(details.get("amount"), "amount") if amounts else None,
            amount_needs=values.facts(details.get("amount_needs"), "amount_needs"),
            scope=None if scope is None else Scope(scope),
            authority=values.name(details.get("authority"), "authority", roles),
            due_at=values.moment(details.get("due_at"), "due_at"),
            unsettled=states["unsettled"],
            already_given=states["already_given"],
            may_grant_now=states["may_grant_now"],
            approval_needed=states["approval_needed"],
            rules=values.rules(details.get("rules"), "rules"),
            on_hold=values.name(details.get("on_hold"), "on_hold", self._pack.teams),
            granted=values.money(details.get("granted"), "granted"),
            valid_until=values.moment(details.get("valid_until"), "valid_until"),
            unsettled_by=values.rules(details.get("unsettled_by"), "unsettled_by"),
            waits_for=values.facts(details.get("waits_for"), "waits_for"),
            said=values.text(details.get("said"), "said"),
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

    def _never(self, item: Node) -> tuple[Forbid, ...]:
        if isinstance(item, MapNode):
            check_keys(item, (ActionKind.GOODWILL,), self._findings, what="an item of `never` with details")
            kinds = self._values.names(item.get(ActionKind.GOODWILL), "goodwill", GOODWILL_KINDS)
            return (Forbid(ActionKind.GOODWILL, kinds),) if kinds else ()
        found = scalar(item, "an item of `never`", self._findings)
        kind = read_kind(found, self._findings) if found is not None else None
        return () if kind is None else (Forbid(kind),)

    def _order(self, node: Node | None) -> tuple[ActionKind, ...]:
        kinds = (read_kind(word, self._findings) for word in words(node, "`order`", self._findings))
        return tuple(kind for kind in kinds if kind is not None)
