"""Situations as people write them: read exactly, or refused with everything that is wrong with them."""

from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from amends.domain.decision import Outcome
from amends.domain.money import Money
from amends.domain.situation import FactSource, Granted, Situation, Subject
from amends.packs.diagnostics import PackError
from amends.packs.load import load_pack
from amends.packs.model import Pack
from amends.packs.read_situation import DEFAULT_CASE_ID
from amends.packs.situation_file import CaseHeading, read_heading, read_situation

NOON = 1_767_268_800_000_000_000  # 2026-01-01T12:00:00Z

PACK = """\
pack: shop
version: 2026.1.0
title: A shop
currency: USD
timezone: America/New_York
tiers: [none, silver, gold]
contact_reasons: [late_delivery, damaged]
actions: {accept_return: {parameters: {label_url: text}}}
facts:
  delay_days: {type: integer, min: 0, unit: days}
  delivered: {type: date}
rules:
  - id: sorry
    title: Say sorry
    then: [{apology: {}}]
"""


@pytest.fixture
def shop(write: Callable[[Mapping[str, str]], Path]) -> Pack:
    return load_pack(write({"shop/pack.yaml": PACK}), "shop")


def read(text: str, pack: Pack) -> Situation:
    return read_situation(text, file="case.yaml", pack=pack, default_observe_time=NOON)


def problems(text: str, pack: Pack) -> list[str]:
    """`line:column code` of everything found."""
    with pytest.raises(PackError) as caught:
        read(text, pack)
    return [f"{found.position.line}:{found.position.column} {found.code}" for found in caught.value.diagnostics]


def hint(text: str, pack: Pack) -> str:
    with pytest.raises(PackError) as caught:
        read(text, pack)
    return caught.value.diagnostics[0].hint


def test_everything_that_a_situation_can_say(shop: Pack) -> None:
    """Each part of the form comes to its place, typed by the vocabulary."""
    situation = read(
        """
        case_id: c-1
        locale: de-AT
        observe_time: 2026-01-02T08:00:00Z
        fault: company
        waited: 25m
        shipping_fee: 9.90 EUR
        amount_paid: 20
        requested: [refund, apology]
        flags: []
        subject: {order_id: o-1, item_id: i-1, quantity: 2}
        customer: {customer_id: u-1, account_id: a-1, loyalty_tier: gold}
        incident: {incident_id: n-1, ongoing: true}
        facts: {delay_days: 4, delivered: 2026-01-01}
        granted:
          - {kind: refund, amount: 5 USD, time: 2026-01-01T00:00:00Z, action_id: x, subject: {order_id: o-0}}
          - {kind: goodwill, parameters: {kind: credit}}
        unobtainable: [severity]
        fact_sources: {fault: agent}
        """,
        shop,
    )
    assert situation == Situation(
        case_id="c-1",
        locale="de-AT",
        observe_time=1_767_340_800_000_000_000,
        facts={
            "observe_time": 1_767_340_800_000_000_000,
            "fault": "company",
            "waited": 25 * 60 * 1_000_000_000,
            "shipping_fee": Money("EUR", 990),
            "amount_paid": Money("USD", 2000),
            "requested": frozenset({"refund", "apology"}),
            "flags": frozenset(),
            "subject.quantity": 2,
            "customer.loyalty_tier": "gold",
            "incident.ongoing": True,
            "facts.delay_days": 4,
            "facts.delivered": 1_767_243_600_000_000_000,  # midnight in New York
        },
        subject=Subject("o-1", "i-1"),
        incident_id="n-1",
        customer_id="u-1",
        account_id="a-1",
        granted=(
            Granted("refund", "x", Subject("o-0"), amount=Money("USD", 500), time=1_767_225_600_000_000_000),
            Granted("goodwill", parameters={"kind": "credit"}),
        ),
        unobtainable=frozenset({"severity"}),
        fact_sources={"fault": FactSource.AGENT},
    )


def test_json_is_read_as_yaml_is(shop: Pack) -> None:
    """A situation in JSON is the same situation."""
    written = "fault: company\ncustomer: {loyalty_tier: gold}\nfacts: {delay_days: 4}\n"
    json = '{"fault": "company", "customer": {"loyalty_tier": "gold"}, "facts": {"delay_days": 4}}'
    assert read(json, shop) == read(written, shop)


def test_what_is_not_written_is_not_known(shop: Pack) -> None:
    """Null, a key left out and an empty mapping are the one unknown; an empty list is known to be empty."""
    assert read("{}", shop).facts == {"observe_time": NOON}
    assert read("fault: null\nfacts:\ncustomer: {loyalty_tier: ~}\ngranted: null", shop) == read("{}", shop)
    assert read("{}", shop).granted is None
    assert read("granted: []", shop).granted == ()
    assert read("requested: []", shop).facts["requested"] == frozenset()


def test_a_situation_without_a_name_is_a_case_of_its_own(shop: Pack) -> None:
    """A file need not name its case."""
    assert read("{}", shop).case_id == DEFAULT_CASE_ID


