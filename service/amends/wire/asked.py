"""A request to decide, decoded, as the use cases take it; and what it says as far as it can be read at all."""

from amends.application.answered_before import Said
from amends.application.asked import Asked, supplied
from amends.domain.record import Actor, ActorKind
from amends.v1 import decision_service_pb2 as service_pb2
from amends.v1 import record_pb2, situation_pb2
from amends.wire.decode import NO_DEFAULTS, DecodedRequest, Defaults, policy_of
from amends.wire.encode_values import write_moment
from amends.wire.names import names
from amends.wire.splice import serialised

_KINDS = {
    number: ActorKind(name) for number, name in names(record_pb2.DESCRIPTOR.enum_types_by_name["ActorKind"]).items()
}


def asked_of(request: service_pb2.DecideRequest, decoded: DecodedRequest, *, policy: str) -> Asked:
    """What is asked. The moment that the server supplies is written into the request's situation."""
    message = _known(request)
    said_time = message.HasField("observe_time")
    if not said_time:
        write_moment(message.observe_time, decoded.situation.observe_time)
    return Asked(
        decoded.situation,
        serialised(message),
        policy,
        Actor(decoded.actor_id, decoded.role, ActorKind(decoded.actor_kind) if decoded.actor_kind else None),
        supplied(observe_time=not said_time, role=not decoded.role_said),
        decoded.request_id,
        decoded.supersedes,
        decoded.explain_full,
        decoded.preview,
    )


def said_of(request: service_pb2.DecideRequest, defaults: Defaults = NO_DEFAULTS) -> Said:
    """What a request says, whether or not it is in order."""
    actor = request.actor if request.HasField("actor") or defaults.actor is None else defaults.actor
    return Said(
        raw=serialised(_known(request)),
        policy=policy_of(request, defaults),
        actor=Actor(actor.actor_id, actor.role, _KINDS.get(actor.kind)),
        supplied=supplied(observe_time=not request.situation.HasField("observe_time"), role=not actor.role),
        supersedes=request.supersedes,
    )


def _known(request: service_pb2.DecideRequest) -> situation_pb2.Situation:
    """The situation without fields that this version does not know: nothing that nobody has read gets into the log."""
    request.situation.DiscardUnknownFields()
    return request.situation
