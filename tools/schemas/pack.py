"""pack.yaml: what the pack is, and every section that it may hold."""

from amends.domain.action_kinds import KINDS, MONEY_KINDS, ActionKind
from amends.domain.currencies import EXPONENTS
from amends.packs.outline import HEADER_KEYS
from amends.packs.read_calendars import CALENDAR_KEYS, OPEN_SPAN, WEEK
from amends.packs.read_custom import CUSTOM_TYPES
from amends.packs.read_limits import LIMIT_KEYS, REQUIREMENT_KEYS
from amends.packs.read_sections import COMBINATIONS, GUARDRAIL_KEYS, TEAM_KEYS
from amends.packs.read_settings import BANDED, MOST_AXES, UNLIMITED
from amends.packs.read_waivers import MOST_WAIVERS, WAIVER_KEYS
from tools.schemas import actions, facts
from tools.schemas.conditions import CONDITION
from tools.schemas.rules import theme_keys
from tools.schemas.shapes import (
    NOTHING,
    WORD,
    Schema,
    any_of,
    closed,
    listed,
    mapped,
    one_of_words,
    said,
    text,
)
from tools.schemas.values import DATE, DATE_ONLY, MONEY_AMOUNTS, NAME, NAMES_LISTED, PATH, SPAN, WORDS


def root() -> Schema:
    """The whole file."""
    keys = {
        "pack": said(NAME, "The pack's id, which is its folder's name."),
        "version": said(WORD, "As 2026.11.1."),
        "title": said(WORD, "What it is, in words."),
        "extends": said(NAMES_LISTED, "Packs whose definitions this one has too."),
        "currency": said(one_of_words(EXPONENTS), "Of amounts that are written without one (ISO 4217)."),
        "timezone": said(WORD, "Of dates that are written without one, as Europe/Vienna; UTC if left out."),
        "tiers": said(NAMES_LISTED, "The values of customer.loyalty_tier, lowest first."),
        "main": said(
            listed(PATH, most=MOST_AXES, unique=True),
            "The facts on whose combinations gaps and the like are looked for.",
        ),
        "authority": said(listed(_role(), least=1), "Who may grant how much; the front line first."),
        "history": said(one_of_words(("caller", "ledger")), "Where the history comes from when the caller is silent."),
        "review_every": said(SPAN, "How often somebody looks whether what is written still holds."),
        "disable": said(listed(WORD, unique=True), "Ids of the parents' definitions that this pack does without."),
        "waive": said(listed(_waiver(), most=MOST_WAIVERS), "Warnings that the owner lives with, and until when."),
        "facts": said(mapped(NAME, facts.declaration()), "Facts beyond the built-in ones; in rules facts.NAME."),
        "contact_reasons": said(NAMES_LISTED, "The values of contact_reason."),
        "teams": said(mapped(NAME, closed({"label": WORD}, TEAM_KEYS, required=("label",))), "Who may own something."),
        "calendars": said(mapped(NAME, _calendar()), "When somebody is there."),
        "actions": said(mapped(NAME, _custom()), "Actions of this pack's own."),
        "combine": said(
            closed({kind.value: _combine(kind) for kind in KINDS}),
            "How several of a kind become one, where it differs.",
        ),
        "guardrails": said(listed(_guardrail()), "What may not be said, and what to say instead."),
        "limits": said(listed(_limit()), "At most so much of several kinds together."),
        "requires": said(listed(_requirement()), "Kinds that may not stand without another."),
        **theme_keys(),
    }
    return closed(keys, HEADER_KEYS, required=("pack", "version", "title"))


def _role() -> Schema:
    band = any_of({"const": UNLIMITED}, MONEY_AMOUNTS)
    bands = {kind.value: said(band, f"The most {kind} that the role may grant; left out: none.") for kind in BANDED}
    return closed({"role": NAME, **bands}, required=("role",))


def _waiver() -> Schema:
    keys = {
        "check": said(NAME, "The check whose warning it is."),
        "at": said(WORD, "What the warning is about."),
        "because": WORD,
        "until": DATE,
    }
    return closed(keys, WAIVER_KEYS, required=WAIVER_KEYS)


def _calendar() -> Schema:
    week = "|".join(WEEK)
    days: Schema = {"type": "string", "pattern": f"^(?:{week})(?:-(?:{week}))?$", "examples": ["mon-fri"]}
    span = said(text(OPEN_SPAN), 'As "08:00-20:00".')
    keys = {
        "zone": said(WORD, "As America/New_York; the pack's time zone if left out."),
        "hours": said(mapped(days, any_of(span, listed(span)), least=1), 'By day of the week: mon-fri: "08:00-20:00".'),
        "closed": said(listed(DATE_ONLY, unique=True), "Further days on which nobody is there."),
    }
    return closed(keys, CALENDAR_KEYS, required=("hours",))


def _custom() -> Schema:
    parameters = mapped(NAME, one_of_words(CUSTOM_TYPES))
    return any_of(closed({"parameters": said(parameters, "Each with its type.")}), NOTHING)


def _combine(kind: ActionKind) -> Schema:
    by_amount = [] if kind in MONEY_KINDS else ["highest", "sum"]
    cuts = ["first"] if kind is ActionKind.ENTITLEMENT else []
    return one_of_words(choice for choice in COMBINATIONS if choice not in (*by_amount, *cuts))


def _guardrail() -> Schema:
    keys = {
        "id": NAME,
        "unless": said(CONDITION, "It may be said where this is true; left out: never."),
        "never": said(WORDS, "What may not be said."),
        "instead": said(WORDS, "What to say in its place."),
    }
    return closed(keys, GUARDRAIL_KEYS, required=("id", "never", "instead"))


def _limit() -> Schema:
    keys = {
        "id": NAME,
        "of": said(actions.kinds(MONEY_KINDS), "Whose sum is bounded; cuts start at the last."),
        "at_most": actions.AMOUNT,
        "minus": said(PATH, "A money fact that is taken off first: a history that includes this case."),
    }
    return closed(keys, LIMIT_KEYS, required=("id", "of", "at_most"))


def _requirement() -> Schema:
    kind = one_of_words(kind for kind in KINDS if kind is not ActionKind.ENTITLEMENT)
    keys = {
        "id": NAME,
        "kind": said(kind, "What may not stand alone."),
        "when": said(CONDITION, "Left out: always."),
        "one_of": said(actions.kinds(), "Its companions: one is enough."),
    }
    return closed(keys, REQUIREMENT_KEYS, required=("id", "kind", "one_of"))
