"""Actions and amounts: every kind with its parameters, made of the table of kinds alone.

What a kind requires stands beside its form, because the row of a table may complete what a rule leaves out.
"""

from collections.abc import Iterable
from itertools import combinations
from typing import Final, assert_never

from amends.domain.action import Scope
from amends.domain.action_kinds import (
    ASSIGNED,
    COVERABLE,
    GOODWILL_KINDS,
    INTERNAL_KINDS,
    KINDS,
    SAME_PERSON,
    ActionKind,
    AmountUse,
    KindSpec,
    ParameterSpec,
    ParameterType,
)
from amends.domain.vocabulary import Request
from amends.packs.literals import LONGEST_URL, URL
from amends.packs.read_amounts import AMOUNT_KEYS, LARGEST_PERCENT
from amends.packs.read_custom import COMMON_KEYS, CUSTOM_NAME
from amends.packs.read_holds import ALL_KINDS
from amends.packs.read_parameters import NAMED, SUITED, WRITTEN_OUT
from amends.packs.read_referrals import NEED, OUTPUTS
from amends.packs.read_referrals import TABLE as TABLE_KEY
from amends.packs.shapes import NAME as NAMES
from tools.schemas.shapes import (
    BOOLEAN,
    INTEGER,
    NOTHING,
    NUMBER,
    Schema,
    UnequalKeysError,
    any_of,
    closed,
    listed,
    mapped,
    one_of_words,
    pattern,
    ref,
    said,
    single,
    text,
)
from tools.schemas.values import DATE_ONLY, MONEY_AMOUNT, MONEY_AMOUNTS, NAME, PATH, SPAN, TABLE, WORDS

ACTION: Final = ref("action")
COMPLETE: Final = ref("complete_action")
AMOUNT: Final = ref("amount")
KIND: Final = one_of_words(KINDS)
GOODWILL: Final = closed({ActionKind.GOODWILL: listed(one_of_words(GOODWILL_KINDS), least=1, unique=True)})

_FORMS: Final = ("amount", "percent", "lowest", "highest", "table")
_ONE_FORM: Final = any_of(*({"required": [form]} for form in _FORMS))
_AMOUNT_RULES: Final[Schema] = {
    "dependentRequired": {"percent": ["of"], "of": ["percent"], "per": ["amount"]},
    "not": any_of(*({"required": list(pair)} for pair in combinations(_FORMS, 2))),
}


def definitions() -> dict[str, Schema]:
    """The action of a rule, what makes it complete, and an amount."""
    amount = closed(_amount_keys(), AMOUNT_KEYS) | _AMOUNT_RULES | _ONE_FORM
    return {
        "amount": said(
            any_of(MONEY_AMOUNT, MONEY_AMOUNTS, amount), "An amount: money, or one of the forms of amounts."
        ),
        "amount_form": _AMOUNT_RULES,
        **{f"action_{kind}": said(_action(spec), about(spec)) for kind, spec in KINDS.items()},
        "action": said(
            single({kind: ref(f"action_{kind}") for kind in KINDS}), "One kind of action with its parameters."
        ),
        "complete_action": {"properties": {kind: _complete(spec) for kind, spec in KINDS.items()}},
    }


def about(spec: KindSpec) -> str:
    """What the table of kinds says of a kind, in a sentence."""
    cost = "Care: it costs nothing." if spec.care else "Substantive."
    within = f" within {', '.join(spec.key)}" if spec.key else ""
    serves = f" Serves {', '.join(spec.justices)} justice." if spec.justices else ""
    return f"{cost} Of several: {spec.combine}{within}.{serves}"


def literal(spec: ParameterSpec) -> Schema:  # noqa: C901, PLR0911, PLR0912  # one a type
    """A parameter that is written out."""
    match spec.type:
        case ParameterType.NAME:
            return text(NAMED)
        case ParameterType.TEXT:
            return WORDS
        case ParameterType.ENUM:
            return one_of_words(spec.values)
        case ParameterType.BOOLEAN:
            return BOOLEAN
        case ParameterType.DURATION:
            return SPAN
        case ParameterType.TEAM | ParameterType.CALENDAR:
            return NAME
        case ParameterType.OWNER:
            return said(NAME, f"A team, {SAME_PERSON} or {ASSIGNED}.")
        case ParameterType.PATHS:
            return listed(PATH, least=1, unique=True)
        case ParameterType.COVERED:
            return listed(one_of_words(COVERABLE), least=1, unique=True)
        case ParameterType.DATE:
            return DATE_ONLY
        case ParameterType.URL:
            return text(URL) | {"maxLength": LONGEST_URL}
        case ParameterType.INTEGER:
            return INTEGER
        case ParameterType.DECIMAL:
            return NUMBER
        case ParameterType.MONEY:
            return MONEY_AMOUNT
        case _:
            assert_never(spec.type)


