"""CheckReply by gRPC and by Connect: of a situation, of a recorded decision, and what is refused."""

import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import grpc
import httpx
import pytest
from google.protobuf.json_format import MessageToDict, ParseDict

from amends.v1 import decision_service_pb2 as service_pb2
from amends.v1 import record_pb2
from amends.v1.decision_service_pb2_grpc import DecisionServiceStub
from tests.service.recording import recording_server, sqlite_url
from tests.service.requests import refusal
from tests.service.running import RunningServer

RULES: Final = Path(__file__).parents[2] / "rules"
CASE: Final = {
    "caseId": "ticket-1",
    "contactReason": "arrived_damaged",
    "fault": "FAULT_COMPANY",
    "cause": "CAUSE_PROCESS",
    "reporter": "REPORTER_CUSTOMER",
    "severity": "SEVERITY_MEDIUM",
    "stage": "STAGE_USE",
    "obviousMistake": True,
    "requested": {"values": ["REQUEST_REFUND"]},
    "flags": {},
    "amountPaid": {"currencyCode": "USD", "units": "400"},
    "amountRefunded": {"currencyCode": "USD"},
    "amountAffected": {"currencyCode": "USD", "units": "400"},
}
DRAFT: Final = "I'm sorry. We will refund the 400.00 USD. I'll check on Monday."


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningServer]:
    folder = tmp_path_factory.mktemp("replies")
    shutil.copytree(RULES / "foundation", folder / "rules" / "foundation")
    options = ("--policies", "default=foundation", "--http-port", "0")
    with recording_server(folder / "rules", sqlite_url(folder), *options) as running:
        yield running


@pytest.fixture(scope="module")
def decisions(server: RunningServer) -> Iterator[DecisionServiceStub]:
    with server.channel() as channel:
        yield DecisionServiceStub(channel)


def asked(draft: str = DRAFT) -> service_pb2.CheckReplyRequest:
    return ParseDict({"situation": CASE, "draft": draft}, service_pb2.CheckReplyRequest())


def test_both_roads_find_the_same(server: RunningServer, decisions: DecisionServiceStub) -> None:
    """By gRPC, by Connect and by its plain path: one answer, which says what it cannot see."""
    answer = decisions.CheckReply(asked())
    [found] = answer.findings
    assert (found.finding_id, found.law) == ("refund-promised", service_pb2.REPLY_LAW_PROMISE_OPEN)
    assert DRAFT[found.start : found.end] == found.said
    assert (answer.locale, answer.pack_id, len(answer.phrases_digest)) == ("en", "foundation", 64)
    assert answer.cannot_see
    base = f"http://{server.wait_for('ready')['http']}"
    for path in ("/amends.v1.DecisionService/CheckReply", "/v1/replies:check"):
        by_http = httpx.post(base + path, json=MessageToDict(asked()), timeout=60)
        assert by_http.status_code == httpx.codes.OK, by_http.text
        assert ParseDict(json.loads(by_http.text), service_pb2.CheckReplyResponse()) == answer


def test_what_was_approved_since_may_be_promised(decisions: DecisionServiceStub) -> None:
    """Against a recorded decision its outcomes count, and its own id is not for customers."""
    request = service_pb2.DecideRequest(situation=asked().situation)
    request.situation.case_id = "ticket-2"
    decided = decisions.Decide(request)
    of_it = service_pb2.CheckReplyRequest(decision_id=decided.decision_id, draft=DRAFT)
    [found] = decisions.CheckReply(of_it).findings
    assert found.action_id in {action.action_id for action in decided.decision.actions}
    decisions.RecordOutcome(
        service_pb2.RecordOutcomeRequest(
            decision_id=decided.decision_id, action_id=found.action_id, kind=record_pb2.OUTCOME_KIND_APPROVED
        )
    )
    assert not decisions.CheckReply(of_it).findings
    of_it.draft += f" See {decided.decision_id}."
    [named] = decisions.CheckReply(of_it).findings
    assert (named.said, named.law) == (decided.decision_id, service_pb2.REPLY_LAW_INTERNAL_IDENTIFIER)


def test_all_that_is_wrong_with_a_request_is_told_at_once(decisions: DecisionServiceStub) -> None:
    """With the draft and with the situation; a draft is never in the log."""
    request = asked(" ")
    request.locale = "no tag"
    request.situation.case_id = ""
    with pytest.raises(grpc.RpcError) as caught:
        decisions.CheckReply(request)
    assert {"draft", "locale", "situation.case_id"} <= set(refusal(caught.value).violations)
    with pytest.raises(grpc.RpcError) as caught:
        decisions.CheckReply(service_pb2.CheckReplyRequest(draft="x" * 100_001))
    assert set(refusal(caught.value).violations) == {"decision_id", "draft"}
    with pytest.raises(grpc.RpcError) as caught:
        decisions.CheckReply(service_pb2.CheckReplyRequest(decision_id="none", draft="Hello."))
    assert refusal(caught.value).reason == "UNKNOWN_DECISION"


def test_a_draft_is_in_no_log(server: RunningServer, decisions: DecisionServiceStub) -> None:
    """It is what somebody writes to a customer."""
    decisions.CheckReply(asked("A very private word for you."))
    assert all("private word" not in json.dumps(line) for line in server.lines("call"))
