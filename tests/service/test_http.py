"""The HTTP side of a real server: Connect, plain paths, probes; the same callers, limits and errors as by gRPC."""

import base64
import json
import signal
import socket
import ssl
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
import trustme
from google.protobuf import json_format
from google.rpc import code_pb2, error_details_pb2, status_pb2

from amends.v1 import decision_service_pb2 as service_pb2
from amends.v1.decision_service_pb2_grpc import DecisionServiceStub
from tests.service.callers import Callers, make_callers
from tests.service.guarded import enveloped, envelopes
from tests.service.packs import BROKEN, SHOP
from tests.service.requests import late
from tests.service.running import PATIENCE, RunningServer, write_pack

CONNECT = "/amends.v1.DecisionService/Decide"
PLAIN = "/v1/decisions:decide"


class Web:
    """A server with an HTTP side, and a client of it."""

    def __init__(self, server: RunningServer, client: httpx.Client) -> None:
        self.server = server
        self.client = client


@pytest.fixture(scope="module")
def web(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Web]:
    folder = tmp_path_factory.mktemp("web")
    write_pack(folder, "shop", SHOP)
    options = ("--rules", str(folder), "--http-port", "0", "--http-origins", "https://desk.example.com")
    with RunningServer(*options, "--max-request-bytes", "20000") as server:
        base = f"http://{server.wait_for('ready')['http']}"
        with httpx.Client(base_url=base, timeout=PATIENCE) as client:
            yield Web(server, client)


def said(request: service_pb2.DecideRequest) -> dict[str, Any]:
    return json_format.MessageToDict(request)


def reason(answer: httpx.Response) -> str:
    """The reason in an error by a plain path."""
    return next(str(one["reason"]) for one in answer.json()["details"] if one["@type"].endswith("ErrorInfo"))


def test_every_road_gives_the_same_decision(web: Web) -> None:
    """By gRPC, by Connect in JSON and in binary, by a plain path."""
    request = late()
    with web.server.channel() as channel:
        by_grpc = DecisionServiceStub(channel).Decide(request).decision

    by_json = web.client.post(CONNECT, json=said(request))
    by_bytes = web.client.post(
        CONNECT, content=request.SerializeToString(), headers={"content-type": "application/proto"}
    )
    by_path = web.client.post(PLAIN, json=said(request))

    assert [one.status_code for one in (by_json, by_bytes, by_path)] == [200, 200, 200]
    read = [
        json_format.Parse(by_json.content, service_pb2.DecideResponse()),
        service_pb2.DecideResponse.FromString(by_bytes.content),
        json_format.Parse(by_path.content, service_pb2.DecideResponse()),
    ]
    assert [one.decision for one in read] == [by_grpc] * 3


def test_what_is_false_or_zero_is_written_out(web: Web) -> None:
    """A reader without our schema must not take a missing `mayGrantNow` for anything."""
    answer = web.client.post(PLAIN, json=said(late())).json()

    assert answer["recorded"] is False
    assert all("mayGrantNow" in action and "unsettled" in action for action in answer["decision"]["actions"])


@pytest.mark.parametrize("path", [PLAIN, CONNECT])
def test_an_unknown_name_is_an_error(web: Web, path: str) -> None:
    """Never ignored: a misspelt fact would be a missing one."""
    request = said(late())
    request["situation"]["falut"] = "FAULT_COMPANY"

    answer = web.client.post(path, json=request)

    assert answer.status_code == 400
    assert "falut" in answer.text


