"""Reads a rule, or the rows of its table: identity, dates (which become a part of `when`), actions, words, sources."""

from typing import Final

from amends.domain.action_kinds import KINDS
from amends.domain.facts import FactSpec, FactType, Value
from amends.packs.conditions import ALWAYS, AllOf, Between, Bound, Condition
from amends.packs.literals import LiteralError, read_integer, read_value
from amends.packs.model import Rule, Text
from amends.packs.read_actions import read_forbid, read_then
from amends.packs.read_conditions import read_when
from amends.packs.read_holds import read_hold
from amends.packs.read_texts import read_text
from amends.packs.reader import ListNode, MapNode, Node
from amends.packs.shapes import Context, check_keys, mapping, missing, scalar, words
from amends.packs.table_rules import read_rows

RULE_KEYS: Final = (
    *("id", "title", "priority", "effective", "when", "table", "hit"),
    *("then", "forbid", "hold", "because", "source"),
)
EFFECTIVE_KEYS: Final = ("from", "until", "by")
BECAUSE_KEYS: Final = ("agent", "customer")
HIGHEST_PRIORITY: Final = 1_000_000


def read_rules(rule_id: str, node: MapNode, context: Context) -> tuple[Rule, ...]:
    """The rule, or the rows of its table; what is wrong is told, and stands for nothing in the rule."""
    check_keys(node, RULE_KEYS, context.findings, what="a rule")
    by_table = node.get("table") is not None
    then, forbid, hold = node.get("then"), node.get("forbid"), node.get("hold")
    if _nothing(then) and _nothing(forbid) and hold is None and not by_table:
        context.findings.error(node.position, "does-nothing", f"rule {rule_id} has neither then nor forbid nor hold")
    if node.get("hit") is not None and not by_table:
        missing(node, "table", "a rule with `hit`", context.findings)
    # The actions of a table's rule are complete only together with what each row gives.
    proposals = read_then(then, context) if then is not None and not by_table else ()
    agent, customer = _because(node, context)
    _check_customer_text(node, substantive=[p.kind for p in proposals if not KINDS[p.kind].care], context=context)
    rule = Rule(
        rule_id=rule_id,
        title=_title(node, context),
        priority=_priority(node, context),
        when=_when(node, context),
        then=proposals,
        forbids=read_forbid(forbid, context) if forbid is not None else (),
        because_agent=agent,
        because_customer=customer,
        sources=tuple(source.text for source in words(node.get("source"), "`source`", context.findings)),
        position=node.position,
        hold=read_hold(hold, context) if hold is not None else None,
    )
    return read_rows(rule, node, context) if by_table else (rule,)


def _nothing(node: Node | None) -> bool:
    return node is None or (isinstance(node, ListNode) and not node.items)


def _title(node: MapNode, context: Context) -> str:
    value = node.get("title")
    if value is None:
        missing(node, "title", "a rule", context.findings)
        return ""
    title = scalar(value, "a title", context.findings)
    return title.text.strip() if title is not None else ""


def _priority(node: MapNode, context: Context) -> int:
    value = node.get("priority")
    text = scalar(value, "a priority", context.findings) if value is not None else None
    if text is None:
        return 0
    try:
        priority = read_integer(text.text)
    except LiteralError as error:
        context.findings.error(text.position, error.code, f"priority: {error.message}", error.hint)
        return 0
    if abs(priority) > HIGHEST_PRIORITY:
        message = f"priority: from -{HIGHEST_PRIORITY} to {HIGHEST_PRIORITY}"
        context.findings.error(text.position, "out-of-range", message)
    return priority


def _when(node: MapNode, context: Context) -> Condition:
    written = node.get("when")
    when = read_when(written, context) if written is not None else ALWAYS
    effective = node.get("effective")
    between = _effective(effective, context) if effective is not None else None
    if between is None:
        return when
    return AllOf((between, *when.children)) if isinstance(when, AllOf) else AllOf((between, when))


def _effective(node: Node, context: Context) -> Between | None:
    """Half open: `from` belongs to it, `until` does not."""
    dates = mapping(node, "`effective`", context.findings)
    if dates is None:
        return None
    check_keys(dates, EFFECTIVE_KEYS, context.findings, what="`effective`")
    start, end = _date(dates, "from", context), _date(dates, "until", context)
    path = _date_fact(dates, context)
    if dates.get("from") is None and dates.get("until") is None:
        context.findings.error(node.position, "empty", "`effective` has neither from nor until")
        return None
    if isinstance(start, int) and isinstance(end, int) and start >= end:
        context.findings.error(node.position, "impossible-bounds", "`effective` ends before it begins")
    lower = Bound(start, inclusive=True) if start is not None else None
    upper = Bound(end, inclusive=False) if end is not None else None
    return Between(path, lower, upper) if path and (lower or upper) else None


def _date(dates: MapNode, key: str, context: Context) -> Value | None:
    value = dates.get(key)
    spec = FactSpec(f"effective.{key}", FactType.DATE)
    return None if value is None else read_value(value, spec, context.conventions, context.findings)


def _date_fact(dates: MapNode, context: Context) -> str | None:
    value = dates.get("by")
    if value is None:
        return "observe_time"
    text = scalar(value, "`by`", context.findings)
    spec = context.fact(text) if text is not None else None
    if spec is not None and spec.type is not FactType.DATE:
        context.findings.error(value.position, "type-mismatch", f"{spec.path} is of type {spec.type}, not date")
        return None
    return spec.path if spec is not None else None


def _because(node: MapNode, context: Context) -> tuple[Text | None, Text | None]:
    written = node.get("because")
    if written is None:
        return None, None
    texts = mapping(written, "`because`", context.findings)
    if texts is None:
        return None, None
    check_keys(texts, BECAUSE_KEYS, context.findings, what="`because`")
    agent, customer = texts.get("agent"), texts.get("customer")
    return (
        read_text(agent, "the reason for the agent", context.findings) if agent is not None else None,
        read_text(customer, "the reason for the customer", context.findings) if customer is not None else None,
    )


def _check_customer_text(node: MapNode, *, substantive: list[str], context: Context) -> None:
    because = node.get("because")
    if substantive and (because is None or (isinstance(because, MapNode) and because.get("customer") is None)):
        key = node.key("because") or node
        message = f"{substantive[0]} is said to the customer, and `because` has no text for the customer"
        context.findings.error(key.position, "no-customer-text", message, "because: {customer: ...}")
