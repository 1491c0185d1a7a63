"""Requests in one layer of texts: they can say all that a request can, and no answer loses what a form needs."""

import pytest
from google.protobuf.descriptor import FieldDescriptor

from amends.domain.errors import InvalidSituationError
from amends.domain.facts import FactSpec, FactType
from amends.domain.vocabulary import built_in_facts
from amends.v1 import action_pb2, record_pb2, situation_pb2
from amends.v1 import decision_service_pb2 as service_pb2
from amends.v1 import flat_decision_pb2 as flat_pb2
from amends.wire.decode import decode_request
from amends.wire.decode_flat import decode_flat
from tests.service.flat import flat_of
from tests.wire.samples import NOW, PACK, full_situation

FIELDS = flat_pb2.DecideFlatRequest.DESCRIPTOR.fields_by_name
FORMS = {
    FactType.BOOLEAN: (FieldDescriptor.TYPE_BOOL, False),
    FactType.INTEGER: (FieldDescriptor.TYPE_INT32, False),
    FactType.SET: (FieldDescriptor.TYPE_STRING, True),
}


@pytest.mark.parametrize("spec", built_in_facts(tiers=(), contact_reasons=()), ids=lambda spec: str(spec.path))
def test_every_built_in_fact_has_a_field(spec: FactSpec) -> None:
    """Under its path, of a form that a tool without types has; a number and a truth may be absent."""
    field = FIELDS[spec.path.replace(".", "_")]
    kind, repeated = FORMS.get(spec.type, (FieldDescriptor.TYPE_STRING, False))

    assert (field.type, field.is_repeated) == (kind, repeated)
    assert field.has_presence == (spec.type in {FactType.BOOLEAN, FactType.INTEGER})


def test_no_message_of_it_holds_a_choice_or_a_map() -> None:
    """Nor lies anything deeper than a list of entries: that is what it is for."""
    for message in flat_pb2.DESCRIPTOR.message_types_by_name.values():
        assert [one.name for one in message.oneofs if not one.name.startswith("_")] == []
        assert not any(field.type == FieldDescriptor.TYPE_ENUM for field in message.fields)
        for field in message.fields:
            kind = field.message_type
            assert kind is None or (field.is_repeated and kind.file.name == message.file.name)


def test_a_flat_action_has_every_field_of_an_action() -> None:
    """Under its name, or under those of its parts."""
    parts = {"subject": {"order_id", "item_id"}, "kind": {"kind", "parameters", "custom_name"}}
    kinds = {field.name for field in action_pb2.Action.DESCRIPTOR.oneofs_by_name["kind"].fields}
    flat = set(flat_pb2.FlatAction.DESCRIPTOR.fields_by_name)

    for name in set(action_pb2.Action.DESCRIPTOR.fields_by_name) - kinds:
        assert parts.get(name, {name}) <= flat


@pytest.mark.parametrize("by_path", [False, True])
def test_a_full_situation_comes_through(by_path: bool) -> None:  # noqa: FBT001 -- a case
    """With a fact of every type, whether said by fields or by paths."""
    request = service_pb2.DecideRequest(situation=full_situation(), policy="shop", request_id="r", preview=True)
    request.actor.role, request.actor.kind = "supervisor", record_pb2.ACTOR_KIND_AI
    situation, facts = request.situation, request.situation.facts
    situation.incident.incident_id, situation.incident.affected_customers = "incident-1", 12
    facts["balance"].integer = -(2**62)
    facts["weight"].decimal.value = "0.250"
    facts["deposit"].money.currency_code, facts["deposit"].money.units = "JPY", 1_000
    facts["drift"].duration.seconds = -90
    facts["delivered"].timestamp.FromJsonString("2026-10-31T23:59:59.123456789Z")
    facts["carrier"].text = "a carrier"
    facts["parts"].set.values.extend(["lid", "cable"])
    facts["notes"].set.SetInParent()
    situation.unobtainable.append("fit")
    situation.fact_sources["facts.weight"] = situation_pb2.FACT_SOURCE_SYSTEM
    given = situation.granted.actions.add(kind=situation_pb2.ACTION_KIND_ENTITLEMENT, basis="a law", action_id="a")
    given.subject.order_id, given.parameters["route"] = "order-2", "original_payment"
    given.amount.currency_code, given.amount.nanos = "EUR", 10_000_000
    given.time.FromJsonString("2026-10-01T00:00:00Z")

    read = decode_flat(flat_of(request, by_path=by_path), PACK, now=NOW)

    assert decode_request(read.request, PACK, now=NOW) == decode_request(request, PACK, now=NOW)


def test_false_and_zero_and_empty_are_said() -> None:
    """Three things that are known, as against nothing said."""
    flat = flat_pb2.DecideFlatRequest(
        case_id="c", obvious_mistake=False, subject_quantity=0, known_empty=["flags", "granted"]
    )

    situation = decode_flat(flat, PACK, now=NOW).request.situation

    assert situation.HasField("obvious_mistake")
    assert situation.subject.HasField("quantity")
    assert situation.HasField("flags")
    assert situation.HasField("granted")
    assert not situation.HasField("requested")
    assert not situation.HasField("kept_service")


def test_nothing_said_is_nothing_known() -> None:
    """Empty texts and entries without a value, as a form sends them that nobody filled in."""
    flat = flat_pb2.DecideFlatRequest(case_id="c", fault="", facts=[flat_pb2.FlatFact(path="facts.delay_days")])

    assert decode_flat(flat, PACK, now=NOW).request.situation == situation_pb2.Situation(case_id="c")


def test_what_stands_for_nothing_good_is_refused_before_it_is_read() -> None:
    """A text that is far too long for a number costs no more than its length."""
    flat = flat_pb2.DecideFlatRequest(case_id="c", amount_paid="9" * 100_000, waited="1d" * 50_000)

    with pytest.raises(InvalidSituationError) as caught:
        decode_flat(flat, PACK, now=NOW)

    assert [one.field for one in caught.value.violations] == ["amount_paid", "waited"]
