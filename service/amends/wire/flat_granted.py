"""What was given before for a case, from its texts into the contract's own form, with every violation collected."""

from collections.abc import Sequence
from typing import Final

from amends.v1 import flat_decision_pb2 as flat_pb2
from amends.v1 import situation_pb2
from amends.wire.encode_values import write_moment, write_money
from amends.wire.flat_values import TextReader
from amends.wire.limits import GRANTED_ACTIONS, GRANTED_PARAMETERS
from amends.wire.names import numbers
from amends.wire.violations import Malformed, Violations, not_one_of

GRANTED: Final = "granted"

_KINDS: Final = numbers(situation_pb2.ActionKind)


def read_flat_granted(
    granted: Sequence[flat_pb2.FlatGrantedAction], reader: TextReader, violations: Violations
) -> list[situation_pb2.GrantedAction]:
    """Everything given, in the order of the request; to be used only if no violation was added."""
    if len(granted) > GRANTED_ACTIONS:
        violations.add(GRANTED, f"has {len(granted)} entries; expected at most {GRANTED_ACTIONS}")
        return []
    before = len(violations.found())
    found = [_granted(one, reader, violations.below(f"{GRANTED}[{index}]")) for index, one in enumerate(granted)]
    # Half of what was given is not to be looked at: what is missing of it was told already.
    return found if len(violations.found()) == before else []


def _granted(
    one: flat_pb2.FlatGrantedAction, reader: TextReader, violations: Violations
) -> situation_pb2.GrantedAction:
    message = situation_pb2.GrantedAction()
    if one.kind in _KINDS:
        message.kind = _KINDS[one.kind]
    else:
        violations.malformed("kind", not_one_of(one.kind, _KINDS, what="a kind of action"))
    for name in ("action_id", "basis", "incident_id"):
        if getattr(one, name):
            setattr(message, name, getattr(one, name))
    for name in ("order_id", "item_id"):
        if getattr(one, name):
            setattr(message.subject, name, getattr(one, name))
    try:
        if one.amount:
            write_money(message.amount, reader.money(one.amount))
    except Malformed as problem:
        violations.malformed("amount", problem)
    try:
        if one.time:
            write_moment(message.time, reader.moment(one.time))
    except Malformed as problem:
        violations.malformed("time", problem)
    _write_parameters(one, message, violations)
    return message


def _write_parameters(
    one: flat_pb2.FlatGrantedAction, message: situation_pb2.GrantedAction, violations: Violations
) -> None:
    if len(one.parameters) > GRANTED_PARAMETERS:
        violations.add("parameters", f"has {len(one.parameters)} entries; expected at most {GRANTED_PARAMETERS}")
        return
    for index, parameter in enumerate(one.parameters):
        if parameter.name in message.parameters:
            violations.add(f"parameters[{index}].name", "is named more than once; expected one value")
        message.parameters[parameter.name] = parameter.value