def test_every_problem_is_told_at_once_and_in_place(shop: Pack) -> None:
    """Nothing stops at the first mistake, and each mistake has its line and column."""
    text = """\
falt: company
fault: nobodys
shipping_fee: 9.90 USX
delay_days: 4
waited: 25 minutes
case_id: [1]
customer: {loyalty_tier: diamond, name: Ann}
facts: {delay_days: -1}
granted: [{kind: refnd}, {amount: 1 USD}, {kind: refund, amount: -1 USD, colour: red}, {kind: entitlement}]
unobtainable: [severty, waited, customer.country, customer.loyalty_tier]
fact_sources: {severity: agent, customer.country: hearsay}
"""
    assert problems(text, shop) == [
        "1:1 unknown-fact",
        "2:8 unknown-value",
        "3:15 unknown-currency",
        "4:1 unknown-fact",
        "5:9 type-mismatch",
        "6:10 wrong-shape",
        "7:26 unknown-value",
        "7:35 unknown-fact",
        "8:21 out-of-range",
        "9:18 unknown-action",
        "9:26 missing-key",
        "9:66 out-of-range",
        "9:74 unknown-key",
        "9:88 missing-key",
        "10:16 unknown-fact",
        "11:16 source-of-nothing",
        "11:33 source-of-nothing",
        "11:51 unknown-value",
    ]


def test_what_was_given_may_be_an_action_of_the_packs_own(shop: Pack) -> None:
    """With the parameters that the pack declares for it, and no others."""
    given = "granted: [{kind: custom, parameters: {name: accept_return, label_url: there}}]"
    (granted,) = read(given, shop).granted or ()
    assert granted.parameters == {"name": "accept_return", "label_url": "there"}
    assert problems(given.replace("label_url", "lable_url"), shop) == ["1:60 unknown-key"]
    assert problems(given.replace("accept_return", "call_back"), shop) == ["1:56 unknown-key"]


def test_a_fact_is_given_or_unobtainable(shop: Pack) -> None:
    """A fact with a value can't be one that was asked for in vain."""
    assert problems("fault: company\nunobtainable: [fault]", shop) == ["2:16 given-and-unobtainable"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("falt: company", "did you mean 'fault'?"),
        ("delay_days: 4", "the pack declares it: write it inside of facts: {delay_days: ..}"),
        ("customer.loyalty_tier: gold", "write it inside of its mapping: customer: {loyalty_tier: ..}"),
        ("customer: {loyalty_teir: gold}", "did you mean 'loyalty_tier'?"),
        ("facts: {delay_day: 4}", "did you mean 'delay_days'?"),
        ("grantd: []", "did you mean 'granted'?"),
    ],
)
def test_a_misspelt_fact_is_told_its_nearest_name(shop: Pack, text: str, expected: str) -> None:
    """The hint names what was probably meant, and where it belongs."""
    assert hint(text, shop) == expected


@pytest.mark.parametrize("text", ["", "\n# nothing\n", "- a list", "just text", "{", "a: 1\n---\nb: 2"])
def test_what_is_no_situation_is_refused(shop: Pack, text: str) -> None:
    """Empty text, another shape and broken YAML are errors, never an empty situation."""
    assert problems(text, shop)


def test_a_case_file_says_what_to_decide_under() -> None:
    """The heading is read without any pack: it tells which one to take."""
    text = "title: A case\npolicy: shop\nrole: owner\noutcome: care_only\nsituation: {fault: company}\n"
    assert read_heading(text, file="case.yaml") == CaseHeading("A case", "shop", "owner", Outcome.CARE_ONLY)


def test_a_case_file_holds_the_same_situation_as_a_bare_one(shop: Pack) -> None:
    """The heading changes nothing of the situation; a bare situation has an empty heading."""
    assert read("title: A case\nsituation: {fault: company}", shop) == read("fault: company", shop)
    assert read_heading("fault: company", file="case.yaml") == CaseHeading()


def test_a_wrong_heading_is_refused() -> None:
    """A misspelt key or outcome of a heading is told, not passed over."""
    with pytest.raises(PackError) as caught:
        read_heading("titel: A case\noutcome: care\nsituation: {}", file="case.yaml")
    assert [found.code for found in caught.value.diagnostics] == ["unknown-key", "unknown-value"]


def test_a_heading_without_a_situation_is_told_what_it_needs() -> None:
    """Not that there is no fact `title`: whoever writes one means a case file."""
    with pytest.raises(PackError) as caught:
        read_heading("fault: company\ntitle: A case\n", file="case.yaml")

    told = str(caught.value)
    assert "case.yaml:2:1: error[missing-key]: a file with 'title' is a case file, and that needs `situation:`" in told
    assert "put the facts below `situation:`, indented" in told


def test_a_value_out_of_range_is_told_with_the_limit(shop: Pack) -> None:
    """In the unit that a person thinks in: a duration is kept in nanoseconds."""
    with pytest.raises(PackError) as caught:
        read("waited: -1h\namount_paid: -1 USD\ncustomer: {claims_365d: -2}", shop)

    told = str(caught.value)
    assert "waited: -3600 seconds is below its minimum, 0 seconds" in told
    assert "amount_paid: -1.00 USD is below its minimum, 0.00 USD" in told
    assert "customer.claims_365d: -2 is below its minimum, 0" in told
