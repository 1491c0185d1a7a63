"""Every error tells the id under which the log has its call, by whatever road; an id that a caller gave comes back."""

from collections.abc import Iterator
from typing import Any

import grpc
import httpx
import pytest
from google.protobuf import json_format
from google.rpc import code_pb2, error_details_pb2, status_pb2

from amends.v1 import decision_service_pb2 as service_pb2
from tests.service.guarded import Guarded, connect_status, enveloped, envelopes, guarded_server
from tests.service.requests import late

TRACE = "0af7651916cd43dd8448eb211c80319c"
TRACED = ("traceparent", f"00-{TRACE}-b7ad6b7169203331-01")
CONNECT = "/amends.v1.DecisionService/Decide"
STREAM = "/amends.v1.DecisionService/StreamDecide"
PLAIN = "/v1/decisions:decide"
JSON = ("content-type", "application/json")


@pytest.fixture(scope="module")
def guarded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Guarded]:
    with guarded_server(tmp_path_factory.mktemp("ids")) as made:
        yield made


def told(status: status_pb2.Status) -> error_details_pb2.RequestInfo:
    """The one thing by which it says how it is found."""
    (detail,) = [one for one in status.details if one.Is(error_details_pb2.RequestInfo.DESCRIPTOR)]
    info = error_details_pb2.RequestInfo()
    detail.Unpack(info)
    return info


def plain_status(answer: httpx.Response) -> status_pb2.Status:
    return json_format.Parse(answer.content, status_pb2.Status())


def refused(guarded: Guarded, metadata: tuple[tuple[str, str], ...]) -> tuple[status_pb2.Status, dict[str, Any]]:
    """An empty request by gRPC: the status, and all of the trailers."""
    with pytest.raises(grpc.RpcError) as caught:
        guarded.decisions.Decide(service_pb2.DecideRequest(), metadata=metadata, timeout=60)
    call: Any = caught.value
    trailers = dict(call.trailing_metadata())
    return status_pb2.Status.FromString(trailers["grpc-status-details-bin"]), trailers


@pytest.mark.parametrize("caller", ["nobody", "helpdesk"])
def test_an_error_by_grpc_tells_the_id_of_its_line(guarded: Guarded, caller: str) -> None:
    """One of the server's own where the caller gave none; who is not let in is told as well."""
    status, _ = refused(guarded, guarded.callers.said(caller))

    line = guarded.server.wait_for("call", request_id=told(status).request_id)
    assert (line["method"], line["code"]) == ("Decide", code_pb2.Code.Name(status.code))
    assert told(status).serving_data == ""


def test_what_the_caller_gave_comes_back(guarded: Guarded) -> None:
    """With an answer and with an error, and its trace beside it; what cannot be taken over does not."""
    said = (*guarded.callers.said("helpdesk"), TRACED)
    status, trailers = refused(guarded, (*said, ("x-request-id", "grpc-1")))
    _, call = guarded.decisions.Decide.with_call(late(), metadata=(*said, ("x-request-id", "grpc-2")))
    unsafe, others = refused(guarded, (*said, ("x-request-id", "two words")))

    assert (told(status).request_id, told(status).serving_data) == ("grpc-1", f"trace_id={TRACE}")
    assert trailers["x-request-id"] == "grpc-1"
    assert guarded.server.wait_for("call", request_id="grpc-1")["traceparent"] == TRACED[1]
    assert dict(call.trailing_metadata())["x-request-id"] == "grpc-2"
    assert "x-request-id" not in others
    assert guarded.server.wait_for("call", request_id=told(unsafe).request_id)["code"] == "INVALID_ARGUMENT"


def test_the_requests_own_id_stands_before_it(guarded: Guarded) -> None:
    """As in the log line: whoever asks twice under one id is told that one."""
    said: dict[str, Any] = {"metadata": (*guarded.callers.said("helpdesk"), ("x-request-id", "hop-1")), "timeout": 60}
    request = late(case_id="own id")
    request.request_id = "order-1"
    guarded.decisions.Decide(request, **said)
    request.situation.case_id = "another"

    with pytest.raises(grpc.RpcError) as caught:
        guarded.decisions.Decide(request, **said)

    call: Any = caught.value
    status = status_pb2.Status.FromString(dict(call.trailing_metadata())["grpc-status-details-bin"])
    assert told(status).request_id == "order-1"
    assert guarded.server.wait_for("call", request_id="order-1", code="ALREADY_EXISTS")


