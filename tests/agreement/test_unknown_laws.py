"""Laws of what is not known, on random packs: it changes nothing, is never silent, and is not asked for in vain."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from amends.domain.action import Action
from amends.domain.action_kinds import KINDS, ActionKind, Combine
from amends.domain.decision import Decision, Outcome, Verdict
from amends.domain.situation import Situation
from amends.packs.model import Hit, Pack
from amends.resolution.price import case_currency
from tests.agreement.generators import VOCABULARY, fact_values
from tests.agreement.laws import decide, facts_of, lawful, with_fact, without, without_waiting
from tests.agreement.pack_generators import full_packs
from tests.agreement.situation_generators import KNOWN, situations

CURRENCIES = {"amount_paid", "amount_affected", "amount_refunded"}
"""Case currency and bound need no rule."""


@lawful
@given(pack=full_packs(), asked=st.lists(situations(), min_size=2, max_size=2))
def test_an_undetermined_rule_changes_nothing_and_is_never_silent(pack: Pack, asked: list[Situation]) -> None:
    """Without those rules the decision is the same, but for what is unsettled, asked for and told of rules."""
    first_hit = {rule.rule_id for rule in pack.rules if rule.row is not None and rule.row.hit is Hit.FIRST}
    for situation in asked:
        decision = decide(pack, situation)
        undetermined = {rule.rule_id for rule in decision.rules if rule.verdict is Verdict.UNDETERMINED}
        lean = decide(without(pack, *undetermined - first_hit), situation)
        assert certain(lean) == certain(decision)
        assert lean.outcome == decision.outcome or decision.outcome is Outcome.NEEDS_FACTS
        told = {(one.rule_id, one.verdict) for one in decision.rules if one.rule_id not in undetermined - first_hit}
        assert {(one.rule_id, one.verdict) for one in lean.rules} == told


def certain(decision: Decision) -> tuple[object, ...]:
    """All of a decision that an undetermined rule may not touch."""
    actions = [action._replace(unsettled=(), may_grant_now=False) for action in decision.actions]
    return (actions, decision.guardrails, decision.obligations, decision.adjustments, decision.unanswered_requests)


@lawful
@given(pack=full_packs(), asked=st.lists(situations(), min_size=2, max_size=2), data=st.data())
def test_a_missing_fact_that_nobody_waits_for_changes_nothing(
    pack: Pack,
    asked: list[Situation],
    data: st.DataObject,
) -> None:
    """What is certain stays: a fact that the decision does not say it lacks may take any value."""
    for situation in asked:
        decision = decide(pack, situation)
        read = named_facts(decision) | without_waiting(pack) | CURRENCIES
        free = [path for path in KNOWN if path not in situation.facts and path not in read]
        if not free:
            continue
        path = data.draw(st.sampled_from(free))
        known = decide(pack, with_fact(situation, path, data.draw(fact_values(VOCABULARY.specs[path]))))
        assert known.outcome == decision.outcome
        assert substantive(known) == substantive(decision)


def substantive(decision: Decision) -> list[Action]:
    return [action for action in decision.actions if not KINDS[action.kind].care]


def named_facts(decision: Decision) -> set[str]:
    """Every fact that the decision says it lacks."""
    found = {path for action in decision.actions for one in action.unsettled for path in one.facts}
    found |= {fact.path for fact in decision.needed_facts} | set(decision.unobtainable_facts)
    return found | {path for trace in decision.rules for path in trace.missing}


@lawful
@given(pack=full_packs(), asked=st.lists(situations(), min_size=2, max_size=2), data=st.data())
def test_a_settled_action_stays_whatever_becomes_known(
    pack: Pack,
    asked: list[Situation],
    data: st.DataObject,
) -> None:
    """Where nothing bounds several actions together, what is not unsettled may be promised: no missing fact changes it.

    Left out is what the language does not promise: limits, requirements and what was granted concern several actions
    at once, refunds share one bound, a foreign currency gives way to the case's, and where all stand one more may.
    """
    alone = replace(pack, limits=(), requires=())
    several = {kind for kind, way in pack.combine.items() if way is Combine.ALL} | {ActionKind.REFUND}
    several |= {kind for kind, spec in KINDS.items() if spec.combine is Combine.ALL}
    for fresh in asked:
        situation = fresh._replace(granted=())
        read = without_waiting(alone) | CURRENCIES
        missing = [path for path in KNOWN if path not in situation.facts and path not in read]
        if not missing or any(derive.path in read for derive in pack.derives):
            continue
        path = data.draw(st.sampled_from(missing))
        value = data.draw(fact_values(VOCABULARY.specs[path]))
        known = decide(alone, with_fact(situation, path, value)).actions
        currency = case_currency(facts_of(alone, situation), alone.currency)
        for action in substantive(decide(alone, situation)):
            foreign = action.amount is not None and action.amount.currency != currency
            if not (action.unsettled or foreign or action.kind in several):
                assert promised(action) in [promised(one) for one in known]


def promised(action: Action) -> tuple[object, ...]:
    """What may be said of an action that is settled."""
    return (action.kind, action.scope, action.parameters, action.amount, action.on_hold)


@lawful
@given(pack=full_packs(), asked=st.lists(situations(), min_size=2, max_size=4))
def test_what_is_missing_is_asked_once_and_not_in_vain(pack: Pack, asked: list[Situation]) -> None:
    """Facts to ask for are missing and can be had; those that were asked for in vain stand apart."""
    for situation in asked:
        decision, known = decide(pack, situation), facts_of(pack, situation)
        asking = [fact.path for fact in decision.needed_facts]
        assert len(set(asking)) == len(asking)
        assert not set(asking) & situation.unobtainable
        assert set(decision.unobtainable_facts) <= situation.unobtainable
        assert not {*asking, *decision.unobtainable_facts} & known.keys()
        assert decision.ask_next == (decision.needed_facts[0] if decision.needed_facts else None)
        bare = decide(pack, situation._replace(unobtainable=frozenset()))
        assert {*asking, *decision.unobtainable_facts} == {fact.path for fact in bare.needed_facts}
