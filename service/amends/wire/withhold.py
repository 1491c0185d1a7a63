"""A situation without some of its facts: what a person is shown who may not see all of it."""

from collections.abc import Iterable

from google.protobuf.message import Message

from amends.v1 import situation_pb2

_DECLARED: str = "facts."


def withhold(situation: situation_pb2.Situation, paths: Iterable[str]) -> None:
    """Take the facts at these paths out of the message."""
    for path in paths:
        if path.startswith(_DECLARED):
            situation.facts.pop(path.removeprefix(_DECLARED), None)
            continue
        part, _, name = path.rpartition(".")
        # A fact's path is its field's.
        holder: Message = getattr(situation, part) if part else situation
        holder.ClearField(name)
