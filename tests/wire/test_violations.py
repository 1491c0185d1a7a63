"""A situation that is not in order is refused with everything that is wrong with it: where, what, how to mend it.

Long because it is one table: every way in which a situation can be wrong, with the words that the caller gets.
"""

from collections.abc import Callable
from pathlib import Path
from typing import Final

import pytest
from google.protobuf.duration_pb2 import Duration

from amends.domain.errors import InvalidSituationError
from amends.v1 import situation_pb2
from amends.v1.situation_pb2 import FactValue, GrantedAction
from amends.wire.decode_situation import decode_situation
from tests.wire.samples import NOW, VOCABULARY, full_situation

GOLDEN: Final = Path(__file__).parent / "golden" / "broken_situation.txt"
SECOND: Final = 1_000_000_000
Change = Callable[[situation_pb2.Situation], object]


def violations(message: situation_pb2.Situation) -> list[tuple[str, str, str]]:
    with pytest.raises(InvalidSituationError) as caught:
        decode_situation(message, VOCABULARY, now=NOW)
    return [(found.field, found.description, found.hint) for found in caught.value.violations]


def money(currency: str, units: int, nanos: int = 0) -> Change:
    def change(message: situation_pb2.Situation) -> None:
        message.amount_paid.currency_code = currency
        message.amount_paid.units = units
        message.amount_paid.nanos = nanos

    return change


def fact(name: str, value: FactValue) -> Change:
    return lambda message: message.facts[name].CopyFrom(value)


def decimal(text: str) -> Change:
    return lambda message: setattr(message.facts["weight"].decimal, "value", text)


def given(entry: GrantedAction) -> Change:
    return lambda message: message.granted.actions.append(entry)


def priced(currency: str) -> GrantedAction:
    entry = GrantedAction(kind=situation_pb2.ACTION_KIND_REFUND)
    entry.amount.currency_code = currency
    entry.amount.units = 1
    return entry


