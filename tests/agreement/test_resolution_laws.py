"""Laws of who may do what, and of what stands, on random packs and situations."""

from dataclasses import replace
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from amends.domain.action import Scope
from amends.domain.action_kinds import INTERNAL_KINDS, ActionKind
from amends.domain.decision import Outcome, Step
from amends.domain.situation import Situation
from amends.packs.model import Pack
from amends.resolution.forbid import forbids
from tests.agreement.laws import applied_rules, decide, lawful, possible_rules
from tests.agreement.pack_generators import full_packs
from tests.agreement.situation_generators import situations


@lawful
@given(pack=full_packs(), asked=st.lists(situations(), min_size=2, max_size=4))
def test_what_an_applied_rule_forbids_does_not_stand(pack: Pack, asked: list[Situation]) -> None:
    """Whatever the priorities; and nothing of retention stands beside an honest referral."""
    for situation in asked:
        decision, applied = decide(pack, situation), applied_rules(pack, situation)
        referred = decision.outcome is Outcome.NOT_A_FIT
        for action in decision.actions:
            assert not any(forbids(rule, action.planned) for rule in applied)
            if referred and action.planned.retention:
                assert action.kind is ActionKind.ENTITLEMENT or action.parameter("outcome") == "not_a_fit"


@lawful
@given(pack=full_packs(), asked=st.lists(situations(), min_size=2, max_size=4))
def test_ids_are_unlike_and_what_is_granted_at_once_is_certain(pack: Pack, asked: list[Situation]) -> None:
    """No two actions share an id; nothing unsettled, held, given or in want of approval may be granted now."""
    for situation in asked:
        actions = decide(pack, situation).actions
        assert len({action.action_id for action in actions}) == len(actions)
        for action in actions:
            stopped = action.unsettled or action.approval_needed or action.already_given or action.on_hold
            assert action.may_grant_now is not bool(stopped)
            assert not (action.already_given and action.amount is not None)


@lawful
@given(pack=full_packs(), asked=st.lists(situations(), min_size=2, max_size=4))
def test_another_case_or_subject_has_other_ids(pack: Pack, asked: list[Situation]) -> None:
    """The same purchase has the same id, another one never: but what is done for an incident is done once."""
    for situation in asked:
        here = decide(pack, situation).actions
        assert [action.action_id for action in decide(pack, situation).actions] == [one.action_id for one in here]
        subject = situation.subject
        for other in (
            situation._replace(case_id="case-2"),
            situation._replace(subject=replace(subject, item_id=f"{subject.item_id}-b")),
            situation._replace(subject=replace(subject, order_id=f"{subject.order_id}-b")),
        ):
            there = {one.action_id for one in decide(pack, other).actions}
            shared = [one for one in here if one.action_id in there]
            assert all(one.scope is Scope.INCIDENT and situation.incident_id for one in shared)


@lawful
@given(pack=full_packs(), asked=st.lists(situations(), min_size=2, max_size=4))
def test_whoever_may_hold_an_action_holds_it(pack: Pack, asked: list[Situation]) -> None:
    """Every applied hold is on every standing action of its kinds, with its team; never on what brings people in."""
    for situation in asked:
        holding = [rule for rule in applied_rules(pack, situation) if rule.hold is not None]
        for action in decide(pack, situation).actions:
            expected = {rule.rule_id for rule in holding if rule.hold and action.kind in rule.hold.kinds}
            held = {rule_id for one in action.on_hold for rule_id in one.rule_ids}
            assert held == (set() if action.already_given else expected)
            assert len({one.team for one in action.on_hold}) == len(action.on_hold)
            assert not (held and action.kind in INTERNAL_KINDS)


@lawful
@given(pack=full_packs(), asked=st.lists(situations(), min_size=2, max_size=4))
def test_every_rule_that_could_act_is_accounted_for(pack: Pack, asked: list[Situation]) -> None:
    """An applied rule's every proposal stands under its name, may yet raise a floor, or has an adjustment."""
    for situation in asked:
        decision = decide(pack, situation)
        for rule in applied_rules(pack, situation):
            told = {found.kind for found in decision.adjustments if found.rule_id == rule.rule_id}
            told |= {action.kind for action in decision.actions if rule.rule_id in action.rule_ids}
            told |= {
                action.kind
                for action in decision.actions
                if any(found.rule_id == rule.rule_id for found in action.unsettled)
            }
            assert {proposal.kind for proposal in rule.then} <= told
        assert {trace.rule_id for trace in decision.rules} == {rule.rule_id for rule in possible_rules(pack, situation)}


@lawful
@given(pack=full_packs(), asked=st.lists(situations(), min_size=2, max_size=4))
def test_steps_act_in_their_order(pack: Pack, asked: list[Situation]) -> None:
    """Adjustments are told in the order of the steps; each step's by rules, limits or facts that the pack knows."""
    order = list(Step)
    for situation in asked:
        decision = decide(pack, situation)
        steps = [order.index(found.step) for found in decision.adjustments]
        assert steps == sorted(steps)
        rules = {rule.rule_id for rule in pack.rules}
        known = rules | {one.limit_id for one in pack.limits} | {one.requirement_id for one in pack.requires}
        for found in decision.adjustments:
            assert found.rule_id in rules
            assert found.by in known or found.by == "granted" or pack.vocabulary.get(found.by) is not None


@lawful
@given(pack=full_packs(), asked=st.lists(situations(), min_size=1, max_size=3))
def test_a_higher_role_may_always_do_what_a_lower_one_may(pack: Pack, asked: list[Situation]) -> None:
    """Who acts changes nothing of what is recommended, and more authority never means less."""
    for situation in asked:
        told = [decide(pack, situation, role=role.role) for role in pack.authority]
        for lower, higher in pairwise(told):
            for one, other in zip(lower.actions, higher.actions, strict=True):
                assert other.may_grant_now or not one.may_grant_now
                same = other._replace(may_grant_now=one.may_grant_now, approval_needed=one.approval_needed)
                assert same == one
