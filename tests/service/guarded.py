"""A recording server that knows its callers, on both of its ports; and a call of any method by either road."""

import base64
import json
import ssl
import struct
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import grpc
import httpx
from google.protobuf.message import Message
from google.protobuf.message_factory import GetMessageClass
from google.rpc import code_pb2, status_pb2

from amends.v1 import decision_service_pb2, decision_service_pb2_grpc, rule_pack_service_pb2, rule_pack_service_pb2_grpc
from tests.service.callers import Callers, make_callers
from tests.service.packs import SHOP
from tests.service.recording import recording_server, sqlite_url
from tests.service.running import RunningServer, write_pack

METHODS: Final = {
    method.name: method
    for file in (decision_service_pb2, rule_pack_service_pb2)
    for service in file.DESCRIPTOR.services_by_name.values()
    for method in service.methods
}
_PATIENCE: Final = 60


class Guarded:
    """The server, and calls to it as one of its callers."""

    def __init__(self, server: RunningServer, channel: grpc.Channel, callers: Callers, web: httpx.Client) -> None:
        self.server = server
        self.channel = channel
        self.callers = callers
        self.web = web
        self.decisions = decision_service_pb2_grpc.DecisionServiceStub(channel)
        self.packs = rule_pack_service_pb2_grpc.RulePackServiceStub(channel)

    def by_grpc(self, method: str, caller: str, *, request_id: str) -> status_pb2.Status:
        """What an empty request comes to: whoever is let in is told what is missing, or gets an answer (OK)."""
        found = METHODS[method]
        request: Message = GetMessageClass(found.input_type)()
        path = f"/{found.containing_service.full_name}/{method}"
        said = (*self.callers.said(caller), ("x-request-id", request_id))
        try:
            if found.client_streaming:
                stream: grpc.StreamStreamMultiCallable[bytes, bytes] = self.channel.stream_stream(path)
                list(stream(iter([request.SerializeToString()]), _PATIENCE, said))
            else:
                unary: grpc.UnaryUnaryMultiCallable[bytes, bytes] = self.channel.unary_unary(path)
                unary(request.SerializeToString(), _PATIENCE, said)
        except grpc.RpcError as error:
            call: Any = error
            details = dict(call.trailing_metadata())["grpc-status-details-bin"]
            return status_pb2.Status.FromString(details)
        return status_pb2.Status()

    def by_connect(self, method: str, caller: str, *, request_id: str) -> status_pb2.Status:
        """The same, in JSON."""
        found = METHODS[method]
        path = f"/{found.containing_service.full_name}/{method}"
        said = [*self.callers.said(caller), ("x-request-id", request_id)]
        if found.client_streaming:
            headers = [*said, ("content-type", "application/connect+json")]
            answer = self.web.post(path, content=enveloped(b"{}"), headers=headers)
            return connect_status(envelopes(answer.content)[-1][1])
        answer = self.web.post(path, json={}, headers=said)
        return status_pb2.Status() if answer.status_code == httpx.codes.OK else connect_status(answer.content)


def enveloped(*messages: bytes) -> bytes:
    """Messages of a stream as the Connect protocol sends them."""
    return b"".join(struct.pack(">BI", 0, len(message)) + message for message in messages)


def envelopes(body: bytes) -> list[tuple[int, bytes]]:
    """What came of a stream: the flags and the content of each message, that of its end the last."""
    found = []
    while body:
        flags, length = struct.unpack(">BI", body[:5])
        found.append((flags, body[5 : 5 + length]))
        body = body[5 + length :]
    return found


def connect_status(body: bytes) -> status_pb2.Status:
    """An error of the Connect protocol, or the end of a stream of it, as the status that it stands for."""
    told = json.loads(body)
    told = told.get("error", told)
    if not told:
        return status_pb2.Status()
    status = status_pb2.Status(code=code_pb2.Code.Value(told["code"].upper()), message=told.get("message", ""))
    for detail in told.get("details", ()):
        value = base64.b64decode(detail["value"] + "==")
        status.details.add(type_url=f"type.googleapis.com/{detail['type']}", value=value)
    return status


@contextmanager
def guarded_server(folder: Path, *more: str) -> Iterator[Guarded]:
    """The shop, for callers of several kinds; `brand-x` is another policy of it."""
    write_pack(folder / "rules", "shop", SHOP)
    callers = make_callers(folder)
    context = ssl.create_default_context()
    callers.authority.configure_trust(context)
    options = ("--policies", "default=shop,brand-x=shop", "--http-port", "0", *callers.options, *more)
    with (
        recording_server(folder / "rules", sqlite_url(folder), *options) as server,
        callers.channel(server.target) as channel,
        httpx.Client(base_url=f"https://{server.wait_for('ready')['http']}", verify=context, timeout=_PATIENCE) as web,
    ):
        yield Guarded(server, channel, callers, web)
