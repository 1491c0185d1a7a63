"""Unsettled: what an undetermined rule could still change may not be promised; it changes nothing itself."""

import pytest

from amends.domain.action import Scope
from amends.domain.action_kinds import ActionKind, Combine
from amends.domain.decision import Verdict
from amends.packs.model import FactParameter, Forbid, TableParameter
from tests.unit.resolution.building import (
    UNLESS_KNOWN,
    blamed,
    cadence,
    decide,
    kinds,
    only,
    owed,
    pack,
    percent,
    propose,
    rule,
    situation,
    usd,
    verdicts,
)

WAITS = {("open", ("obvious_mistake",))}
NOT_A_FIT = propose("referral", outcome="not_a_fit", target="x", evidence=("fit",))


def test_an_undetermined_forbid_unsettles_and_removes_nothing() -> None:
    """It names the rule and the fact; the action may not be granted."""
    built = pack(rule("a", propose("escalate", to="boss")), rule("open", when=UNLESS_KNOWN, forbids=["escalate"]))
    decision = decide(built)
    action = only(decision, "escalate")
    assert blamed(action) == WAITS
    assert not action.may_grant_now
    assert verdicts(decision)["open"] is Verdict.UNDETERMINED


def test_once_the_fact_is_known_nothing_is_unsettled() -> None:
    """True and false settle it alike."""
    built = pack(rule("a", propose("escalate", to="boss")), rule("open", when=UNLESS_KNOWN, forbids=["decline"]))
    for known in (True, False):
        assert only(decide(built, situation({"obvious_mistake": known})), "escalate").unsettled == ()


def test_entitlements_are_never_unsettled_by_a_forbid() -> None:
    """Nothing could forbid them; another proposal of their basis could raise them."""
    owed = rule("a", propose("entitlement", usd("10"), basis="law"))
    ban = rule("open", when=UNLESS_KNOWN, forbids=["entitlement"])
    assert only(decide(pack(owed, ban)), "entitlement").unsettled == ()
    more = rule("open", propose("entitlement", usd("20"), basis="law"), when=UNLESS_KNOWN)
    assert blamed(only(decide(pack(owed, more)), "entitlement")) == WAITS
    other = rule("open", propose("entitlement", usd("20"), basis="other"), when=UNLESS_KNOWN)
    assert only(decide(pack(owed, other)), "entitlement").unsettled == ()


def test_care_is_unsettled_by_a_forbid_only() -> None:
    """Another apology would change nothing that anybody waits for."""
    care = rule("a", propose("apology"))
    assert only(decide(pack(care, rule("open", propose("apology"), when=UNLESS_KNOWN))), "apology").unsettled == ()
    assert blamed(only(decide(pack(care, rule("open", when=UNLESS_KNOWN, forbids=["apology"]))), "apology")) == WAITS


def test_goodwill_is_unsettled_by_what_concerns_its_kind() -> None:
    """A forbid of gifts, or another gift, says nothing of a credit."""
    credit = rule("a", propose("goodwill", usd("5"), kind="credit"))
    for kind, expected in (("gift", set()), ("credit", WAITS)):
        ban = rule("open", when=UNLESS_KNOWN, forbids=[Forbid(ActionKind.GOODWILL, (kind,))])
        assert blamed(only(decide(pack(credit, ban)), "goodwill")) == expected
        more = rule("open", propose("goodwill", usd("1"), kind=kind), when=UNLESS_KNOWN)
        assert blamed(only(decide(pack(credit, more)), "goodwill")) == expected


def test_retention_is_unsettled_by_a_referral_that_may_come() -> None:
    """Only what the referral would remove: the offer, not the remedy beside it, nor what is owed."""
    then = (
        propose("goodwill", usd("5"), kind="credit", retention=True),
        propose("remedy", kind="redo"),
        propose("entitlement", usd("5"), basis="law", retention=True),
    )
    decision = decide(pack(rule("a", *then), rule("open", NOT_A_FIT, when=UNLESS_KNOWN)))
    assert {action.kind.value: blamed(action) for action in decision.actions} == {
        "goodwill": WAITS,
        "remedy": set(),
        "entitlement": set(),
    }


def test_a_loser_s_retention_does_not_unsettle_the_winner() -> None:
    """The referral would take the lower offer, which does not stand anyway."""
    built = pack(
        rule("a", propose("goodwill", usd("9"), kind="credit")),
        rule("b", propose("goodwill", usd("5"), kind="credit", retention=True)),
        rule("open", NOT_A_FIT, when=UNLESS_KNOWN),
    )
    assert only(decide(built), "goodwill").unsettled == ()


@pytest.mark.parametrize(("combine", "expected"), [(Combine.FIRST, WAITS), (Combine.ALL, set())])
def test_where_all_stand_another_proposal_changes_none(combine: Combine, expected: set[object]) -> None:
    """It would stand beside."""
    built = pack(
        rule("a", propose("escalate", to="boss")),
        rule("open", propose("escalate", to="owner"), when=UNLESS_KNOWN),
        combine={ActionKind.ESCALATE: combine},
    )
    assert blamed(only(decide(built), "escalate")) == expected


def test_another_scope_does_not_unsettle() -> None:
    """What may be done for the incident leaves the case's action as it is."""
    built = pack(
        rule("a", propose("broadcast", impact="x", new_process="y", new_expectations="z")),
        rule(
            "open",
            propose("broadcast", impact="q", new_process="y", new_expectations="z", scope=Scope.INCIDENT),
            when=UNLESS_KNOWN,
        ),
    )
    assert only(decide(built), "broadcast").unsettled == ()


