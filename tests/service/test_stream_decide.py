"""StreamDecide over a real server: in order, each for itself, bounded, and ended in an orderly way."""

import resource
import signal
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import grpc
import pytest

from amends.domain.log_queries import DecisionFilter
from amends.v1 import decision_service_pb2 as service_pb2
from amends.v1 import decision_service_pb2_grpc
from tests.service.packs import SHOP
from tests.service.recording import (
    RecordingShop,
    look,
    recording,
    recording_server,
    recording_shop,
    sqlite_url,
)
from tests.service.requests import late, refusal, refusal_of
from tests.service.running import PATIENCE, RunningServer, write_pack

__all__ = ["recording", "recording_shop"]

STREAM: Final = "/amends.v1.DecisionService/StreamDecide"
MEBIBYTE: Final = 1024 * 1024
PAGE: Final = resource.getpagesize()


def resident_bytes(server: RunningServer) -> int:
    """What the server's process holds in memory."""
    return int(Path(f"/proc/{server.process.pid}/statm").read_text(encoding="ascii").split()[1]) * PAGE


def one(number: int, request: service_pb2.DecideRequest | None = None) -> service_pb2.StreamDecideRequest:
    return service_pb2.StreamDecideRequest(
        correlation_id=f"mark {number}", request=request or late(case_id=f"case {number}")
    )


def test_answers_come_in_the_order_of_the_situations(decisions: decision_service_pb2_grpc.DecisionServiceStub) -> None:
    """Each under its mark, and what is wrong with one is not the others'."""
    wrong = {3: late(policy="nobody's"), 5: late(days=-1), 7: service_pb2.DecideRequest()}
    items = [one(number, wrong.get(number)) for number in range(200)]

    answers = list(decisions.StreamDecide(iter(items)))

    assert [answer.correlation_id for answer in answers] == [item.correlation_id for item in items]
    errors = {number: refusal_of(answer.error) for number, answer in enumerate(answers) if answer.HasField("error")}
    assert {number: error.reason for number, error in errors.items()} == {
        3: "UNKNOWN_POLICY",
        5: "INVALID_SITUATION",
        7: "INVALID_SITUATION",
    }
    alone = decisions.Decide(late(case_id="case 0"))
    assert answers[0].response.decision == alone.decision


def test_bytes_that_are_no_message_are_one_answer(channel: grpc.Channel) -> None:
    """An error without a mark; the stream goes on."""
    stream: grpc.StreamStreamMultiCallable[bytes, bytes] = channel.stream_stream(STREAM)
    sent = [one(1).SerializeToString(), b"\xff\xff\xff", one(2).SerializeToString()]

    answers = [service_pb2.StreamDecideResponse.FromString(raw) for raw in stream(iter(sent))]

    assert [answer.WhichOneof("result") for answer in answers] == ["response", "error", "response"]
    assert refusal_of(answers[1].error).code == "INVALID_ARGUMENT"


def test_an_answer_does_not_wait_for_the_next_situation(
    decisions: decision_service_pb2_grpc.DecisionServiceStub,
) -> None:
    """A caller may read the first answer before it sends the second situation."""
    go_on = threading.Event()

    def slowly() -> Iterator[service_pb2.StreamDecideRequest]:
        yield one(1)
        assert go_on.wait(PATIENCE)
        yield one(2)

    answers = decisions.StreamDecide(slowly())
    assert next(answers).correlation_id == "mark 1"
    go_on.set()
    assert next(answers).correlation_id == "mark 2"


def test_each_is_recorded_before_it_is_answered(recording: RecordingShop) -> None:
    """And a request id that was answered gets the same answer, in a stream as in a call."""
    request = recording.late(request_id="streamed")
    once = recording.decisions.Decide(request)

    answers = list(recording.decisions.StreamDecide(iter([one(1, request), *(one(number) for number in range(100))])))

    assert answers[0].response.decision_id == once.decision_id
    assert all(answer.response.recorded for answer in answers)
    assert recording.entry(answers[50].response.decision_id) is not None


def test_a_server_that_stops_answers_what_it_has_read(tmp_path: Path) -> None:
    """Then the stream ends with a reason and a delay; nothing that was recorded stays unanswered."""
    write_pack(tmp_path / "rules", "shop", SHOP)
    url = sqlite_url(tmp_path)
    answers: list[service_pb2.StreamDecideResponse] = []
    with recording_server(tmp_path / "rules", url) as server, server.channel() as channel:
        shop = RecordingShop(server, channel, url)

        def endless() -> Iterator[service_pb2.StreamDecideRequest]:
            number = 0
            while True:
                number += 1
                yield one(number)

        def read_on() -> None:
            for answer in shop.decisions.StreamDecide(endless()):
                answers.append(answer)
                if len(answers) == 50:
                    server.signal(signal.SIGTERM)

        with pytest.raises(grpc.RpcError) as caught:
            read_on()
        assert server.end() == 0

        assert refusal(caught.value).reason == "STOPPING"
        recorded = [line for line in server.lines("call") if line["method"] == "StreamDecide"]
        assert recorded[0]["items"] == len(answers)
        assert all(answer.response.recorded for answer in answers)
        assert len(look(url, lambda log: log.listing.decisions(DecisionFilter(), before="", limit=10_000))) == len(
            answers
        )


def test_who_does_not_read_is_not_read_for(tmp_path: Path) -> None:
    """The server takes no more situations than it has room for, and lives in the same memory meanwhile."""
    write_pack(tmp_path / "rules", "shop", SHOP)
    sent = 0
    with RunningServer("--rules", str(tmp_path / "rules")) as server, server.channel() as channel:
        decisions = decision_service_pb2_grpc.DecisionServiceStub(channel)
        large = late()
        large.situation.tags.values.extend(f"tag {number:0100}" for number in range(20))

        def many() -> Iterator[service_pb2.StreamDecideRequest]:
            nonlocal sent
            for number in range(50_000):
                sent = number
                yield one(number, large)

        list(decisions.StreamDecide(one(number) for number in range(2_000)))
        before = resident_bytes(server)
        answers = decisions.StreamDecide(many())
        next(answers)
        decisions.Decide(late())  # others have their turn
        settled = -1
        while settled != sent:
            settled = sent
            decisions.BatchDecide(
                service_pb2.BatchDecideRequest(items=[service_pb2.BatchDecideItem(request=late())] * 300)
            )
        assert settled < 20_000
        assert resident_bytes(server) - before < 64 * MEBIBYTE
        answers.cancel()
        cancelled = server.wait_for("call", method="StreamDecide", code="CANCELLED")
        assert cancelled["items"] < 20_000
