"""Sends a server what no well-meaning caller sends, on every road, and looks whether it minds: it answers the same as
before, has logged no accident, and holds no more memory than after the first tenth.

    python -m tests.faults.hostile --count 100000
    python -m tests.faults.hostile --count 10000000 --in-streams 0.9
"""

import argparse
import http.client
import json
import random
import socket
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import grpc
from google.protobuf import json_format
from google.protobuf.message import Message

from amends.v1 import decision_service_pb2 as service_pb2
from amends.v1 import record_pb2, rule_pack_service_pb2
from amends.v1.decision_service_pb2_grpc import DecisionServiceStub
from tests.faults.hostile_bytes import Http2, changed, changed_json, http2_garbage, message_frame
from tests.service.flat import flat_of
from tests.service.packs import SHOP
from tests.service.recording import recording_server, sqlite_url
from tests.service.requests import late
from tests.service.running import PATIENCE, RunningServer, write_pack

CALLERS: Final = 4
STREAMS: Final = 20
"""Streams of one connection, each with a broken frame."""

MEBIBYTE: Final = 2**20
IN_ONE_STREAM: Final = 1_000
"""Broken messages of one stream, where many are to be sent so."""
_LONGEST: Final = 1_500
"""Bytes of a body in a stream: all of them fit what a connection may send unasked."""
_DECISIONS: Final = "/amends.v1.DecisionService/"
_PACKS: Final = "/amends.v1.RulePackService/"


def _seeds() -> Mapping[str, Message]:
    """A request in order for each method; what is decided is only shown, so that no disk fills up."""
    asked = late()
    asked.preview = True
    return {
        f"{_DECISIONS}Decide": asked,
        f"{_DECISIONS}DecideFlat": flat_of(asked),
        f"{_DECISIONS}BatchDecide": service_pb2.BatchDecideRequest(
            items=[service_pb2.BatchDecideItem(correlation_id="1", request=asked)] * 2, preview=True
        ),
        f"{_DECISIONS}GetDecision": service_pb2.GetDecisionRequest(decision_id="0190f1d0-0000-7000-8000-000000000000"),
        f"{_DECISIONS}ListDecisions": service_pb2.ListDecisionsRequest(case_id="case-1", page_size=2, page_token="abc"),
        f"{_DECISIONS}RecordOutcome": service_pb2.RecordOutcomeRequest(
            decision_id="0190f1d0-0000-7000-8000-000000000000", action_id="a" * 48, kind=record_pb2.OUTCOME_KIND_OFFERED
        ),
        f"{_DECISIONS}ListObligations": service_pb2.ListObligationsRequest(owner="it", page_size=2),
        f"{_DECISIONS}GetRuleStatistics": service_pb2.GetRuleStatisticsRequest(policy="shop", period_days=7),
        f"{_DECISIONS}CheckReply": service_pb2.CheckReplyRequest(
            situation=asked.situation, draft="Sorry! We will refund $80 by 17:00.", locale="en-GB", policy="shop"
        ),
        f"{_PACKS}GetRulePack": rule_pack_service_pb2.GetRulePackRequest(name="rulePacks/shop"),
        f"{_PACKS}GetActivation": rule_pack_service_pb2.GetActivationRequest(activation_id="a"),
    }


_PLAIN: Final = {
    f"{_DECISIONS}Decide": "/v1/decisions:decide",
    f"{_DECISIONS}DecideFlat": "/v1/decisions:decideFlat",
    f"{_DECISIONS}BatchDecide": "/v1/decisions:batchDecide",
    f"{_DECISIONS}RecordOutcome": "/v1/decisions/d:recordOutcome",
    f"{_DECISIONS}CheckReply": "/v1/replies:check",
}


@dataclass(slots=True)
class Found:
    """What came of it. `sent` by road; `answers` by what was answered, where that can be read at all."""

    sent: Counter[str] = field(default_factory=Counter)
    begun_anew: int = 0
    answers: Counter[str] = field(default_factory=Counter)
    accidents: list[str] = field(default_factory=list)
    same_answer: bool = False
    memory_before: int = 0
    memory_after: int = 0
    seconds: float = 0

    @property
    def growth(self) -> int:
        """Bytes of memory that the server took on since the first tenth."""
        return self.memory_after - self.memory_before