@pytest.mark.parametrize(
    "body",
    [
        b"{",
        b"[]",
        b'"x"',
        b"\xff\xfe",
        b'{"policy": 3}',
        b'{"policy": "a", "policy": "b"}',
        b'{"situation": {"amountPaid": {"units": "1e9"}}}',
        b'{"situation": {"observeTime": "yesterday"}}',
        b"[" * 5_000,
        b'{"situation": ' * 1_200,
        b"9" * 10_000,
        b"NaN",
    ],
)
def test_what_is_no_request_is_refused_with_a_reason(web: Web, body: bytes) -> None:
    """By both roads; and the process lives."""
    for path in (PLAIN, CONNECT):
        answer = web.client.post(path, content=body, headers={"content-type": "application/json"})
        assert answer.status_code == 400, answer.text
        assert answer.json()["message"]
    assert reason(web.client.post(PLAIN, content=body, headers={"content-type": "application/json"})) in {
        "INVALID_REQUEST",
        "INVALID_SITUATION",
    }


def test_a_plain_path_takes_fields_from_path_and_query(web: Web) -> None:
    """Under both spellings; a name that is not there is refused with those that are."""
    assert web.client.get("/v1/rulePacks/shop").json()["rulePack"]["packId"] == "shop"
    for name in ("page_size", "pageSize"):
        assert len(web.client.get("/v1/rulePacks", params={name: 1}).json()["rulePacks"]) == 1
    wrong = web.client.get("/v1/rulePacks", params={"page_siz": 1})
    assert (wrong.status_code, reason(wrong)) == (400, "INVALID_REQUEST")
    assert "page_size" in wrong.json()["message"]
    assert web.client.get("/v1/rulePacks", params={"page_size": "many"}).status_code == 400
    assert web.client.get("/v1/rulePacks/none").status_code == 404


def test_other_paths_and_verbs_are_told(web: Web) -> None:
    """404 and 405, with what there is, by whatever verb."""
    for path in ("/", "/v1/nothing", "/v1/rulePacks/a%0Ab", "/amends.v1.Nothing/Decide"):
        nothing = web.client.get(path)
        assert (nothing.status_code, nothing.headers["content-type"]) == (404, "application/json")
        assert nothing.json()["message"].startswith("there is nothing at /")
    assert set(web.client.post("/healthz").headers["allow"].split(", ")) == {"GET", "HEAD"}
    for verb in ("GET", "HEAD", "PUT", "OPTIONS", "TRACE", "PROPFIND"):
        wrong = web.client.request(verb, PLAIN)
        assert (wrong.status_code, wrong.headers["allow"]) == (405, "POST")
        assert wrong.headers["content-type"] == "application/json"


def test_a_body_of_another_kind_is_refused(web: Web) -> None:
    """A stranger's page can send text without asking first; JSON it cannot."""
    for kind in ("text/plain", "application/x-www-form-urlencoded"):
        answer = web.client.post(PLAIN, content=json.dumps(said(late())), headers={"content-type": kind})
        assert answer.status_code == 400
        assert "content-type" in answer.json()["message"]


def test_a_request_too_large_is_refused(web: Web) -> None:
    """With its reason, by what the settings say."""
    request = late()
    request.situation.brand = "x" * 30_000

    answer = web.client.post(PLAIN, json=said(request))

    assert (answer.status_code, reason(answer)) == (429, "REQUEST_TOO_LARGE")


def test_what_is_no_http_and_who_breaks_off_fill_no_log(web: Web) -> None:
    """A stranger's bytes are answered or not, and no line of the log is anything but JSON."""
    head = b"POST /v1/decisions:decide HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
    for sent in (b"\x16\x03\x01 no HTTP\r\n\r\n", head + b"Content-Length: 99\r\n\r\n{"):
        with socket.create_connection(
            (web.client.base_url.host, web.client.base_url.port or 0), PATIENCE
        ) as connection:
            connection.sendall(sent)
            connection.shutdown(socket.SHUT_WR)
            while connection.recv(65_536):
                pass

    web.client.post(PLAIN, json=said(late()), headers={"x-request-id": "after"})
    web.server.wait_for("call", request_id="after")
    assert all(line.startswith("{") for line in web.server.text.splitlines())
    assert not web.server.lines("http_failed")


def test_a_name_that_was_made_to_lead_here_is_no_caller(web: Web) -> None:
    """On loopback a page whose host resolves to this machine could call; its Host header gives it away."""
    assert web.client.get("/v1/rulePacks", headers={"host": "evil.example.com"}).status_code == 400


