"""The facts that a pack declares: under `facts`, or where one is derived."""

from typing import Final

from amends.domain.facts import FactType, Sensitivity
from amends.packs.read_facts import FACT_KEYS, LONGEST_VALUE
from tools.schemas.shapes import BOOLEAN, WORD, Schema, closed, listed, one_of_words, said

_WITH_VALUES: Final = (FactType.ENUM, FactType.SET)
_WITH_RANGE: Final = (FactType.INTEGER, FactType.DECIMAL, FactType.MONEY, FactType.DURATION, FactType.DATE)


def keys() -> dict[str, Schema]:
    """What may be said of a declared fact."""
    end: Schema = {"type": ["string", "number"]}
    said_of = {
        "type": one_of_words(FactType),
        "values": listed({**WORD, "maxLength": LONGEST_VALUE}, unique=True),
        "ordered": said(BOOLEAN, "Whether the order of `values` means something."),
        "unit": said(WORD, "As days."),
        "min": said(end, "The least value, which belongs to the range."),
        "max": said(end, "The greatest value, which belongs to the range."),
        "ask": said(WORD, "The question when it is missing."),
        "sensitivity": said(
            one_of_words(Sensitivity),
            "What it may tell of a person. Left out: personal where it may hold any words, else none.",
        ),
    }
    closed(said_of, FACT_KEYS)
    return said_of


def rules() -> list[Schema]:
    """Which keys stand beside which type."""
    return [
        _only("type", _WITH_VALUES, ("values",)),
        _only("type", (FactType.ENUM,), ("ordered",)),
        _only("type", _WITH_RANGE, ("min", "max")),
    ]


def declaration() -> Schema:
    """A whole declaration."""
    listed_values = {"required": ["values"], "properties": {"values": {"minItems": 1}}}
    enum = {"if": _is("type", (FactType.ENUM,)), "then": listed_values}
    return closed(keys(), required=("type",)) | {"allOf": [*rules(), enum]}


def _is(key: str, values: tuple[FactType, ...]) -> Schema:
    return {"properties": {key: one_of_words(values)}, "required": [key]}


def _only(key: str, values: tuple[FactType, ...], others: tuple[str, ...]) -> Schema:
    """`others` stand only where `key` is one of `values`."""
    allowed: dict[str, Schema | bool] = dict.fromkeys(others, False)
    if others == ("ordered",):
        allowed = {"ordered": {"const": False}}
    return {"if": _is(key, values), "else": {"properties": allowed}}
