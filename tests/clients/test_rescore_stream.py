"""Many situations in one stream, with both clients: each answered once under its key, whatever becomes of it."""

import asyncio
import signal
import socket
import threading
from collections.abc import AsyncIterator, Callable, Iterable, Iterator
from contextlib import ExitStack
from itertools import islice
from pathlib import Path
from typing import Any, Final

import grpc
import pytest
from google.rpc import error_details_pb2

from amends.v1 import decision_service_pb2 as service_pb2
from amends_client import (
    AmendsClient,
    AmendsError,
    AsyncAmendsClient,
    DecideRequest,
    DecideResponse,
    InvalidSituation,
    PermissionDenied,
    ServiceAway,
    Situation,
    StreamProgress,
    UnknownPolicy,
    situation,
)
from tests.clients.scripted_server import ScriptedDecisions, abort, serving, status
from tests.service.packs import SHOP
from tests.service.requests import late as late_in_the_shop
from tests.service.running import PATIENCE, RunningServer, write_pack

ROOT: Final = Path(__file__).parents[2]
Item = tuple[object, Situation | DecideRequest]
Answers = list[tuple[object, DecideResponse | AmendsError]]
Client = Callable[..., Answers]


def late(number: int) -> Situation:
    return situation(case_id=f"case-{number}", contact_reason="late_delivery", facts={"delay_days": number % 9})


def blocking(target: str, items: Iterable[Item], *, token: str | None = None, **options: Any) -> Answers:  # noqa: ANN401 -- the client's own
    with AmendsClient(target, token=token) as client:
        return list(client.rescore_stream(items, policy="starter", **options))


def with_asyncio(target: str, items: Iterable[Item], *, token: str | None = None, **options: Any) -> Answers:  # noqa: ANN401 -- the client's own
    async def streamed() -> Answers:
        async with AsyncAmendsClient(target, token=token) as client:
            return [found async for found in client.rescore_stream(items, policy="starter", **options)]

    return asyncio.run(streamed())


both = pytest.mark.parametrize("client", [blocking, with_asyncio])


@both
def test_each_item_gets_its_answer_under_its_own_key(client: Client, service: str) -> None:
    """In the order of the items; an item that cannot be decided gets its error, and the stream goes on."""
    wrong: dict[int, Situation | DecideRequest] = {
        3: DecideRequest(situation=late(3), policy="nobody's"),
        5: situation(case_id="case-5", facts={"delay_days": -1}),
    }
    told: list[StreamProgress] = []

    answers = client(service, (((number, "key"), wrong.get(number, late(number))) for number in range(600)))
    client(service, ((number, late(number)) for number in range(9)), progress=told.append, most_under_way=2)

    assert [key for key, _ in answers] == [(number, "key") for number in range(600)]
    errors = {key: type(answer) for key, answer in answers if isinstance(answer, AmendsError)}
    assert errors == {(3, "key"): UnknownPolicy, (5, "key"): InvalidSituation}
    with AmendsClient(service) as single:
        alone = single.decide(late(7), policy="starter", preview=True)
    streamed = answers[7][1]
    assert isinstance(streamed, DecideResponse)
    assert streamed.decision == alone.decision
    assert not streamed.decision_id  # a look, not a decision
    assert [one.answered for one in told] == list(range(1, 10))
    assert all(one.under_way < 2 and one.failed == one.reopened == 0 for one in told)


@both
def test_nothing_is_taken_before_there_is_room(client: Client, service: str) -> None:
    """A source without an end is read as far as answers are taken, and no further than what may be under way."""
    taken = 0

    def endless() -> Iterator[Item]:
        nonlocal taken
        while True:
            taken += 1
            yield taken, late(taken)

    if client is blocking:
        with AmendsClient(service) as synchronous:
            stream = synchronous.rescore_stream(endless(), policy="starter", most_under_way=10)
            keys = [key for key, _ in islice(stream, 25)]
            stream.close()
    else:
        keys = asyncio.run(first(25, service, endless()))
    assert keys == list(range(1, 26))
    assert taken <= 36


async def first(count: int, target: str, items: Iterable[Item]) -> list[object]:
    keys = []
    async with AsyncAmendsClient(target) as client:
        stream = client.rescore_stream(items, policy="starter", most_under_way=10)
        async for key, _ in stream:
            keys.append(key)
            if len(keys) == count:
                break
        await stream.aclose()
    return keys


async def test_an_answer_does_not_wait_for_an_async_source(service: str) -> None:
    """What comes next may depend on the answer before it."""
    answered = asyncio.Event()

    async def asked() -> AsyncIterator[tuple[str, Situation]]:
        yield "first", late(1)
        await answered.wait()
        yield "second", late(2)

    keys = []
    async with AsyncAmendsClient(service) as client:
        async for key, _ in client.rescore_stream(asked(), policy="starter"):
            keys.append(key)
            answered.set()
    assert keys == ["first", "second"]


def free_port() -> str:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return str(found.getsockname()[1])


@both
def test_a_server_that_is_killed_and_started_again_loses_and_doubles_nothing(client: Client, tmp_path: Path) -> None:
    """Killed in the middle and started on the same port: every item is answered once, in order."""
    write_pack(tmp_path, "shop", SHOP)
    program = ("-m", "amends", "serve", "--port", free_port(), "--rules", str(tmp_path))
    told = list[StreamProgress]()
    with RunningServer(program=program) as first, ExitStack() as then:

        def watched() -> Iterator[Item]:
            for number in range(1_200):
                if number == 600:
                    first.signal(signal.SIGKILL)
                    first.process.wait(PATIENCE)
                    then.enter_context(RunningServer(program=program))
                yield number, late_in_the_shop(case_id=f"case-{number}", policy="shop")

        answers = client(first.target, watched(), progress=told.append)

    assert [key for key, _ in answers] == list(range(1_200))
    assert all(isinstance(answer, DecideResponse) for _, answer in answers)
    assert told[-1] == StreamProgress(answered=1_200, failed=0, under_way=0, reopened=told[-1].reopened)
    assert told[-1].reopened >= 1


