"""One value of a payload as a value of a situation, exactly, or why it is none. Nothing is rounded, nothing guessed."""

import re
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from decimal import Decimal, InvalidOperation
from typing import Final, assert_never

from amends_client.bridge.mapping.model import OWN_TAGS, FromPayload, Kind, Plain, Target
from amends_client.bridge.mapping.paths import Json, as_text
from amends_client.messages import FactValue
from amends_client.values import MistakeError, member, money, money_text

UNITS: Final = ("seconds", "minutes", "hours", "days")
TIME_UNITS: Final = ("seconds", "milliseconds")
_NUMBER: Final = re.compile(r"[-+]?\d{1,30}(\.\d{1,30})?([eE][-+]?\d{1,3})?")
_DECLARED: Final = "facts."
_INT32: Final = range(-(2**31), 2**31)
_INT64: Final = range(-(2**63), 2**63)
_WHOLE_AMOUNT: Final = re.compile(r".+ [A-Z]{3}")
_BOOLEANS: Final = {"true": True, "false": False, "yes": True, "no": False, "1": True, "0": False}


class UnreadableError(Exception):
    """The value cannot be read as what it should be; the message says what was expected, never the value itself."""


def convert(raw: Json, target: Target, source: FromPayload, payload: Json) -> Plain | None:
    """The value, or None where the mapping says that this one means: not known."""
    if target.kind is Kind.SET:
        return _members(raw, target, source)
    text = as_text(raw)
    if text is None:
        raise UnreadableError("expected one plain value")
    if source.values is not None:
        if text not in source.values:
            raise UnreadableError("it has no translation")
        translated = source.values[text]
        if translated is None:
            return None
        text = translated
    return _plain(f"{source.prefix}{text}", target, source, payload)


def _plain(text: str, target: Target, source: FromPayload, payload: Json) -> Plain:  # noqa: PLR0911  # one a kind
    match target.kind:
        case Kind.TEXT | Kind.SET:
            # A fact of the pack's own that is text stays text, also where it reads as money.
            return FactValue(text=text) if target.path.startswith(_DECLARED) else text
        case Kind.ENUM:
            return _enum(text, target)
        case Kind.INTEGER:
            return _integer(text, source, _INT64 if target.path.startswith(_DECLARED) else _INT32)
        case Kind.DECIMAL:
            return _decimal(text, source)
        case Kind.BOOLEAN:
            return _boolean(text)
        case Kind.MONEY:
            return _money(text, source, payload)
        case Kind.DURATION:
            return _duration(text, source)
        case Kind.TIMESTAMP:
            return _timestamp(text, source)
        case _:
            assert_never(target.kind)


def _members(raw: Json, target: Target, source: FromPayload) -> list[str]:
    """A set of texts. Of a set with `values`, what these do not list says nothing of this fact and is left out."""
    texts = [text for text in _listed(raw, source) if text and not text.startswith(OWN_TAGS)]
    if source.values is not None:
        known = (source.values.get(text) for text in texts)
        texts = [text for text in known if text is not None]
    named = [_enum(text, target) if target.enum is not None else f"{source.prefix}{text}" for text in texts]
    return sorted(set(named))


def _listed(raw: Json, source: FromPayload) -> Iterable[str]:
    if isinstance(raw, str):
        return [part.strip() for part in raw.split(source.separator)]
    if not isinstance(raw, list):
        raise UnreadableError("expected a list, or a text with separators")
    texts = [as_text(one) for one in raw]
    if None in texts:
        raise UnreadableError("expected a list of plain values")
    return [text for text in texts if text is not None]


def _enum(text: str, target: Target) -> str:
    assert target.enum is not None  # the contract says of what it is
    try:
        member(text, target.enum)
    except MistakeError as mistake:
        # What the payload holds is not repeated: it may be anything.
        raise UnreadableError(str(mistake).partition(";")[0]) from None
    return text


def _decimal(text: str, source: FromPayload) -> Decimal:
    bare = text.strip()
    if source.thousands:
        bare = bare.replace(source.thousands, "")
    if source.decimal != ".":
        bare = bare.replace(".", "?").replace(source.decimal, ".")
    if _NUMBER.fullmatch(bare) is None:
        raise UnreadableError("expected a number")
    try:
        return Decimal(bare)
    except InvalidOperation:
        raise UnreadableError("expected a number") from None


def _integer(text: str, source: FromPayload, accepted: range) -> int:
    number = _decimal(text, source)
    if number != number.to_integral_value() or int(number) not in accepted:
        raise UnreadableError("expected a whole number")
    return int(number)


def _boolean(text: str) -> bool:
    if text.lower() not in _BOOLEANS:
        raise UnreadableError("expected true or false")
    return _BOOLEANS[text.lower()]


def _money(text: str, source: FromPayload, payload: Json) -> str:
    if _WHOLE_AMOUNT.fullmatch(text) is None:
        amount = _decimal(text, source).scaleb(-source.minor_digits)
        currency = source.currency
        if source.currency_path is not None:
            currency = (as_text(source.currency_path.find(payload)) or "").upper()
        text = f"{amount:f} {currency}"
    try:
        if not text.startswith("-"):
            return money_text(money(text))
    except MistakeError:
        raise UnreadableError("expected an amount and its currency") from None
    raise UnreadableError("expected an amount that is not negative")


def _duration(text: str, source: FromPayload) -> timedelta:
    micros = _decimal(text, source) * (timedelta(**{source.unit or "seconds": 1}) // timedelta(microseconds=1))
    if micros != micros.to_integral_value() or micros < 0:
        raise UnreadableError("expected a length of time in whole microseconds")
    try:
        return timedelta(microseconds=int(micros))
    except OverflowError:
        raise UnreadableError("expected a length of time") from None


def _timestamp(text: str, source: FromPayload) -> datetime:
    try:
        if source.unit:
            seconds = _decimal(text, source) / (1000 if source.unit == "milliseconds" else 1)
            return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=int(seconds * 1_000_000))
        when = datetime.strptime(text, source.form) if source.form else datetime.fromisoformat(text)  # noqa: DTZ007  # below
    except (ValueError, OverflowError):
        raise UnreadableError("expected a moment") from None
    if when.tzinfo is None:
        if source.timezone is None:
            raise UnreadableError("expected a moment with its time zone")
        when = when.replace(tzinfo=source.timezone)
    return when.astimezone(UTC)
