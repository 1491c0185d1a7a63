"""What the server supplies to a situation that a caller left unset: put into its message, and taken out of it again.

The message itself is completed, so that what is taken out leaves the very message that the caller sent: by that a
request that is sent again is known.
"""

from collections.abc import Mapping, Sequence

from google.protobuf.message import Message

from amends.domain.facts import Value
from amends.domain.record import Supplied
from amends.domain.situation import Granted
from amends.v1 import situation_pb2
from amends.wire.encode_situation import write_built_in, write_granted
from amends.wire.splice import serialised


def completed(raw: bytes, *, granted: Sequence[Granted] | None, facts: Mapping[str, Value]) -> bytes:
    """A situation with more that was granted (None: nothing is known of it), behind what it says, and built-in facts
    that it lacks.
    """
    message = situation_pb2.Situation.FromString(raw)
    if granted is not None:
        message.granted.SetInParent()
        for one in granted:
            write_granted(message.granted.actions.add(), one)
    write_built_in(message, facts)
    return serialised(message)


def as_asked(raw: bytes, supplied: Supplied) -> bytes:
    """The situation without what was supplied: as the caller sent it."""
    message = situation_pb2.Situation.FromString(raw)
    if supplied.observe_time:
        message.ClearField("observe_time")
    if supplied.granted_unset:
        message.ClearField("granted")
    elif supplied.granted:
        del message.granted.actions[-supplied.granted :]
    for path in supplied.facts:
        part, _, name = path.rpartition(".")
        # A fact's path is its field's.
        holder: Message = getattr(message, part) if part else message
        holder.ClearField(name)
    return serialised(message)