def test_what_an_applied_rule_forbids_unsettles_nothing() -> None:
    """The undetermined goodwill could not stand anyway; nor could an offer after a referral."""
    base = rule("a", propose("remedy", kind="redo"), forbids=["goodwill"])
    assert (
        decide(pack(base, rule("open", propose("goodwill", usd("5"), kind="gift"), when=UNLESS_KNOWN))).needed_facts
        == ()
    )
    offer = rule("open", propose("remedy", kind="repair", retention=True), when=UNLESS_KNOWN)
    assert only(decide(pack(rule("a", propose("remedy", kind="redo"), NOT_A_FIT), offer)), "remedy").unsettled == ()


def test_a_missing_parameter_unsettles_a_substantive_action_only() -> None:
    """The action stands without it; with a default it lacks nothing."""
    lacking, default = FactParameter("brand"), FactParameter("brand", "ours")
    decision = decide(pack(rule("a", propose("failover", to=lacking), propose("human_backup", to=default))))
    assert only(decision, "failover").parameters == ()
    assert blamed(only(decision, "failover")) == {("a", ("brand",))}
    assert only(decision, "human_backup").parameter("to") == "ours"
    assert only(decision, "human_backup").unsettled == ()
    care = decide(pack(rule("a", propose("apology", channel=FactParameter("customer.preferred_channel")))))
    assert only(care, "apology").unsettled == ()


def test_an_unknown_amount_is_unsettled_and_never_zero_or_dropped() -> None:
    """It says what it needs."""
    action = only(
        decide(pack(rule("a", propose("entitlement", percent("100", "facts.fare"), basis="law")))), "entitlement"
    )
    assert (action.amount, action.amount_needs) == (None, ("facts.fare",))
    assert blamed(action) == {("a", ("facts.fare",))}


def test_an_undetermined_cadence_leaves_the_other_as_it_is() -> None:
    """Care kinds are unsettled by a forbid only, shorter cadences included."""
    built = pack(rule("a", cadence(60)), rule("open", cadence(30), when=UNLESS_KNOWN))
    assert kinds(decide(built)) == ["update_cadence"]
    assert only(decide(built), "update_cadence").unsettled == ()


def test_an_empty_cell_that_a_default_leads_to_waits_for_nothing() -> None:
    """A default stands until its fact is known; without one, the table cannot be asked."""
    for default, expected in (("red", ()), (None, ("brand",))):
        url = TableParameter(FactParameter("brand", default), (("red", None),))
        referral = propose("referral", outcome="other", target="x", url=url, evidence=("fit",))
        action = only(decide(pack(rule("a", referral))), "referral")
        assert action.parameter("url") is None
        assert tuple(path for one in action.unsettled for path in one.facts) == expected


def test_of_several_of_a_kind_each_waits_for_what_would_change_it_alone() -> None:
    """An honest referral would take away the gesture meant to keep the customer, and no other of its kind."""
    keeps = propose("goodwill", usd("5"), kind="gift", retention=True)
    built = pack(
        rule("a", keeps, propose("goodwill", usd("7"), kind="gift")),
        rule("open", NOT_A_FIT, when=UNLESS_KNOWN),
        combine={ActionKind.GOODWILL: Combine.ALL},
    )
    found = {str(one.amount): blamed(one) for one in decide(built).actions if one.kind == "goodwill"}
    assert found == {"5.00 USD": WAITS, "7.00 USD": set()}
    apart = pack(
        rule("a", keeps),
        rule("b", propose("goodwill", usd("7"), kind="gift")),
        rule("open", NOT_A_FIT, when=UNLESS_KNOWN),
        combine={ActionKind.GOODWILL: Combine.ALL},
    )
    found = {str(one.amount): blamed(one) for one in decide(apart).actions if one.kind == "goodwill"}
    assert found == {"5.00 USD": WAITS, "7.00 USD": set()}


def test_only_what_has_an_amount_waits_for_what_would_cover_it() -> None:
    """A thank-you without money is nothing that a law pays for."""
    built = pack(
        rule("a", propose("goodwill", usd("5"), kind="gift")),
        rule("b", propose("goodwill", kind="gift")),
        rule("open", owed(usd("9"), covers=["goodwill"]), when=UNLESS_KNOWN),
        combine={ActionKind.GOODWILL: Combine.ALL},
    )
    found = {str(one.amount): blamed(one) for one in decide(built).actions if one.kind == "goodwill"}
    assert found == {"5.00 USD": WAITS, "None": set()}
    together = pack(
        rule("a", propose("goodwill", usd("5"), kind="gift"), propose("goodwill", kind="gift")),
        rule("open", owed(usd("9"), covers=["goodwill"]), when=UNLESS_KNOWN),
        combine={ActionKind.GOODWILL: Combine.ALL},
    )
    found = {str(one.amount): blamed(one) for one in decide(together).actions if one.kind == "goodwill"}
    assert found == {"5.00 USD": WAITS, "None": set()}


def test_a_sum_waits_for_what_would_take_away_a_part_of_it() -> None:
    """Without the offer that is meant to keep the customer less would be given."""
    built = pack(
        rule(
            "a",
            propose("goodwill", usd("9"), kind="credit"),
            propose("goodwill", usd("5"), kind="credit", retention=True),
        ),
        rule("open", NOT_A_FIT, when=UNLESS_KNOWN),
        combine={ActionKind.GOODWILL: Combine.SUM},
    )
    action = only(decide(built), "goodwill")
    assert (action.amount, blamed(action)) == (usd("14"), WAITS)
