"""Rules and derived facts: what stands in pack.yaml and in the other files of a pack alike."""

from typing import Final

from amends.packs.model import Hit
from amends.packs.outline import THEME_KEYS
from amends.packs.read_derives import DERIVE_KEYS
from amends.packs.read_holds import HOLD_KEYS
from amends.packs.read_rules import BECAUSE_KEYS, EFFECTIVE_KEYS, HIGHEST_PRIORITY, RULE_KEYS
from amends.packs.read_texts import PLACEHOLDERS
from tools.schemas import actions, facts
from tools.schemas.conditions import BUILT_IN, CONDITION
from tools.schemas.shapes import INTEGER, WORD, Schema, any_of, closed, listed, one_of_words, ref, said
from tools.schemas.values import DATE, NAME, PATH, TABLE, WORDS

_HIT: Final = said(one_of_words(Hit), "Which rows apply: the first that holds, the only one, or every one.")
_VALUE: Final[Schema] = any_of({"type": ["string", "number", "boolean"]}, listed(WORD))


def definitions() -> dict[str, Schema]:
    """A rule and a derived fact."""
    return {"rule": _rule(), "derive": _derive()}


def theme_keys() -> dict[str, Schema]:
    """What may stand in any file of a pack."""
    keys = {
        "derive": said(listed(ref("derive")), "Facts that later rules read; the caller's value wins."),
        "rules": said(listed(ref("rule")), "What to do, and when."),
    }
    closed(keys, THEME_KEYS)
    return keys


def _rule() -> Schema:
    fills = " ".join(f"{{{name}}}" for name in PLACEHOLDERS)
    because = closed(
        {
            "agent": said(WORDS, f"For the agent. May hold {fills}."),
            "customer": said(WORDS, f"To say. May hold {fills}."),
        },
        BECAUSE_KEYS,
    )
    effective = closed(
        {"from": DATE, "until": DATE, "by": said(PATH, "A date fact; observe_time if left out.")}, EFFECTIVE_KEYS
    )
    hold = closed(
        {"kinds": actions.held(), "for": said(NAME, "A team."), "because": WORDS}, HOLD_KEYS, required=HOLD_KEYS
    )
    priority = INTEGER | {"minimum": -HIGHEST_PRIORITY, "maximum": HIGHEST_PRIORITY}
    keys = {
        "id": said(NAME, "Names the rule, once in the pack."),
        "title": said(WORD, "What it does, in words."),
        "priority": said(priority, "Higher first; 0 if left out. Ties go by id."),
        "effective": said(
            effective | any_of({"required": ["from"]}, {"required": ["until"]}), "From, and up to, when."
        ),
        "when": said(CONDITION, "Left out: always."),
        "then": said(listed(actions.ACTION), "What it asks for."),
        "table": TABLE,
        "hit": _HIT,
        "forbid": said(actions.forbidden(), "Kinds that may not be done; of goodwill, perhaps only some."),
        "hold": said(hold, "Kinds that wait until a team releases them."),
        "because": said(because, "Why, in words."),
        "source": said(listed(WORD, unique=True), "Where it is written down."),
    }
    does = any_of(*({"required": [key], "properties": {key: {"minItems": 1}}} for key in ("then", "forbid")), *(
        {"required": [key]} for key in ("hold", "table")
    ))  # fmt: skip
    whole = {"properties": {"then": {"items": actions.COMPLETE}}, "required": ["title"]}
    return closed(keys, RULE_KEYS, required=("id",)) | {
        "allOf": [does, {"if": {"required": ["table"]}, "else": whole}],
        "dependentRequired": {"hit": ["table"]},
    }


def _derive() -> Schema:
    case = closed({"when": CONDITION, "value": _VALUE}, required=("value",))
    keys = {
        "fact": said(PATH, "A built-in fact, or facts.NAME."),
        **facts.keys(),
        "reviewed": said(DATE, "When somebody last looked whether it still holds."),
        "adds": said({"type": "boolean"}, "Its cases go before those of the pack that this one extends."),
        "open": said({"type": "boolean"}, "Where no case holds, the fact stays missing and is asked for."),
        "cases": said(
            listed(case, least=1), "The first that holds gives the value; the last, unless open, has no `when`."
        ),
        "table": TABLE,
        "hit": said(one_of_words((Hit.FIRST, Hit.UNIQUE)), "Which row gives the value."),
    }
    built_in = [
        {
            "if": {"properties": {"fact": {"const": spec.path}}, "required": ["fact"]},
            "then": {"properties": {"cases": {"items": {"properties": {"value": ref(f"value_of_{spec.path}")}}}}},
        }
        for spec in BUILT_IN
    ]
    return closed(keys, DERIVE_KEYS, required=("fact",)) | {
        **any_of({"required": ["cases"]}, {"required": ["table"]}),
        "not": {"required": ["cases", "table"]},
        "dependentRequired": {"hit": ["table"]},
        "allOf": [{"if": {"required": ["type"]}, "then": {"allOf": facts.rules()}}, *built_in],
    }
