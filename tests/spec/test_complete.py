"""Every construct of the language is shown by at least one example that loads, or by a decision of its tests.

What there is comes from the product's own tables, so that a new construct fails here until a chapter shows it.
"""

from collections.abc import Callable, Iterable

import pytest

from amends.domain.action import Scope
from amends.domain.action_kinds import KINDS, Combine
from amends.domain.decision import ChangeKind, Effect, ObligationKind, Outcome, Step, Verdict
from amends.domain.facts import FactType
from amends.domain.vocabulary import built_in_facts
from amends.packs import (
    outline,
    pack_test_file,
    read_amounts,
    read_calendars,
    read_custom,
    read_derives,
    read_expectation,
    read_expected_trace,
    read_facts,
    read_granted,
    read_holds,
    read_limits,
    read_rules,
    read_situation,
    read_waivers,
)
from amends.packs.model import Hit
from amends.packs.read_conditions import LOWER, ORDERED, UPPER
from tests.spec import constructs
from tests.spec.constructs import keys_at, keys_below, shown

TYPES = (*FactType, f"ordered {FactType.ENUM}")
STEPPED = (*ORDERED, f"ordered {FactType.ENUM}")
RULE = ("rules", "*")
DERIVE = ("derive", "*")
EXPECT = ("tests", "*", "expect")


def test_every_operator_is_asked_of_every_type_that_it_takes() -> None:
    """Of each type both a value and one of several, and every operator."""
    taken = {
        *((operator, kind) for operator in (*LOWER, *UPPER) for kind in STEPPED),
        *((operator, kind) for operator in ("a value", "a list", "not") for kind in TYPES),
        *((f"present: {expected}", kind) for expected in (True,) for kind in TYPES),
        *((operator, FactType.SET) for operator in ("has_any", "has_all", "has_none")),
        *((operator, FactType.DATE) for operator in ("within", "within, ahead")),
    }

    assert taken - constructs.operators() == set()


def test_every_way_to_join_conditions_is_shown() -> None:
    """And nothing that is no construct is asked for here."""
    assert constructs.groups() == {"AllOf", "AnyOf", "NoneOf"}
    assert ("present: False", FactType.TEXT) in constructs.operators()


def test_every_kind_of_action_is_shown_with_every_parameter() -> None:
    """Those that a pack declares itself come in every type."""
    known = {(kind.value, "") for kind in KINDS} | {
        (kind.value, parameter.name) for kind, spec in KINDS.items() for parameter in spec.parameters
    }

    assert known - constructs.parameters() == set()
    declared = {spec.type for pack in shown().packs for action in pack.actions.values() for spec in action.parameters}
    assert set(read_custom.CUSTOM_TYPES) - declared == set()
    assert {"fact", "fact with default", "table"} - constructs.parameter_forms() == set()


def test_every_form_of_amount_is_shown() -> None:
    """Alone or within another."""
    forms = {"Fixed", "PercentOf", "PerUnit", "Lowest", "Highest", "AmountTable", "Fixed in several currencies"}

    assert forms - constructs.amounts() == set()


def keys_of_actions() -> set[str]:
    return {key for place, key in shown().keys if "then" in place and {*place} & {*KINDS}}


def keys_of_expected_actions() -> set[str]:
    return {key for kind in KINDS for key in keys_at((*EXPECT, "actions", "*", kind.value))}


def keys_of_adjustments() -> set[str]:
    return {key for step in Step for key in keys_at((*EXPECT, "adjustments", "*", step.value))}


def keys_of_changes() -> set[str]:
    return {key for kind in ChangeKind for key in keys_at((*EXPECT, "changes", "*", kind.value))}


def keys_of_obligations() -> set[str]:
    return {key for kind in ObligationKind for key in keys_at((*EXPECT, "obligations", "*", kind.value))}


