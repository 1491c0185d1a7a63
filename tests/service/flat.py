"""The flat form of a request, made from the request itself: by fields, or each fact by its path."""

from collections.abc import Iterator
from typing import Any, Final

from google.protobuf.message import Message

from amends.v1 import decision_service_pb2 as service_pb2
from amends.v1 import flat_decision_pb2 as flat_pb2
from amends.v1 import record_pb2, situation_pb2

_GROUPS: Final = ("subject", "customer", "incident")
_IDENTIFIERS: Final = ("case_id", "order_id", "item_id", "customer_id", "account_id", "incident_id", "locale")
_APART: Final = (*_GROUPS, "granted", "unobtainable", "fact_sources", "facts")

Said = str | bool | int | list[str]


def flat_of(request: service_pb2.DecideRequest, *, by_path: bool = False) -> flat_pb2.DecideFlatRequest:
    """The flat request that means this one. `by_path`: no fact in its own field."""
    situation = request.situation
    flat = flat_pb2.DecideFlatRequest(
        policy=request.policy,
        request_id=request.request_id,
        supersedes=request.supersedes,
        preview=request.preview,
        role=request.actor.role,
        actor_id=request.actor.actor_id,
        actor_kind=_word(record_pb2.ActorKind, request.actor.kind),
        unobtainable=situation.unobtainable,
        fact_sources=[
            flat_pb2.FlatFactSource(path=path, source=_word(situation_pb2.FactSource, source))
            for path, source in situation.fact_sources.items()
        ],
        granted=[_granted(one) for one in situation.granted.actions],
    )
    for path, said in _said(situation):
        if said == []:
            flat.known_empty.append(path)
        elif path.rpartition(".")[2] in _IDENTIFIERS:
            setattr(flat, path.rpartition(".")[2], said)
        elif by_path or path.startswith("facts."):
            members = said if isinstance(said, list) else []
            text = "" if isinstance(said, list) else str(said).lower() if isinstance(said, bool) else str(said)
            flat.facts.add(path=path, value=text, values=members)
        elif isinstance(said, list):
            getattr(flat, path.replace(".", "_")).extend(said)
        else:
            setattr(flat, path.replace(".", "_"), said)
    if situation.HasField("granted") and not flat.granted:
        flat.known_empty.append("granted")
    return flat


def _said(situation: situation_pb2.Situation) -> Iterator[tuple[str, Said]]:
    for field, value in situation.ListFields():
        if field.name in _GROUPS:
            for inner, one in value.ListFields():
                yield f"{field.name}.{inner.name}", _text(inner, one)
        elif field.name not in _APART:
            yield field.name, _text(field, value)
    for name, fact in situation.facts.items():
        which = fact.WhichOneof("value")
        assert which is not None
        yield f"facts.{name}", _text(fact.DESCRIPTOR.fields_by_name[which], getattr(fact, which))


def _text(field: Any, value: Any) -> Said:  # noqa: ANN401 -- any field and what it holds
    if field.enum_type is not None:
        return _of(field.enum_type, value)
    if not isinstance(value, Message):
        return value  # type: ignore[no-any-return]  # a scalar as it is
    members = value.DESCRIPTOR.fields_by_name.get("values")
    if members is not None:
        said: list[Any] = list(value.values)  # type: ignore[attr-defined]  # it was just seen
        return said if members.enum_type is None else [_of(members.enum_type, one) for one in said]
    return _structure(value)


def _structure(value: Any) -> str:  # noqa: ANN401 -- a message of one of these types
    match value.DESCRIPTOR.full_name:
        case "google.type.Money":
            # Nine decimals are cut to those that say something, as a caller would write them.
            return f"{value.units}.{value.nanos:09d}".rstrip("0").rstrip(".") + f" {value.currency_code}"
        case "google.protobuf.Timestamp":
            return str(value.ToJsonString())
        case "google.protobuf.Duration":
            return f"{value.seconds}s"
        case _:
            return str(value.value)


def _granted(one: situation_pb2.GrantedAction) -> flat_pb2.FlatGrantedAction:
    return flat_pb2.FlatGrantedAction(
        kind=_word(situation_pb2.ActionKind, one.kind),
        action_id=one.action_id,
        basis=one.basis,
        amount=_structure(one.amount) if one.HasField("amount") else "",
        time=one.time.ToJsonString() if one.HasField("time") else "",
        order_id=one.subject.order_id,
        item_id=one.subject.item_id,
        incident_id=one.incident_id,
        parameters=[flat_pb2.FlatParameter(name=name, value=value) for name, value in one.parameters.items()],
    )


def _word(enum: Any, number: int) -> str:  # noqa: ANN401 -- any generated enum
    return _of(enum.DESCRIPTOR, number) if number else ""


def _of(enum: Any, number: int) -> str:  # noqa: ANN401 -- a descriptor, whose types are a program's own
    prefix = str(enum.values_by_number[0].name).removesuffix("UNSPECIFIED")
    return str(enum.values_by_number[number].name).removeprefix(prefix).lower()
