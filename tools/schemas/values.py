"""Single values: money, lengths of time, dates, names, words for people, and a value of a fact by its type."""

import re
from typing import Final, assert_never

from amends.domain.facts import FactSpec, FactType
from amends.packs.literals import BUSINESS_DAYS, DAY, DURATION, INSTANT, MONEY
from amends.packs.outline import TABLE_ENDING, TABLES
from amends.packs.read_texts import LOCALE, LONGEST_TEXT
from amends.packs.shapes import NAME as NAMES
from tools.schemas.shapes import (
    BOOLEAN,
    INTEGER,
    NUMBER,
    WORD,
    Schema,
    any_of,
    listed,
    mapped,
    one_of_words,
    pattern,
    ref,
    said,
    text,
)

NAME: Final = ref("name")
MONEY_AMOUNT: Final = ref("money")
MONEY_AMOUNTS: Final = any_of(ref("money"), listed(ref("money"), least=1))
LENGTH: Final = ref("duration")
SPAN: Final = ref("span")
DATE: Final = ref("date")
DATE_ONLY: Final = ref("day")
WORDS: Final = ref("text")
PATH: Final = ref("path")
TABLE: Final = ref("table")
NAMES_LISTED: Final = listed(ref("name"), unique=True)

_SOME_UNIT: Final = "^(?=.*[0-9])"


def definitions() -> dict[str, Schema]:
    """What the schemas refer to."""
    money = {"type": ["string", "number"], "pattern": pattern(MONEY), "minimum": 0, "examples": ["9.90 USD"]}
    length = {"type": ["string", "integer"], "pattern": _SOME_UNIT + pattern(DURATION)[1:], "maximum": 0, "minimum": 0}
    span = {"type": "string", "pattern": _SOME_UNIT + pattern(DURATION, BUSINESS_DAYS)[1:], "examples": ["24h", "7bd"]}
    words = {**WORD, "maxLength": LONGEST_TEXT}
    table = {"type": "string", "pattern": f"^{TABLES}/.*{re.escape(TABLE_ENDING)}$"}
    return {
        "name": said(text(NAMES), "A name: lower case letters, digits, - and _; a letter first."),
        "money": said(money, "An amount with its currency, as 9.90 USD; a bare number is in the pack's currency."),
        "duration": said(length | {"examples": ["90s", "30m", "24h", "7d", "1d12h"]}, "A length of time, as 1d12h."),
        "span": said(span, "A length of time, as 24h, or business days, as 7bd."),
        "date": said(text(DAY, INSTANT), "A day, as 2026-01-01, or a moment, as 2026-01-01T12:00:00Z."),
        "day": said(text(DAY), "A day, as 2026-01-01."),
        "text": said(
            any_of(words, mapped(text(LOCALE), words, least=1)), "Words, or words by language: {en: .., de: ..}."
        ),
        "path": said({"type": "string", "minLength": 1}, "The path of a fact, as customer.loyalty_tier or facts.NAME."),
        "table": said(table, f"A table of the pack, as {TABLES}/goodwill_by_tier{TABLE_ENDING}."),
    }


def value_of(spec: FactSpec) -> Schema:  # noqa: PLR0911  # one a type
    """A value of the fact."""
    match spec.type:
        case FactType.BOOLEAN:
            return BOOLEAN
        case FactType.INTEGER:
            return INTEGER | _range(spec)
        case FactType.DECIMAL:
            return NUMBER | _range(spec)
        case FactType.MONEY:
            return MONEY_AMOUNT
        case FactType.DURATION:
            return LENGTH
        case FactType.DATE:
            return DATE
        case FactType.TEXT:
            return WORD
        case FactType.ENUM:
            return one_of_words(spec.values) if spec.values else WORD
        case FactType.SET:
            return listed(one_of_words(spec.values) if spec.values else WORD, unique=True)
        case _:
            assert_never(spec.type)


def _range(spec: FactSpec) -> Schema:
    least = {} if spec.minimum is None else {"minimum": spec.minimum}
    return least | ({} if spec.maximum is None else {"maximum": spec.maximum})
