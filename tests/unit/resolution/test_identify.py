"""Identify: one purchase, one id; payment systems use it as idempotency key."""

from decimal import Decimal

from amends.domain.action import Scope
from amends.domain.action_kinds import ActionKind, Combine
from amends.domain.situation import Situation, Subject
from amends.packs.conditions import Present
from amends.packs.model import Pack, Rule
from amends.resolution.identify import is_of_case
from tests.unit.resolution.building import (
    ORDER,
    decide,
    gave,
    only,
    pack,
    percent,
    propose,
    rule,
    situation,
    usd,
)

CREDIT = pack(rule("a", propose("goodwill", usd("30"), kind="credit")))
SHARED = pack(rule("a", propose("goodwill", usd("30"), kind="credit", scope=Scope.INCIDENT)))


def ident(built: Pack = CREDIT, about: Situation | None = None) -> str:
    return only(decide(built, about), "goodwill").action_id


def test_the_same_purchase_decided_again_gives_the_same_id() -> None:
    """Later, knowing more, for another sum, by other rules: it is the same credit for the same thing."""
    later = situation({"fault": "company"}, now=situation().observe_time + 1)
    other = pack(rule("z", propose("goodwill", percent("5", "facts.fare"), kind="credit")))
    assert ident() == ident(CREDIT, later) == ident(other)


def test_a_partial_payment_gives_the_rest_an_id_of_its_own() -> None:
    """What remains is another payment; two partial payments of one sum alike."""
    ten = ident(CREDIT, situation(granted=[gave("goodwill", usd("10"))]))
    assert ten != ident()
    assert ten == ident(CREDIT, situation(granted=[gave("goodwill", usd("4")), gave("goodwill", usd("6"))]))


def test_another_case_order_item_kind_or_incident_gives_another_id() -> None:
    """No two of them share a payment."""
    gift = pack(rule("a", propose("goodwill", usd("30"), kind="gift")))
    found = [
        ident(),
        ident(gift),
        ident(CREDIT, situation(case_id="case-2")),
        ident(CREDIT, situation(incident_id="inc-1")),
        ident(CREDIT, situation(subject=Subject(ORDER.order_id, "item-2"))),
        ident(CREDIT, situation(subject=Subject("order-2", ORDER.item_id))),
        ident(CREDIT, situation(subject=Subject(ORDER.order_id + ORDER.item_id, ""))),
    ]
    assert len(set(found)) == len(found)


def test_incident_scope_gives_every_case_the_same_id() -> None:
    """Once for everybody in it."""
    one = situation(case_id="case-1", incident_id="inc-1")
    other = situation(case_id="case-2", incident_id="inc-1", subject=Subject("order-2"))
    assert ident(SHARED, one) == ident(SHARED, other)
    assert ident(SHARED, one) != ident(SHARED, situation(incident_id="inc-2"))
    assert ident(SHARED, one) != ident(CREDIT, one)


def test_without_an_incident_cases_share_nothing() -> None:
    """Else one stranger's gesture would pass for another's."""
    assert ident(SHARED, situation(case_id="case-1")) != ident(SHARED, situation(case_id="case-2"))


def test_actions_of_which_all_stand_have_an_id_each() -> None:
    """By rules apart, and by one rule alone; care and money alike."""
    then = (propose("refund", usd("5")), propose("refund", percent("10", "amount_paid")))
    steps = (propose("set_expectations", next="we call"), propose("set_expectations", next="you wait"))
    built = pack(
        rule("a", *then, *steps), rule("b", propose("refund", usd("7"))), combine={ActionKind.REFUND: Combine.ALL}
    )
    known = {"amount_paid": usd("90"), "amount_refunded": usd("0")}
    found = [action.action_id for action in decide(built, situation(known)).actions]
    assert len(set(found)) == 5


def test_an_action_of_which_all_stand_keeps_its_id_beside_others() -> None:
    """What else stands does not touch it."""
    five, seven = propose("refund", usd("5")), propose("refund", usd("7"))
    known = situation({"amount_paid": usd("90"), "amount_refunded": usd("0")})
    every = {ActionKind.REFUND: Combine.ALL}
    alone = decide(pack(rule("b", seven), combine=every), known).actions
    beside = decide(pack(rule("a", five), rule("b", seven), combine=every), known).actions
    assert [action.action_id for action in alone] == [
        action.action_id for action in beside if action.amount == usd("7")
    ]
    closed = rule("a", five, when=Present("fault", expected=True))
    assert alone == decide(pack(closed, rule("b", seven), combine=every), known).actions


def test_actions_of_a_pack_s_own_are_told_apart_by_all_they_say() -> None:
    """Numbers and money are among it; what says the same is one action, with one id."""

    def own(rule_id: str, fee: str, count: int) -> Rule:
        return rule(rule_id, propose("custom", name="return", fee=usd(fee), count=count, share=Decimal("1.5")))

    decision = decide(pack(own("a", "1", 2), own("b", "2", 2), own("c", "1", 3), own("d", "1", 2)))
    assert [action.rule_ids for action in decision.actions] == [("a", "d"), ("b",), ("c",)]
    assert len({action.action_id for action in decision.actions}) == 3
    alone = decide(pack(own("a", "1", 2)))
    assert alone.actions[0].action_id == decision.actions[0].action_id
    assert (alone.actions[0].authority_role, alone.actions[0].may_grant_now) == ("frontline", True)


def test_an_earlier_decision_is_of_the_case_if_less_was_known_then() -> None:
    """Before the incident was known, or the item; never of another case, and of what is for all nobody can tell."""
    later = situation(case_id="case-1", incident_id="outage", subject=Subject("order-1", "item-1"))
    for earlier in (
        later,
        later._replace(incident_id=""),
        later._replace(subject=Subject("order-1")),
        later._replace(incident_id="", subject=Subject()),
    ):
        assert is_of_case(decide(CREDIT, earlier).actions, later)
    for elsewhere in (later._replace(case_id="case-2"), later._replace(subject=Subject("order-2"))):
        assert not is_of_case(decide(CREDIT, elsewhere).actions, later)
    assert is_of_case(decide(SHARED, later._replace(case_id="case-2")).actions, later)
    assert is_of_case((), later)