class HostileCaller:
    """Sends on all roads, over connections of its own."""

    def __init__(self, server: RunningServer, ports: tuple[int, int], *, seed: int) -> None:
        self._grpc, self._http = (("127.0.0.1", port) for port in ports)
        self._chance = random.Random(seed)  # noqa: S311 -- moments, not secrets
        self._server = server
        seeds = _seeds()
        self._messages = {name: message.SerializeToString() for name, message in seeds.items()}
        self._json = {name: json_format.MessageToJson(message, indent=None).encode() for name, message in seeds.items()}
        self._paths = sorted(seeds)
        options = (("grpc.use_local_subchannel_pool", 1), ("grpc.max_receive_message_length", -1))
        self._channel = grpc.insecure_channel(f"127.0.0.1:{ports[0]}", options=options)
        self._web = http.client.HTTPConnection(*self._http, timeout=PATIENCE)
        self._roads: tuple[tuple[int, Callable[[], Counter[str]]], ...] = (
            (40, self.json),
            (30, self.message),
            (14, self.binary),
            (8, self.query),
            (4, self.stream),
            (1, self.frames),
            (1, self.http1),
            (1, self.http2),
        )
        self.sent: Counter[str] = Counter()
        self.answers: Counter[str] = Counter()

    def close(self) -> None:
        self._channel.close()
        self._web.close()

    def run(self, count: int, *, in_streams: float = 0.0) -> None:
        """So many: first the share of them that goes in long streams, and then on one road after the other."""
        bulk = self.sent.total() + int((count - self.sent.total()) * in_streams)
        while self.sent.total() + IN_ONE_STREAM <= bulk:
            answers = self.messages()
            self.sent[self.messages.__name__] += answers.total()
            self.answers += answers
        weights = [weight for weight, _ in self._roads]
        roads = [road for _, road in self._roads]
        while self.sent.total() < count:
            (road,) = self._chance.choices(roads, weights)
            answers = road()
            self.sent[road.__name__] += max(1, answers.total())
            self.answers += answers

    def json(self) -> Counter[str]:
        """A body by a plain path or by Connect."""
        name = self._chance.choice(self._paths)
        path = _PLAIN.get(name, name) if self._chance.random() < 0.5 else name
        return self._post(path, changed_json(self._json[name], self._chance), "application/json")

    def binary(self) -> Counter[str]:
        """A message by Connect, or a frame of gRPC-Web."""
        name = self._chance.choice(self._paths)
        body = changed(self._messages[name], self._chance)
        if self._chance.random() < 0.5:
            return self._post(name, body, "application/proto")
        return self._post(name, message_frame(body, self._chance), "application/grpc-web+proto")

    def stream(self) -> Counter[str]:
        """Broken messages and broken envelopes of a stream by Connect or gRPC-Web."""
        kind = self._chance.choice(("connect+proto", "connect+json", "grpc-web+proto"))
        seeds = self._json if kind.endswith("json") else self._messages
        seed = seeds[f"{_DECISIONS}Decide"]
        sent = [message_frame(changed(seed, self._chance), self._chance) for _ in range(self._chance.randrange(4))]
        return self._post(f"{_DECISIONS}StreamDecide", b"".join(sent), f"application/{kind}")

    def query(self) -> Counter[str]:
        """A path and a query of a GET."""
        said = changed_json(b"pageSize=3&pageToken=abc&caseId=c&outcome=OUTCOME_CARE_ONLY", self._chance)
        escaped = "".join(chr(byte) if 48 <= byte < 123 and byte not in b"?\\^`" else f"%{byte:02X}" for byte in said)
        path = self._chance.choice(
            ("/v1/decisions", "/v1/obligations", "/v1/rulePacks", f"/v1/decisions/{escaped[:90]}")
        )
        return self._request("GET", f"{path}?{escaped[:2_000]}", None, {})

    def message(self) -> Counter[str]:
        """A message by gRPC."""
        name = self._chance.choice(self._paths)
        ask: Any = self._channel.unary_unary(name)  # bytes in and out, which the types do not foresee
        try:
            ask(changed(self._messages[name], self._chance), timeout=PATIENCE, wait_for_ready=True)
        except grpc.RpcError as error:
            call: Any = error
            return Counter((f"gRPC {call.code().name}",))
        return Counter(("gRPC OK",))

    def messages(self) -> Counter[str]:
        """Messages of one stream by gRPC, each of which has its own answer: what the stream ends with is not one."""
        seed = self._messages[f"{_DECISIONS}Decide"]
        ask: Any = self._channel.stream_stream(f"{_DECISIONS}StreamDecide")  # as above
        sent = (changed(seed, self._chance) for _ in range(IN_ONE_STREAM))
        answered = sum(1 for _ in ask(sent, timeout=PATIENCE, wait_for_ready=True))
        return Counter({"stream answered": answered, "stream left": IN_ONE_STREAM - answered})

    def frames(self) -> Counter[str]:
        """Broken frames of gRPC, each in a stream of its own, cut into pieces; unary calls and a stream."""
        name = self._chance.choice((*self._paths, f"{_DECISIONS}StreamDecide"))
        seed = self._messages.get(name, self._messages[f"{_DECISIONS}BatchDecide"])
        bodies = [message_frame(changed(seed, self._chance)[:_LONGEST], self._chance) for _ in range(STREAMS)]
        ended = 0
        # Where a broken name has ended the server, the next one listens in a moment.
        with suppress(OSError), closing(Http2(self._grpc)) as connection:
            ended = connection.call(name, [_in_pieces(body, self._chance) for body in bodies])
        return Counter({"stream ended": ended, "stream left": STREAMS - ended})

    def http2(self) -> Counter[str]:
        """Broken frames of HTTP/2, which end the connection."""
        with suppress(OSError), closing(Http2(self._grpc)) as connection:
            connection.say(http2_garbage(f"{_DECISIONS}Decide", self._chance))
        return Counter(("connection ended",))

    def http1(self) -> Counter[str]:
        """What begins as HTTP/1.1."""
        seed = (
            b"POST /v1/decisions:decide HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
            b"Transfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n"
        )
        with socket.create_connection(self._http, timeout=PATIENCE) as connection, suppress(OSError):
            connection.sendall(changed(seed, self._chance))
            connection.shutdown(socket.SHUT_WR)
            while connection.recv(65_536):
                pass
        return Counter(("connection ended",))

    def _post(self, path: str, body: bytes, kind: str) -> Counter[str]:
        return self._request("POST", path, body, {"content-type": kind})

    def _request(self, verb: str, path: str, body: bytes | None, headers: dict[str, str]) -> Counter[str]:
        try:
            self._web.request(verb, path, body, headers)
            answer = self._web.getresponse()
            answer.read()
        except (http.client.HTTPException, OSError):
            self._web.close()
            return Counter(("connection ended",))
        return Counter((f"HTTP {answer.status}",))


