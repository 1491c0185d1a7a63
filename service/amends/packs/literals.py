"""Reads one typed value from its text: money, durations, dates, numbers. Exact: nothing ever passes through a float.

Each function takes text and raises `LiteralError` with what was expected; `read_value` reads a node as a value of a
fact and reports into a collector instead. It refuses what could be meant in two ways (a time of day without a zone).
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Final, assert_never
from zoneinfo import ZoneInfo

from amends.domain.action import Span
from amends.domain.currencies import EXPONENTS
from amends.domain.facts import NANOS_PER_SECOND, FactSpec, FactType, Value
from amends.domain.money import Money
from amends.packs.findings import Findings, Hint, nearest
from amends.packs.model import Position
from amends.packs.reader import ListNode, Node, ScalarKind, ScalarNode, describe

LARGEST_INTEGER: Final = 2**63 - 1
"""Integers, durations, dates and minor units are 64 bit on the wire."""

NUMBER: Final = re.compile(r"[-+]?[0-9]{1,30}(\.[0-9]{1,30})?", re.ASCII)
_ZEROS: Final = re.compile(r"[-+]?0[0-9]", re.ASCII)
_INTEGER: Final = re.compile(r"[-+]?[0-9]{1,30}", re.ASCII)
MONEY: Final = re.compile(r"(?P<amount>[-+]?[0-9]{1,18}(?:\.[0-9]{1,9})?)(?:\s+(?P<currency>[A-Za-z]+))?", re.ASCII)
_SIGNS: Final = {"€": "EUR", "£": "GBP", "¥": "JPY"}
"""What one sign means; of dollars there are many, and the pack's own is meant."""
_NEARLY_MONEY: Final = re.compile(
    r"(?P<before>[A-Za-z]{3}|[€£¥$])?\s*(?P<whole>[0-9]{1,18})(?:[.,](?P<rest>[0-9]{1,2}))?"
    r"\s*(?P<after>[A-Za-z]{3}|[€£¥$])?"
)
DURATION: Final = re.compile(
    r"(?P<sign>-?)(?:(?P<d>[0-9]{1,9})d)?(?:(?P<h>[0-9]{1,9})h)?(?:(?P<m>[0-9]{1,9})m)?(?:(?P<s>[0-9]{1,9})s)?",
    re.ASCII,
)
BUSINESS_DAYS: Final = re.compile(r"(?P<days>[0-9]{1,4})bd", re.ASCII)
DAY: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)
INSTANT: Final = re.compile(
    r"(?P<wall>[0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9]{2}:[0-9]{2}(?::[0-9]{2})?)"
    r"(?:\.(?P<fraction>[0-9]{1,9}))?(?P<zone>Z|[-+][0-9]{2}:[0-9]{2})?",
    re.ASCII,
)
URL: Final = re.compile(r"(https?://[A-Za-z0-9\[]|mailto:|tel:)[A-Za-z0-9._~:/?#\[\]@!$&'()*+,;=%-]+", re.ASCII)
LONGEST_URL: Final = 2_000
_NOWHERE: Final = Position("", 1, 1)
_SECONDS: Final = {"d": 86_400, "h": 3_600, "m": 60, "s": 1}


class LiteralError(ValueError):
    """The text is not a value of that type. `code` names the kind of mistake, `hint` how to mend it."""

    def __init__(self, message: str, *, code: str = "type-mismatch", hint: Hint = "") -> None:
        super().__init__(message)
        self.code, self.message, self.hint = code, message, hint


@dataclass(frozen=True, slots=True)
class Conventions:
    """How literals of one pack are meant: the zone of bare dates, the currency (empty: none) of bare amounts."""

    timezone: ZoneInfo
    currency: str = ""


def a_type(fact_type: FactType) -> str:
    """`an integer`, `a date`: the type with its article, for a message."""
    return f"{'an' if fact_type.value[0] in 'aeiou' else 'a'} {fact_type}"


def read_money(text: str, *, currency: str) -> Money:
    """`9.90 USD`; without a currency, in `currency`, unless that is empty."""
    found = MONEY.fullmatch(text)
    if found is None:
        raise LiteralError(f"{text[:60]!r} is not money", hint=_money_hint(text, currency))
    code = found["currency"] or currency
    if not code:
        hint = f"write {text} USD, or give the pack a `currency`"
        raise LiteralError(f"money without currency: {text[:60]!r}", code="no-currency", hint=hint)
    if code not in EXPONENTS:
        message = f"{code[:60]!r} is not an ISO 4217 currency"
        raise LiteralError(message, code="unknown-currency", hint=nearest(code.upper(), EXPONENTS))
    try:
        money = Money.parse(found["amount"], code)
    except ValueError as error:
        raise LiteralError(str(error), code="too-fine", hint=f"{EXPONENTS[code]} decimals at most") from error
    if abs(money.minor_units) > LARGEST_INTEGER:
        raise LiteralError(f"{text} is too large", code="out-of-range")
    return money


