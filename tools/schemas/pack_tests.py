"""Tests of packs: clock, situations, and what must, and must not, come of each."""

from typing import Final

from amends.domain.action import Scope
from amends.domain.action_kinds import KINDS, ActionKind, AmountUse, KindSpec
from amends.domain.decision import ChangeKind, Effect, ObligationKind, Step
from amends.domain.vocabulary import Request
from amends.packs.pack_test_file import EARLIER_KEYS, FILE_KEYS, REPLY_TEST_KEYS, TEST_KEYS
from amends.packs.read_expectation import ACTION_KEYS, EXPECT_KEYS
from amends.packs.read_expected_trace import ADJUSTMENT_KEYS, CHANGE_KEYS, OBLIGATION_KEYS
from amends.packs.shapes import NAME as NAMES
from tools.schemas import actions
from tools.schemas.shapes import (
    BOOLEAN,
    WORD,
    Schema,
    any_of,
    closed,
    listed,
    mapped,
    one_of_words,
    pattern,
    ref,
    said,
    single,
)
from tools.schemas.situation import OUTCOME, SITUATION
from tools.schemas.values import DATE, MONEY_AMOUNT, NAME, PATH

_RULES: Final = listed({"type": "string"}, unique=True)
_PATHS: Final = listed(PATH, unique=True)


def definitions() -> dict[str, Schema]:
    """What a test expects."""
    return {
        "expected": _expected(),
        "expected_action": single({kind: _action(spec) for kind, spec in KINDS.items()}),
        "expected_adjustment": single({step.value: _adjustment() for step in Step}),
        "expected_change": single({kind.value: _change() for kind in ChangeKind}),
        "expected_obligation": single({kind.value: _obligation() for kind in ObligationKind}),
    }


def root() -> Schema:
    """The whole file."""
    test = {
        "name": said(WORD, "What it shows, once in the pack."),
        "given": said(WORD, "One of the situations above."),
        "with": said(SITUATION, "In its place; null: not known."),
        "role": said(NAME, "Who looks at it; left out: the front line."),
        "supersedes": said(_earlier(), "The case as it was decided before."),
        "expect": ref("expected"),
    }
    keys = {
        "clock": said(DATE, "The moment at which every situation of the file is seen."),
        "situations": said(mapped({"type": "string"}, SITUATION), "By name."),
        "tests": listed(closed(test, TEST_KEYS, required=("name", "expect"))),
        "replies": listed(closed(_reply(), REPLY_TEST_KEYS, required=("name", "draft"))),
    }
    return closed(keys, FILE_KEYS, required=("clock",))


def _reply() -> dict[str, Schema]:
    idents = listed({"type": "string"}, unique=True)
    return {
        "name": said(WORD, "What it shows."),
        "given": said(WORD, "One of the situations above."),
        "with": said(SITUATION, "In its place; null: not known."),
        "role": said(NAME, "Who writes it; left out: the front line."),
        "locale": said(WORD, "Of the draft; left out: en."),
        "draft": said(WORD, "What is to be sent."),
        "finds": said(idents, "All that the reply check tells."),
        "misses": said(idents, "What a reader would tell, and it does not."),
        "wrongly": said(idents, "What it tells, and no reader would."),
        "because": said(WORD, "Why what is wrong stays."),
    }


