"""Authorise: the lowest role whose band holds the sum of a kind, granted and new, and who has to approve."""

import pytest

from amends.domain.action import Action
from amends.domain.action_kinds import ActionKind
from amends.domain.money import Money
from amends.packs.model import Role
from tests.unit.resolution.building import decide, eur, gave, only, pack, percent, propose, rule, situation, usd

REFUND, GOODWILL = ActionKind.REFUND, ActionKind.GOODWILL
BANDS = (
    Role("frontline", {GOODWILL: (usd("50"),)}),
    Role("supervisor", {GOODWILL: (usd("200"), eur("150")), REFUND: (usd("100"),)}),
    Role("director", {GOODWILL: (usd("500"), eur("400")), REFUND: None}),
)
PAID = {"amount_paid": usd("1000"), "amount_refunded": usd("0")}


def goodwill(amount: Money, *, role: str = "frontline") -> Action:
    built = pack(rule("a", propose("goodwill", amount, kind="credit")), authority=BANDS)
    return only(decide(built, role=role), "goodwill")


@pytest.mark.parametrize(
    ("amount", "role", "approval"),
    [
        ("50", "frontline", False),
        ("50.01", "supervisor", True),
        ("200", "supervisor", True),
        ("201", "director", True),
        ("501", "director", True),
    ],
)
def test_the_lowest_role_whose_band_holds_it(amount: str, role: str, approval: bool) -> None:  # noqa: FBT001  # a case
    """Bands are inclusive; beyond every band it is the last role's, with approval."""
    action = goodwill(usd(amount))
    assert (action.authority_role, action.approval_needed, action.may_grant_now) == (role, approval, not approval)


def test_approval_is_relative_to_the_acting_role() -> None:
    """A supervisor grants what the front line may not; beyond every band even a director asks."""
    assert goodwill(usd("150"), role="supervisor").may_grant_now
    assert goodwill(usd("150"), role="director").may_grant_now
    assert goodwill(usd("501"), role="director").approval_needed


def test_the_sum_of_a_kind_counts_not_each_action() -> None:
    """Thirty and thirty are sixty: both go to the supervisor."""
    then = (propose("goodwill", usd("30"), kind="credit"), propose("goodwill", usd("30"), kind="gift"))
    roles = [action.authority_role for action in decide(pack(rule("a", *then), authority=BANDS)).actions]
    assert roles == ["supervisor", "supervisor"]


def test_what_was_granted_before_counts() -> None:
    """Forty-nine given of another kind and two new are above fifty; of a refund they are not."""
    built = pack(rule("a", propose("goodwill", usd("2"), kind="credit")), authority=BANDS)
    before = decide(built, situation(granted=[gave("goodwill", usd("49"), kind="gift")]))
    assert only(before, "goodwill").authority_role == "supervisor"
    other = decide(built, situation(granted=[gave("refund", usd("49"))]))
    assert only(other, "goodwill").authority_role == "frontline"


def test_an_omitted_kind_is_zero_for_the_role() -> None:
    """The front line may refund nothing, so any refund is the supervisor's."""
    built = pack(rule("a", propose("refund", usd("1"))), authority=BANDS)
    assert only(decide(built, situation(PAID)), "refund").authority_role == "supervisor"


def test_a_band_without_the_currency_sends_it_to_the_last_role() -> None:
    """Not to a role between, whose euros were never compared with the front line's; within its band it may grant."""
    assert goodwill(eur("10")).authority_role == "director"
    assert goodwill(eur("10")).approval_needed
    assert goodwill(eur("10"), role="director").may_grant_now
    assert goodwill(Money("JPY", 10), role="director").approval_needed


def test_amounts_that_do_not_add_up_go_to_the_last_role_for_approval() -> None:
    """Something was granted in another currency, or nobody knows how much."""
    built = pack(rule("a", propose("goodwill", usd("2"), kind="credit")), authority=BANDS)
    for entry in (gave("goodwill", eur("1"), kind="gift"), gave("goodwill", kind="gift")):
        action = only(decide(built, situation(granted=[entry]), role="director"), "goodwill")
        assert (action.authority_role, action.approval_needed) == ("director", True)


def test_an_unknown_amount_goes_to_the_last_role_and_so_does_its_kind() -> None:
    """The sum of a kind is unknown while a part of it is."""
    then = (propose("goodwill", usd("3"), kind="credit"), propose("goodwill", percent("1", "facts.fare"), kind="gift"))
    decision = decide(pack(rule("a", *then), authority=BANDS), role="director")
    assert [(action.authority_role, action.approval_needed) for action in decision.actions] == [
        ("director", True),
        ("director", True),
    ]


def test_entitlements_and_what_has_no_amount_belong_to_the_first_role() -> None:
    """What is owed needs nobody's leave, however much it is."""
    then = (propose("entitlement", usd("9999"), basis="law"), propose("apology"), propose("goodwill", kind="gift"))
    for action in decide(pack(rule("a", *then), authority=BANDS)).actions:
        assert (action.authority_role, action.may_grant_now) == ("frontline", True)


def test_an_entitlement_of_unknown_amount_needs_approval() -> None:
    """Owed, but nobody may pay what nobody knows."""
    built = pack(rule("a", propose("entitlement", percent("100", "facts.fare"), basis="law")), authority=BANDS)
    action = only(decide(built), "entitlement")
    assert (action.amount, action.authority_role, action.approval_needed) == (None, "director", True)


def test_what_was_given_wholly_needs_no_approval() -> None:
    """There is nothing left to approve."""
    built = pack(rule("a", propose("goodwill", usd("900"), kind="credit")), authority=BANDS)
    assert not only(decide(built, situation(granted=[gave("goodwill", usd("900"))])), "goodwill").approval_needed
