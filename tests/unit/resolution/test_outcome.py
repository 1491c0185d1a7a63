"""Outcome: what the decision comes to; each of the seven, and which goes before which."""

from amends.domain.decision import Outcome
from tests.unit.resolution.building import UNLESS_KNOWN, decide, gave, kinds, pack, propose, rule, situation, usd

CARE = rule("care", propose("apology"))
CREDIT = rule("credit", propose("goodwill", usd("5"), kind="credit"))
NOT_A_FIT = rule("fit", propose("referral", outcome="not_a_fit", target="x", evidence=("fit",)))
WAITS = rule("waits", propose("remedy", kind="redo"), when=UNLESS_KNOWN)
GIVEN = situation(granted=[gave("goodwill", usd("5"))])


def test_not_a_fit_goes_before_everything() -> None:
    """Beside other actions, and even if the referral was given before."""
    assert decide(pack(NOT_A_FIT, CREDIT, WAITS)).outcome is Outcome.NOT_A_FIT
    given = decide(pack(NOT_A_FIT), situation(granted=[gave("referral")]))
    assert given.actions[0].already_given
    assert given.outcome is Outcome.NOT_A_FIT


def test_an_undetermined_not_a_fit_is_no_outcome() -> None:
    """It is asked for."""
    maybe = rule("fit", propose("referral", outcome="not_a_fit", target="x", evidence=("fit",)), when=UNLESS_KNOWN)
    assert decide(pack(maybe, CARE)).outcome is Outcome.NEEDS_FACTS


def test_actions_recommended_while_a_substantive_one_is_not_wholly_given() -> None:
    """Whatever is missing, and unsettled ones included."""
    assert decide(pack(CREDIT, WAITS, CARE)).outcome is Outcome.ACTIONS_RECOMMENDED
    ban = rule("ban", when=UNLESS_KNOWN, forbids=["goodwill"])
    assert decide(pack(CREDIT, ban)).outcome is Outcome.ACTIONS_RECOMMENDED
    partly = situation(granted=[gave("goodwill", usd("4"))])
    assert decide(pack(CREDIT), partly).outcome is Outcome.ACTIONS_RECOMMENDED


def test_already_settled_where_only_given_ones_stand() -> None:
    """Before missing facts: what was given was given."""
    assert decide(pack(CREDIT, CARE, WAITS), GIVEN).outcome is Outcome.ALREADY_SETTLED


def test_needs_facts_where_nothing_substantive_stands() -> None:
    """Care stands all the same; before all-overruled."""
    decision = decide(pack(CARE, WAITS, CREDIT, rule("ban", forbids=["goodwill"])))
    assert (decision.outcome, kinds(decision)) == (Outcome.NEEDS_FACTS, ["apology"])


def test_all_overruled_where_something_was_proposed_and_nothing_stands() -> None:
    """Care or not; an unobtainable fact is no needed one."""
    ban = rule("ban", forbids=["goodwill"])
    assert decide(pack(CARE, CREDIT, ban)).outcome is Outcome.ALL_OVERRULED
    vain = situation(unobtainable=["obvious_mistake"])
    assert decide(pack(CREDIT, ban, WAITS), vain).outcome is Outcome.ALL_OVERRULED


def test_care_only_where_nothing_else_was_proposed() -> None:
    """Given before or not: care never settles a case."""
    assert decide(pack(CARE)).outcome is Outcome.CARE_ONLY
    assert decide(pack(CARE), situation(granted=[gave("apology")])).outcome is Outcome.CARE_ONLY


def test_no_rule_matched_where_nothing_is_left_to_say() -> None:
    """No rule, none that applies, or nothing that it proposes."""
    known = situation({"obvious_mistake": False})
    assert decide(pack()).outcome is Outcome.NO_RULE_MATCHED
    assert decide(pack(WAITS), known).outcome is Outcome.NO_RULE_MATCHED
    assert decide(pack(rule("a", forbids=["refund"]))).outcome is Outcome.NO_RULE_MATCHED
