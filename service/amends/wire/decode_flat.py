"""Requests in one layer of texts into the request that they mean, for the vocabulary of one pack.

From here on a flat request is decided as any other. What is wrong with it is told under the names that its caller used.
"""

from collections.abc import Mapping
from typing import Final, NamedTuple

from amends.domain.currencies import EXPONENTS
from amends.domain.errors import FieldViolation, InvalidSituationError
from amends.packs.model import Pack
from amends.v1 import decision_service_pb2 as service_pb2
from amends.v1 import flat_decision_pb2 as flat_pb2
from amends.v1 import record_pb2, situation_pb2
from amends.wire.built_in_fields import OBSERVE_TIME
from amends.wire.decode import decode_request
from amends.wire.encode_situation import write_built_in
from amends.wire.encode_values import write_fact, write_moment
from amends.wire.flat_facts import BUILT_IN, DECLARED_PREFIX, SITUATION, read_flat_facts
from amends.wire.flat_granted import GRANTED, read_flat_granted
from amends.wire.flat_values import TextReader
from amends.wire.names import numbers
from amends.wire.violations import Violations, entry, not_one_of

_ACTOR_KINDS: Final = numbers(record_pb2.ActorKind)
_SOURCES: Final = numbers(situation_pb2.FactSource)


_RENAMED: Final[Mapping[str, str]] = {
    **{f"{SITUATION}{path}": name for path, name in BUILT_IN},
    f"{SITUATION}subject.order_id": "order_id",
    f"{SITUATION}subject.item_id": "item_id",
    f"{SITUATION}customer.customer_id": "customer_id",
    f"{SITUATION}customer.account_id": "account_id",
    f"{SITUATION}incident.incident_id": "incident_id",
    f"{SITUATION}granted.actions": "granted",
    "actor.role": "role",
    "actor.actor_id": "actor_id",
    "actor.kind": "actor_kind",
}


class FlatRead(NamedTuple):
    """The request that a flat one means, and where in the flat one its parts were said."""

    request: service_pb2.DecideRequest
    places: Mapping[str, str]

    def renamed(self, violations: tuple[FieldViolation, ...]) -> tuple[FieldViolation, ...]:
        """What is wrong with the request, as wrong with the flat one."""
        return tuple(FieldViolation(self._field(one.field), one.description, one.hint) for one in violations)

    def _field(self, field: str) -> str:
        for place in (self.places, _RENAMED):
            for known, name in place.items():
                if field == known or field.startswith((f"{known}.", f"{known}[")):
                    return name + field.removeprefix(known)
        return field.removeprefix(SITUATION)


def decode_flat(flat: flat_pb2.DecideFlatRequest, pack: Pack, *, now: int) -> FlatRead:
    """The request that it means, or InvalidSituationError with everything that is wrong, under the flat names."""
    violations = Violations("")
    currency = flat.currency
    if currency and currency not in EXPONENTS:
        violations.malformed("currency", not_one_of(currency, EXPONENTS, what="an ISO 4217 currency"))
        currency = ""
    reader = TextReader(pack, currency)
    facts = read_flat_facts(flat, pack, reader, violations)
    read = FlatRead(_request(flat, violations), {**facts.places, **_source_places(flat)})
    situation = read.request.situation
    observed = facts.values.pop(OBSERVE_TIME, None)
    if isinstance(observed, int):
        write_moment(situation.observe_time, observed)
    write_built_in(situation, facts.values)
    for path, value in facts.values.items():
        if path.startswith(DECLARED_PREFIX):
            write_fact(situation.facts[path.removeprefix(DECLARED_PREFIX)], pack.vocabulary.specs[path].type, value)
    unread = facts.said.difference(facts.values, {OBSERVE_TIME})
    _write_sources(flat, situation, unread, violations)
    if flat.granted or GRANTED in flat.known_empty:
        situation.granted.SetInParent()
        for one in read_flat_granted(flat.granted, reader, violations):
            situation.granted.actions.add().CopyFrom(one)
    _check(read, pack, now=now, violations=violations)
    return read


def _request(flat: flat_pb2.DecideFlatRequest, violations: Violations) -> service_pb2.DecideRequest:
    """What stands around the facts."""
    request = service_pb2.DecideRequest(
        policy=flat.policy, request_id=flat.request_id, supersedes=flat.supersedes, preview=flat.preview
    )
    situation = request.situation
    situation.case_id = flat.case_id
    if flat.locale:
        situation.locale = flat.locale
    for holder, name in (
        ("subject", "order_id"),
        ("subject", "item_id"),
        ("customer", "customer_id"),
        ("customer", "account_id"),
        ("incident", "incident_id"),
    ):
        if getattr(flat, name):
            setattr(getattr(situation, holder), name, getattr(flat, name))
    situation.unobtainable.extend(flat.unobtainable)
    if flat.role or flat.actor_id or flat.actor_kind:
        request.actor.role, request.actor.actor_id = flat.role, flat.actor_id
        if flat.actor_kind in _ACTOR_KINDS:
            request.actor.kind = _ACTOR_KINDS[flat.actor_kind]
        elif flat.actor_kind:
            violations.malformed("actor_kind", not_one_of(flat.actor_kind, _ACTOR_KINDS, what="what an actor is"))
    return request


def _write_sources(
    flat: flat_pb2.DecideFlatRequest,
    situation: situation_pb2.Situation,
    unread: set[str],
    violations: Violations,
) -> None:
    """`unread`: facts whose value was refused already, so that nothing more is to be said of their source."""
    seen: set[str] = set()
    for index, one in enumerate(flat.fact_sources):
        field = f"fact_sources[{index}]"
        if one.source not in _SOURCES:
            violations.malformed(f"{field}.source", not_one_of(one.source, _SOURCES, what="a source of a fact"))
        elif one.path in seen:
            violations.add(f"{field}.path", f"{one.path} is named more than once; expected one source")
        elif one.path not in unread:
            situation.fact_sources[one.path] = _SOURCES[one.source]
        seen.add(one.path)


def _check(read: FlatRead, pack: Pack, *, now: int, violations: Violations) -> None:
    """With what is wrong in the flat request, all that is wrong in the one that it means."""
    if not violations.found():
        return
    try:
        decode_request(read.request, pack, now=now)
    except InvalidSituationError as error:
        raise InvalidSituationError((*violations.found(), *read.renamed(error.violations))) from None
    violations.check()


def _source_places(flat: flat_pb2.DecideFlatRequest) -> Mapping[str, str]:
    return {
        SITUATION + entry("fact_sources", one.path): f"fact_sources[{index}]"
        for index, one in enumerate(flat.fact_sources)
    }
