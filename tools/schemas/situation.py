"""Situations: the facts of a case as tests and case files write them. Null is a fact that is not known."""

from typing import Final

from amends.domain.action_kinds import KINDS
from amends.domain.decision import Outcome
from amends.domain.situation import FactSource
from amends.packs.read_granted import GRANTED_KEYS, LONGEST_IDENTIFIER, SUBJECT_KEYS
from amends.packs.read_situation import GROUPS, IDENTIFIERS, LOCALE, STRUCTURES
from amends.packs.situation_file import HEADING_KEYS
from tools.schemas.conditions import BUILT_IN
from tools.schemas.shapes import (
    NOTHING,
    WORD,
    Schema,
    UnequalKeysError,
    any_of,
    closed,
    listed,
    mapped,
    one_of_words,
    ref,
    said,
    text,
)
from tools.schemas.values import DATE, MONEY_AMOUNT, NAME, PATH, WORDS, value_of

SITUATION: Final = ref("situation")
OUTCOME: Final = one_of_words(Outcome)

_IDENTIFIER: Final = any_of({**WORD, "maxLength": LONGEST_IDENTIFIER}, NOTHING)
_DECLARED: Final[Schema] = any_of({"type": ["string", "number", "boolean", "null"]}, listed(WORD))


def definitions() -> dict[str, Schema]:
    """A situation."""
    return {
        "granted": _granted(),
        "situation": said(_situation(), "What is known of one case; left out or null: unknown."),
    }


def case_file() -> Schema:
    """A case file with its heading; or a bare situation."""
    heading = {
        "title": WORD,
        "policy": said(WORD, "Under which policy it is decided."),
        "role": said(WORD, "Who acts."),
        "outcome": said(OUTCOME, "What its writer expects."),
        "situation": SITUATION,
    }
    return {
        "type": "object",
        "if": {"required": ["situation"]},
        "then": closed(heading, HEADING_KEYS),
        "else": SITUATION,
    }


def _situation() -> Schema:
    root = {spec.path: known(value_of(spec), spec.question) for spec in BUILT_IN if "." not in spec.path}
    groups = {name: known(_group(name), f"Facts of the {name}.") for name in GROUPS if name != "facts"}
    structures = {
        "granted": known(listed(ref("granted")), "What was already given for this case; empty: nothing."),
        "unobtainable": known(listed(PATH, unique=True), "Facts that were asked for in vain."),
        "fact_sources": known(mapped(PATH, one_of_words(FactSource)), "Where facts come from, by path."),
    }
    if {*structures} != {*STRUCTURES}:
        raise UnequalKeysError(sorted({*structures} ^ {*STRUCTURES}))
    names = {name: text(LOCALE) if name == "locale" else _IDENTIFIER for name in IDENTIFIERS[""]}
    declared = known(mapped(NAME, _DECLARED), "Facts that the pack declares.")
    return closed(
        {
            **{name: any_of(form, NOTHING) for name, form in names.items()},
            **root,
            **groups,
            "facts": declared,
            **structures,
        }
    )


def _group(name: str) -> Schema:
    prefix = f"{name}."
    facts = {
        spec.path.removeprefix(prefix): known(value_of(spec), spec.question)
        for spec in BUILT_IN
        if spec.path.startswith(prefix)
    }
    return closed(facts | dict.fromkeys(IDENTIFIERS[name], _IDENTIFIER))


def known(schema: Schema, description: str) -> Schema:
    """A value, or null where it is not known."""
    return said(any_of(schema, NOTHING), description)


def _granted() -> Schema:
    keys = {
        "kind": one_of_words(KINDS),
        "action_id": _IDENTIFIER,
        "subject": any_of(closed(dict.fromkeys(SUBJECT_KEYS, _IDENTIFIER), SUBJECT_KEYS), NOTHING),
        "incident_id": _IDENTIFIER,
        "basis": _IDENTIFIER,
        "parameters": any_of(mapped({"type": "string"}, WORDS), NOTHING),
        "amount": any_of(MONEY_AMOUNT, NOTHING),
        "time": any_of(DATE, NOTHING),
    }
    return closed(keys, GRANTED_KEYS, required=("kind",))
