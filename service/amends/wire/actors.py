"""Who acts, out of a request and into an answer."""

from typing import Final

from amends.domain.record import Actor, ActorKind
from amends.v1 import record_pb2
from amends.wire.identifiers import read_identifier
from amends.wire.names import names, numbers
from amends.wire.violations import Violations, listing

_NAMES: Final = names(record_pb2.DESCRIPTOR.enum_types_by_name["ActorKind"])
_NUMBERS: Final = numbers(record_pb2.ActorKind)


def read_actor(actor: record_pb2.Actor, violations: Violations) -> Actor:
    """Who acts, as they say; of a kind that there is not, none."""
    if actor.kind and actor.kind not in _NAMES:
        expected = listing(_NAMES.values())
        violations.add("actor.kind", f"{actor.kind} is no number of this enum; expected one of: {expected}")
    return Actor(
        read_identifier(actor.actor_id, "actor.actor_id", violations),
        read_identifier(actor.role, "actor.role", violations),
        ActorKind(_NAMES[actor.kind]) if actor.kind in _NAMES else None,
    )


def write_actor(into: record_pb2.Actor, actor: Actor) -> None:
    """Left unset where nobody said who it was."""
    if actor == Actor():
        return
    into.actor_id = actor.actor_id
    into.role = actor.role
    if actor.kind is not None:
        into.kind = _NUMBERS[actor.kind]