KINDS: Final = (
    "entitlement, refund, goodwill, remedy, referral, failover, human_backup, proactive_contact, broadcast, decline,"
    " escalate, custom, clarify, apology, ask_perspective, offer_perspective, set_expectations, update_cadence,"
    " assign_owner, audit_step, verify_followup"
)
TIER: Final = "expected one of: none, bronze, silver, gold, platinum"
CURRENCY: Final = "is not an ISO 4217 currency; expected a code such as 'USD'"
ONE_VIOLATION: Final[list[tuple[Change, str, str, str]]] = [
    (
        lambda m: m.ClearField("case_id"),
        "case_id",
        "is required: the caller's own identifier of the case",
        "",
    ),
    (lambda m: setattr(m, "case_id", "x" * 129), "case_id", "has 129 characters; expected at most 128", ""),
    (
        lambda m: setattr(m.subject, "item_id", "x" * 129),
        "subject.item_id",
        "has 129 characters; expected at most 128",
        "",
    ),
    (
        lambda m: setattr(m.customer, "account_id", "x" * 129),
        "customer.account_id",
        "has 129 characters; expected at most 128",
        "",
    ),
    (
        lambda m: setattr(m.incident, "incident_id", "x" * 129),
        "incident.incident_id",
        "has 129 characters; expected at most 128",
        "",
    ),
    (lambda m: setattr(m, "brand", "é" * 1_001), "brand", "has 1001 characters; expected at most 1000", ""),
    (
        lambda m: setattr(m.customer, "time_zone", "x" * 129),
        "customer.time_zone",
        "has 129 characters; expected at most 128",
        "",
    ),
    (
        lambda m: setattr(m.customer, "country", "usa"),
        "customer.country",
        "'usa' is no ISO 3166-1 alpha-2 code; expected two capitals such as 'US'",
        "",
    ),
    (
        lambda m: setattr(m, "severity", 9),
        "severity",
        "9 is no number of this enum; expected one of: low, medium, high, critical",
        "",
    ),
    (
        lambda m: setattr(m.customer, "relationship", -1),
        "customer.relationship",
        "-1 is no number of this enum; expected one of: transactional, relational",
        "",
    ),
    (
        lambda m: m.customer.channels_on_file.MergeFromString(b"\x0a\x02\x63\x00"),
        "customer.channels_on_file",
        "0, 99 is no member; expected only: in_person, voice, video, chat, mail, sms, social",
        "",
    ),
    (
        lambda m: m.flags.values.extend([situation_pb2.FLAG_MEDIA] * 101),
        "flags",
        "has 101 members; expected at most 100",
        "",
    ),
    (
        lambda m: setattr(m.customer, "loyalty_tier", "Gould"),
        "customer.loyalty_tier",
        f"'Gould' is not a loyalty tier of the rule pack; {TIER}",
        "did you mean 'gold'?",
    ),
    (
        lambda m: setattr(m, "contact_reason", "late-delivery"),
        "contact_reason",
        "'late-delivery' is not a contact reason of the rule pack; expected one of: late_delivery, damaged, wrong_item",
        "did you mean 'late_delivery'?",
    ),
    (money("", 5), "amount_paid", "has no currency_code; expected an ISO 4217 code such as 'USD'", ""),
    (money("usd", 5), "amount_paid", f"'usd' {CURRENCY}", "did you mean 'USD'?"),
    (money("DOLLARS", 5), "amount_paid", f"'DOLLARS' {CURRENCY}", ""),
    (
        money("USD", 5, 5_000_000),
        "amount_paid",
        "nanos 5000000 is finer than the minor unit of USD; expected a multiple of 10000000",
        "",
    ),
    (
        money("JPY", 5, 500_000_000),
        "amount_paid",
        "nanos 500000000 is finer than the minor unit of JPY; expected nanos 0",
        "",
    ),
    (
        money("USD", 5, -10_000_000),
        "amount_paid",
        "nanos -10000000 has another sign than units 5; expected one sign",
        "",
    ),
    (money("USD", 0, 2**30), "amount_paid", "nanos 1073741824 is out of range: expected -999999999 to 999999999", ""),
    (money("USD", -1), "amount_paid", "-1.00 USD is negative; expected 0 or more", ""),
    (money("USD", 0, -10_000_000), "amount_paid", "-0.01 USD is negative; expected 0 or more", ""),
    (money("USD", 2**62), "amount_paid", "is beyond 10000000000000.00 USD, the most that is accepted", ""),
    (
        lambda m: setattr(m.subject, "quantity", -1),
        "subject.quantity",
        "-1 is less than 0, the least it may be",
        "",
    ),
    (
        lambda m: setattr(m.incident, "affected_customers", 2**31 - 1),
        "incident.affected_customers",
        "2147483647 is more than 1000000000, the most it may be",
        "",
    ),
    (
        lambda m: setattr(m.waited, "seconds", -1),
        "waited",
        "-1000000000 is less than 0 nanoseconds, the least it may be",
        "",
    ),
    (
        lambda m: setattr(m.waited, "seconds", 10**11),
        "waited",
        "100000000000 seconds is out of range: expected at most 292 years",
        "",
    ),
    (
        lambda m: m.waited.MergeFrom(Duration(seconds=1, nanos=-1)),
        "waited",
        "nanos -1 beside seconds 1 is no duration: both have one sign, and nanos is below 1 second",
        "",
    ),
    (
        lambda m: setattr(m.observe_time, "seconds", NOW // SECOND + 301),
        "observe_time",
        "is more than 5 minutes ahead of the server's clock; expected a moment that has come",
        "",
    ),
    (
        lambda m: setattr(m.observe_time, "seconds", -(10**11)),
        "observe_time",
        "-100000000000 seconds since 1970 is out of range: expected a moment in 1678 to 2261",
        "",
    ),
    (
        lambda m: setattr(m.observe_time, "nanos", -1),
        "observe_time",
        "nanos -1 is out of range: expected 0 to 999999999",
        "",
    ),
    (
        lambda m: m.tags.values.append("t" * 129),
        "tags",
        f"the member {'t' * 60 + '…'!r} has 129 characters; expected at most 128",
        "",
    ),
    (lambda m: m.tags.values.extend(map(str, range(101))), "tags", "has 103 members; expected at most 100", ""),
    (
        lambda m: setattr(m, "locale", "de_AT"),
        "locale",
        "'de_AT' is no BCP 47 tag; expected one such as 'de' or 'de-AT'",
        "",
    ),
    (
        lambda m: setattr(m, "locale", "de-" + "x-" * 20 + "x"),
        "locale",
        f"'de-{'x-' * 20}x' is no BCP 47 tag; expected one such as 'de' or 'de-AT'",
        "",
    ),
    # Facts that the pack declares.
    (
        fact("delay_day", FactValue(integer=1)),
        'facts["delay_day"]',
        "is no fact that the rule pack declares",
        "did you mean 'delay_days'?",
    ),
    (
        fact("facts.delay_days", FactValue(integer=1)),
        'facts["facts.delay_days"]',
        "is written with a leading 'facts.'; expected 'delay_days'",
        "",
    ),
    (
        fact("severity", FactValue(text="high")),
        'facts["severity"]',
        "is a field of the situation, not a fact that the rule pack declares; expected it at severity",
        "",
    ),
    (
        fact('a"b\n' + "c" * 99, FactValue(text="high")),
        'facts["a\\"b?' + "c" * 56 + '…"]',
        "is no fact that the rule pack declares",
        "",
    ),
    (
        fact("delay_days", FactValue(text="4")),
        'facts["delay_days"]',
        "is given as text; expected integer, since the rule pack declares the type integer",
        "",
    ),
    (
        fact("outage", FactValue(integer=4)),
        'facts["outage"]',
        "is given as integer; expected duration, since the rule pack declares the type duration",
        "",
    ),
    (fact("delay_days", FactValue()), 'facts["delay_days"]', "has no value; leave out a fact that is not known", ""),
    (
        fact("delay_days", FactValue(integer=-1)),
        'facts["delay_days"]',
        "-1 is less than 0 days, the least it may be",
        "",
    ),
    (
        fact("delay_days", FactValue(integer=366)),
        'facts["delay_days"]',
        "366 is more than 365 days, the most it may be",
        "",
    ),
    (
        fact("packaging", FactValue(text="opend")),
        'facts["packaging"]',
        "'opend' is not a value of this fact in the rule pack; expected one of: original, opened, missing",
        "did you mean 'opened'?",
    ),
    (
        fact("carrier", FactValue(text="x" * 1_001)),
        'facts["carrier"]',
        "has 1001 characters; expected at most 1000",
        "",
    ),
    (
        fact("parts", FactValue(set=situation_pb2.TextSet(values=["lid", "wire"]))),
        'facts["parts"]',
        "'wire' is no member; expected only: lid, cable, manual",
        "",
    ),
    (decimal("NaN"), 'facts["weight"]', "'NaN' is no decimal number; expected digits such as '12.50'", ""),
    (decimal("-Infinity"), 'facts["weight"]', "'-Infinity' is no decimal number; expected digits such as '12.50'", ""),
    (decimal("1,5"), 'facts["weight"]', "'1,5' is no decimal number; expected digits such as '12.50'", ""),
    (decimal("٣"), 'facts["weight"]', "'٣' is no decimal number; expected digits such as '12.50'", ""),
    (decimal(""), 'facts["weight"]', "'' is no decimal number; expected digits such as '12.50'", ""),
    (decimal("1" * 29), 'facts["weight"]', "has 29 digits; expected at most 28", ""),
    (decimal("1e9999"), 'facts["weight"]', "'1e9999' is out of range: expected a size between 1e-28 and 1e28", ""),
    (decimal("-0.1"), 'facts["weight"]', "-0.1 is less than 0 kg, the least it may be", ""),
    (
        lambda m: m.MergeFrom(situation_pb2.Situation(facts={f"f{index}": FactValue() for index in range(254)})),
        "facts",
        "has 257 entries; expected at most 256",
        "",
    ),
    # What is said about facts.
    (
        lambda m: m.unobtainable.append("severity"),
        "unobtainable[0]",
        "severity has a value in this situation; a fact is either given or unobtainable",
        "",
    ),
    (
        lambda m: m.unobtainable.extend(["fit", "customer.loyalty_teir"]),
        "unobtainable[1]",
        "'customer.loyalty_teir' is no fact of the rule pack",
        "did you mean 'customer.loyalty_tier'?",
    ),
    (
        lambda m: m.unobtainable.extend(["fit"] * 257),
        "unobtainable",
        "has 257 entries; expected at most 256",
        "",
    ),
    (
        lambda m: m.fact_sources.update({"severty": situation_pb2.FACT_SOURCE_AGENT}),
        'fact_sources["severty"]',
        "'severty' is no fact of the rule pack",
        "did you mean 'severity'?",
    ),
    (
        lambda m: m.fact_sources.update({"fit": situation_pb2.FACT_SOURCE_AGENT}),
        'fact_sources["fit"]',
        "fit has no value in this situation; only facts that it holds have a source",
        "",
    ),
    (
        lambda m: m.fact_sources.update({"severity": situation_pb2.FACT_SOURCE_UNSPECIFIED}),
        'fact_sources["severity"]',
        "0 is no source of a fact; expected one of: customer, agent, system, model, derived",
        "",
    ),
    # What was given.
    (
        given(GrantedAction(kind=situation_pb2.ActionKind.ValueType(77))),
        "granted.actions[0].kind",
        f"77 is no kind of action; expected one of: {KINDS}",
        "",
    ),
    (given(priced("XXX")), "granted.actions[0].amount", f"'XXX' {CURRENCY}", ""),
    (given(priced("EURO")), "granted.actions[0].amount", f"'EURO' {CURRENCY}", "did you mean 'EUR'?"),
    (
        given(GrantedAction(kind=situation_pb2.ACTION_KIND_ENTITLEMENT)),
        "granted.actions[0].basis",
        "is required for an entitlement; expected the basis that its action carried",
        "",
    ),
    (
        given(GrantedAction(kind=situation_pb2.ACTION_KIND_REFUND, basis="x" * 129)),
        "granted.actions[0].basis",
        "has 129 characters; expected at most 128",
        "",
    ),
    (
        given(GrantedAction(kind=situation_pb2.ACTION_KIND_REFUND, parameters={"kind": "x" * 1_001})),
        'granted.actions[0].parameters["kind"]',
        "has 1001 characters; expected at most 1000",
        "",
    ),
    (
        given(GrantedAction(kind=situation_pb2.ACTION_KIND_REFUND, parameters={str(n): "" for n in range(33)})),
        "granted.actions[0].parameters",
        "has 33 entries; expected at most 32",
        "",
    ),
    (
        lambda m: m.granted.actions.extend([GrantedAction(kind=situation_pb2.ACTION_KIND_REFUND)] * 201),
        "granted.actions",
        "has 201 entries; expected at most 200",
        "",
    ),
]


@pytest.mark.parametrize(("change", "field", "description", "hint"), ONE_VIOLATION)
def test_each_violation_says_where_what_and_how(change: Change, field: str, description: str, hint: str) -> None:
    """One wrong thing in a situation that is otherwise in order gives exactly one violation, in these words."""
    message = full_situation()
    decode_situation(message, VOCABULARY, now=NOW)
    change(message)

    assert violations(message) == [(f"situation.{field}", description, hint)]


def test_a_kind_is_required_of_what_was_given() -> None:
    """A granted action without a kind could net nothing: it is refused, not ignored."""
    message = full_situation()
    message.granted.actions.add()

    ((field, description, _),) = violations(message)

    assert field == "situation.granted.actions[0].kind"
    assert description.startswith("is required; expected one of: entitlement, refund")


def test_all_violations_come_at_once_in_one_order() -> None:
    """A very broken situation is reported whole, field by field and maps by key, in whatever order it was filled."""
    message = situation_pb2.Situation(contact_reason="lost", stage=situation_pb2.Stage.ValueType(42), locale="!")
    message.customer.loyalty_tier = "golden"
    message.customer.prior_failures_90d = -3
    message.amount_paid.units = 5
    message.amount_refunded.currency_code = "USD"
    message.amount_refunded.nanos = 1
    message.flags.values.append(situation_pb2.FLAG_UNSPECIFIED)
    message.incident.affected_customers = -1
    message.facts["zebra"].integer = 1
    message.facts["delay_days"].boolean = True
    message.facts["weight"].decimal.value = "Inf"
    message.facts["carrier"].text = "Swift"
    message.unobtainable.extend(["facts.carrier", "nothing"])
    message.fact_sources["severity"] = situation_pb2.FACT_SOURCE_AGENT
    message.granted.actions.add(kind=situation_pb2.ActionKind.ValueType(-4))
    message.observe_time.seconds = NOW // SECOND + 3_600

    assert (
        "".join(f"{': '.join(part for part in found if part)}\n" for found in violations(message)) == GOLDEN.read_text()
    )


def test_looking_for_near_names_is_bounded() -> None:
    """A request that is wrong throughout is reported throughout, but buys only a few searches for near names."""
    message = full_situation()
    for index in range(250):
        message.facts[f"delay_dayz{index}"].integer = 1

    found = violations(message)

    assert len(found) == 250
    assert len([hint for _, _, hint in found if hint]) == 8
