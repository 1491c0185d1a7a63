"""Reads the facts a pack declares beyond the built-in vocabulary: type, values, unit, range, question."""

from decimal import Decimal
from enum import StrEnum
from typing import Final, TypeVar

from amends.domain.facts import FactSpec, FactType, Sensitivity
from amends.domain.sensitivity import usual_sensitivity
from amends.packs.findings import Findings, nearest
from amends.packs.literals import Conventions, LiteralError, a_type, read_boolean, read_value
from amends.packs.outline import Definition
from amends.packs.reader import MapNode, ScalarNode
from amends.packs.shapes import check_keys, mapping, missing, scalar, words

W = TypeVar("W", bound=StrEnum)

FACT_KEYS: Final = ("type", "values", "ordered", "unit", "min", "max", "ask", "sensitivity")
_WITH_RANGE: Final = (FactType.INTEGER, FactType.DECIMAL, FactType.MONEY, FactType.DURATION, FactType.DATE)
LONGEST_VALUE: Final = 100


def read_fact(definition: Definition, conventions: Conventions, findings: Findings) -> FactSpec | None:
    """The fact `facts.NAME`; None where not even its type is known."""
    node = mapping(definition.node, f"the fact {definition.ident}", findings)
    if node is None:
        return None
    check_keys(node, FACT_KEYS, findings, what="a fact")
    fact_type = _type(node, findings)
    if fact_type is None:
        return None
    path = f"facts.{definition.ident}"
    bare = FactSpec(path, fact_type)
    values = _values(node, fact_type, findings)
    said = _sensitivity(node, findings)
    spec = FactSpec(
        path,
        fact_type,
        values=values,
        ordered=_ordered(node, fact_type, findings),
        unit=_text(node, "unit", findings),
        minimum=_limit(node, "min", bare, conventions, findings=findings),
        maximum=_limit(node, "max", bare, conventions, findings=findings),
        ask=_text(node, "ask", findings),
        # What goes without saying is not kept: a pack is the same pack with it and without.
        sensitivity=None if said is usual_sensitivity(path, fact_type, has_values=bool(values)) else said,
    )
    if spec.minimum is not None and spec.maximum is not None and spec.minimum > spec.maximum:
        findings.error(definition.position, "impossible-bounds", f"{path}: min is above max")
    return spec


def _type(node: MapNode, findings: Findings) -> FactType | None:
    written = node.get("type")
    if written is None:
        missing(node, "type", "a fact", findings)
        return None
    return _one_of(FactType, scalar(written, "the type of a fact", findings), "type", findings)


def _one_of(words_of: type[W], text: ScalarNode | None, what: str, findings: Findings) -> W | None:
    if text is None:
        return None
    if text.text not in tuple(words_of):
        message = f"there is no {what} {text.text[:60]!r}"
        findings.error(text.position, "unknown-value", message, nearest(text.text, tuple(words_of)))
        return None
    return words_of(text.text)


def _values(node: MapNode, fact_type: FactType, findings: Findings) -> tuple[str, ...]:
    written = node.get("values")
    if fact_type not in {FactType.ENUM, FactType.SET}:
        if written is not None:
            findings.error(written.position, "unknown-key", f"{a_type(fact_type)} has no values", "type: enum")
        return ()
    values = words(written, "`values`", findings)
    for value in values:
        if len(value.text) > LONGEST_VALUE:
            findings.error(value.position, "too-long", f"a value longer than {LONGEST_VALUE} characters")
    if fact_type is FactType.ENUM and not values:
        missing(node, "values", "an enum", findings)
    return tuple(value.text for value in values)


def _ordered(node: MapNode, fact_type: FactType, findings: Findings) -> bool:
    written = node.get("ordered")
    text = scalar(written, "`ordered`", findings) if written is not None else None
    if text is None:
        return False
    try:
        ordered = read_boolean(text)
    except LiteralError as error:
        findings.error(text.position, error.code, error.message, error.hint)
        return False
    if ordered and fact_type is not FactType.ENUM:
        findings.error(text.position, "type-mismatch", f"only an enum is ordered; this is of type {fact_type}")
        return False
    return ordered


def _sensitivity(node: MapNode, findings: Findings) -> Sensitivity | None:
    written = node.get("sensitivity")
    text = scalar(written, "`sensitivity`", findings) if written is not None else None
    return _one_of(Sensitivity, text, "sensitivity", findings)


def _limit(node: MapNode, key: str, bare: FactSpec, conventions: Conventions, *, findings: Findings) -> int | None:
    """An inclusive end of the range. Of money only zero: a range would hold in one currency and not in another."""
    written = node.get(key)
    if written is None:
        return None
    if bare.type not in _WITH_RANGE:
        findings.error(written.position, "unknown-key", f"{a_type(bare.type)} has no {key}")
        return None
    if bare.type is FactType.MONEY:
        if not (isinstance(written, ScalarNode) and written.text == "0" and key == "min"):
            findings.error(written.position, "type-mismatch", "the only range of money is min: 0", "use conditions")
        return 0
    value = read_value(written, bare, conventions, findings)
    if isinstance(value, Decimal) and value != value.to_integral_value():
        findings.error(written.position, "type-mismatch", f"{key} is a whole number")
    return int(value) if isinstance(value, (int, Decimal)) else None


def _text(node: MapNode, key: str, findings: Findings) -> str:
    written = node.get(key)
    text = scalar(written, f"`{key}`", findings) if written is not None else None
    return text.text.strip() if text is not None else ""