KEYS: dict[str, tuple[Iterable[str], Callable[[], set[str]]]] = {
    "pack.yaml": (outline.HEADER_KEYS, lambda: keys_at(())),
    "facts": (read_facts.FACT_KEYS, lambda: {key for place, key in shown().keys if place[:1] == ("facts",)}),
    "rules": (read_rules.RULE_KEYS, lambda: keys_at(RULE)),
    "effective": (read_rules.EFFECTIVE_KEYS, lambda: keys_at((*RULE, "effective"))),
    "because": (read_rules.BECAUSE_KEYS, lambda: keys_at((*RULE, "because"))),
    "hold": (read_holds.HOLD_KEYS, lambda: keys_at((*RULE, "hold"))),
    "any action": (read_custom.COMMON_KEYS, keys_of_actions),
    "amounts": (read_amounts.AMOUNT_KEYS, keys_of_actions),
    "derive": (read_derives.DERIVE_KEYS, lambda: keys_at(DERIVE)),
    "limits": (read_limits.LIMIT_KEYS, lambda: keys_at(("limits", "*"))),
    "requires": (read_limits.REQUIREMENT_KEYS, lambda: keys_at(("requires", "*"))),
    "authority": (("role", "refund", "goodwill"), lambda: keys_at(("authority", "*"))),
    "guardrails": (("id", "unless", "never", "instead"), lambda: keys_at(("guardrails", "*"))),
    "calendars": (
        read_calendars.CALENDAR_KEYS,
        lambda: {key for place, key in shown().keys if place[:1] == ("calendars",)},
    ),
    "waive": (read_waivers.WAIVER_KEYS, lambda: keys_at(("waive", "*"))),
    "combine": (
        [kind for kind in Combine if kind not in {Combine.STRONGEST, Combine.SHORTEST}],
        lambda: {combine.value for pack in shown().packs for combine in pack.combine.values()},
    ),
    "tests": (pack_test_file.FILE_KEYS, lambda: keys_at(())),
    "a test": (pack_test_file.TEST_KEYS, lambda: keys_at(("tests", "*"))),
    "expect": (read_expectation.EXPECT_KEYS, lambda: keys_at(EXPECT)),
    "an expected action": (("amount", *read_expectation.ACTION_KEYS), keys_of_expected_actions),
    "an expected adjustment": (read_expected_trace.ADJUSTMENT_KEYS, keys_of_adjustments),
    "an expected obligation": (read_expected_trace.OBLIGATION_KEYS, keys_of_obligations),
    "an expected change": (read_expected_trace.CHANGE_KEYS, keys_of_changes),
    "an earlier decision": (pack_test_file.EARLIER_KEYS, lambda: keys_at(("tests", "*", "supersedes"))),
    "a situation": (
        (*read_situation.IDENTIFIERS[""], *read_situation.GROUPS, *read_situation.STRUCTURES),
        lambda: keys_at(("tests", "*", "with")),
    ),
    "granted": (read_granted.GRANTED_KEYS, lambda: keys_below("granted", "*")),
}


@pytest.mark.parametrize("where", KEYS)
def test_every_key_is_shown(where: str) -> None:
    """In an example that loads."""
    known, found = KEYS[where]

    assert set(known) - found() == set()


def test_every_built_in_fact_is_said() -> None:
    """By a test, so that its values are read too."""
    said = {path for test in shown().tests for path in test.situation.facts}

    assert {spec.path for spec in built_in_facts(tiers=(), contact_reasons=())} - said == set()


def test_every_way_to_hit_a_table_is_shown() -> None:
    """Of rules all three, of derived facts both."""
    packs = shown().packs

    assert {rule.row.hit for pack in packs for rule in pack.rules if rule.row} == set(Hit)
    assert {derive.hit for pack in packs for derive in pack.derives} == {Hit.FIRST, Hit.UNIQUE}


def test_forbids_and_holds_are_shown_narrow_and_wide() -> None:
    """A whole kind and some kinds of goodwill; some kinds and all."""
    rules = [rule for pack in shown().packs for rule in pack.rules]

    assert {bool(forbid.goodwill_kinds) for rule in rules for forbid in rule.forbids} == {True, False}
    assert {len(rule.hold.kinds) > 5 for rule in rules if rule.hold} == {True, False}


def test_every_outcome_and_every_verdict_comes_about() -> None:
    """In a decision of a test."""
    decisions = shown().decisions

    assert set(Outcome) - {decision.outcome for decision in decisions} == set()
    assert set(Verdict) - {trace.verdict for one in decisions for trace in one.rules} == set()


def test_every_step_of_resolution_removes_or_changes_something() -> None:
    """And is told of in the decision; those that neither remove nor change show in what stands."""
    decisions = shown().decisions
    actions = [action for decision in decisions for action in decision.actions]

    adjusted = {found.step for one in decisions for found in one.adjustments}
    assert set(Step) - adjusted == set()
    assert set(Effect) - {found.effect for one in decisions for found in one.adjustments} == set()
    assert set(ObligationKind) - {found.kind for one in decisions for found in one.obligations} == set()
    assert {action.scope for action in actions} == set(Scope)
    for state in (
        lambda action: action.approval_needed,
        lambda action: not action.may_grant_now,
        lambda action: action.already_given,
        lambda action: bool(action.unsettled),
        lambda action: bool(action.on_hold),
        lambda action: bool(action.amount_needs),
        lambda action: action.valid_until is not None,
    ):
        assert any(map(state, actions))


def test_what_a_decision_tells_beside_its_actions_is_shown() -> None:
    """Needed and unobtainable facts, unanswered requests, guardrails, changes."""
    decisions = shown().decisions

    assert any(decision.ask_next for decision in decisions)
    assert any(decision.unobtainable_facts for decision in decisions)
    assert any(decision.unanswered_requests for decision in decisions)
    assert any(decision.guardrails for decision in decisions)
    assert set(ChangeKind) - {change.kind for decision in decisions for change in decision.changes} == set()