def _money_hint(text: str, currency: str) -> str:
    """The money that was most likely meant; else how money is written."""
    meant = _NEARLY_MONEY.fullmatch(text.strip())
    if meant is None:
        return f"write it as 9.90 {currency or 'USD'}"
    sign = meant["before"] or meant["after"] or ""
    own = currency if sign != "$" or currency.endswith("D") else "USD"
    code = sign.upper() if sign.upper() in EXPONENTS else _SIGNS.get(sign, own) or "USD"
    return f"write it as {meant['whole']}{'.' if meant['rest'] else ''}{meant['rest'] or ''} {code}"


def read_duration(text: str) -> int:
    """`90s 30m 24h 7d 1d12h` in nanoseconds; a leading minus turns it back in time."""
    found = DURATION.fullmatch(text)
    if text != "0" and (found is None or not any(found[unit] for unit in _SECONDS)):
        hint = (
            "business days stand only in due, every, in, expires and review_in" if BUSINESS_DAYS.fullmatch(text) else ""
        )
        raise LiteralError(f"{text[:60]!r} is not a duration", hint=hint or "write it as 90s, 30m, 24h, 7d or 1d12h")
    seconds = sum(int(found[unit] or 0) * size for unit, size in _SECONDS.items()) if found else 0
    nanos = seconds * NANOS_PER_SECOND
    if nanos > LARGEST_INTEGER:
        raise LiteralError(f"{text} is longer than 292 years", code="out-of-range")
    return -nanos if found and found["sign"] else nanos


def read_span(text: str) -> Span:
    """A duration, or whole business days: `7bd`. More than nothing."""
    business = BUSINESS_DAYS.fullmatch(text)
    span = Span(business_days=int(business["days"])) if business else Span(nanos=read_duration(text))
    if span.nanos < 0 or span == Span():
        raise LiteralError(f"{text!r} is not longer than nothing", code="out-of-range", hint="write it as 30m or 7bd")
    return span


def read_url(text: str) -> str:
    """An address that is safe to open: on the web, of mail or of a telephone; never a script."""
    if len(text) > LONGEST_URL or not URL.fullmatch(text):
        message = f"{text[:60]!r} is not an address"
        raise LiteralError(
            message, hint=f"https://, http://, mailto: or tel:, at most {LONGEST_URL} characters, no spaces"
        )
    return text


def read_date(text: str, timezone: ZoneInfo) -> int:
    """ISO 8601 in nanoseconds since 1970-01-01T00:00Z; a bare date is the first moment of that day in `timezone`."""
    try:
        if DAY.fullmatch(text):
            bare = date.fromisoformat(text)
            return _nanos(datetime(bare.year, bare.month, bare.day, tzinfo=timezone))
        found = INSTANT.fullmatch(text)
        if found is not None and found["zone"] is None:
            message = f"{text!r} does not say in which zone"
            raise LiteralError(message, code="no-zone", hint=f"write {text}Z or {text}+02:00")
        if found is not None:
            moment = datetime.fromisoformat(found["wall"] + found["zone"].replace("Z", "+00:00"))
            return _nanos(moment) + int((found["fraction"] or "").ljust(9, "0"))
    except (ValueError, OverflowError) as error:
        if isinstance(error, LiteralError):
            raise
        raise LiteralError(f"{text[:60]!r} is not a date", hint="that day or time does not exist") from error
    raise LiteralError(f"{text[:60]!r} is not a date", hint="write it as 2026-01-01 or 2026-01-01T12:00:00Z")


def read_day(text: str) -> str:
    """A calendar day as ISO 8601 text, without a time."""
    try:
        # Other forms of ISO 8601 (20261101, 2026-W45-7) would be the same day in two ways.
        return date.fromisoformat(text if DAY.fullmatch(text) else "").isoformat()
    except ValueError:
        raise LiteralError(f"{text[:60]!r} is not a day", code="bad-date", hint="as 2026-11-01") from None


def _nanos(moment: datetime) -> int:
    elapsed = moment - datetime(1970, 1, 1, tzinfo=UTC)
    nanos = (elapsed.days * 86_400 + elapsed.seconds) * NANOS_PER_SECOND
    if abs(nanos) > LARGEST_INTEGER:
        raise LiteralError(f"{moment.date()} is out of range", code="out-of-range", hint="from 1678 to 2261")
    return nanos


def read_integer(text: str) -> int:
    """A whole number of at most 64 bits."""
    if not _INTEGER.fullmatch(text):
        raise LiteralError(f"{text[:60]!r} is not a whole number")
    _check_zeros(text)
    number = int(text)
    if not -LARGEST_INTEGER <= number <= LARGEST_INTEGER:
        raise LiteralError(f"{text} is too large", code="out-of-range")
    return number


def _check_zeros(text: str) -> None:
    """A number that begins with a zero is octal to other readers of the same file."""
    if _ZEROS.match(text):
        raise LiteralError(f"{text[:60]!r} begins with a zero", hint="write the number without it")


