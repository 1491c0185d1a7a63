"""Reads `calendars`: when somebody is there. A day with hours that is not closed is a business day."""

import re
from collections.abc import Iterable, Iterator
from itertools import pairwise
from typing import Final, TypeAlias

from amends.packs.literals import LiteralError, read_day
from amends.packs.model import Calendar
from amends.packs.outline import Definition
from amends.packs.read_settings import read_timezone
from amends.packs.reader import ListNode, Node, ScalarNode
from amends.packs.shapes import Context, check_keys, mapping, missing, scalar, words

CALENDAR_KEYS: Final = ("zone", "hours", "closed")
WEEK: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
OPEN_SPAN: Final = re.compile(r"([0-9]{2}):([0-5][0-9])-([0-9]{2}):([0-5][0-9])", re.ASCII)
_MINUTES_A_DAY: Final = 24 * 60
_AS_DAYS: Final = "mon, or mon-fri"
_AS_HOURS: Final = '"08:00-20:00"'
Spans: TypeAlias = tuple[tuple[int, int], ...]


def read_calendars(definitions: Iterable[tuple[Definition, Context]]) -> dict[str, Calendar]:
    """The calendars by id, sorted: their order says nothing. Each is read by the conventions of the pack it is from."""
    ordered = sorted(definitions, key=lambda found: found[0].ident)
    read = ((definition.ident, _calendar(definition, context)) for definition, context in ordered)
    return {ident: calendar for ident, calendar in read if calendar is not None}


def _calendar(definition: Definition, context: Context) -> Calendar | None:
    what = f"the calendar {definition.ident}"
    node = mapping(definition.node, what, context.findings)
    if node is None:
        return None
    check_keys(node, CALENDAR_KEYS, context.findings, what="a calendar")
    zone, hours = node.get("zone"), node.get("hours")
    if hours is None:
        missing(node, "hours", what, context.findings)
    return Calendar(
        zone=(read_timezone(zone, context.findings) if zone is not None else context.conventions.timezone).key,
        hours=_week(hours, context) if hours is not None else ((),) * len(WEEK),
        closed=_closed(node.get("closed"), context),
    )


def _week(node: Node, context: Context) -> tuple[Spans, ...]:
    written = mapping(node, "`hours`", context.findings)
    if written is None:
        return ((),) * len(WEEK)
    week: dict[str, Spans] = {}
    for key, value in written.entries:
        spans = _spans(value, context)
        for day in _days(key, context):
            if day in week:
                message = f"the hours of {day} stand twice"
                context.findings.error(key.position, "repeated", message, "write each day once")
            week[day] = spans
    if not any(_is_said(value) for _, value in written.entries):
        message = "a calendar without an open day: nothing would ever fall due"
        context.findings.error(node.position, "never-open", message, f"{{mon-fri: {_AS_HOURS}}}")
    return tuple(week.get(day, ()) for day in WEEK)


def _is_said(hours: Node) -> bool:
    """Whether any hours are written, right or wrong: wrong ones are told by themselves."""
    return not isinstance(hours, ListNode) or bool(hours.items)


def _days(key: ScalarNode, context: Context) -> tuple[str, ...]:
    first, dash, last = key.text.partition("-")
    if first not in WEEK or (dash and last not in WEEK):
        message = f"{key.text[:60]!r} is no day of the week"
        context.findings.error(key.position, "unknown-value", message, f"as {_AS_DAYS}; known: {', '.join(WEEK)}")
        return ()
    start, end = WEEK.index(first), WEEK.index(last or first)
    if start >= end and dash:
        message = f"{key.text} does not run forward through the week"
        context.findings.error(key.position, "impossible-bounds", message, "the week begins on mon: write two entries")
        return ()
    return WEEK[start : end + 1]


def _spans(node: Node, context: Context) -> Spans:
    """The open spans of a day, ascending."""
    nodes = node.items if isinstance(node, ListNode) else (node,)
    read = [(span, item) for item in nodes if (span := _span(item, context)) is not None]
    for (earlier, _), (later, item) in pairwise(sorted(read, key=lambda found: found[0])):
        if later[0] < earlier[1]:
            message = "the hours of a day overlap"
            context.findings.error(item.position, "overlapping-hours", message, "let one end before the next begins")
    return tuple(sorted(span for span, _ in read))


def _span(node: Node, context: Context) -> tuple[int, int] | None:
    text = scalar(node, "the hours of a day", context.findings)
    if text is None:
        return None
    found = OPEN_SPAN.fullmatch(text.text)
    start, end = _minutes(*found.groups()) if found is not None else (0, 0)
    if found is None or max(start, end) > _MINUTES_A_DAY:
        hint = f"write them as {_AS_HOURS}, to 24:00 at most"
        context.findings.error(node.position, "type-mismatch", f"{text.text[:60]!r} are no hours of a day", hint)
        return None
    if start >= end:
        message = f"{text.text} ends before it begins"
        hint = "hours past midnight are two spans: to 24:00, and from 00:00 of the next day"
        context.findings.error(node.position, "impossible-bounds", message, hint)
        return None
    return start, end


def _minutes(*parts: str) -> Iterator[int]:
    """Hours and minutes in turn, as minutes of the day."""
    for hours, minutes in zip(parts[::2], parts[1::2], strict=True):
        yield int(hours) * 60 + int(minutes)


def _closed(node: Node | None, context: Context) -> tuple[str, ...]:
    """The closed days, ascending: their order says nothing."""
    days: set[str] = set()
    for word in words(node, "`closed`", context.findings):
        try:
            days.add(read_day(word.text))
        except LiteralError as error:
            context.findings.error(word.position, error.code, f"closed: {error.message}", error.hint)
    return tuple(sorted(days))