def _in_pieces(body: bytes, chance: random.Random) -> list[bytes]:
    cut = chance.randint(0, len(body))
    return [body[:cut], body[cut:]] if chance.random() < 0.3 else [body]


def hostile(count: int, *, seed: int, in_streams: float = 0.0) -> Found:
    """So many, against a server of its own; a share of them in long streams, which is far quicker."""
    found = Found()
    began = time.monotonic()
    with _server() as (server, ports):
        before = _good(ports)
        callers = [HostileCaller(server, ports, seed=seed * CALLERS + number) for number in range(CALLERS)]

        def send(caller: HostileCaller, part: int) -> None:
            caller.run(caller.sent.total() + part, in_streams=in_streams)

        try:
            with ThreadPoolExecutor(CALLERS) as threads:
                for part in (count // 10, count - count // 10):
                    list(threads.map(send, callers, [part // CALLERS] * CALLERS))
                    found.memory_before, found.memory_after = found.memory_after, _memory(server.process.pid)
        except OSError as error:
            # Nobody listens any more, or nobody answers in time: whoever looks wants to know why.
            code = server.process.poll()
            how = "runs" if code is None else f"ended with {code}"
            raise AssertionError(f"{error}; the server {how}: {server.text[-5_000:]}") from error
        finally:
            for caller in callers:
                caller.close()
        found.same_answer = _good(ports) == before
        found.sent = sum((caller.sent for caller in callers), Counter())
        found.answers = sum((caller.answers for caller in callers), Counter())
        found.begun_anew = len(server.lines("grpc_ended"))
        found.accidents = [json.dumps(line) for line in server.lines("unexpected_error")]
    found.seconds = time.monotonic() - began
    return found


@contextmanager
def _server() -> Iterator[tuple[RunningServer, tuple[int, int]]]:
    """A server that records and logs accidents alone, and its two ports."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write_pack(folder / "rules", "shop", SHOP)
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            http_port = free.getsockname()[1]
        told = folder / "port"
        options = ("--http-port", str(http_port), "--port-file", str(told), "--log-level", "error")
        with recording_server(folder / "rules", sqlite_url(folder), *options) as server:
            until = time.monotonic() + PATIENCE
            while not (told.exists() and told.read_text()):
                assert time.monotonic() < until, server.text
                assert server.process.poll() is None, server.text
                time.sleep(0.05)
            yield server, (int(told.read_text()), http_port)


def _good(ports: tuple[int, int]) -> object:
    """What a request in order is answered by gRPC and by HTTP."""
    asked = late()
    asked.preview = True
    asked.situation.observe_time.FromSeconds(1_790_000_000)
    with grpc.insecure_channel(f"127.0.0.1:{ports[0]}") as channel:
        by_grpc = DecisionServiceStub(channel).Decide(asked, timeout=PATIENCE, wait_for_ready=True).decision
    web = http.client.HTTPConnection("127.0.0.1", ports[1], timeout=PATIENCE)
    try:
        body = json_format.MessageToJson(asked).encode()
        web.request("POST", "/v1/decisions:decide", body, {"content-type": "application/json"})
        answer = json.loads(web.getresponse().read())
    finally:
        web.close()
    return by_grpc, answer["decision"]


def _memory(pid: int) -> int:
    """Bytes that the process holds."""
    status = Path(f"/proc/{pid}/status").read_text(encoding="utf-8")
    return next(int(line.split()[1]) * 1024 for line in status.splitlines() if line.startswith("VmRSS:"))


def is_good(found: Found, *, most_growth: int) -> bool:
    """Nothing of what is not to be was seen."""
    wrong = ("HTTP 500", "gRPC INTERNAL", "gRPC UNKNOWN", "gRPC UNAVAILABLE")
    return (
        found.same_answer
        and not found.accidents
        and not any(found.answers[one] for one in wrong)
        and found.growth <= most_growth
    )


def main() -> int:
    """Send, and say what came of it; 1 where it was anything but nothing."""
    parser = argparse.ArgumentParser(description="Send a server what no well-meaning caller sends.")
    parser.add_argument("--count", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--in-streams", type=float, default=0.0, help="the share of them that goes in long streams")
    parser.add_argument("--most-growth", type=int, default=32, help="MiB that the server may take on after a tenth")
    options = parser.parse_args()
    found = hostile(options.count, seed=options.seed, in_streams=options.in_streams)
    before, after = (held / MEBIBYTE for held in (found.memory_before, found.memory_after))
    _print(f"{found.sent.total()} in {found.seconds:.0f} s, by road: {dict(found.sent.most_common())}")
    _print(f"answers: {dict(found.answers.most_common())}")
    _print(f"memory: {before:.1f} MiB after a tenth, {after:.1f} at the end")
    _print(
        f"the same answer as before: {found.same_answer}; accidents logged: {len(found.accidents)}; "
        f"gRPC begun anew: {found.begun_anew}"
    )
    for line in found.accidents[:5]:
        _print(line)
    return 0 if is_good(found, most_growth=options.most_growth * MEBIBYTE) else 1


def _print(line: str) -> None:
    sys.stdout.write(f"{line}\n")


if __name__ == "__main__":
    sys.exit(main())
