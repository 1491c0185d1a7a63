"""Laws of money, on random packs: nothing is paid twice or beyond a bound, and what is owed is never cut."""

from collections.abc import Iterable
from dataclasses import replace
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from amends.domain.action import Action
from amends.domain.action_kinds import ActionKind
from amends.domain.decision import Step
from amends.domain.money import Money
from amends.domain.situation import Granted, Situation
from amends.packs.model import Pack
from amends.resolution.price import case_currency, price
from tests.agreement.laws import (
    after,
    applied_rules,
    as_granted,
    decide,
    facts_of,
    key,
    lawful,
    read_by,
    total,
    with_fact,
)
from tests.agreement.pack_generators import full_packs
from tests.agreement.situation_generators import situations

ROUNDS = 4
ONE_HALF = 0.5


@lawful
@given(pack=full_packs(), asked=st.lists(situations(), min_size=2, max_size=2), seed=st.integers(0, 2**32))
def test_nothing_is_paid_twice(pack: Pack, asked: list[Situation], seed: int) -> None:
    """Give any of what may be given, all of it or a part, decide again, and again: never more than was first said.

    What a limit takes off as history is the caller's to keep, and grows with all that is given.
    """
    chance = Random(seed)  # noqa: S311  # which of them is given keeps no secret
    pack = with_histories_apart(pack)
    for fresh in asked:
        situation = fresh._replace(granted=())
        owed, paid = total(decide(pack, situation).actions), dict[str, int]()
        used = set[str]()
        for _ in range(ROUNDS):
            ready = [action for action in decide(pack, situation).actions if _may_be_given(action)]
            given = [as_granted(action, _part(action, chance)) for action in ready if chance.random() < ONE_HALF]
            for entry in given:
                if entry.amount is not None:
                    # Payment systems take the id for the same payment.
                    assert entry.action_id not in used
                    used.add(entry.action_id)
                    paid[entry.amount.currency] = paid.get(entry.amount.currency, 0) + entry.amount.minor_units
            situation = with_history(pack, after(situation, given), given)
        assert all(units <= owed.get(currency, 0) for currency, units in paid.items())


def with_histories_apart(pack: Pack) -> Pack:
    """The pack with a history in each limit that nothing else reads: one that grew would change what is owed."""
    read = read_by(replace(pack, limits=tuple(replace(limit, minus="") for limit in pack.limits)))
    read |= {"amount_affected", "amount_paid", "amount_refunded"}
    return replace(
        pack, limits=tuple(replace(limit, minus="") if limit.minus in read else limit for limit in pack.limits)
    )


def with_history(pack: Pack, situation: Situation, given: Iterable[Granted]) -> Situation:
    """The situation of a caller whose histories hold what was just given."""
    amounts = [entry.amount for entry in given if entry.amount is not None]
    for path in {limit.minus for limit in pack.limits if limit.minus}:
        history = situation.facts.get(path)
        if isinstance(history, Money):
            new = sum(amount.minor_units for amount in amounts if amount.currency == history.currency)
            situation = with_fact(situation, path, history.with_units(history.minor_units + new))
    return situation


def _may_be_given(action: Action) -> bool:
    """Somebody with authority may give it now."""
    return not (action.already_given or action.unsettled or action.on_hold)


def _part(action: Action, chance: Random) -> Money | None:
    amount = action.amount
    if amount is None or chance.random() < ONE_HALF:
        return amount
    return amount.with_units(chance.randint(1, amount.minor_units))


@lawful
@given(pack=full_packs(), asked=st.lists(situations(), min_size=2, max_size=2))
def test_what_was_given_whole_is_not_asked_for_again(pack: Pack, asked: list[Situation]) -> None:
    """Give everything that is certain, decide again: of those actions nothing is left to do."""
    for situation in asked:
        first = decide(pack, situation)
        given = [action for action in first.actions if _may_be_given(action)]
        again = decide(pack, after(situation, [as_granted(action, action.amount) for action in given]))
        assert not total(again.actions).keys() - total(first.actions).keys()
        done = {key(action) for action in given}
        assert all(action.already_given for action in again.actions if key(action) in done and not action.unsettled)


@lawful
@given(pack=full_packs(), asked=st.lists(situations(), min_size=2, max_size=2))
def test_an_entitlement_is_reduced_by_what_was_paid_of_it_only(pack: Pack, asked: list[Situation]) -> None:
    """Under its basis stands at least the highest amount owed in the action's currency, and no step cuts it."""
    for fresh in asked:
        situation = fresh._replace(granted=())
        decision, facts = decide(pack, situation), facts_of(pack, situation)
        currency = case_currency(facts, pack.currency)
        proposed = [proposal for rule in applied_rules(pack, situation) for proposal in rule.then]
        for proposal in (proposal for proposal in proposed if proposal.kind is ActionKind.ENTITLEMENT):
            owed = None if proposal.amount is None else price(proposal.amount, facts, currency=currency)
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
        assert steps <= {Step.COMBINE, Step.HOLD}


@lawful
@given(pack=full_packs(), asked=st.lists(situations(), min_size=2, max_size=2))
def test_refunds_never_exceed_what_was_paid_and_not_refunded(pack: Pack, asked: list[Situation]) -> None:
    """All of them together, with what was granted where nobody said what was refunded; else none is settled."""
    for situation in asked:
        paid, refunded = situation.facts.get("amount_paid"), situation.facts.get("amount_refunded")
        refunds = [one for one in decide(pack, situation).actions if one.kind is ActionKind.REFUND and one.amount]
        settled = [action.amount for action in refunds if action.amount and not action.unsettled]
        if not isinstance(paid, Money):
            assert not settled
            continue
        given = [refunded] if isinstance(refunded, Money) else _refunds(situation)
        back = sum(one.minor_units for one in given if one is not None and one.currency == paid.currency)
        known = situation.granted is not None or isinstance(refunded, Money)
        known = known and all(one is not None and one.currency == paid.currency for one in given)
        mine = [one.amount.minor_units for one in refunds if one.amount and one.amount.currency == paid.currency]
        assert sum(mine) <= max(paid.minor_units - back, 0)
        assert all(amount.currency == paid.currency for amount in settled)
        assert known or not settled


def _refunds(situation: Situation) -> list[Money | None]:
    def ours(entry: Granted) -> bool:
        return entry.kind == ActionKind.REFUND and entry.subject in {None, situation.subject}

    return [entry.amount for entry in situation.granted or () if ours(entry)]


@lawful
@given(pack=full_packs(), asked=st.lists(situations(), min_size=2, max_size=2))
def test_a_limit_never_raises_an_amount(pack: Pack, asked: list[Situation]) -> None:
    """Every action has at most what it has without any limit, and what is certain keeps each cap that is known."""
    for situation in asked:
        limited = decide(pack, situation).actions
        free = _by_key(decide(replace(pack, limits=()), situation).actions)
        for told, units in _by_key(limited).items():
            assert units <= free.get(told, 0)
        facts = facts_of(pack, situation)
        certain = [one for one in limited if not one.unsettled and one.kind is not ActionKind.ENTITLEMENT]
        for limit in pack.limits:
            for currency, units in total(one for one in certain if one.kind in limit.of).items():
                cap = price(limit.at_most, facts, currency=currency, round_down=True)
                assert cap is not None
                assert (cap.currency, units <= cap.minor_units) == (currency, True)


def _by_key(actions: tuple[Action, ...]) -> dict[object, int]:
    found: dict[object, int] = {}
    for action in actions:
        if action.amount is not None:
            told = (*key(action), action.amount.currency)
            found[told] = found.get(told, 0) + action.amount.minor_units
    return found
