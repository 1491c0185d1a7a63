"""Rules: actions, amounts, parameters, words, effective dates."""

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal

import pytest

from amends.domain.action import Scope, Span
from amends.domain.action_kinds import KINDS, ActionKind, ParameterType
from amends.domain.money import Money
from amends.packs.amounts import Amount, Fixed, Highest, Lowest, PercentOf, PerUnit
from amends.packs.conditions import AllOf, Between, Bound, OneOf
from amends.packs.model import FactParameter, Forbid, Parameter, Proposal, Rule, Text

Read = Callable[[str], Rule]
HOUR = 3_600 * 10**9
FIVE = Fixed((Money("USD", 500),))
SAYS = "because: {customer: We make it good.}"


@pytest.mark.parametrize(
    ("written", "amount"),
    [
        ("9.90 USD", Fixed((Money("USD", 990),))),
        ("9.90", Fixed((Money("USD", 990),))),
        ("[50 USD, 45 EUR]", Fixed((Money("USD", 5_000), Money("EUR", 4_500)))),
        ("{amount: 5 USD}", FIVE),
        ("{amount: [5 USD]}", FIVE),
        ("{percent: 12.5, of: amount_paid}", PercentOf(Decimal("12.5"), "amount_paid")),
        ("{amount: 5, per: facts.delay_days}", PerUnit((Money("USD", 500),), "facts.delay_days")),
        (
            "{lowest: [5 USD, {percent: 10, of: shipping_fee}]}",
            Lowest((FIVE, PercentOf(Decimal(10), "shipping_fee"))),
        ),
        (
            "{highest: [[5 USD], {lowest: [{amount: 5 USD, per: subject.quantity}]}]}",
            Highest((FIVE, Lowest((PerUnit((Money("USD", 500),), "subject.quantity"),)))),
        ),
    ],
)
def test_amount_forms(written: str, amount: Amount, read_one: Read) -> None:
    """Every form of an amount, as the whole action or beside its keys."""
    assert read_one(f"then: [{{refund: {written}}}]\n{SAYS}").then == (Proposal(ActionKind.REFUND, amount=amount),)


