"""One call that came by HTTP: answered like any other, and what came of it as a message to be written out."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from google.protobuf.message import Message
from google.protobuf.message_factory import GetMessageClass
from google.rpc import status_pb2

from amends.server.answering import Answering, Method, Read
from amends.server.streams import StreamMethod
from amends.wire.json_form import write_json


@dataclass(frozen=True, slots=True)
class Arrived:
    """A request as it came: its bytes, and how they are read as the method's request (None: they are its bytes)."""

    raw: bytes
    read: Callable[[Message], Read] | None = None


@dataclass(frozen=True, slots=True)
class Answered:
    """The bytes of a method's answer, and what they are of."""

    raw: bytes
    method: Method | StreamMethod

    def json(self) -> bytes:
        """As JSON."""
        return write_json(GetMessageClass(self.method.descriptor.output_type).FromString(self.raw))


class RefusedError(Exception):
    """The call came to an error, which is its answer."""

    def __init__(self, status: status_pb2.Status) -> None:
        super().__init__(status.message)
        self.status = status


async def answer(
    answering: Answering, method: Method, arrived: Arrived, *, headers: Mapping[str, str], scope: Mapping[str, Any]
) -> Answered:
    """The answer to one call; RefusedError with the status that it comes to."""
    read = None if arrived.read is None else arrived.read(GetMessageClass(method.descriptor.input_type)())
    found = await answering(method, arrived.raw, headers, lambda: peer_of(scope), read=read)
    if isinstance(found, bytes):
        return Answered(found, method)
    raise RefusedError(found)


def peer_of(scope: Mapping[str, Any]) -> Mapping[str, Iterable[bytes]]:
    """What the connection has proved, as `PeerProtocol` has left it there."""
    proved: Mapping[str, Iterable[bytes]] = scope.get("state", {}).get("peer", {})
    return proved