Came = list[service_pb2.StreamDecideRequest]
Streamed = Iterator[service_pb2.StreamDecideResponse]
Script = Callable[[Came, grpc.ServicerContext], Streamed]


class Scripted(ScriptedDecisions):
    """Each call of the stream is answered by the next of the scripts, the last by all others; what came is kept."""

    def __init__(self, *scripts: Script) -> None:
        super().__init__()
        self.calls: list[Came] = []
        self.said: list[dict[str, str | bytes]] = []
        self._scripts = list(scripts)

    def StreamDecide(  # noqa: N802 -- gRPC's
        self, requests: Iterator[service_pb2.StreamDecideRequest], context: grpc.ServicerContext
    ) -> Streamed:
        came: Came = []
        self.calls.append(came)
        self.said.append(dict(context.invocation_metadata()))
        script = self._scripts.pop(0) if len(self._scripts) > 1 else self._scripts[0]
        for request in requests:
            came.append(request)
            yield from script(came, context)


def answer(came: Came, _context: object) -> Streamed:
    response = DecideResponse(decision_id=f"of {came[-1].request.situation.case_id}")
    yield service_pb2.StreamDecideResponse(correlation_id=came[-1].correlation_id, response=response)


def refuse(code: grpc.StatusCode, reason: str, *, after: int) -> Script:
    """Answers so many, and ends the call with an error."""

    def script(came: Came, context: grpc.ServicerContext) -> Streamed:
        if len(came) > after:
            abort(context, status(code, "no more", error_details_pb2.ErrorInfo(reason=reason)))
        yield from answer(came, context)

    return script


def say_nothing(_came: Came, context: grpc.ServicerContext) -> Streamed:
    gone = threading.Event()
    context.add_callback(gone.set)
    gone.wait(PATIENCE)
    yield from ()


def log_away(came: Came, _context: object) -> Streamed:
    info = error_details_pb2.ErrorInfo(reason="LOG_UNAVAILABLE")
    error = status(grpc.StatusCode.UNAVAILABLE, "the log is away", info)
    yield service_pb2.StreamDecideResponse(correlation_id=came[-1].correlation_id, error=error)


@both
@pytest.mark.parametrize("broken", [refuse(grpc.StatusCode.UNAVAILABLE, "STOPPING", after=3), log_away])
def test_what_has_no_answer_is_sent_again_under_its_own_id(client: Client, broken: Script) -> None:
    """A server that stops, and one that cannot reach its log: the same items, ids and order; what is answered stays."""
    scripted = Scripted(broken, answer)
    with serving(scripted) as target:
        answers = client(target, [(number, late(number)) for number in range(8)], preview=False)

    assert [(key, found.decision_id) for key, found in answers if isinstance(found, DecideResponse)] == [
        (number, f"of case-{number}") for number in range(8)
    ]
    once, again = ({one.correlation_id: one.request.request_id for one in came} for came in scripted.calls)
    assert list(again) == [str(number) for number in range(4 if broken is not log_away else 1, 9)]
    assert all(again[mark] == request_id for mark, request_id in once.items() if mark in again)
    assert len(set(again.values())) == len(again)
    assert not any(one.request.preview for came in scripted.calls for one in came)


@both
def test_what_cannot_be_mended_is_raised(client: Client) -> None:
    """Who may not decide is told at once; silence, when patience is over; an answer to something else, as such."""
    items = [(number, late(number)) for number in range(4)]
    denying = refuse(grpc.StatusCode.PERMISSION_DENIED, "PERMISSION_DENIED", after=1)
    with serving(Scripted(denying)) as target, pytest.raises(PermissionDenied):
        client(target, items)
    with serving(Scripted(say_nothing)) as target, pytest.raises(ServiceAway, match=r"0\.3 s"):
        client(target, items, patience=0.3)
    with pytest.raises(ServiceAway):
        client(target, items, patience=0.3)
    strange = service_pb2.StreamDecideResponse(correlation_id="77")
    scrambled = Scripted(lambda _came, _context: iter([strange]))
    with serving(scrambled) as target, pytest.raises(AmendsError, match="'77' where 1 was next"):
        client(target, items)
    assert len(scrambled.calls) == 1


@both
def test_errors_of_the_source_are_the_callers_own(client: Client, service: str) -> None:
    """They end the stream as they are; so does what is no item, and an option that there is not."""

    def failing() -> Iterator[Item]:
        yield 1, late(1)
        raise LookupError("the cursor")

    with pytest.raises(LookupError, match="the cursor"):
        client(service, failing())
    with pytest.raises(TypeError, match="expected a Situation"):
        client(service, [(1, "case-1")])
    with pytest.raises(ValueError, match="most_under_way"):
        client(service, [], most_under_way=0)
    assert client(service, []) == []


@both
def test_the_token_is_sent_with_a_stream(client: Client) -> None:
    """As with every other call."""
    scripted = Scripted(answer)
    with serving(scripted) as target:
        client(target, [(1, late(1))], token="s3cret")
    assert scripted.said[0]["authorization"] == "Bearer s3cret"
