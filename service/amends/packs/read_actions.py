"""Reads `then` and `forbid`: what a rule asks for and what it rules out, by the table of kinds in the domain."""

from typing import Final

from amends.domain.action import Scope, Span
from amends.domain.action_kinds import (
    GOODWILL_KINDS,
    KINDS,
    ActionKind,
    AmountUse,
    KindSpec,
    ParameterSpec,
    ParameterType,
)
from amends.domain.vocabulary import Request
from amends.packs.amounts import Amount
from amends.packs.findings import nearest
from amends.packs.model import Forbid, Parameter, Proposal
from amends.packs.read_amounts import AMOUNT_KEYS, read_amount, read_amount_keys
from amends.packs.read_custom import COMMON_KEYS, custom_spec
from amends.packs.read_kinds import read_kind
from amends.packs.read_parameters import read_parameter
from amends.packs.read_referrals import OUTPUTS, TABLE, read_referral_table
from amends.packs.reader import MapNode, Node, ScalarNode, describe
from amends.packs.shapes import Context, check_keys, items, scalar, words

_REQUESTS: Final = tuple(request.value for request in Request)
_BOOLEAN: Final = ParameterSpec("retention", ParameterType.BOOLEAN)
_SCOPE: Final = ParameterSpec("scope", ParameterType.ENUM, values=tuple(scope.value for scope in Scope))
_PARTS: Final = "a broadcast says what is hit, how it works now, and what to expect"
_LACKS: Final = {
    (ActionKind.BROADCAST, "impact"): _PARTS,
    (ActionKind.BROADCAST, "new_process"): _PARTS,
    (ActionKind.BROADCAST, "new_expectations"): _PARTS,
    (ActionKind.REFERRAL, "outcome"): "not_a_fit where another serves the customer better, else other",
    (ActionKind.REFERRAL, "target"): "say who serves the customer better, or none_known; or name a table",
    (ActionKind.REFERRAL, "evidence"): "a referral names the facts that show it: evidence: [fit]",
    (ActionKind.UPDATE_CADENCE, "every"): "how often there is news: every: 60m",
    (ActionKind.UPDATE_CADENCE, "owner"): "somebody owes every update: a team, same_person or assigned",
    (ActionKind.UPDATE_CADENCE, "until"): "when it ends, in a word: until: resolved",
}
"""What helps whoever left out a parameter whose point is not plain from its name."""


def read_then(node: Node, context: Context) -> tuple[Proposal, ...]:
    """The proposals of a rule; wrong ones are told and left out."""
    if isinstance(node, MapNode):
        message = "`then` is a list: each action is an item"
        context.findings.error(node.position, "wrong-shape", message, "- refund: 9.90 USD")
        return ()
    proposals = (_proposal(item, context) for item in items(node, "`then`", context.findings))
    return tuple(proposal for proposal in proposals if proposal is not None)


def read_forbid(node: Node, context: Context) -> tuple[Forbid, ...]:
    """The forbids of a rule: a list of kinds, where goodwill may name which; or such a mapping alone."""
    written = (node,) if isinstance(node, MapNode) else items(node, "`forbid`", context.findings)
    return tuple(forbid for item in written for forbid in _forbids(item, context))


def _proposal(item: Node, context: Context) -> Proposal | None:
    if not isinstance(item, MapNode) or len(item.entries) != 1:
        message = f"an action is one kind with its parameters, not {describe(item)}"
        if isinstance(item, MapNode) and item.entries:
            message = "an action is one kind; several stand here"
        hint = f"- {item.text}: {{}}" if isinstance(item, ScalarNode) and item.text in KINDS else "- apology: {}"
        context.findings.error(item.position, "wrong-shape", message, hint)
        return None
    key, value = item.entries[0]
    kind = read_kind(key, context)
    if kind is None:
        return None
    spec = custom_spec(value, context) if kind is ActionKind.CUSTOM else KINDS[kind]
    return None if spec is None else _ActionReader(spec, key, context).read(value)


