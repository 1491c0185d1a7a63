"""One line a call, with what is needed to find a decision again, and nothing of what was decided on."""

import re
from pathlib import Path

import grpc
import pytest
from google.type.money_pb2 import Money

from amends.v1 import decision_service_pb2 as service_pb2
from amends.v1 import situation_pb2
from amends.v1.decision_service_pb2_grpc import DecisionServiceStub
from tests.service.requests import late
from tests.service.running import RunningServer

PROCESS_AND_NUMBER = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}-[0-9]+")


def test_a_decision_is_found_again_in_the_log(decisions: DecisionServiceStub, server: RunningServer) -> None:
    """Ids, pack digest, policy, outcome, code and duration: what an operator asks for."""
    response = decisions.Decide(late(), metadata=(("x-request-id", "trace-1"),))

    line = server.wait_for("call", request_id="trace-1")
    assert line["method"] == "Decide"
    assert line["decision_id"] == response.decision_id
    assert line["pack_digest"] == response.decision.pack_digest
    assert (line["policy"], line["outcome"], line["code"]) == ("default", "actions_recommended", "OK")
    assert line["duration_us"] > 0


def test_a_call_without_an_id_gets_one(rules: Path) -> None:
    """So that two lines of one accident can be told apart from those of another: the process's id and a number."""
    with RunningServer("--rules", str(rules), "--policies", "default=shop") as server, server.channel() as channel:
        DecisionServiceStub(channel).Decide(late())

        assert PROCESS_AND_NUMBER.fullmatch(server.wait_for("call")["request_id"])


def test_the_requests_own_id_is_logged(rules: Path) -> None:
    """`request_id` names the request wherever it went; it stands before what the transport says."""
    request = late()
    request.request_id = "order-17-first-try"
    with RunningServer("--rules", str(rules), "--policies", "default=shop") as server, server.channel() as channel:
        DecisionServiceStub(channel).Decide(request, metadata=(("x-request-id", "hop-3"),))

        assert server.wait_for("call")["request_id"] == "order-17-first-try"


def test_nothing_of_a_situation_reaches_the_log(rules: Path) -> None:
    """Not in a decision, not in a refusal, not in a batch: the log may be read by people who may not read cases."""
    request = late()
    situation = request.situation
    situation.case_id = "MARKERcase"
    situation.customer.customer_id = "MARKERcustomer"
    situation.subject.order_id = "MARKERorder"
    situation.brand = "MARKERbrand"
    situation.facts["note"].text = "MARKERnote"
    # So long that it is no part of a moment by chance.
    situation.amount_affected.CopyFrom(Money(currency_code="USD", units=987_654_321_098))
    wrong = service_pb2.DecideRequest()
    wrong.CopyFrom(request)
    wrong.situation.contact_reason = "MARKERreason"
    wrong.situation.facts["MARKERfact"].CopyFrom(situation_pb2.FactValue(text="MARKERvalue"))
    items = [service_pb2.BatchDecideItem(correlation_id="MARKERrow", request=one) for one in (request, wrong)]

    options = ("--rules", str(rules), "--policies", "default=shop", "--log-level", "debug")
    with RunningServer(*options) as server, server.channel() as channel:
        decisions = DecisionServiceStub(channel)
        decisions.Decide(request)
        with pytest.raises(grpc.RpcError):
            decisions.Decide(wrong)
        decisions.BatchDecide(service_pb2.BatchDecideRequest(items=items))
        server.wait_for("call", 3)

        assert "MARKER" not in server.text
        assert "987654321098" not in server.text
        assert [line["code"] for line in server.lines("call")] == ["OK", "INVALID_ARGUMENT", "OK"]
        assert [(line["items"], line["failed"]) for line in server.lines("call")[2:]] == [(2, 1)]