EXAMPLES: dict[ActionKind, tuple[str, tuple[tuple[str, Parameter], ...], Amount | None]] = {
    ActionKind.ENTITLEMENT: (
        "{route: card, covers: [refund], due: 7bd, calendar: office, jurisdiction: US, basis: us-dot, amount: 5 USD}",
        (
            *(("basis", "us-dot"), ("jurisdiction", "US"), ("due", Span(business_days=7))),
            *(("calendar", "office"), ("route", "card"), ("covers", ("refund",))),
        ),
        FIVE,
    ),
    ActionKind.REFUND: ("5 USD", (), FIVE),
    ActionKind.GOODWILL: ("{kind: credit, amount: 5 USD}", (("kind", "credit"),), FIVE),
    ActionKind.REMEDY: ("{kind: redo}", (("kind", "redo"),), None),
    ActionKind.REFERRAL: (
        "{evidence: [fit, facts.label], reviewed: 2026-11-01, url: 'tel:1', target: A, outcome: not_a_fit}",
        (
            *(("outcome", "not_a_fit"), ("target", Text({"en": "A"})), ("url", "tel:1")),
            *(("reviewed", "2026-11-01"), ("evidence", ("fit", "facts.label"))),
        ),
        None,
    ),
    ActionKind.FAILOVER: ("{to: the phone line}", (("to", Text({"en": "the phone line"})),), None),
    ActionKind.HUMAN_BACKUP: ("{}", (), None),
    ActionKind.PROACTIVE_CONTACT: (
        "{to: {en: everybody, de: alle}}",
        (("to", Text({"en": "everybody", "de": "alle"})),),
        None,
    ),
    ActionKind.BROADCAST: (
        "{impact: a, new_process: b, new_expectations: c, channel: social}",
        (
            ("impact", Text({"en": "a"})),
            ("new_process", Text({"en": "b"})),
            ("new_expectations", Text({"en": "c"})),
            ("channel", "social"),
        ),
        None,
    ),
    ActionKind.DECLINE: ("{what: refund}", (("what", Text({"en": "refund"})),), None),
    ActionKind.ESCALATE: ("{to: a supervisor}", (("to", Text({"en": "a supervisor"})),), None),
    ActionKind.CUSTOM: (
        (
            "{parcels: {fact: facts.delay_days, default: 1}, within: 2d, worth: 9.90, weight: 2.5, prepaid: true,"
            " label_url: {en: here, de: hier}, name: accept_return}"
        ),
        (
            ("name", "accept_return"),
            ("label_url", Text({"en": "here", "de": "hier"})),
            ("prepaid", True),
            ("parcels", FactParameter("facts.delay_days", 1, is_number=True)),
            ("weight", Decimal("2.5")),
            ("worth", Money("USD", 990)),
            ("within", Span(48 * HOUR)),
        ),
        None,
    ),
    ActionKind.CLARIFY: (
        "{script: {fact: facts.label, default: As follows.}}",
        (("script", FactParameter("facts.label", Text({"en": "As follows."}))),),
        None,
    ),
    ActionKind.APOLOGY: (
        "{channel: {fact: customer.preferred_channel}, literal: {fact: obvious_mistake, default: true}}",
        (
            ("literal", FactParameter("obvious_mistake", default=True)),
            ("channel", FactParameter("customer.preferred_channel")),
        ),
        None,
    ),
    ActionKind.ASK_PERSPECTIVE: ("", (), None),
    ActionKind.OFFER_PERSPECTIVE: (
        "{risk: It may read as an excuse.}",
        (("risk", Text({"en": "It may read as an excuse."})),),
        None,
    ),
    ActionKind.SET_EXPECTATIONS: (
        "{next: 'We write by Monday.'}",
        (("next", Text({"en": "We write by Monday."})),),
        None,
    ),
    ActionKind.UPDATE_CADENCE: (
        "{until: resolved, hours: office, owner: same_person, channel: voice, every: 30m}",
        (
            *(("every", Span(HOUR // 2)), ("channel", "voice"), ("owner", "same_person"), ("until", "resolved")),
            ("hours", "office"),
        ),
        None,
    ),
    ActionKind.ASSIGN_OWNER: (
        "{person: j.doe, answers: it, to: {fact: facts.owner, default: it}}",
        (("to", FactParameter("facts.owner", "it")), ("person", "j.doe"), ("answers", "it")),
        None,
    ),
    ActionKind.AUDIT_STEP: (
        "{step: Read the template., owner: content}",
        (("owner", "content"), ("step", Text({"en": "Read the template."}))),
        None,
    ),
    ActionKind.VERIFY_FOLLOWUP: (
        "{in: {fact: waited, default: 2d}}",
        (("in", FactParameter("waited", Span(48 * HOUR))),),
        None,
    ),
}


@pytest.mark.parametrize("kind", EXAMPLES)
def test_every_kind_is_read(kind: ActionKind, read_one: Read) -> None:
    """Parameters stand in the order of the kind's table, however they were written."""
    written, parameters, amount = EXAMPLES[kind]
    rule = read_one(f"then:\n  - {kind}: {written}\n{SAYS}")
    assert rule.then == (Proposal(kind, parameters=parameters, amount=amount),)


def test_every_kind_has_an_example() -> None:
    """A kind added to the table is read here too, and a type of parameter is one of the table or of custom actions."""
    assert set(EXAMPLES) == set(ActionKind)
    of_kinds = {spec.type for kind in EXAMPLES for spec in KINDS[kind].parameters}
    assert of_kinds | {ParameterType.INTEGER, ParameterType.DECIMAL, ParameterType.MONEY} == set(ParameterType)


def test_what_every_kind_may_carry(read_one: Read) -> None:
    """retention, expires, review_in, scope and meets stand on any kind."""
    rule = read_one("""
        then:
          - apology: {retention: true, expires: 30d, review_in: 5bd, scope: incident, meets: [callback, other]}
          - ask_perspective: {retention: false, scope: case}
    """)
    assert rule.then == (
        Proposal(
            ActionKind.APOLOGY,
            retention=True,
            expires=Span(720 * HOUR),
            review_in=Span(business_days=5),
            scope=Scope.INCIDENT,
            meets=("callback", "other"),
        ),
        Proposal(ActionKind.ASK_PERSPECTIVE),
    )


def test_forbids(read_one: Read) -> None:
    """A kind, or some kinds of goodwill; with or without a list."""
    assert read_one("forbid: [offer_perspective, {goodwill: [credit, gift]}]").forbids == (
        Forbid(ActionKind.OFFER_PERSPECTIVE),
        Forbid(ActionKind.GOODWILL, ("credit", "gift")),
    )
    assert read_one("forbid: {goodwill: [credit]}").forbids == (Forbid(ActionKind.GOODWILL, ("credit",)),)
    assert read_one("forbid: [goodwill]").forbids == (Forbid(ActionKind.GOODWILL),)


def test_effective_is_half_open_and_part_of_when(read_one: Read) -> None:
    """`from` belongs to the rule's time, `until` does not; days begin in the pack's zone."""
    rule = read_one("""
        effective: {from: 1970-01-01, until: 1970-01-02, by: facts.delivered}
        when: {stage: use}
        then: [{apology: {}}]
    """)
    between = Between("facts.delivered", Bound(5 * HOUR, inclusive=True), Bound(29 * HOUR, inclusive=False))
    assert rule.when == AllOf((between, OneOf("stage", ("use",))))
    open_end = read_one("effective: {from: 1970-01-01}\nthen: [{apology: {}}]")
    assert open_end.when == AllOf((Between("observe_time", Bound(5 * HOUR, inclusive=True), None),))


def test_words_and_sources(read_one: Read) -> None:
    """The first locale is the pack's own; the order of the others says nothing."""
    rule = read_one("""
        priority: -5
        then: [{refund: 5 USD}]
        because:
          agent: {de: "Nimm {amount}.", it: b, en: c}
          customer: "  Have {amount} by {due}.  "
        source: [D23, "EU 261, art. 7"]
    """)
    assert rule.because_agent is not None
    assert list(rule.because_agent.by_locale) == ["de", "en", "it"]
    assert rule.because_customer == Text({"en": "Have {amount} by {due}."})
    assert rule.sources == ("D23", "EU 261, art. 7")
    assert rule.priority == -5


def test_positions_take_no_part_in_equality(read_one: Read) -> None:
    """The same rule elsewhere is the same rule."""
    rule = read_one("then: [{apology: {}}]")
    moved = replace(rule, position=replace(rule.position, line=99))
    assert moved == rule
