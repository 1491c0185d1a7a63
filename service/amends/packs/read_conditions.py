"""Reads `when`: mappings of facts, operators and nested `all`, `any`, `none` into the closed set of condition nodes.

What it builds is valid: types, names and bounds are checked here, so engines check nothing. Of a set, a list is the
set itself (`flags: []` is no flag at all) and a list of lists is one of several sets; members are tested by has_any.
"""

from dataclasses import dataclass
from typing import Final

from amends.domain.facts import FactSpec, FactType, Value
from amends.domain.money import Money
from amends.packs.conditions import (
    AllOf,
    AnyOf,
    Atom,
    Between,
    Bound,
    Condition,
    Has,
    NoneOf,
    OneOf,
    Present,
    SetTest,
    Within,
    rank,
)
from amends.packs.findings import Hint
from amends.packs.literals import LiteralError, a_type, read_boolean, read_duration, read_value
from amends.packs.reader import ListNode, MapNode, Node, ScalarNode, describe
from amends.packs.shapes import Context, check_keys, mapping, scalar

LOWER: Final = {"at_least": True, "above": False}
UPPER: Final = {"at_most": True, "below": False}
_BOUNDS: Final = (*LOWER, *UPPER)
_SETS: Final = tuple(test.value for test in SetTest)
OPERATORS: Final = (*_BOUNDS, "not", *_SETS, "present", "within", "of", "ahead")
_COUNTED: Final = (FactType.INTEGER, FactType.MONEY, FactType.DURATION, FactType.DATE)
ORDERED: Final = (*_COUNTED, FactType.DECIMAL)


def read_when(node: Node, context: Context) -> Condition:
    """A mapping as a condition: all of its entries. Entries that are wrong are told and left out."""
    entries = mapping(node, "a condition", context.findings)
    if entries is None:
        return AllOf(())
    if not entries.entries:
        context.findings.error(node.position, "empty", "an empty condition", "leave `when` out if it always holds")
    return AllOf(tuple(child for key, value in entries.entries if (child := _entry(key, value, context)) is not None))


def _entry(key: ScalarNode, value: Node, context: Context) -> Condition | None:
    match key.text:
        case "all":
            return read_when(value, context) if isinstance(value, MapNode) else AllOf(_children(key, value, context))
        case "any":
            return AnyOf(_children(key, value, context))
        case "none":
            return NoneOf(_children(key, value, context))
        case _:
            spec = context.fact(key)
            return None if spec is None else _FactReader(spec, context).read(value)


def _children(key: ScalarNode, node: Node, context: Context) -> tuple[Condition, ...]:
    if not isinstance(node, ListNode) or not node.items:
        message = f"{key.text!r} takes a list of conditions, not {describe(node)}"
        if isinstance(node, ListNode):
            message = f"{key.text!r} of nothing"
        context.findings.error(node.position, "wrong-shape", message, f"{key.text}: [{{fact: value}}, {{fact: value}}]")
        return ()
    return tuple(read_when(item, context) for item in node.items)