def forbidden() -> Schema:
    """What a rule may rule out."""
    kind = one_of_words(kind for kind in KINDS if kind is not ActionKind.ENTITLEMENT)
    return any_of(GOODWILL | {"minProperties": 1}, listed(any_of(kind, GOODWILL | {"minProperties": 1}), least=0))


def held() -> Schema:
    """What a hold may name."""
    internal = ", ".join(INTERNAL_KINDS)
    return any_of(said({"const": ALL_KINDS}, f"Every kind but {internal}."), kinds())


def kinds(allowed: Iterable[ActionKind] = tuple(KINDS)) -> Schema:
    """A list of kinds."""
    return listed(one_of_words(allowed), least=1, unique=True)


def _amount_keys() -> dict[str, Schema]:
    several = listed(AMOUNT, least=1)
    percent = NUMBER | {"exclusiveMinimum": 0, "maximum": LARGEST_PERCENT}
    return {
        "amount": MONEY_AMOUNTS,
        "per": said(PATH, "An integer fact: the amount times so many."),
        "percent": percent,
        "of": said(PATH, "A money fact."),
        "lowest": several,
        "highest": several,
        "table": TABLE,
    }


def _common() -> dict[str, Schema]:
    common = {
        "retention": said(BOOLEAN, "It keeps a customer; an honest referral removes it."),
        "expires": said(SPAN, "The offer stands for so long."),
        "review_in": said(SPAN, "The case is looked at again after so long."),
        "scope": said(one_of_words(Scope), "For this case, or once for the whole incident."),
        "meets": said(listed(one_of_words(Request), unique=True), "The requests of the customer that this meets."),
    }
    if {*common} != {*COMMON_KEYS}:
        raise UnequalKeysError(sorted({*common} ^ {*COMMON_KEYS}))
    return common


def _action(spec: KindSpec) -> Schema:
    if spec.kind is ActionKind.CUSTOM:
        # Which parameters it has is said by each pack.
        scalar: Schema = {"type": ["string", "number", "boolean"]}
        declared = any_of(scalar, mapped({"type": "string"}, scalar, least=1))
        custom = {CUSTOM_NAME: NAME, **_common()}
        names = {"propertyNames": {"pattern": pattern(NAMES)}}
        return {"type": "object", "properties": custom, "additionalProperties": declared} | names
    properties = {parameter.name: _parameter(parameter) for parameter in spec.parameters}
    if spec.kind is ActionKind.REFERRAL:
        properties[TABLE_KEY] = said(TABLE, f"Gives {', '.join(OUTPUTS)} by need.")
    with_amount = spec.amount is not AmountUse.NONE
    form = closed(properties | (_amount_keys() if with_amount else {}) | _common())
    forms = [form | _AMOUNT_RULES if with_amount else form]
    if not any(parameter.required for parameter in spec.parameters):
        forms += [MONEY_AMOUNTS] if with_amount else []
        forms += [NOTHING] if spec.amount is not AmountUse.REQUIRED else []
    return any_of(*forms)


def _parameter(spec: ParameterSpec) -> Schema:
    written = literal(spec)
    if spec.name in WRITTEN_OUT or not SUITED[spec.type]:
        return written
    from_fact = closed({"fact": PATH, "default": written}, required=("fact",))
    return any_of(written, from_fact)


def _complete(spec: KindSpec) -> Schema:
    by_table = OUTPUTS if spec.kind is ActionKind.REFERRAL else ()
    needed = [parameter.name for parameter in spec.parameters if parameter.required and parameter.name not in by_table]
    must = [{"required": needed}] if needed else []
    if spec.kind is ActionKind.REFERRAL:
        given = [parameter.name for parameter in spec.parameters if parameter.required and parameter.name in by_table]
        must.append(any_of({"required": given}, {"required": [TABLE_KEY, NEED]}))
    if spec.amount is AmountUse.REQUIRED:
        must.append(any_of({"not": {"type": "object"}}, _ONE_FORM))
    return {"allOf": must} if len(must) > 1 else must[0] if must else {}