def test_only_pages_that_are_named_may_call(web: Web) -> None:
    """CORS is off but for the origins of the settings."""
    asked = {"access-control-request-method": "POST", "access-control-request-headers": "content-type"}
    ours = web.client.options(PLAIN, headers={"origin": "https://desk.example.com", **asked})
    others = web.client.options(PLAIN, headers={"origin": "https://evil.example.com", **asked})

    assert ours.headers["access-control-allow-origin"] == "https://desk.example.com"
    assert "access-control-allow-origin" not in others.headers


def test_calls_by_http_are_logged_like_others(web: Web) -> None:
    """By method, code and request id, under the id that the caller gave."""
    web.client.post(PLAIN, json=said(late()), headers={"x-request-id": "by-http"})

    line = web.server.wait_for("call", request_id="by-http")
    assert (line["method"], line["code"]) == ("Decide", "OK")


def test_probes_tell_alive_and_ready(web: Web, tmp_path: Path) -> None:
    """A server without a pack lives, and is not to be sent calls."""
    assert web.client.get("/healthz").json() == {"status": "alive"}
    assert web.client.get("/readyz").status_code == 200
    write_pack(tmp_path, "lost", BROKEN)
    with RunningServer("--rules", str(tmp_path), "--http-port", "0") as server:
        base = f"http://{server.wait_for('ready')['http']}"
        assert httpx.get(f"{base}/healthz").status_code == 200
        assert httpx.get(f"{base}/readyz").status_code == 503


def test_workers_share_the_http_port_and_end_in_order(tmp_path: Path) -> None:
    """As they share the other; a connection that is kept open does not hold the service."""
    write_pack(tmp_path, "shop", SHOP)
    with (
        RunningServer("--rules", str(tmp_path), "--http-port", "0", "--workers", "2") as server,
        httpx.Client(base_url=f"http://{server.wait_for('ready')['http']}", timeout=PATIENCE) as client,
    ):
        assert client.post(PLAIN, json=said(late())).status_code == 200
        server.signal(signal.SIGTERM)
        assert server.end() == 0


def certify(callers: Callers, folder: Path, name: str) -> None:
    """Give the server a certificate of another name, which is still good for its address."""
    issued = callers.authority.issue_cert("127.0.0.1", common_name=name)
    (folder / "server.key").write_bytes(issued.private_key_pem.bytes())
    (folder / "server.pem").write_bytes(b"".join(blob.bytes() for blob in issued.cert_chain_pems))


def shown(base: str, context: ssl.SSLContext) -> str:
    """The name in the certificate that a new connection is shown, once a request was answered on it."""
    with (
        httpx.Client(base_url=base, verify=context, timeout=PATIENCE) as client,
        client.stream("GET", "/healthz") as answer,
    ):
        connection: ssl.SSLSocket = answer.extensions["network_stream"].get_extra_info("ssl_object")
        subject: Any = (connection.getpeercert() or {})["subject"]
    names = [value for part in subject for name, value in part if name == "commonName"]
    return str(names[0])


def refuses(base: str, context: ssl.SSLContext) -> bool:
    """Whether the certificate that we show counts no more."""
    try:
        with httpx.Client(base_url=base, verify=context, timeout=PATIENCE) as client:
            client.get("/healthz")
    except httpx.TransportError:
        return True
    return False


def wait_until(holds: Callable[[], bool]) -> None:
    """Until files that were changed are followed, within seconds."""
    end = time.monotonic() + PATIENCE
    while not holds():
        assert time.monotonic() < end
        time.sleep(0.1)


