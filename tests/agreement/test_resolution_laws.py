"""Laws of resolution that hold for every pack and situation, on random ones."""

from collections.abc import Iterable, Sequence
from itertools import chain
from typing import Final

from hypothesis import given, settings
from hypothesis import strategies as st

from amends.domain.action import Action, Scope
from amends.domain.action_kinds import KINDS, ActionKind
from amends.domain.decision import Decision, Step
from amends.domain.facts import Value
from amends.domain.money import Money
from amends.domain.situation import Granted, Situation
from amends.engines.bitmap import BitmapEngine
from amends.engines.reference import ReferenceEngine
from amends.packs.amounts import amount_paths
from amends.packs.conditions import Present, atoms, paths
from amends.packs.model import FactParameter, Pack, Rule
from amends.resolution.forbid import forbids
from amends.resolution.matches import Matches
from amends.resolution.price import case_currency, price
from amends.resolution.resolve import Resolver
from tests.agreement.effort import EXAMPLES, thorough
from tests.agreement.generators import VOCABULARY, fact_values, pack_of
from tests.agreement.situation_generators import KNOWN, full_packs, situations

PACKS: Final = full_packs(most=5)
# Every law is tried on fewer packs than engines are: a whole decision is dear, and there are many laws.
lawful = settings(thorough, max_examples=max(EXAMPLES // 5, 1))
memorable = settings(thorough, max_examples=max(EXAMPLES // 2, 1))


def decide(pack: Pack, situation: Situation, *, role: str | None = None) -> Decision:
    """Decided from nothing: no engine's witness, no plan remembered."""
    matches = ReferenceEngine().compile(pack.vocabulary, pack.conditions).match(situation.facts)
    return Resolver(pack).resolve(matches, situation, role=role or pack.authority[0].role).decision


@st.composite
def packs_and_similar(draw: st.DrawFn) -> tuple[Pack, list[Situation]]:
    """A pack, and situations in each of which one thing is changed: a plan may fit the next one, or must not."""
    pack, asked = draw(PACKS), [draw(situations())]
    read = sorted(read_by(pack)) or ["severity"]
    for _ in range(draw(st.integers(3, 8))):
        asked.append(draw(variations(draw(st.sampled_from(asked)), read)))
    return pack, asked


def read_by(pack: Pack) -> set[str]:
    """The facts whose value or presence a decision under the pack may depend on."""
    conditions = [*(rule.when for rule in pack.rules), *(rule.unless for rule in pack.guardrails)]
    proposals = [proposal for rule in pack.rules for proposal in rule.then]
    amounts = [amount_paths(proposal.amount) for proposal in proposals if proposal.amount is not None]
    parameters = [value.path for one in proposals for _, value in one.parameters if isinstance(value, FactParameter)]
    return {*parameters, *chain.from_iterable([*amounts, *(paths(condition) for condition in conditions)])}


@st.composite
def variations(draw: st.DrawFn, first: Situation, read: Sequence[str]) -> Situation:
    """The same but for one fact that the pack reads, or for one of the parts beside the facts."""
    other = draw(situations())
    match draw(st.sampled_from(("granted", "unobtainable", "locale", "subject", "bound", *("fact",) * 10))):
        case "granted":
            return first._replace(granted=other.granted)
        case "unobtainable":
            missing = [path for path in KNOWN if path not in first.facts] or ["fit"]
            return first._replace(unobtainable=frozenset(draw(st.sets(st.sampled_from(missing)))))
        case "locale":
            return first._replace(locale=other.locale)
        case "subject":
            return first._replace(subject=other.subject, incident_id=other.incident_id, case_id="case-2")
        case "bound":
            return draw(changed(first, ("amount_paid", "amount_affected", "amount_refunded")))
        case _:
            return draw(changed(first, read))


@st.composite
def changed(draw: st.DrawFn, first: Situation, read: Sequence[str]) -> Situation:
    """Another value of one of these facts, or none."""
    path = draw(st.sampled_from(read))
    if path != "observe_time" and path in first.facts and draw(st.integers(0, 3)) == 0:
        return with_fact(first, path, None)
    return with_fact(first, path, draw(fact_values(VOCABULARY.specs[path])))


def with_fact(situation: Situation, path: str, value: Value | None) -> Situation:
    """The situation with one fact set or unset; the moment stands in two places."""
    facts = {known: other for known, other in situation.facts.items() if known != path}
    if value is None:
        return situation._replace(facts=facts)
    moment = value if path == "observe_time" and isinstance(value, int) else situation.observe_time
    return situation._replace(
        facts={**facts, path: value},
        observe_time=moment,
        unobtainable=situation.unobtainable - {path},
    )


@memorable
@given(asked_of=packs_and_similar(), data=st.data())
def test_a_remembered_plan_gives_the_decision_of_a_fresh_one(
    asked_of: tuple[Pack, list[Situation]],
    data: st.DataObject,
) -> None:
    """Whatever was decided before under the same pack, for whomever: the plan's key leaves nothing out."""
    pack, asked = asked_of
    matcher, remembering = BitmapEngine().compile(pack.vocabulary, pack.conditions), Resolver(pack)
    roles = [role.role for role in pack.authority]
    for situation in (*asked, *asked):
        role = data.draw(st.sampled_from(roles))
        remembered = remembering.resolve(matcher.match(situation.facts), situation, role=role).decision
        assert remembered == decide(pack, situation, role=role)


@lawful
@given(pack=PACKS, situation=situations())
def test_both_engines_lead_to_the_same_decision(pack: Pack, situation: Situation) -> None:
    """Everything in it, not only the rules that matched."""
    matches = BitmapEngine().compile(pack.vocabulary, pack.conditions).match(situation.facts)
    assert Resolver(pack).resolve(matches, situation, role="frontline").decision == decide(pack, situation)


@lawful
@given(pack=PACKS, situation=situations(), data=st.data())
def test_the_order_in_which_anything_is_listed_does_not_matter(
    pack: Pack,
    situation: Situation,
    data: st.DataObject,
) -> None:
    """Facts, what was granted, and the rules as they stand in their files."""
    facts = {path: situation.facts[path] for path in data.draw(st.permutations(sorted(situation.facts)))}
    granted = None if situation.granted is None else tuple(data.draw(st.permutations(situation.granted)))
    shuffled = pack_of(
        data.draw(st.permutations(pack.rules)),
        authority=pack.authority,
        combine=pack.combine,
        guardrails=pack.guardrails,
    )
    assert decide(shuffled, situation._replace(facts=facts, granted=granted)) == decide(pack, situation)


@lawful
@given(pack=PACKS, situation=situations())
def test_what_was_granted_is_not_recommended_again(pack: Pack, situation: Situation) -> None:
    """Give everything that has its amount, decide again: no money of those actions is asked for a second time."""
    first = decide(pack, situation)
    given = [as_granted(action) for action in first.actions if not action.already_given and is_whole(action)]
    # The refund's room is what the caller says it is: a caller who pays says so.
    second = decide(pack, after(situation, given))
    before = {(action.kind, key(action)): action for action in first.actions if is_whole(action)}
    for action in second.actions:
        if (action.kind, key(action)) in before:
            again = action.amount is not None and action.amount.minor_units > 0
            assert not again
            assert action.already_given or action.unsettled or action.amount is not None


def is_whole(action: Action) -> bool:
    """Known to the cent, so that giving it settles it; an action of no money is whole too."""
    return not action.amount_needs and not (action.amount is None and action.granted_amount is not None)


def key(action: Action) -> tuple[object, ...]:
    """What tells an action apart from others of its kind."""
    return (action.scope, action.parameters)


def as_granted(action: Action) -> Granted:
    """An action carried out, as the contract tells callers to report it."""
    texts = {name: value for name, value in action.parameters if isinstance(value, str) and name != "basis"}
    return Granted(
        kind=action.kind.value,
        action_id=action.action_id,
        subject=action.subject,
        incident_id=action.incident_id if action.scope is Scope.INCIDENT else "",
        basis=str(action.parameter("basis") or ""),
        parameters=texts,
        amount=action.amount,
    )


def after(situation: Situation, given: Iterable[Granted]) -> Situation:
    """The situation once these were given."""
    granted = (*(situation.granted or ()), *given)
    refunded = situation.facts.get("amount_refunded")
    situation = situation._replace(granted=granted)
    if not isinstance(refunded, Money):
        return situation
    new = [entry.amount for entry in given if entry.kind == "refund" and entry.amount]
    total = sum(amount.minor_units for amount in new if amount.currency == refunded.currency)
    return with_fact(situation, "amount_refunded", refunded.with_units(refunded.minor_units + total))


@lawful
@given(pack=PACKS, situation=situations())
def test_what_an_applied_rule_forbids_does_not_stand(pack: Pack, situation: Situation) -> None:
    """Whatever the priorities; and nothing of retention stands beside an honest referral."""
    decision = decide(pack, situation)
    applied = applied_rules(pack, situation)
    referred = decision.outcome == "not_a_fit"
    for action in decision.actions:
        assert not any(forbids(rule, action.planned) for rule in applied)
        if referred and action.planned.retention:
            assert action.kind is ActionKind.ENTITLEMENT or action.parameter("outcome") == "not_a_fit"


@lawful
@given(pack=PACKS, situation=situations())
def test_an_entitlement_is_reduced_by_what_was_paid_of_it_only(pack: Pack, situation: Situation) -> None:
    """Under its basis stands at least the highest amount owed in the action's currency, or nothing is left of it."""
    decision = decide(pack, situation._replace(granted=()))
    currency = case_currency(situation.facts, pack.currency)
    for proposal in (proposal for rule in applied_rules(pack, situation) for proposal in rule.then):
        if proposal.kind is not ActionKind.ENTITLEMENT:
            continue
        owed = None if proposal.amount is None else price(proposal.amount, situation.facts, currency=currency)
        if owed is not None and not owed.minor_units:
            continue
        under = [
            action
            for action in decision.actions
            if action.kind is ActionKind.ENTITLEMENT
            and action.scope is proposal.scope
            and ("basis", action.parameter("basis")) in proposal.parameters
        ]
        assert under
        if owed is not None:
            best = max((found.amount for found in under if found.amount), key=lambda amount: amount.minor_units)
            assert best.minor_units >= owed.minor_units or (best.currency != owed.currency and under[0].unsettled)
    steps = {found.step for found in decision.adjustments if found.kind is ActionKind.ENTITLEMENT}
    assert steps <= {Step.COMBINE}


@lawful
@given(pack=PACKS, situation=situations())
def test_refunds_never_exceed_what_was_paid_and_not_refunded(pack: Pack, situation: Situation) -> None:
    """All of them together; where that is not known, none is settled."""
    paid, refunded = situation.facts.get("amount_paid"), situation.facts.get("amount_refunded")
    refunds = [
        action for action in decide(pack, situation).actions if action.kind is ActionKind.REFUND and action.amount
    ]
    settled = [action.amount for action in refunds if action.amount and not action.unsettled]
    if not isinstance(paid, Money):
        assert not settled
        return
    comparable = [action.amount for action in refunds if action.amount and action.amount.currency == paid.currency]
    assert all(amount.currency == paid.currency for amount in settled)
    if isinstance(refunded, Money):
        if refunded.currency == paid.currency:
            room = max(paid.minor_units - refunded.minor_units, 0)
            assert sum(amount.minor_units for amount in comparable) <= room
        else:
            assert not settled
    elif situation.granted is None:
        assert not settled


@lawful
@given(pack=PACKS, situation=situations())
def test_ids_are_unlike_and_what_is_granted_at_once_is_certain(pack: Pack, situation: Situation) -> None:
    """No two actions share an id; nothing unsettled, given or in want of approval may be granted now."""
    actions = decide(pack, situation).actions
    assert len({action.action_id for action in actions}) == len(actions)
    for action in actions:
        if action.may_grant_now:
            assert not action.unsettled
            assert not action.approval_needed
            assert not action.already_given
        assert not (action.already_given and action.amount is not None)


@lawful
@given(pack=PACKS, situation=situations())
def test_every_rule_that_could_act_is_accounted_for(pack: Pack, situation: Situation) -> None:
    """An applied rule's every proposal stands under its name, may yet raise a floor, or has an adjustment."""
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
@given(pack=PACKS, situation=situations(), data=st.data())
def test_a_missing_fact_that_nobody_waits_for_changes_nothing(
    pack: Pack,
    situation: Situation,
    data: st.DataObject,
) -> None:
    """What is certain stays: a fact that the decision does not say it lacks may take any value."""
    decision = decide(pack, situation)
    # A default stands until its fact is known; to learn what a rule asks to be present is never without effect; the
    # case currency and the bound need no rule.
    read = with_default(pack)
    read |= {atom.path for rule in pack.rules for atom in atoms(rule.when) if isinstance(atom, Present)}
    read |= {"amount_paid", "amount_affected", "amount_refunded"}
    free = [path for path in KNOWN if path not in situation.facts and path not in named_facts(decision) | read]
    if not free:
        return
    path = data.draw(st.sampled_from(free))
    value = data.draw(fact_values(VOCABULARY.specs[path]))
    known = decide(pack, with_fact(situation, path, value))
    assert known.outcome == decision.outcome
    assert [action for action in known.actions if not KINDS[action.kind].care] == [
        action for action in decision.actions if not KINDS[action.kind].care
    ]


def with_default(pack: Pack) -> set[str]:
    """The facts that parameters read, and do not wait for."""
    parameters = [value for rule in pack.rules for proposal in rule.then for _, value in proposal.parameters]
    return {value.path for value in parameters if isinstance(value, FactParameter) and value.default is not None}


def named_facts(decision: Decision) -> set[str]:
    """Every fact that the decision says it lacks."""
    found = {path for action in decision.actions for one in action.unsettled for path in one.facts}
    found |= {fact.path for fact in decision.needed_facts} | set(decision.unobtainable_facts)
    return found | {path for trace in decision.rules for path in trace.missing}


def matches_of(pack: Pack, situation: Situation) -> Matches:
    return ReferenceEngine().compile(pack.vocabulary, pack.conditions).match(situation.facts)


def applied_rules(pack: Pack, situation: Situation) -> list[Rule]:
    true = matches_of(pack, situation).true
    return [rule for index, rule in enumerate(pack.rules) if true >> index & 1]


def possible_rules(pack: Pack, situation: Situation) -> list[Rule]:
    may = matches_of(pack, situation).may
    return [rule for index, rule in enumerate(pack.rules) if may >> index & 1]