class _ActionReader:
    """Reads one action of a kind."""

    __slots__ = ("_context", "_key", "_spec")

    def __init__(self, spec: KindSpec, key: ScalarNode, context: Context) -> None:
        self._spec = spec
        self._key = key
        self._context = context

    def read(self, node: Node) -> Proposal | None:
        """The proposal; None where too much is missing to make one."""
        findings = self._context.findings
        if not isinstance(node, MapNode):
            return self._bare(node)
        own = tuple(spec.name for spec in self._spec.parameters)
        amounts = AMOUNT_KEYS if self._spec.amount is not AmountUse.NONE else ()
        table = (TABLE,) if self._spec.kind is ActionKind.REFERRAL else ()
        check_keys(node, (*own, *amounts, *table, *COMMON_KEYS), findings, what=self._spec.kind.value)
        amount = read_amount_keys(node, self._context) if amounts else None
        if self._spec.amount is AmountUse.REQUIRED and not any(key.text in AMOUNT_KEYS for key, _ in node.entries):
            self._lacks("amount")
        return self._build(node, amount)

    def _bare(self, node: Node) -> Proposal | None:
        """A literal amount, or nothing, in place of the parameters."""
        empty = isinstance(node, ScalarNode) and node.is_null
        if not empty and self._spec.amount is AmountUse.NONE:
            message = f"{self._spec.kind} takes a mapping of parameters, not {describe(node)}"
            self._context.findings.error(node.position, "wrong-shape", message, f"{self._spec.kind}: {{}}")
            return None
        if empty and self._spec.amount is AmountUse.REQUIRED:
            self._lacks("amount")
            return None
        amount = None if empty else read_amount(node, self._context)
        return self._build(MapNode((), node.position), amount)

    def _build(self, node: MapNode, amount: Amount | None) -> Proposal:
        return Proposal(
            kind=self._spec.kind,
            parameters=self._parameters(node),
            amount=amount,
            scope=Scope(str(self._common(node, _SCOPE) or Scope.CASE)),
            retention=bool(self._common(node, _BOOLEAN)),
            meets=self._meets(node),
            expires=self._span(node, "expires"),
            review_in=self._span(node, "review_in"),
        )

    def _parameters(self, node: MapNode) -> tuple[tuple[str, Parameter], ...]:
        found: list[tuple[str, Parameter]] = []
        referred = self._spec.kind is ActionKind.REFERRAL and node.get(TABLE) is not None
        by_table = read_referral_table(node, self._key, self._context) if referred else {}
        for spec in self._spec.parameters:
            value = node.get(spec.name)
            if spec.name in by_table:
                found += [(spec.name, by_table[spec.name])]
            elif value is not None:
                parameter = read_parameter(value, spec, self._context)
                found += [] if parameter is None else [(spec.name, parameter)]
            elif spec.required and not (referred and spec.name in OUTPUTS):
                self._lacks(spec.name)
        return tuple(found)

    def _lacks(self, name: str) -> None:
        message = f"{self._spec.kind} lacks {name!r}"
        hint = _LACKS.get((self._spec.kind, name), "")
        self._context.findings.error(self._key.position, "missing-parameter", message, hint)

    def _common(self, node: MapNode, spec: ParameterSpec) -> str | bool | None:
        """A key that every kind may carry; never from a fact."""
        value = node.get(spec.name)
        if value is None or scalar(value, f"{spec.name!r}", self._context.findings) is None:
            return None
        parameter = read_parameter(value, spec, self._context)
        return parameter if isinstance(parameter, (str, bool)) else None

    def _span(self, node: MapNode, name: str) -> Span | None:
        value = node.get(name)
        if value is None or scalar(value, f"{name!r}", self._context.findings) is None:
            return None
        parameter = read_parameter(value, ParameterSpec(name, ParameterType.DURATION), self._context)
        return parameter if isinstance(parameter, Span) else None

    def _meets(self, node: MapNode) -> tuple[str, ...]:
        written = words(node.get("meets"), "'meets'", self._context.findings)
        for request in written:
            if request.text not in _REQUESTS:
                message = f"there is no request {request.text[:60]!r}"
                hint = nearest(request.text, _REQUESTS)
                self._context.findings.error(request.position, "unknown-value", message, hint)
        return tuple(request.text for request in written)


def _forbids(item: Node, context: Context) -> tuple[Forbid, ...]:
    if isinstance(item, MapNode):
        return _forbidden_goodwill(item, context)
    text = scalar(item, "a forbidden action", context.findings)
    kind = read_kind(text, context) if text is not None else None
    if kind is ActionKind.ENTITLEMENT:
        message = "an entitlement is owed by law or contract: no rule forbids it"
        context.findings.error(item.position, "forbids-entitlement", message, "change the rule that proposes it")
        return ()
    return () if kind is None else (Forbid(kind),)


def _forbidden_goodwill(item: MapNode, context: Context) -> tuple[Forbid, ...]:
    check_keys(item, (ActionKind.GOODWILL,), context.findings, what="a forbid with details")
    value = item.get(ActionKind.GOODWILL)
    kinds = words(value, "the kinds of goodwill", context.findings)
    for written in kinds:
        if written.text not in GOODWILL_KINDS:
            message = f"there is no goodwill {written.text[:60]!r}"
            hint = nearest(written.text, GOODWILL_KINDS)
            context.findings.error(written.position, "unknown-value", message, hint)
    if value is not None and not kinds:
        context.findings.error(value.position, "empty", "forbids no kind of goodwill", "write goodwill alone for all")
    return (Forbid(ActionKind.GOODWILL, tuple(written.text for written in kinds)),) if kinds else ()
