"""Mapping files: what they take from a payload, and that all of their mistakes are told at once."""

import json
from decimal import Decimal

import pytest

from amends_client import Money, fact_value, situation
from amends_client.bridge.mapping.model import CaseMapping
from amends_client.bridge.mapping.problems import MappingError
from amends_client.bridge.mapping.read import read_mapping
from amends_client.bridge.mapping.take import LackingError, Taken, delivered, take
from amends_client.messages import FactValue

DELIVERY = "delivery: {case: {path: id}}\n"


def mapping_of(situation_text: str, delivery: str = DELIVERY) -> CaseMapping:
    return read_mapping(f"{delivery}situation: {{{situation_text}}}\n", file="desk.yaml")


def taken(situation_text: str, payload: str) -> Taken:
    """What one field takes from a payload in JSON."""
    return take(json.loads(payload, parse_float=Decimal), mapping_of(situation_text), case_id="desk-1")


@pytest.mark.parametrize(
    ("mapped", "payload", "fields"),
    [
        ("contact_reason: {path: reason, values: {late: late_delivery}}", '{"reason": "late"}', "late_delivery"),
        ("contact_reason: {path: 'fields[id=42].value'}", '{"fields": [{"id": 7}, {"id": 42, "value": "x"}]}', "x"),
        ("contact_reason: {path: 'events[1].reason'}", '{"events": [{}, {"reason": "x"}]}', "x"),
        ("""contact_reason: {path: '["a.b"].c'}""", '{"a.b": {"c": "x"}}', "x"),
        ("contact_reason: {path: a, default: x}", "{}", "x"),
        ("contact_reason: {path: a, default: x}", '{"a": ""}', "x"),
        ("contact_reason: x", "{}", "x"),
    ],
)
def test_a_path_leads_to_a_value_and_a_translation_says_what_it_is_called(
    mapped: str, payload: str, fields: str
) -> None:
    """Names, places, filters, quoted names, defaults and constants."""
    assert taken(mapped, payload).situation == situation(case_id="desk-1", contact_reason=fields)


@pytest.mark.parametrize(
    ("mapped", "payload", "amount"),
    [
        ("amount_paid: {path: a, currency: USD}", '{"a": 59.90}', "59.90 USD"),
        ("amount_paid: {path: a, currency: USD}", '{"a": "59.9"}', "59.90 USD"),
        ("amount_paid: {path: a}", '{"a": "59.90 USD"}', "59.90 USD"),
        ("amount_paid: {path: a, minor_digits: 2, currency_path: c}", '{"a": 5990, "c": "usd"}', "59.90 USD"),
        (
            "amount_paid: {path: a, decimal: ',', thousands: '.', currency: EUR}",
            '{"a": "1.234,50"}',
            "1234.50 EUR",
        ),
        ("amount_paid: {path: a, currency: USD}", '{"a": 0.1}', "0.10 USD"),
    ],
)
def test_money_is_taken_digit_by_digit(mapped: str, payload: str, amount: str) -> None:
    """Whatever form a helpdesk gives an amount, no float holds it on the way."""
    assert taken(mapped, payload).situation == situation(case_id="desk-1", amount_paid=amount)


def test_a_declared_fact_has_the_type_that_the_mapping_says() -> None:
    """The contract does not know the facts of a pack: text that looks like money or a number stays text."""
    found = taken(
        "facts: {days: {path: a, type: integer}, note: {path: b}, fee: {path: c, type: money, currency: USD}}",
        '{"a": "4", "b": "9.90 USD", "c": 9.9}',
    ).situation.facts

    assert found["days"] == FactValue(integer=4)
    assert found["note"] == FactValue(text="9.90 USD")
    assert found["fee"] == fact_value(Money(currency_code="USD", units=9, nanos=900_000_000))


def test_a_set_is_known_to_be_empty_where_its_list_is_empty_and_unknown_where_there_is_none() -> None:
    """An empty list of tags says something; no list of tags says nothing."""
    mapped = "flags: {path: tags, values: {lawyer: legal_threat}}"

    assert taken(mapped, '{"tags": []}').situation.HasField("flags")
    assert taken(mapped, '{"tags": ["blue"]}').situation.HasField("flags")
    assert not taken(mapped, "{}").situation.HasField("flags")


def test_the_tags_of_the_bridge_itself_are_never_facts() -> None:
    """What the bridge writes must not make it decide again."""
    found = taken("tags: {path: 'tags[*].name'}", '{"tags": [{"name": "vip"}, {"name": "amends_needs_approval"}]}')

    assert found.situation == situation(case_id="desk-1", tags=["vip"])


