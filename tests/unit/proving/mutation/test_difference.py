"""Where two packs could decide otherwise: never less than where they do."""

import pytest

from amends.packs.model import Pack
from amends.proving.mutation.difference import difference, shows_nowhere
from tests.unit.proving.mutation.shop import BACK, HEAD, Shop


def pack_of(shop: Shop, text: str) -> Pack:
    shop.write(HEAD + text)
    return shop.subject().pack


@pytest.mark.parametrize(
    ("changed", "days", "told"),
    [("at_least: 4", 3, True), ("at_least: 4", 4, False), ("above: 2", 3, False), ("at_most: 3", 3, False)],
)
def test_a_changed_condition_is_told_where_the_answers_differ(
    changed: str, days: int, *, told: bool, shop: Shop
) -> None:
    """Three days are told from four by the bound between them alone."""
    before, after = pack_of(shop, BACK), pack_of(shop, BACK.replace("at_least: 3", changed))

    found = difference(before, after)
    assert found is not None
    assert found.tells({"fault": "company", "facts.days": days}) is told


def test_the_same_truth_that_waits_for_other_facts_is_told(shop: Shop) -> None:
    """What to ask for next is a part of a decision."""
    before = pack_of(shop, BACK)
    after = pack_of(shop, BACK.replace("facts.days: {at_least: 3}", "severity: high"))

    found = difference(before, after)
    assert found is not None
    assert found.tells({"fault": "company"})
    assert not found.tells({"fault": "customer"})


def test_another_action_is_told_wherever_the_rule_may_hold(shop: Shop) -> None:
    """Held or only possible: an undetermined rule unsettles what it might do."""
    found = difference(pack_of(shop, BACK), pack_of(shop, BACK.replace("9 USD", "8 USD")))

    assert found is not None
    assert [found.tells(facts) for facts in ({"fault": "company"}, {"fault": "customer"})] == [True, False]


def test_a_request_that_is_no_longer_tested_is_told_where_the_rule_holds(shop: Shop) -> None:
    """A rule that asks for a request answers it: with the question, the answer goes."""
    either = "any: [{requested: {has_any: [refund]}}, {fault: company}]"
    before = pack_of(shop, BACK.replace("fault: [company, shared]", either))
    after = pack_of(shop, BACK.replace("fault: [company, shared]", "any: [{fault: company}]"))

    found = difference(before, after)
    assert found is not None
    assert found.tells({"fault": "company", "requested": frozenset({"callback"}), "facts.days": 3})


@pytest.mark.parametrize(
    ("beside", "shows"),
    [
        ("limits: [{id: cap, of: [refund], at_most: 5 USD}]", True),
        ("limits: [{id: cap, of: [goodwill], at_most: 5 USD}]", False),
        ("authority: [{role: frontline, refund: 5 USD, goodwill: unlimited}]", True),
        ("authority: [{role: frontline, refund: unlimited, goodwill: 5 USD}]", False),
        ("combine: {refund: sum}", True),
        ("combine: {goodwill: sum}", False),
        ('calendars: {desk: {hours: {mon-fri: "08:00-20:00"}}}', False),
    ],
)
def test_a_limit_or_a_band_shows_only_where_something_of_its_kind_is_asked_for(
    beside: str, *, shows: bool, shop: Shop
) -> None:
    """Whoever gives no goodwill needs no test of how much of it."""
    before, after = pack_of(shop, BACK), pack_of(shop, f"{beside}\n{BACK}")

    found = difference(before, after)
    assert found is not None
    assert found.tells({"fault": "company", "facts.days": 3}) is shows
    assert not found.tells({"fault": "customer"})
    assert shows_nowhere(found, before.vocabulary) is not shows


def test_what_is_no_part_of_a_rule_may_show_anywhere(shop: Shop) -> None:
    """A requirement looks at whatever stands."""
    needs = "requires: [{id: more, kind: apology, one_of: [refund]}]"

    assert difference(pack_of(shop, BACK), pack_of(shop, f"{needs}\n{BACK}")) is None


@pytest.mark.parametrize(("changed", "nowhere"), [("above: 2", True), ("above: 3", False)])
def test_that_it_shows_nowhere_is_shown_on_all_values(changed: str, *, nowhere: bool, shop: Shop) -> None:
    """Whole numbers above two are those from three; that is known, and not so of decimals."""
    before, after = pack_of(shop, BACK), pack_of(shop, BACK.replace("at_least: 3", changed))

    found = difference(before, after)
    assert found is not None
    assert shows_nowhere(found, before.vocabulary) is nowhere


def test_too_many_values_show_nothing(shop: Shop) -> None:
    """Sets of many members are not told one by one: it counts as a difference, though it is none."""
    flags = "flags: {has_none: [safety, legal_threat, regulator, media, vulnerable, data_breach, fraud_suspected]}"
    text = BACK.replace("fault: [company, shared]", f"{flags}, contact_reason: x, severity: high, stage: use")
    before, after = (
        pack_of(shop, f"contact_reasons: [x, y, z]\n{one}") for one in (text, text.replace("at_least: 3", "above: 2"))
    )

    found = difference(before, after)
    assert found is not None
    assert not shows_nowhere(found, before.vocabulary)