def read_decimal(text: str) -> Decimal:
    """A number in plain digits, exactly."""
    if not NUMBER.fullmatch(text):
        raise LiteralError(f"{text[:60]!r} is not a number", hint="write it in digits, as 12.5")
    _check_zeros(text)
    return Decimal(text)


def read_boolean(node: ScalarNode) -> bool:
    """`true` or `false`; `yes` and `no` are text."""
    if node.kind is not ScalarKind.BOOLEAN:
        raise LiteralError(f"{node.text[:60]!r} is neither true nor false", hint="write true or false")
    return node.text.lower() == "true"


def read_value(node: Node, spec: FactSpec, conventions: Conventions, findings: Findings) -> Value | None:
    """The node as a value of the fact; None where it is not one, and then `findings` says why. A set is a list."""
    if spec.type is FactType.SET:
        return _set(node, spec, findings)
    if not isinstance(node, ScalarNode) or node.is_null:
        findings.error(node.position, "type-mismatch", f"{spec.path} is {a_type(spec.type)}, not {describe(node)}")
        return None
    try:
        value = _scalar(node, spec, conventions)
        check_range(value, spec)
    except LiteralError as error:
        findings.error(node.position, error.code, f"{spec.path}: {error.message}", error.hint)
        return None
    return value


def read_text(text: str, spec: FactSpec, conventions: Conventions) -> Value:
    """The text of one value of the fact, not of a set, as it would stand in a case file; LiteralError otherwise."""
    kind = ScalarKind.BOOLEAN if text in ("true", "false") else ScalarKind.TEXT
    value = _scalar(ScalarNode(text, kind, _NOWHERE), spec, conventions)
    check_range(value, spec)
    return value


def read_members(texts: Iterable[str], spec: FactSpec) -> frozenset[str]:
    """The texts of the members of a set; LiteralError otherwise."""
    return frozenset(_member(text, spec) for text in texts)


def _scalar(node: ScalarNode, spec: FactSpec, conventions: Conventions) -> Value:  # noqa: PLR0911  # one a type
    match spec.type:
        case FactType.BOOLEAN:
            return read_boolean(node)
        case FactType.INTEGER:
            return read_integer(node.text)
        case FactType.DECIMAL:
            return read_decimal(node.text)
        case FactType.MONEY:
            return read_money(node.text, currency=conventions.currency)
        case FactType.DURATION:
            return read_duration(node.text)
        case FactType.DATE:
            return read_date(node.text, conventions.timezone)
        case FactType.ENUM | FactType.SET:
            return _member(node.text, spec)
        case FactType.TEXT:
            return node.text
        case _:
            assert_never(spec.type)


def _set(node: Node, spec: FactSpec, findings: Findings) -> Value | None:
    if not isinstance(node, ListNode):
        findings.error(node.position, "type-mismatch", f"{spec.path} is a set: {describe(node)} is not a list")
        return None
    members = [_set_member(item, spec, findings) for item in node.items]
    return None if None in members else frozenset(member for member in members if member is not None)


def _set_member(item: Node, spec: FactSpec, findings: Findings) -> str | None:
    if not isinstance(item, ScalarNode) or item.is_null:
        findings.error(item.position, "type-mismatch", f"{spec.path} holds words, not {describe(item)}")
        return None
    try:
        return _member(item.text, spec)
    except LiteralError as error:
        findings.error(item.position, error.code, f"{spec.path}: {error.message}", error.hint)
        return None


def _member(text: str, spec: FactSpec) -> str:
    open_set = spec.type is FactType.SET and not spec.values
    if not open_set and text not in spec.values:
        hint = nearest(text, spec.values, otherwise="the pack lists no values for it")
        raise LiteralError(f"{text[:60]!r} is not one of its values", code="unknown-value", hint=hint)
    return text


def check_range(value: Value, spec: FactSpec) -> None:
    """LiteralError where the value lies outside of what the fact may be."""
    number = value.minor_units if isinstance(value, Money) else value
    if isinstance(number, (str, frozenset)):
        return
    # Money is never negative, as in a request: nobody owes us for what went wrong.
    minimum = 0 if isinstance(value, Money) else spec.minimum
    if minimum is not None and number < minimum:
        raise _out_of_range(value, "below its minimum", minimum, spec)
    if spec.maximum is not None and number > spec.maximum:
        raise _out_of_range(value, "above its maximum", spec.maximum, spec)


def _out_of_range(value: Value, how: str, bound: int, spec: FactSpec) -> LiteralError:
    if isinstance(value, Money):
        return LiteralError(f"{value} is {how}, {value.with_units(bound)}", code="out-of-range")
    if spec.type is FactType.DURATION and isinstance(value, int):
        # As long as it was written, and not in the units that it is kept in.
        given, limit = value // NANOS_PER_SECOND, bound // NANOS_PER_SECOND
        return LiteralError(f"{given} seconds is {how}, {limit} seconds", code="out-of-range")
    return LiteralError(f"{value} is {how}, {bound} {spec.unit}".rstrip(), code="out-of-range")