@pytest.mark.parametrize(
    ("mapped", "payload"),
    [
        ("contact_reason: {path: a, values: {late: late_delivery}}", '{"a": "secret words"}'),
        ("fault: {path: a}", '{"a": "secret words"}'),
        ("customer: {claims_365d: {path: a}}", '{"a": 99999999999}'),
        ("customer: {claims_365d: {path: a}}", '{"a": 1.5}'),
        ("amount_paid: {path: a, currency: USD}", '{"a": -3}'),
        ("amount_paid: {path: a}", '{"a": 3}'),
        ("waited: {path: a, unit: hours}", '{"a": "secret words"}'),
        ("observe_time: {path: a}", '{"a": "2026-11-22T10:00:00"}'),
        ("observe_time: {path: a, unit: milliseconds}", '{"a": 1e30}'),
        ("obvious_mistake: {path: a}", '{"a": {"b": 1}}'),
    ],
)
def test_what_cannot_be_read_is_not_known_and_told_without_its_value(mapped: str, payload: str) -> None:
    """Half a fact is worse than none: it stays unknown, and what a customer wrote goes into no log."""
    found = taken(mapped, payload)

    assert found.situation == situation(case_id="desk-1")
    (told,) = found.unmapped
    assert told.path == "a"
    assert "secret" not in told.why


def test_a_translation_to_null_means_not_known_and_is_no_mistake() -> None:
    """A form's "I don't know" is an answer that gives no fact."""
    found = taken("fault: {path: a, values: {unsure: null}}", '{"a": "unsure"}')

    assert found == Taken(situation(case_id="desk-1"), ())


def test_a_delivery_tells_its_case_its_event_its_time_and_whether_the_bridge_made_it() -> None:
    """What order, de-duplication and the protection against loops rest on."""
    text = (
        "delivery:\n  case: {path: ticket.id}\n  event: {path: event}\n"
        "  time: {path: ticket.at}\n  own: {path: actor, is: [17, bridge]}\nsituation: {fault: company}\n"
    )
    payload = {"ticket": {"id": 42, "at": "2026-11-22T10:00:00+01:00"}, "event": "e1", "actor": 17}

    found = delivered(payload, read_mapping(text, file="desk.yaml"))

    assert (found.case, found.event, found.own) == ("42", "e1", True)
    assert found.time is not None
    assert found.time.isoformat() == "2026-11-22T09:00:00+00:00"


@pytest.mark.parametrize("payload", [{}, [], None, {"id": None}, {"id": {"a": 1}}, {"id": 1}])
def test_a_payload_without_its_case_or_without_what_is_required_is_refused(payload: object) -> None:
    """Nothing can be decided of it, so nobody waits for it."""
    mapping = mapping_of("fault: {path: fault, required: true}")

    with pytest.raises(LackingError, match="it lacks"):
        delivered(payload, mapping)


@pytest.mark.parametrize("case", ["x" * 129, "a\x00b", "a\nb"])
def test_a_case_that_no_database_could_keep_is_refused(case: str) -> None:
    """It comes from outside: too long, or with what does not print."""
    with pytest.raises(LackingError, match="names no case"):
        delivered({"id": case}, mapping_of("fault: company"))


WRONG = """\
delivery:
  cases: {path: id}
  case: {path: a..b}
situation:
  fualt: company
  fault: compny
  waited: {path: a, unit: day}
  facts: {x: {path: b, type: intt}}
  flags: {path: a, values: {b: saftey}}
  fault: company
  tags: [a, {b: c}]
"""


def test_every_mistake_of_a_file_is_told_at_once_with_its_place_and_a_hint() -> None:
    """Who mends a mapping mends it once."""
    with pytest.raises(MappingError) as first:
        read_mapping(WRONG, file="desk.yaml")
    with pytest.raises(MappingError) as then:
        read_mapping(WRONG.replace("  fault: company\n", ""), file="desk.yaml")

    assert [problem.code for problem in first.value.problems] == ["duplicate-key"]
    told = [(problem.place.line, problem.code, problem.hint) for problem in then.value.problems]
    assert told == [
        (2, "unknown-key", "did you mean 'case'?"),
        (3, "wrong-path", "as in ticket.fields[id=42].value or tags[*].name"),
        (5, "unknown-field", "did you mean 'fault'?"),
        (6, "wrong-value", ""),
        (7, "wrong-value", "did you mean 'days'?"),
        (8, "wrong-value", told[5][2]),
        (9, "wrong-value", ""),
        (10, "wrong-value", "a value, or {path: ...}"),
    ]
    assert "desk.yaml:5:3: error[unknown-field]: a situation has no 'fualt'\n      fualt: company\n      ^" in str(
        then.value
    )


@pytest.mark.parametrize(
    "text",
    [
        "",
        "- a\n",
        "delivery: [",
        "a: &x {b: c}\nd: *x\n",
        "situation: {}\n",
        "delivery: {}\nsituation: 3\n",
        "\x00",
        "? [a]\n: b\n",
    ],
)
def test_what_is_no_mapping_is_an_error_and_never_a_crash(text: str) -> None:
    """Any text at all has its problems told."""
    with pytest.raises(MappingError):
        read_mapping(text, file="desk.yaml")