@dataclass(frozen=True, slots=True)
class _FactReader:
    """Reads what is asked of one fact."""

    spec: FactSpec
    context: Context

    def read(self, node: Node) -> Atom | None:
        """A value, a list of values, or a mapping of operators."""
        if not isinstance(node, MapNode):
            return self._one_of(node, negated=False)
        check_keys(node, OPERATORS, self.context.findings, what="a condition on a fact")
        names = [key.text for key, _ in node.entries if key.text in OPERATORS]
        if not names:
            if not node.entries:
                self._error(node, "empty", "nothing is asked of it", "write a value, or an operator such as at_least")
            return None
        if set(names) <= {"within", "of", "ahead"}:
            return self._within(node)
        if set(names) <= set(_BOUNDS):
            return self._between(node)
        if len(names) > 1:
            self._error(node, "bad-operators", f"{' and '.join(names)} do not go together", "split them under `all`")
            return None
        return self._single(names[0], next(value for key, value in node.entries if key.text == names[0]))

    def _single(self, operator: str, value: Node) -> Atom | None:
        match operator:
            case "not" if isinstance(value, MapNode):
                self._error(value, "bad-operators", "not takes a value or a list", "none: [..] denies any condition")
                return None
            case "not":
                return self._one_of(value, negated=True)
            case "present":
                expected = self._boolean(value)
                return None if expected is None else Present(self.spec.path, expected)
            case _:
                return self._has(SetTest(operator), value)

    def _one_of(self, node: Node, *, negated: bool) -> OneOf | None:
        alternatives: tuple[Node, ...] = (node,)
        of_sets = self.spec.type is FactType.SET
        if isinstance(node, ListNode) and (not of_sets or any(isinstance(item, ListNode) for item in node.items)):
            alternatives = node.items
            if not node.items:
                self._error(node, "empty", "one of no values never holds", "list the values")
                return None
        if of_sets and isinstance(node, ScalarNode):
            hint = f"has_any: [{node.text[:60]}] asks for a member"
            self._error(node, "type-mismatch", f"a set is not {describe(node)}", hint)
            return None
        values = [(item, self._value(item)) for item in alternatives]
        known: dict[Value, None] = {}
        for item, value in values:
            if value is None:
                continue
            if value in known:
                self._error(item, "repeated", "the same value stands twice", "keep one of them")
            known[value] = None
        return OneOf(self.spec.path, tuple(known), negated) if len(values) == len(known) else None

    def _has(self, test: SetTest, node: Node) -> Has | None:
        if self.spec.type is not FactType.SET:
            hint = f"{self.spec.path}: [..] is one of several values"
            self._error(node, "type-mismatch", f"{test} asks a set; this is {a_type(self.spec.type)}", hint)
            return None
        value = self._value(node)
        if value is None:
            return None
        assert isinstance(value, frozenset)
        if not value:
            self._error(node, "empty", f"{test} of nothing", "list the members")
            return None
        return Has(self.spec.path, test, value)

    def _between(self, node: MapNode) -> Between | None:
        if self.spec.type not in ORDERED and not self.spec.ordered:
            self._error(node, "type-mismatch", f"{a_type(self.spec.type)} has no order", "write the values as a list")
            return None
        lower, lower_ok = self._bound(node, LOWER)
        upper, upper_ok = self._bound(node, UPPER)
        if not (lower_ok and upper_ok):
            return None
        scale = self.spec.values if self.spec.ordered else ()
        between = Between(self.spec.path, lower, upper, scale)
        if _impossible(between, self.spec):
            self._error(node, "impossible-bounds", "no value lies within these bounds")
            return None
        return between

    def _bound(self, node: MapNode, sides: dict[str, bool]) -> tuple[Bound | None, bool]:
        """The bound on one side, and whether that side is well formed."""
        written = [(key, value) for key, value in node.entries if key.text in sides]
        if len(written) > 1:
            names = " and ".join(key.text for key, _ in written)
            self._error(written[1][0], "bad-operators", f"{names} bound the same side", "keep one of them")
            return None, False
        if not written:
            return None, True
        key, node_of_value = written[0]
        value = read_value(node_of_value, self.spec, self.context.conventions, self.context.findings)
        return (None, False) if value is None else (Bound(value, inclusive=sides[key.text]), True)

    def _within(self, node: MapNode) -> Within | None:
        if self.spec.type is not FactType.DATE:
            self._error(node, "type-mismatch", f"within asks a date; this is {a_type(self.spec.type)}")
            return None
        span_node, of_node, ahead_node = node.get("within"), node.get("of"), node.get("ahead")
        if span_node is None or of_node is None:
            self._error(node, "missing-key", "within and of go together", "{within: 30d, of: observe_time}")
            return None
        span = self._span(span_node)
        of = self._date_fact(of_node)
        ahead = self._boolean(ahead_node) if ahead_node is not None else False
        return None if span is None or of is None or ahead is None else Within(self.spec.path, of, span, ahead)

    def _span(self, node: Node) -> int | None:
        text = scalar(node, "a duration", self.context.findings)
        if text is None:
            return None
        try:
            span = read_duration(text.text)
        except LiteralError as error:
            self._error(node, error.code, error.message, error.hint)
            return None
        if span < 0:
            self._error(node, "out-of-range", "a span is not negative", "ahead: true looks forward")
            return None
        return span

    def _date_fact(self, node: Node) -> str | None:
        text = scalar(node, "a date fact", self.context.findings)
        spec = self.context.fact(text) if text is not None else None
        if spec is not None and spec.type is not FactType.DATE:
            self._error(node, "type-mismatch", f"{spec.path} is {a_type(spec.type)}, not a date")
            return None
        return spec.path if spec is not None else None

    def _boolean(self, node: Node) -> bool | None:
        text = scalar(node, "true or false", self.context.findings)
        if text is None:
            return None
        try:
            return read_boolean(text)
        except LiteralError as error:
            self._error(node, error.code, error.message, error.hint)
            return None

    def _value(self, node: Node) -> Value | None:
        return read_value(node, self.spec, self.context.conventions, self.context.findings)

    def _error(self, node: Node, code: str, message: str, hint: Hint = "") -> None:
        self.context.findings.error(node.position, code, f"{self.spec.path}: {message}", hint)


def _impossible(between: Between, spec: FactSpec) -> bool:
    """Whether no value of the fact can lie within: the bounds cross, or leave its range."""
    lower, upper = between.lower, between.upper
    if lower is not None and upper is not None and _currency(lower) != _currency(upper):
        return True
    lowest = _end(lower, between.scale, 0 if between.scale else spec.minimum)
    highest = _end(upper, between.scale, len(between.scale) - 1 if between.scale else spec.maximum)
    if lowest is None or highest is None:
        return False
    exclusive = (lower is not None and not lower.inclusive) + (upper is not None and not upper.inclusive)
    # Between two decimals there is always a third; everything else is counted in whole steps.
    room = highest - lowest
    return room < 0 or (room == 0 and exclusive > 0) if spec.type is FactType.DECIMAL else room < exclusive


def _end(bound: Bound | None, scale: tuple[str, ...], limit: int | None) -> int | None:
    return limit if bound is None else rank(bound.value, scale)


def _currency(bound: Bound) -> str:
    return bound.value.currency if isinstance(bound.value, Money) else ""
