"""Calls of both clients against a scripted server: what is sent, what is repeated, when they end, what they raise."""

import re
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import grpc
import pytest
from google.rpc import error_details_pb2

from amends.v1.decision_service_pb2 import (
    BatchDecideRequest,
    BatchDecideResponse,
    BatchDecideResult,
    DecideRequest,
    DecideResponse,
)
from amends_client import (
    Actor,
    AmendsClient,
    AmendsError,
    AsyncAmendsClient,
    DeadlineExceeded,
    FieldViolation,
    InternalError,
    InvalidRequest,
    InvalidSituation,
    NotImplementedYet,
    Situation,
    Unavailable,
    UnknownPolicy,
    situation,
)
from amends_client import (
    DecideRequest as Asked,
)
from tests.clients.scripted_server import ScriptedDecisions, abort, serving, status

ROOT = Path(__file__).parents[2]
CASE = situation(case_id="c-1", fault="company")


@contextmanager
def dying_server(port: str = "0") -> Iterator[tuple[subprocess.Popen[str], str]]:
    """A process that ends while it handles a call, and its address."""
    command = [sys.executable, "-m", "tests.clients.dying_server", port]
    with subprocess.Popen(
        command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as process:
        assert process.stdout is not None
        try:
            yield process, process.stdout.readline().strip()
        finally:
            process.kill()


def handled(process: subprocess.Popen[str]) -> int:
    """How many calls reached the handler of a process that has ended or is ended now."""
    assert process.stdout is not None
    process.kill()
    return process.stdout.read().count("handled")


def test_a_request_carries_what_the_caller_said() -> None:
    """Every option reaches the server under its own name."""
    servicer = ScriptedDecisions()
    with serving(servicer) as address, AmendsClient(address) as client:
        client.decide(CASE, policy="brand-x", request_id="r-1", actor=Actor(role="supervisor"), preview=True)

    assert servicer.seen == [
        DecideRequest(situation=CASE, policy="brand-x", request_id="r-1", actor=Actor(role="supervisor"), preview=True)
    ]
    assert servicer.headers[0]["x-request-id"] == "r-1"


def test_an_unknown_option_is_no_request() -> None:
    """A misspelt option fails before anything is sent."""
    servicer = ScriptedDecisions()
    with serving(servicer) as address, AmendsClient(address) as client, pytest.raises(ValueError, match="polcy"):
        client.decide(CASE, polcy="brand-x")  # type: ignore[call-arg]  # the mistake is what is tested

    assert servicer.seen == []


@pytest.mark.parametrize(
    ("target", "error", "told"),
    [
        (None, TypeError, 'target: expected "HOST:PORT", not None'),
        ("", ValueError, 'target: expected "HOST:PORT", for instance "127.0.0.1:50051"; it is empty'),
        ("http://127.0.0.1:50051", ValueError, 'target: say "127.0.0.1:50051" and nothing else'),
        ("HTTPS://amends.example:443/", ValueError, 'say "amends.example:443" and give credentials=grpc.ssl_channel_'),
    ],
)
def test_a_target_that_is_none_is_told_when_the_client_is_made(
    target: object, error: type[Exception], told: str
) -> None:
    """Not by the first call, in words of a library below."""
    for client in (AmendsClient, AsyncAmendsClient):
        with pytest.raises(error, match=re.escape(told)):
            client(target)  # type: ignore[arg-type]  # the mistake is what is tested


@pytest.mark.parametrize(
    ("argument", "options", "told"),
    [
        ({"fault": "company"}, {}, "expected a Situation, as situation(case_id=..., ...) builds it, not a dict"),
        (CASE, {"policy": 3}, "policy: expected text, not 3"),
        (CASE, {"preview": "yes"}, "preview: expected True or False, not 'yes'"),
        (CASE, {"explain": "full"}, "explain: expected a member of Explain"),
        (CASE, {"actor": "supervisor"}, 'actor: expected an Actor, for instance Actor(role="supervisor")'),
    ],
)
async def test_an_argument_of_another_type_is_told_with_what_was_expected(
    argument: object, options: dict[str, object], told: str
) -> None:
    """Before anything is sent, by both clients, for one situation as for many."""
    servicer = ScriptedDecisions()
    given: Any = argument
    named: Any = options
    with serving(servicer) as address:
        with AmendsClient(address) as client:
            with pytest.raises(TypeError, match=re.escape(told)):
                client.decide(given, **named)
            with pytest.raises(TypeError, match=re.escape(told.partition(", not")[0])):
                client.batch_decide([CASE, given], **named)
        async with AsyncAmendsClient(address) as async_client:
            with pytest.raises(TypeError, match=re.escape(told)):
                await async_client.decide(given, **named)

    assert servicer.seen == []


def test_a_call_that_a_handler_refused_is_not_repeated() -> None:
    """UNAVAILABLE from a handler is raised at once: the handler saw the call, so nobody sends it again."""
    servicer = ScriptedDecisions(decide=lambda _, context: context.abort(grpc.StatusCode.UNAVAILABLE, "not now"))
    with serving(servicer) as address, AmendsClient(address) as client, pytest.raises(Unavailable, match="not now"):
        client.decide(CASE)

    assert len(servicer.seen) == 1


def test_a_call_whose_server_died_while_handling_it_is_not_repeated() -> None:
    """The connection broke after a handler had the call: a second server is there, and does not get it."""
    with dying_server() as (first, address), dying_server(address.partition(":")[2]) as (second, same):
        assert same == address
        with AmendsClient(address) as client:
            with pytest.raises(Unavailable):
                client.decide(CASE)
            assert [handled(first), handled(second)].count(1) == 1


def test_a_call_waits_for_a_server_that_is_not_there_yet() -> None:
    """A call that was never sent may wait for a connection; it reaches a handler once."""
    with serving(ScriptedDecisions()) as address:
        pass
    servicer, answers = ScriptedDecisions(), list[DecideResponse]()
    with AmendsClient(address, deadline=30) as client:
        call = threading.Thread(target=lambda: answers.append(client.decide(CASE)))
        call.start()
        with serving(servicer, port=int(address.rpartition(":")[2])):
            call.join()

    assert len(answers) == 1
    assert len(servicer.seen) == 1


def test_a_restart_between_calls_is_not_noticed() -> None:
    """A client outlives the server's restarts: the next call finds the new process."""
    servicer = ScriptedDecisions()
    with serving(servicer) as address:
        port = int(address.rpartition(":")[2])
    with AmendsClient(address, deadline=30) as client:
        for _ in range(3):
            with serving(servicer, port=port):
                client.decide(CASE)

    assert len(servicer.seen) == 3


def test_nobody_there_is_unavailable_or_too_late() -> None:
    """A call ends at once where it may not wait, else at its deadline, and says whom it asked; each has its request."""
    with serving(ScriptedDecisions()) as address:
        pass
    with AmendsClient(address, wait_for_ready=False) as client, pytest.raises(Unavailable, match="r-7") as away:
        client.decide(CASE, request_id="r-7")
    told = f"^no answer from {address} within 0.05 s "
    with AmendsClient(address, deadline=0.05) as client, pytest.raises(DeadlineExceeded, match=told):
        client.decide(CASE)

    assert away.value.code is grpc.StatusCode.UNAVAILABLE
    assert away.value.request_id == "r-7"


@pytest.mark.parametrize("per_call", [None, 1.0])
def test_a_slow_server_does_not_hold_the_caller(per_call: float | None) -> None:
    """The deadline of the client, or of the call, ends a call that a handler keeps; it is not repeated."""
    gone = threading.Event()

    def hang(_request: DecideRequest, context: grpc.ServicerContext) -> DecideResponse:
        context.add_callback(gone.set)
        gone.wait(timeout=60)
        return DecideResponse()

    servicer = ScriptedDecisions(decide=hang)
    default = 1.0 if per_call is None else 60.0
    with serving(servicer) as address, AmendsClient(address, deadline=default) as client:
        with pytest.raises(DeadlineExceeded):
            client.decide(CASE, deadline=per_call)
        assert gone.wait(timeout=60)

    assert len(servicer.seen) == 1


def refuse(reason: str, code: grpc.StatusCode) -> Callable[[DecideRequest, grpc.ServicerContext], DecideResponse]:
    """A handler that answers with an error and its details."""
    violations = [
        error_details_pb2.BadRequest.FieldViolation(field="situation.stage", description="expected one of 6"),
        error_details_pb2.BadRequest.FieldViolation(field="situation.facts.delay", description="no such fact"),
    ]
    details = [
        error_details_pb2.ErrorInfo(reason=reason, domain="amends", metadata={"known": "default"}),
        error_details_pb2.BadRequest(field_violations=violations),
    ]
    return lambda _request, context: abort(context, status(code, "no", *details))


@pytest.mark.parametrize(
    ("reason", "code", "error"),
    [
        ("INVALID_SITUATION", grpc.StatusCode.INVALID_ARGUMENT, InvalidSituation),
        ("UNKNOWN_POLICY", grpc.StatusCode.NOT_FOUND, UnknownPolicy),
        ("NOT_IMPLEMENTED", grpc.StatusCode.UNIMPLEMENTED, NotImplementedYet),
        ("INTERNAL", grpc.StatusCode.INTERNAL, InternalError),
        ("NO_RULE_PACK", grpc.StatusCode.UNAVAILABLE, Unavailable),
        ("OF_A_NEWER_SERVER", grpc.StatusCode.UNIMPLEMENTED, NotImplementedYet),
        ("OF_A_NEWER_SERVER", grpc.StatusCode.DATA_LOSS, AmendsError),
    ],
)
async def test_both_clients_raise_the_same_typed_error(
    reason: str, code: grpc.StatusCode, error: type[AmendsError]
) -> None:
    """The reason decides the type, the status code where the reason is unknown; nothing of the details is lost."""
    with serving(ScriptedDecisions(decide=refuse(reason, code))) as address:
        with AmendsClient(address) as client, pytest.raises(error) as raised:
            client.decide(CASE, request_id="r-1")
        async with AsyncAmendsClient(address) as async_client:
            with pytest.raises(error) as awaited:
                await async_client.decide(CASE, request_id="r-1")

    assert type(raised.value) is error
    assert awaited.value.failure == raised.value.failure
    assert raised.value.reason == reason
    assert raised.value.request_id == "r-1"
    assert raised.value.failure.metadata == {"known": "default"}
    assert raised.value.failure.violations == (
        FieldViolation("situation.stage", "expected one of 6"),
        FieldViolation("situation.facts.delay", "no such fact"),
    )
    assert "situation.facts.delay: no such fact" in str(raised.value)


@pytest.mark.parametrize(
    ("message", "headline"), [("1 violation", "1 violation"), ("2 violations, the first", "2 violations")]
)
def test_a_violation_is_printed_once(message: str, headline: str) -> None:
    """The server's message quotes the first for those who read nothing else; here all of them follow."""
    violation = error_details_pb2.BadRequest.FieldViolation(field="situation.case_id", description="required; say it")
    details = [error_details_pb2.BadRequest(field_violations=[violation])]
    text = f"{message}: situation.case_id: required"

    def answer(_request: DecideRequest, context: grpc.ServicerContext) -> DecideResponse:
        return abort(context, status(grpc.StatusCode.INVALID_ARGUMENT, text, *details))

    with (
        serving(ScriptedDecisions(decide=answer)) as address,
        AmendsClient(address) as client,
        pytest.raises(InvalidRequest) as raised,
    ):
        client.decide(CASE, request_id="r-1")

    assert str(raised.value).splitlines() == [
        f"{headline} (request r-1)",
        "  situation.case_id: required; say it",
    ]
    assert raised.value.message == text


def test_a_broken_detail_does_not_hide_the_error() -> None:
    """Details that do not parse leave the code and the message."""

    def broken(_request: DecideRequest, context: grpc.ServicerContext) -> DecideResponse:
        context.set_trailing_metadata((("grpc-status-details-bin", b"\xff\xff"),))
        context.abort(grpc.StatusCode.NOT_FOUND, "gone")

    with (
        serving(ScriptedDecisions(decide=broken)) as address,
        AmendsClient(address) as client,
        pytest.raises(AmendsError, match="gone"),
    ):
        client.decide(CASE)


async def test_a_batch_gives_a_decision_or_an_error_an_item() -> None:
    """One bad item does not cost the others their decisions, and each error is typed as a single call's would be."""

    def answer(request: BatchDecideRequest) -> BatchDecideResponse:
        info = error_details_pb2.ErrorInfo(reason="UNKNOWN_POLICY")
        return BatchDecideResponse(
            results=[
                BatchDecideResult(error=status(grpc.StatusCode.NOT_FOUND, "no such policy", info))
                if item.request.policy
                else BatchDecideResult(response=DecideResponse(decision_id=item.request.situation.case_id))
                for item in request.items
            ]
        )

    servicer = ScriptedDecisions(batch=answer)
    items: list[Situation | Asked] = [CASE, Asked(situation=CASE, policy="nowhere", request_id="r-2"), CASE]
    with serving(servicer) as address:
        with AmendsClient(address) as client:
            results = client.batch_decide(items, preview=True)
        async with AsyncAmendsClient(address) as async_client:
            awaited = await async_client.batch_decide(items, preview=True)

    assert results[0] == results[2] == DecideResponse(decision_id="c-1")
    assert isinstance(results[1], UnknownPolicy)
    assert results[1].request_id == "r-2"
    assert [type(result) for result in awaited] == [type(result) for result in results]
    request = servicer.seen[0]
    assert isinstance(request, BatchDecideRequest)
    assert request.preview
    assert len({item.request.request_id for item in request.items}) == 3