def _expected() -> Schema:
    keys = {
        "outcome": OUTCOME,
        "actions": said(listed(ref("expected_action")), "Each must be there."),
        "only": said(BOOLEAN, "And nothing else."),
        "never": said(listed(any_of(actions.KIND, actions.GOODWILL)), "None of these may be there."),
        "order": said(listed(actions.KIND, unique=True), "In which these are said."),
        "applied": _RULES,
        "limited": said(_RULES, "Applied, and something they asked for was cut."),
        "undetermined": _RULES,
        "overruled": _RULES,
        "not_matched": _RULES,
        "needed_facts": _PATHS,
        "asks": said(_PATHS, "Facts that are asked for: all of them, in this order."),
        "ask_next": said(PATH, "The one to ask for first."),
        "unobtainable": said(_PATHS, "Facts that would be asked for, and cannot be had."),
        "guardrails": _RULES,
        "lifted": said(_RULES, "Guardrails that are not shown."),
        "unanswered": said(
            listed(one_of_words(Request), unique=True), "Requests neither met nor declined: all of them."
        ),
        "adjustments": said(
            listed(ref("expected_adjustment")), "What was removed or changed, by the step that did it."
        ),
        "obligations": said(listed(ref("expected_obligation")), "What was promised."),
        "changes": said(
            listed(ref("expected_change")), "What is otherwise than in the decision it supersedes: all of it."
        ),
        "near_misses": said(
            mapped({"type": "string"}, mapped(PATH, {"type": "string"})),
            "Of each rule all that it was short of: {facts.delay_days: from 3 days}; {}: nothing.",
        ),
        "derived": said(
            mapped(PATH, {"type": ["string", "number", "boolean", "array", "null"]}),
            "Values of derived facts; null: it stays missing.",
        ),
    }
    return said(closed(keys, EXPECT_KEYS) | {"minProperties": 1}, "Only what is written is compared.")


def _action(spec: KindSpec) -> Schema:
    compared = {
        "scope": one_of_words(Scope),
        "authority": said(NAME, "The role that may grant it."),
        "due_at": DATE,
        "valid_until": said(DATE, "Until when the offer holds."),
        "granted": said(MONEY_AMOUNT, "What was given of it before."),
        "unsettled_by": said(_RULES, "Some of the rules that leave it unsettled."),
        "waits_for": said(_PATHS, "Some of the facts without which it is unsettled."),
        "said": said({"type": "string"}, "The words for the customer."),
        "amount_needs": said(_PATHS, "Facts that its amount lacks."),
        "rules": said(_RULES, "Some of the rules that asked for it."),
        "on_hold": said(NAME, "The team that may release it."),
        "unsettled": BOOLEAN,
        "already_given": BOOLEAN,
        "may_grant_now": BOOLEAN,
        "approval_needed": BOOLEAN,
    }
    closed(compared, ACTION_KEYS)
    amount = {"amount": MONEY_AMOUNT} if spec.amount is not AmountUse.NONE else {}
    own = {parameter.name: actions.literal(parameter) for parameter in spec.parameters}
    schema = closed(own | amount | compared)
    if spec.kind is ActionKind.CUSTOM:
        schema["additionalProperties"] = {"type": ["string", "number", "boolean", "object"]}
        schema["propertyNames"] = {"pattern": pattern(NAMES)}
    return schema


def _earlier() -> Schema:
    kinds = listed(actions.KIND, unique=True)
    keys = {
        "given": said(WORD, "One of the situations above."),
        "with": said(SITUATION, "In its place; null: not known."),
        "offered": said(kinds, "Kinds of which it was said to the customer."),
        "executed": said(kinds, "Kinds of which it was carried out."),
    }
    return closed(keys, EARLIER_KEYS)


def _change() -> Schema:
    keys = {"kind": actions.KIND, "before": MONEY_AMOUNT, "after": MONEY_AMOUNT}
    return closed(keys, CHANGE_KEYS)


def _adjustment() -> Schema:
    keys = {
        "kind": actions.KIND,
        "effect": one_of_words(Effect),
        "rule": said({"type": "string"}, "The rule that proposed it."),
        "by": said({"type": "string"}, "The rule, limit, requirement or fact that did it, or `granted`."),
        "before": MONEY_AMOUNT,
        "after": MONEY_AMOUNT,
    }
    return closed(keys, ADJUSTMENT_KEYS)


def _obligation() -> Schema:
    keys = {"due_at": DATE, "owner": said(WORD, "A team, same_person or assigned.")}
    return closed(keys, OBLIGATION_KEYS)
