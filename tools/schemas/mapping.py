"""Mappings of re-scoring: situations in which a value may be a column, with what may be said of one of its type."""

from typing import Final

from amends.domain.action_kinds import ActionKind
from amends.domain.currencies import EXPONENTS
from amends.domain.facts import FactSpec, FactType
from amends.packs.read_granted import LONGEST_IDENTIFIER
from amends.packs.read_situation import GROUPS, IDENTIFIERS
from amends.rescoring.convert_given import SPECS
from amends.rescoring.mapping import MINOR, UNIT_NANOS, UNOBTAINABLE, Ambiguous
from amends.rescoring.read_column import ALWAYS, COLUMN, CSV_KEYS, KEYS
from amends.rescoring.read_mapping import CSV, GRANTED
from tools.schemas.conditions import BUILT_IN
from tools.schemas.shapes import NOTHING, WORD, Schema, any_of, closed, listed, mapped, one_of_words, ref, said
from tools.schemas.values import MONEY_AMOUNT, NAME, PATH, value_of

_NAME_OF_COLUMN: Final = said(WORD, "The column's name; of a field within a column, with a dot.")
_SAID: Final = {
    "column": _NAME_OF_COLUMN,
    "values": said(
        mapped({"type": "string"}, any_of(WORD, NOTHING)),
        "What a text of the column is called in the language; null: it is not known.",
    ),
    "currency": said(one_of_words(EXPONENTS), "Of a bare amount; left out: the pack's."),
    "currency_column": said(WORD, "The column that says the currency of each row."),
    "decimal": said(WORD, "The sign before the decimals; a point unless said."),
    "thousands": said(WORD, "The sign between thousands."),
    "format": said(WORD, "How it is written, as strptime has it: %d.%m.%Y %H:%M."),
    "timezone": said(WORD, "Of moments that tell none, as Europe/Berlin."),
    "ambiguous": said(one_of_words(Ambiguous), "Which moment an hour means that clocks show twice; left out: reject."),
    "separator": said(WORD, "What parts its members; a comma unless said."),
}
_UNITS: Final = {
    FactType.MONEY: said(one_of_words((MINOR,)), "Of a bare number: cents."),
    FactType.DURATION: said(one_of_words(UNIT_NANOS), "Of a bare number."),
}
_IDENTIFIER: Final = any_of(
    {**WORD, "maxLength": LONGEST_IDENTIFIER}, closed({COLUMN: _NAME_OF_COLUMN}, required=(COLUMN,))
)


def definitions() -> dict[str, Schema]:
    """A column of each type, of a fact of any type, and something that was given."""
    every = {key: form for of in FactType for key, form in _keys(of).items()}
    every["unit"] = one_of_words((MINOR, *UNIT_NANOS))
    columns = {f"column_of_{of}": closed(_keys(of), (*ALWAYS, *KEYS[of]), required=(COLUMN,)) for of in FactType}
    return {**columns, "column": closed(every, required=(COLUMN,)), "given": _given()}


def root() -> Schema:
    """A whole mapping."""
    own = {spec.path: _fact(spec) for spec in BUILT_IN if "." not in spec.path}
    groups = {name: said(_group(name), f"Facts of the {name}.") for name in GROUPS if name != "facts"}
    scalar: Schema = {"type": ["string", "number", "boolean"]}
    declared = mapped(NAME, any_of(scalar, listed(WORD), ref("column")))
    form = {"delimiter": {"type": "string", "pattern": r"^[\t !#-~]$"}, "encoding": said(WORD, "As windows-1252.")}
    return closed(
        {
            **dict.fromkeys(IDENTIFIERS[""], _IDENTIFIER),
            **own,
            **groups,
            "facts": said(declared, "Facts that the pack declares."),
            UNOBTAINABLE: said(any_of(listed(PATH, unique=True), _column(FactType.SET)), "Facts that cannot be had."),
            GRANTED: said(listed(ref("given")), "What was given before; left out: nobody knows; empty: nothing."),
            CSV: said(closed(form, CSV_KEYS), "How a CSV file is written; left out: with commas, in UTF-8."),
        },
        required=("case_id",),
    )


def _keys(of: FactType) -> dict[str, Schema]:
    said_of = _SAID | ({"unit": _UNITS[of]} if of in _UNITS else {})
    return {key: said_of[key] for key in (*ALWAYS, *KEYS[of])}


def _column(of: FactType) -> Schema:
    return ref(f"column_of_{of}")


def _fact(spec: FactSpec) -> Schema:
    return said(any_of(value_of(spec), _column(spec.type)), spec.question)


def _group(name: str) -> Schema:
    prefix = f"{name}."
    facts = {spec.path.removeprefix(prefix): _fact(spec) for spec in BUILT_IN if spec.path.startswith(prefix)}
    return closed(facts | dict.fromkeys(IDENTIFIERS[name], _IDENTIFIER))


def _given() -> Schema:
    """Parameters belong to one kind of action, and so to none where a column says which."""
    kind, of = one_of_words(ActionKind), {name: _column(spec.type) for name, spec in SPECS.items()}
    keys = {
        "kind": any_of(kind, of["kind"]),
        "basis": any_of(WORD, of["basis"]),
        "amount": any_of(MONEY_AMOUNT, of["amount"], NOTHING),
        "given": said(of["given"], "The column that says whether it was given."),
        "parameters": mapped({"type": "string"}, WORD),
    }
    owed = {"properties": {"kind": {"const": str(ActionKind.ENTITLEMENT)}}, "required": ["kind"]}
    named = {"properties": {"kind": {"type": "string"}}}
    return closed(keys, (*SPECS, "parameters"), required=("kind",)) | {
        "allOf": [
            {"if": owed, "then": {"required": ["basis"]}},
            {"if": {"required": ["parameters"]}, "then": named},
        ]
    }