def test_items_tell_the_id_of_their_call(guarded: Guarded) -> None:
    """Of a batch and of a stream: that is what has a line."""
    wrong = service_pb2.DecideRequest()
    said = (*guarded.callers.said("helpdesk"), ("x-request-id", "many-1"))
    batch = service_pb2.BatchDecideRequest(items=[service_pb2.BatchDecideItem(request=wrong)] * 2)

    items = [one.error for one in guarded.decisions.BatchDecide(batch, metadata=said, timeout=60).results]
    stream = guarded.decisions.StreamDecide(iter([service_pb2.StreamDecideRequest(request=wrong)]), 60, said)
    items += [one.error for one in stream]

    assert [told(one).request_id for one in items] == ["many-1"] * 3
    assert dict(stream.trailing_metadata())["x-request-id"] == "many-1"


def test_every_error_by_http_tells_its_id(guarded: Guarded) -> None:
    """By a plain path and by Connect, from the methods, from what leads nowhere and from the library underneath."""
    said = dict((*guarded.callers.said("helpdesk"), TRACED))
    large = b'"' + b"x" * 40_000_000
    answers = {
        "plain": guarded.web.post(PLAIN, json={}, headers=said),
        "nobody": guarded.web.post(PLAIN, json={}),
        "kind": guarded.web.post(PLAIN, content="{}", headers={**said, "content-type": "text/plain"}),
        "nothing": guarded.web.get("/v1/nothing", headers=said),
        "nowhere": guarded.web.get("/nowhere", headers=said),
        "verb": guarded.web.delete(PLAIN, headers=said),
        "metrics": guarded.web.get("/metrics"),
        "connect": guarded.web.post(CONNECT, json={}, headers=said),
        "large": guarded.web.post(CONNECT, content=large, headers=dict((*said.items(), JSON))),
        "packed": guarded.web.post(
            CONNECT, content=b"x", headers=dict((*said.items(), JSON, ("content-encoding", "gzip")))
        ),
        "stream": guarded.web.post(
            STREAM, content=enveloped(b"{}"), headers={"content-type": "application/connect+json"}
        ),
    }

    for name, answer in answers.items():
        connect = name in {"connect", "large", "packed", "stream"}
        body = envelopes(answer.content)[-1][1] if name == "stream" else answer.content
        status = connect_status(body) if connect else plain_status(answer)
        assert told(status).request_id == answer.headers["x-request-id"], name
        if name not in {"nobody", "metrics", "stream"}:
            assert told(status).serving_data == f"trace_id={TRACE}", name
        if name in {"plain", "nobody", "kind", "connect", "stream"}:
            line = guarded.server.wait_for("call", request_id=answer.headers["x-request-id"])
            assert line["code"] == code_pb2.Code.Name(status.code), name
    assert len({answer.headers["x-request-id"] for answer in answers.values()}) == len(answers)


def test_what_the_caller_gave_comes_back_by_http(guarded: Guarded) -> None:
    """In the headers of every answer, also of those that no call is behind."""
    said = dict(guarded.callers.said("helpdesk"))
    for number, (path, verb) in enumerate([(PLAIN, "POST"), (CONNECT, "POST"), ("/healthz", "GET"), ("/none", "GET")]):
        given = f"http-{number}"
        body = json_format.MessageToDict(late()) if verb == "POST" else None
        answer = guarded.web.request(verb, path, json=body, headers={**said, "x-request-id": given})
        assert answer.headers.get_list("x-request-id") == [given]
    unsafe = guarded.web.get("/healthz", headers={"x-request-id": "two words"})
    assert " " not in unsafe.headers["x-request-id"]
