"""Limits and requirements: what they hold once loaded, and in which order."""

from collections.abc import Callable, Mapping
from decimal import Decimal
from pathlib import Path

from amends.domain.action_kinds import ActionKind
from amends.domain.money import Money
from amends.packs.amounts import Fixed, Highest, PercentOf
from amends.packs.conditions import ALWAYS, AllOf, Between, Bound
from amends.packs.load import load_pack
from amends.packs.model import Limit, Pack, Requirement
from tests.unit.packs.conftest import HEADER

Write = Callable[[Mapping[str, str]], Path]
LIMITS = """\
limits:
  - {id: over-all, of: [refund, goodwill], at_most: {percent: 150, of: amount_affected}}
  - {id: a-year, of: [goodwill], at_most: [150, 140 EUR], minus: customer.goodwill_granted_365d}
requires:
  - id: no-third-bare-apology
    kind: apology
    when: {customer.apologies_90d: {at_least: 2}}
    one_of: [remedy, refund, goodwill, entitlement]
  - {id: never-alone, kind: goodwill, one_of: [apology]}
"""


def load(write: Write, header: str) -> Pack:
    return load_pack(write({"shop/pack.yaml": header}), "shop")


def test_limits_stand_in_the_order_written_with_their_kinds_in_theirs(write: Write) -> None:
    """Limits act one after the other, and cuts start at the last kind: both orders are content."""
    over_all, a_year = load(write, HEADER + LIMITS).limits
    kinds = (ActionKind.REFUND, ActionKind.GOODWILL)
    assert over_all == Limit("over-all", kinds, PercentOf(Decimal(150), "amount_affected"), "", over_all.position)
    assert a_year == Limit(
        limit_id="a-year",
        of=(ActionKind.GOODWILL,),
        at_most=Fixed((Money("USD", 15_000), Money("EUR", 14_000))),
        minus="customer.goodwill_granted_365d",
        position=a_year.position,
    )
    assert str(a_year.position) == f"shop/pack.yaml:{len(HEADER.splitlines()) + 3}:10"


def test_a_cap_is_any_form_of_amount(write: Write) -> None:
    """The higher of two, where one is a share."""
    limits = "limits: [{id: a, of: [entitlement, refund], at_most: {highest: [5, {percent: 10, of: amount_paid}]}}]\n"
    (limit,) = load(write, HEADER + limits).limits
    assert limit.of == (ActionKind.ENTITLEMENT, ActionKind.REFUND)
    assert limit.at_most == Highest((Fixed((Money("USD", 500),)), PercentOf(Decimal(10), "amount_paid")))


def test_requirements_name_a_kind_its_condition_and_its_companions(write: Write) -> None:
    """One without `when` always holds."""
    third, never_alone = load(write, HEADER + LIMITS).requires
    assert third == Requirement(
        requirement_id="no-third-bare-apology",
        kind=ActionKind.APOLOGY,
        when=AllOf((Between("customer.apologies_90d", Bound(2, inclusive=True), None),)),
        one_of=(ActionKind.REMEDY, ActionKind.REFUND, ActionKind.GOODWILL, ActionKind.ENTITLEMENT),
        position=third.position,
    )
    assert (never_alone.kind, never_alone.when) == (ActionKind.GOODWILL, ALWAYS)
    assert never_alone.one_of == (ActionKind.APOLOGY,)


def test_inherited_ones_come_first_and_one_replaced_keeps_its_place(write: Write) -> None:
    """A child's own stand after its parents'; replacing says what, not when."""
    child = """\
        pack: child
        version: 1
        title: Child
        extends: [shop]
        limits:
          - {id: own, of: [refund], at_most: 5 EUR}
          - {id: over-all, of: [refund], at_most: 7 EUR}
        requires:
          - {id: own, kind: refund, one_of: [apology]}
    """
    pack = load_pack(write({"shop/pack.yaml": HEADER + LIMITS, "child/pack.yaml": child}), "child")
    assert [limit.limit_id for limit in pack.limits] == ["over-all", "a-year", "own"]
    assert pack.limits[0].at_most == Fixed((Money("EUR", 700),))
    assert pack.limits[1].at_most == Fixed((Money("USD", 15_000), Money("EUR", 14_000)))
    assert [found.requirement_id for found in pack.requires] == ["no-third-bare-apology", "never-alone", "own"]


def test_what_a_requirement_asks_is_asked_of_the_engine(write: Write) -> None:
    """Its condition is one of those that a match answers."""
    pack = load(write, HEADER + LIMITS)
    assert all(found.when in pack.conditions for found in pack.requires)
