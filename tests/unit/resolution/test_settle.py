"""Settle: what a plan comes to is remembered only where nothing that counts differs from case to case."""

from typing import Final

import pytest

from amends.domain.action import Span
from amends.domain.action_kinds import ActionKind
from amends.domain.decision import Decision
from amends.domain.situation import Situation
from amends.engines.bitmap import BitmapEngine
from amends.packs.model import Pack, Role
from amends.resolution.resolve import Resolved, Resolver
from tests.unit.resolution.building import (
    HOUR,
    NOW,
    cadence,
    decide,
    gave,
    limit,
    only,
    pack,
    percent,
    propose,
    requirement,
    rule,
    situation,
    usd,
)

DAY: Final = 24 * HOUR
GIFT: Final = rule("a", propose("goodwill", usd("30"), kind="gift"), customer="{amount} from us")
BACK: Final = rule("a", propose("refund", usd("30")))
IN_TWO: Final = rule("b", propose("entitlement", usd("5"), basis="law", due=Span(business_days=2)))
IN_THREE: Final = rule("c", propose("entitlement", usd("5"), basis="law", due=Span(nanos=3 * DAY)))
ROLES: Final = (Role("frontline", {ActionKind.GOODWILL: (usd("10"),)}), Role("lead", {ActionKind.GOODWILL: None}))
SPENT: Final = "customer.goodwill_granted_365d"


def in_turn(built: Pack, *asked: tuple[Situation, str]) -> list[Resolved]:
    """Decided one after the other by one resolver, which remembers what it can."""
    matcher, resolver = BitmapEngine().compile(built.vocabulary, built.conditions), Resolver(built)
    return [resolver.resolve(matcher.match(about.facts), about, role=role) for about, role in asked]


def as_frontline(*asked: Situation) -> list[tuple[Situation, str]]:
    return [(about, "frontline") for about in asked]


@pytest.mark.parametrize(
    ("built", "asked"),
    [
        (
            pack(rule("a", propose("goodwill", percent("10", "facts.fare"), kind="gift"))),
            as_frontline(situation({"facts.fare": usd("10")}), situation({"facts.fare": usd("20")})),
        ),
        (pack(BACK), as_frontline(situation({"amount_paid": usd("10")}), situation({"amount_paid": usd("40")}))),
        (
            pack(GIFT, limits=[limit("a-year", ["goodwill"], usd("50"), minus=SPENT)]),
            as_frontline(situation({SPENT: usd("10")}), situation({SPENT: usd("40")})),
        ),
        (
            pack(GIFT, limits=[limit("share", ["goodwill"], percent("50", "facts.fare"))]),
            as_frontline(situation({"facts.fare": usd("10")}), situation({"facts.fare": usd("20")})),
        ),
        # Two business days are less than three days on a Monday, and more on a Friday.
        (pack(IN_TWO, IN_THREE), as_frontline(situation(now=NOW), situation(now=NOW + 4 * DAY))),
        (pack(GIFT, authority=ROLES), [(situation(), "frontline"), (situation(), "lead")]),
        (pack(GIFT), as_frontline(situation(granted=[gave("goodwill", usd("10"))]), situation())),
        (pack(GIFT), as_frontline(situation(), situation(granted=[gave("goodwill", usd("10"))]))),
    ],
    ids=["share", "paid", "limit minus", "limit share", "due", "role", "granted before", "granted after"],
)
def test_what_differs_from_case_to_case_is_not_remembered(built: Pack, asked: list[tuple[Situation, str]]) -> None:
    """The second case has its own decision, as if nobody had asked before; and it isn't the first one's."""
    first, second = in_turn(built, *asked)

    assert second.decision == decide(built, asked[1][0], role=asked[1][1])
    assert said(second.decision) != said(first.decision)


def said(decision: Decision) -> list[object]:
    """All but what every case has of its own."""
    return [action._replace(due=None, valid_until=None, action_id="") for action in decision.actions]


@pytest.mark.parametrize(
    "built", [pack(GIFT, authority=ROLES), pack(GIFT, limits=[limit("one", ["goodwill"], usd("5"))])]
)
def test_amounts_that_read_nothing_of_a_case_are_settled_once(built: Pack) -> None:
    """However the cases differ otherwise; and each has its identifiers and times."""
    one, other = situation({"facts.fare": usd("10")}), situation({"facts.fare": usd("20")}, case_id="2", now=NOW + DAY)
    first, second = in_turn(built, (one, "frontline"), (other, "frontline"))

    assert first.settled is not None
    assert second.settled is first.settled
    assert second.decision == decide(built, other)
    assert said(first.decision) == said(second.decision)


def test_what_is_counted_from_now_is_counted_for_each_case() -> None:
    """Promises, their words, how long an offer stands and when to look again."""
    offer = propose("goodwill", usd("3"), kind="gift", expires=Span(nanos=9 * DAY), review_in=Span(business_days=1))
    built = pack(rule("a", cadence(30), offer, agent="{amount}, {next_update}"), IN_TWO)
    first, second = in_turn(built, *as_frontline(situation(), situation(now=NOW + DAY)))

    assert second.settled is first.settled is not None
    assert second.decision == decide(built, situation(now=NOW + DAY))
    assert [one.due + DAY for one in first.decision.obligations] == [one.due for one in second.decision.obligations]


def test_proposals_that_say_the_same_are_one_action_whatever_it_comes_to() -> None:
    """It names every rule that asked; where it comes to nothing, each of them falls away and says so."""
    tenth = propose("goodwill", percent("10", "facts.fare"), kind="gift")
    built = pack(rule("a", tenth), rule("b", tenth), rule("c", tenth))
    fares = [situation({"facts.fare": usd(fare)}) for fare in ("10", "20", "0")]
    ten, twenty, nothing = [found.decision for found in in_turn(built, *as_frontline(*fares))]

    assert [(one.amount, one.rule_ids) for one in ten.actions] == [(usd("1"), ("a", "b", "c"))]
    assert [(one.amount, one.rule_ids) for one in twenty.actions] == [(usd("2"), ("a", "b", "c"))]
    assert nothing.actions == ()
    assert [one.rule_id for one in nothing.adjustments] == ["a", "b", "c"]


def test_who_owns_one_case_is_not_named_in_another_that_nobody_owns() -> None:
    """Words that name the owner are remembered for that owner, not for the plan: money may take an owner away."""
    said_so = rule("a", propose("assign_owner", to="it"), propose("apology"), customer="{owner} looks after it.")
    gift = rule("b", propose("goodwill", percent("10", "facts.fare"), kind="gift"))
    built = pack(said_so, gift, requires=[requirement("r", "assign_owner", "goodwill")])
    fares = [situation({"facts.fare": usd(fare)}) for fare in ("10", "0", "10")]
    apologies = [only(found.decision, "apology") for found in in_turn(built, *as_frontline(*fares))]

    it, nobody = "IT desk looks after it.", "a named person looks after it."
    assert [one.reason_for_customer for one in apologies] == [it, nobody, it]