def test_callers_are_known_over_https(tmp_path: Path) -> None:
    """By key or by certificate; nobody gets in without."""
    write_pack(tmp_path / "rules", "shop", SHOP)
    callers = make_callers(tmp_path)
    issued = callers.authority.issue_cert("other.example.com")
    context = ssl.create_default_context()
    callers.authority.configure_trust(context)
    with (
        issued.private_key_and_cert_chain_pem.tempfile() as pem,
        RunningServer(
            *("--rules", str(tmp_path / "rules"), "--http-port", "0", "--policies", "default=shop,brand-x=shop"),
            *callers.options,
            *("--tls-client-ca", str(tmp_path / "ca.pem")),
        ) as server,
    ):
        context.load_cert_chain(pem)
        base = f"https://{server.wait_for('ready')['http']}"
        with httpx.Client(base_url=base, verify=context, timeout=PATIENCE) as client:
            by_certificate = client.post(PLAIN, json=said(late(policy="brand-x")))
            assert by_certificate.status_code == 200
            denied = client.post(PLAIN, json=said(late()))
            assert (denied.status_code, reason(denied)) == (403, "PERMISSION_DENIED")
            key = dict(callers.said("helpdesk"))
            assert client.post(PLAIN, json=said(late()), headers=key).status_code == 200
            stranger = client.post(PLAIN, json=said(late()), headers=dict(callers.said("stranger")))
            assert (stranger.status_code, reason(stranger)) == (401, "UNAUTHENTICATED")
            assert stranger.headers["www-authenticate"] == "Bearer"
            assert client.get("/metrics").status_code == 200
            assert client.get("/metrics", headers=key).status_code == 403
            assert client.get("/metrics", headers=dict(callers.said("stranger"))).status_code == 401
            certify(callers, tmp_path, "renewed.example.com")
            server.wait_for("certificate_read")
        assert shown(base, context) == "renewed.example.com"
        (tmp_path / "server.key").write_text("no key", encoding="utf-8")
        server.wait_for("certificate_refused")
        assert shown(base, context) == "renewed.example.com"
        certify(callers, tmp_path, "again.example.com")
        others = trustme.CA()
        (tmp_path / "ca.pem").write_bytes(others.cert_pem.bytes())
        wait_until(lambda: refuses(base, context))
        issued = others.issue_cert("other.example.com")
        trusting = ssl.create_default_context()
        callers.authority.configure_trust(trusting)
        issued.configure_cert(trusting)
        assert shown(base, trusting) == "again.example.com"
        without = ssl.create_default_context()
        callers.authority.configure_trust(without)
        with httpx.Client(base_url=base, verify=without, timeout=5) as client, pytest.raises(httpx.TransportError):
            client.get("/healthz")


STREAM = "/amends.v1.DecisionService/StreamDecide"


def streamed(web: Web, kind: str, *messages: bytes) -> tuple[list[bytes], dict[str, Any]]:
    """The answers of a stream, and what stands at its end."""
    headers = {"content-type": f"application/connect+{kind}"}
    answer = web.client.post(STREAM, content=enveloped(*messages), headers=headers)
    assert (answer.status_code, answer.headers["content-type"]) == (200, f"application/connect+{kind}")
    *answers, (flags, end) = envelopes(answer.content)
    assert flags == 2
    return [message for _, message in answers], json.loads(end)


def test_a_stream_is_answered_by_connect(web: Web) -> None:
    """In JSON and in binary, in order, more than are decided at a time; what is wrong with one is its own."""
    requests = [service_pb2.StreamDecideRequest(correlation_id=str(n), request=late(n % 9)) for n in range(100)]
    misspelt = json.dumps({"correlationId": "x", "falut": 1}).encode()
    as_json = [json_format.MessageToJson(request).encode() for request in requests]
    as_bytes = [request.SerializeToString() for request in requests]

    told, end = streamed(web, "json", *as_json[:50], misspelt, *as_json[50:])
    by_json = [json_format.Parse(one, service_pb2.StreamDecideResponse()) for one in told]
    by_bytes = [service_pb2.StreamDecideResponse.FromString(one) for one in streamed(web, "proto", *as_bytes)[0]]

    assert end == {}
    assert "falut" in by_json.pop(50).error.message
    assert [one.correlation_id for one in by_json] == [str(n) for n in range(100)]
    assert [one.response.decision for one in by_json] == [one.response.decision for one in by_bytes]


