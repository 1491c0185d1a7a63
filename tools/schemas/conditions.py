"""Conditions: what may be asked of each built-in fact, by its type; of a declared one, whatever any type allows."""

from typing import Final

from amends.domain.facts import FactSpec, FactType
from amends.domain.vocabulary import built_in_facts
from amends.packs.conditions import SetTest
from amends.packs.read_conditions import LOWER, OPERATORS, ORDERED, UPPER
from tools.schemas.shapes import BOOLEAN, Schema, UnequalKeysError, any_of, closed, listed, ref, said
from tools.schemas.values import LENGTH, PATH, value_of

CONDITION: Final = ref("condition")
BUILT_IN: Final = built_in_facts(tiers=(), contact_reasons=())
DECLARED: Final = r"^facts\.[a-z][a-z0-9_-]{0,99}$"

_WITHIN: Final = closed({"within": LENGTH, "of": PATH, "ahead": BOOLEAN}, required=("within", "of"))
_PRESENT: Final = said(
    closed({"present": BOOLEAN}, required=("present",)), "Whether it is known; itself never unknown."
)
_ONE_BOUND_A_SIDE: Final = [{"not": {"required": list(side)}} for side in (LOWER, UPPER)]


def definitions() -> dict[str, Schema]:
    """A condition, and what may be asked of a declared fact."""
    scalar = {"type": ["string", "number", "boolean"]}
    declared = any_of(
        scalar,
        listed(any_of(scalar, listed(scalar))),
        _bounds(scalar),
        _not(any_of(scalar, listed(scalar, least=1))),
        _PRESENT,
        *(_has(test, listed(scalar)) for test in SetTest),
        _WITHIN,
    )
    told = {*LOWER, *UPPER, "not", "present", *SetTest, "within", "of", "ahead"}
    if told != {*OPERATORS}:
        raise UnequalKeysError(sorted(told ^ {*OPERATORS}))
    several = listed(CONDITION, least=1)
    return {
        "asked_of_declared": declared,
        "present": _PRESENT,
        **{f"value_of_{spec.path}": value_of(spec) for spec in BUILT_IN},
        **{f"asked_of_{spec.path}": _asked(spec) for spec in BUILT_IN},
        "condition": said(
            {
                "type": "object",
                "minProperties": 1,
                "properties": {
                    "all": said(any_of(CONDITION, several), "All of these hold."),
                    "any": said(several, "At least one of these holds."),
                    "none": said(several, "None of these holds."),
                    **{spec.path: said(ref(f"asked_of_{spec.path}"), spec.question) for spec in BUILT_IN},
                },
                "patternProperties": {DECLARED: ref("asked_of_declared")},
                "additionalProperties": False,
            },
            "All of these hold: facts with a value, a list of values or an operator; all, any and none nest.",
        ),
    }


def _asked(spec: FactSpec) -> Schema:
    value = ref(f"value_of_{spec.path}")
    forms = [value, listed(value, least=1), _not(any_of(value, listed(value, least=1))), ref("present")]
    if spec.type is FactType.SET:
        forms += [_has(test, value) for test in SetTest]
    if spec.type in ORDERED or spec.ordered:
        forms.append(_bounds(value))
    if spec.type is FactType.DATE:
        forms.append(said(_WITHIN, "0 <= of - fact <= within; ahead: true looks forward."))
    return any_of(*forms)


def _bounds(value: Schema) -> Schema:
    sides = dict.fromkeys((*LOWER, *UPPER), value)
    return closed(sides) | {"minProperties": 1, "allOf": _ONE_BOUND_A_SIDE}


def _not(value: Schema) -> Schema:
    return said(closed({"not": value}, required=("not",)), "Known, and different.")


def _has(test: SetTest, members: Schema) -> Schema:
    return closed({test.value: {**members, "minItems": 1}}, required=(test.value,))
