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


@pytest.mark.parametrize(
    ("before", "after", "nowhere"),
    [
        ("forbid: [escalate, refund]", "forbid: [refund]", True),
        ("forbid: [escalate, refund]", "forbid: [escalate]", False),
        ("forbid: {goodwill: [discount, gift]}", "forbid: {goodwill: [gift]}", True),
        ("forbid: {goodwill: [discount, gift]}", "forbid: {goodwill: [discount]}", False),
        ("hold: {kinds: [remedy, refund], for: it, because: x}", "hold: {kinds: [refund], for: it, because: x}", True),
        ("hold: {kinds: [remedy, refund], for: it, because: x}", "hold: {kinds: [remedy], for: it, because: x}", False),
    ],
)
def test_what_no_rule_asks_for_need_not_be_forbidden(before: str, after: str, *, nowhere: bool, shop: Shop) -> None:
    """A shop that gives refunds and gifts alone decides alike whether or not it rules out the rest."""
    gift = "  - {id: gift, title: G, then: [{goodwill: {kind: gift}}], because: {customer: x}}\n"
    packs = [
        pack_of(shop, f"teams: {{it: {{label: IT}}}}\n{BACK}{gift}  - id: ours\n    title: Ours\n    {one}\n")
        for one in (before, after)
    ]

    found = difference(*packs)
    assert found is not None
    assert shows_nowhere(found, packs[0].vocabulary) is nowhere


def test_the_last_row_may_leave_out_what_all_rows_ask(shop: Shop) -> None:
    """Of three values the third is what is left; while the fact is missing, the row waits for it all the same."""
    rule = "rules:\n  - {id: t, title: T, table: tables/t.csv, because: {customer: x}}\n"
    packs = []
    for last in ("none", "-", "full|none"):
        shop.write(HEAD + rule, tables={"t.csv": f"fit,refund.amount\nfull,1 USD\npartial,2 USD\n{last},3 USD\n"})
        packs.append(shop.subject().pack)

    for other in packs[1:]:
        found = difference(packs[0], other)
        assert found is not None
        assert shows_nowhere(found, packs[0].vocabulary)