def test_a_stream_that_is_cut_short_says_so(web: Web) -> None:
    """What came whole is answered; then it is told what is wrong, which is no accident of ours."""
    whole = json_format.MessageToJson(service_pb2.StreamDecideRequest(correlation_id="1", request=late())).encode()
    headers = {"content-type": "application/connect+json"}

    answer = web.client.post(STREAM, content=enveloped(whole) + b"\0\0\0\1\0{", headers=headers)

    (_, first), (_, end) = envelopes(answer.content)
    assert json.loads(first)["correlationId"] == "1"
    assert json.loads(end)["error"]["code"] == "invalid_argument"
    assert not web.server.lines("unexpected_error")


def test_work_that_nobody_waits_for_any_more_stops(tmp_path: Path) -> None:
    """A batch by a plain path whose caller has gone away, and one by Connect whose time is up, as by gRPC."""
    write_pack(tmp_path, "shop", SHOP)
    items = [service_pb2.BatchDecideItem(request=late(days % 9, case_id=f"case {days}")) for days in range(1000)]
    body = json_format.MessageToJson(service_pb2.BatchDecideRequest(items=items)).encode()
    with RunningServer("--rules", str(tmp_path), "--http-port", "0") as server:
        host, port = server.wait_for("ready")["http"].rsplit(":", 1)
        head = f"POST /v1/decisions:batchDecide HTTP/1.1\r\nHost: localhost\r\nContent-Length: {len(body)}\r\n"
        with socket.create_connection((host, int(port)), PATIENCE) as gone:
            gone.sendall(head.encode() + b"Content-Type: application/json\r\n\r\n" + body)

        assert server.wait_for("call", method="BatchDecide")["code"] == "CANCELLED"
        headers = {"content-type": "application/json", "connect-timeout-ms": "5", "x-request-id": "late-1"}
        answer = httpx.post(
            f"http://{host}:{port}/amends.v1.DecisionService/BatchDecide",
            content=body,
            headers=headers,
            timeout=PATIENCE,
        )
        assert (answer.status_code, answer.json()["code"]) == (504, "deadline_exceeded")
        assert server.wait_for("call", request_id="late-1")["code"] == "CANCELLED"
        assert httpx.get(f"http://{host}:{port}/healthz", timeout=PATIENCE).status_code == 200


def web_frames(body: bytes) -> dict[int, bytes]:
    """What gRPC-Web has put into one body: messages (0) and trailers (128)."""
    return dict(envelopes(body))


def test_grpc_web_is_answered(web: Web) -> None:
    """A message and its trailers in one body, as a browser's library reads it; an error with its details."""
    headers = {"content-type": "application/grpc-web+proto", "x-grpc-web": "1", "x-request-id": "web-1"}
    good = web.client.post(CONNECT, content=enveloped(late().SerializeToString()), headers=headers)
    bad = web.client.post(CONNECT, content=enveloped(service_pb2.DecideRequest().SerializeToString()), headers=headers)

    frames = web_frames(good.content)
    assert service_pb2.DecideResponse.FromString(frames[0]).decision.actions
    assert b"grpc-status: 0" in frames[128].lower()
    told = dict(line.split(": ", 1) for line in web_frames(bad.content)[128].decode().lower().splitlines() if line)
    assert told["grpc-status"] == str(code_pb2.INVALID_ARGUMENT)
    text = dict(line.split(": ", 1) for line in web_frames(bad.content)[128].decode().splitlines() if line)
    details = next(value for name, value in text.items() if name.lower() == "grpc-status-details-bin")
    status = status_pb2.Status.FromString(base64.b64decode(details + "=="))
    info = error_details_pb2.RequestInfo()
    assert any(detail.Unpack(info) for detail in status.details)
    assert (info.request_id, good.headers["x-request-id"]) == ("web-1", "web-1")
