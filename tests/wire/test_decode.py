"""A request to decide is read together with its situation; what is not built is refused before anything else."""

import pytest

from amends.domain.errors import InvalidSituationError
from amends.v1 import decision_service_pb2 as service_pb2
from amends.v1 import record_pb2
from amends.wire.decode import Defaults, batch_defaults, decode_item, decode_request, policy_of
from amends.wire.errors import BatchTooLargeError
from tests.wire.samples import NOW, PACK, request


def fields(message: service_pb2.DecideRequest, defaults: Defaults | None = None) -> list[str]:
    with pytest.raises(InvalidSituationError) as caught:
        decode_request(message, PACK, now=NOW, defaults=defaults or Defaults())
    return [found.field for found in caught.value.violations]


def test_what_is_not_said_has_its_default() -> None:
    """Without policy, actor and preview: the default policy, the front line, and a decision in earnest."""
    decoded = decode_request(request(), PACK, now=NOW)

    assert policy_of(request()) == "default"
    assert (decoded.role, decoded.preview, decoded.request_id, decoded.actor_id) == ("frontline", False, "", "")
    assert decoded.situation.case_id == "case-1"


def test_what_is_said_is_kept() -> None:
    """Policy, role, actor, request id and preview arrive as they were said; `fired` is the level there is."""
    message = request()
    message.policy, message.request_id, message.preview = "brand-x", "r-1", True
    message.explain = service_pb2.EXPLAIN_FIRED
    message.actor.actor_id, message.actor.role, message.actor.kind = "a-1", "supervisor", record_pb2.ACTOR_KIND_AI

    decoded = decode_request(message, PACK, now=NOW)

    assert policy_of(message) == "brand-x"
    assert (decoded.role, decoded.preview, decoded.request_id, decoded.actor_id) == ("supervisor", True, "r-1", "a-1")


def test_a_batch_speaks_for_items_that_do_not() -> None:
    """The fields beside the items stand in only where an item says nothing itself; preview of the batch binds all."""
    batch = service_pb2.BatchDecideRequest(policy="brand-x", preview=True)
    batch.actor.role = "supervisor"
    batch.items.add(correlation_id="1").request.CopyFrom(request())
    other = batch.items.add(correlation_id="2")
    other.request.CopyFrom(request())
    other.request.policy = "default"
    other.request.actor.role = "frontline"

    defaults = batch_defaults(batch)
    first, second = (decode_item(item, PACK, now=NOW, defaults=defaults) for item in batch.items)

    assert [policy_of(item.request, defaults) for item in batch.items] == ["brand-x", "default"]
    assert [(one.role, one.preview) for one in (first, second)] == [("supervisor", True), ("frontline", True)]


def test_violations_of_request_and_situation_come_together() -> None:
    """The caller mends a request once: what is wrong around the situation is reported with what is wrong in it."""
    message = request()
    message.request_id = "x" * 129
    message.explain = service_pb2.Explain.ValueType(7)
    message.actor.actor_id = "x" * 129
    message.actor.role = "supervisr"
    message.actor.kind = record_pb2.ActorKind.ValueType(9)
    message.situation.ClearField("case_id")
    message.situation.customer.loyalty_tier = "iron"

    assert fields(message) == [
        "explain",
        "request_id",
        "actor.actor_id",
        "actor.kind",
        "actor.role",
        "situation.customer.loyalty_tier",
        "situation.case_id",
    ]


def test_an_unknown_role_names_the_known_ones() -> None:
    """A role is one of the pack's: the others are listed, the nearest is suggested."""
    message = request()
    message.actor.role = "supervisr"

    with pytest.raises(InvalidSituationError) as caught:
        decode_request(message, PACK, now=NOW)

    (found,) = caught.value.violations
    assert found.field == "actor.role"
    assert found.description == "'supervisr' is not a role of the rule pack; expected one of: frontline, supervisor"
    assert found.hint == "did you mean 'supervisor'?"


def test_a_situation_is_required() -> None:
    """A request without facts asks nothing; an item without a request too."""
    assert fields(service_pb2.DecideRequest(request_id="x" * 129)) == ["request_id", "situation"]
    with pytest.raises(InvalidSituationError) as caught:
        decode_item(service_pb2.BatchDecideItem(correlation_id="x" * 129), PACK, now=NOW, defaults=Defaults())
    assert [found.field for found in caught.value.violations] == ["correlation_id", "situation"]


def test_an_overlong_policy_is_a_violation() -> None:
    """A name that no policy can have is wrong in form, not unknown."""
    with pytest.raises(InvalidSituationError) as caught:
        policy_of(service_pb2.DecideRequest(policy="x" * 129))
    assert [found.field for found in caught.value.violations] == ["policy"]


@pytest.mark.parametrize(
    ("own", "of_the_batch", "full"),
    [
        (service_pb2.EXPLAIN_UNSPECIFIED, service_pb2.EXPLAIN_UNSPECIFIED, False),
        (service_pb2.EXPLAIN_FULL, service_pb2.EXPLAIN_UNSPECIFIED, True),
        (service_pb2.EXPLAIN_UNSPECIFIED, service_pb2.EXPLAIN_FULL, True),
        (service_pb2.EXPLAIN_FIRED, service_pb2.EXPLAIN_FULL, False),
    ],
)
def test_how_much_is_explained(
    own: service_pb2.Explain.ValueType, of_the_batch: service_pb2.Explain.ValueType, *, full: bool
) -> None:
    """As the request says, else as its batch says, else only what fired."""
    message = request()
    message.explain = own
    assert decode_request(message, PACK, now=NOW, defaults=Defaults(explain=of_the_batch)).explain_full is full


def test_a_batch_has_between_one_and_a_thousand_items() -> None:
    """An empty batch is a mistake of form, a larger one is too large."""
    with pytest.raises(InvalidSituationError) as caught:
        batch_defaults(service_pb2.BatchDecideRequest())
    assert [found.field for found in caught.value.violations] == ["items"]
    items = [service_pb2.BatchDecideItem()]
    assert batch_defaults(service_pb2.BatchDecideRequest(items=items * 1_000)) == Defaults()
    with pytest.raises(BatchTooLargeError, match="1001 items; at most 1000"):
        batch_defaults(service_pb2.BatchDecideRequest(items=items * 1_001))
