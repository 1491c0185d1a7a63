"""ReplayDecision, over a real channel: what was answered comes out again, and what was altered is told."""

import grpc
import pytest
from sqlalchemy import LargeBinary, bindparam, text

from amends.server.clock import SystemClock
from amends.server.new_id import NewUuid7
from amends.storage.erasure import DatabaseEraser
from amends.storage.opened import OpenedLog
from amends.v1 import decision_service_pb2 as service_pb2
from tests.service.recording import RecordingShop, look, recording, recording_shop
from tests.service.requests import late, refusal

__all__ = ["recording", "recording_shop"]


def replayed(recording: RecordingShop, decision_id: str) -> service_pb2.ReplayDecisionResponse:
    return recording.decisions.ReplayDecision(service_pb2.ReplayDecisionRequest(decision_id=decision_id))


def alter(recording: RecordingShop, decision_id: str, column: str, value: bytes) -> None:
    """Change what the log holds behind the server's back."""
    statement = text(f"UPDATE decisions SET {column} = :value WHERE decision_id = :id")  # noqa: S608  # our own column
    statement = statement.bindparams(bindparam("value", value, LargeBinary), id=decision_id)
    look(recording.url, lambda log: log.database.write(lambda connection: connection.execute(statement).rowcount))


def test_a_recorded_decision_comes_out_the_same(recording: RecordingShop) -> None:
    """With the decision that was answered, and no difference; also one that takes another's place, and one in full."""
    first = recording.decisions.Decide(late())
    recording.executed(first, first.decision.actions[1].action_id, 990)
    again = late(5)
    again.supersedes, again.explain = first.decision_id, service_pb2.EXPLAIN_FULL
    second = recording.decisions.Decide(again)
    for answer in (first, second):
        found = replayed(recording, answer.decision_id)
        assert found.result == service_pb2.REPLAY_RESULT_SAME
        assert found.decision.actions == answer.decision.actions
        assert found.decision.changes == answer.decision.changes
        assert not found.differences


def test_it_is_explained_in_full_whatever_was_asked_for_then(recording: RecordingShop) -> None:
    """The log keeps what decided; the rest is told by the same rules, and it is the same decision."""
    answer = recording.decisions.Decide(late())
    assert not any(rule.conditions for rule in answer.decision.trace.rules)

    asked = service_pb2.ReplayDecisionRequest(decision_id=answer.decision_id, explain=service_pb2.EXPLAIN_FULL)
    found = recording.decisions.ReplayDecision(asked)

    assert found.result == service_pb2.REPLAY_RESULT_SAME
    assert found.decision.actions == answer.decision.actions
    assert any(rule.conditions for rule in found.decision.trace.rules)


def test_another_way_to_explain_is_a_violation(recording: RecordingShop) -> None:
    """Not a replay of another kind."""
    with pytest.raises(grpc.RpcError) as refused:
        recording.decisions.ReplayDecision(service_pb2.ReplayDecisionRequest(decision_id="x", explain=7))  # type: ignore[arg-type]  # as a newer client may
    assert "explain" in str(refusal(refused.value))


def test_an_altered_decision_is_told(recording: RecordingShop) -> None:
    """Field by field, with what comes out now."""
    answer = recording.decisions.Decide(late())
    altered = service_pb2.DecideResponse.FromString(answer.SerializeToString()).decision
    altered.pack_version = "1.2.4"
    alter(recording, answer.decision_id, "decision", altered.SerializeToString(deterministic=True))

    found = replayed(recording, answer.decision_id)

    assert found.result == service_pb2.REPLAY_RESULT_DIFFERENT
    assert found.differences == ["pack_version: 1.2.4; again 1.2.3"]
    assert found.decision == answer.decision


def test_an_unknown_decision_is_not_found(recording: RecordingShop) -> None:
    """And an empty id is a violation."""
    with pytest.raises(grpc.RpcError) as refused:
        replayed(recording, "none-such")
    assert refusal(refused.value).code == "NOT_FOUND"
    with pytest.raises(grpc.RpcError) as refused:
        replayed(recording, "")
    assert refusal(refused.value).violations.keys() == {"decision_id"}


def test_a_forgotten_customer_is_answered_no_second_time(recording: RecordingShop) -> None:
    """The decision replays as erased, and the request that was erased with it is refused, not decided anew."""
    request = late(case_id="forgotten")
    request.request_id, request.situation.customer.customer_id = "forgotten-1", "customer-1"
    answer = recording.decisions.Decide(request)

    async def erase(log: OpenedLog) -> int:
        clock = SystemClock()
        new_id = NewUuid7(clock)
        eraser = DatabaseEraser(log.database)
        affected = await eraser.erase("customer-1", erasure_id=new_id(), erased_at=clock.now(), new_id=new_id)
        return affected.decisions

    assert look(recording.url, erase) == 1

    assert replayed(recording, answer.decision_id).result == service_pb2.REPLAY_RESULT_ERASED
    with pytest.raises(grpc.RpcError) as refused:
        recording.decisions.Decide(request)
    told = refusal(refused.value)
    assert (told.code, told.reason) == ("ALREADY_EXISTS", "REQUEST_ID_REUSED")
    assert "was erased" in told.message


def test_nothing_that_nobody_has_read_gets_into_the_log(recording: RecordingShop) -> None:
    """A field that this version does not know could hold anything; a fact that no pack declares is refused."""
    request = late()
    sent = request.SerializeToString()
    unknown = b"\xfa\x3f\x06secret"
    situation = request.situation.SerializeToString()
    whole = service_pb2.DecideRequest.FromString(sent)
    whole.situation.MergeFromString(unknown)
    assert b"secret" in whole.SerializeToString()

    entry = recording.entry(recording.decisions.Decide(whole).decision_id)

    assert entry is not None
    assert b"secret" not in entry.situation
    assert situation[:20] == entry.situation[:20]
    request.situation.facts["diary"].text = "secret"
    with pytest.raises(grpc.RpcError) as refused:
        recording.decisions.Decide(request)
    assert refusal(refused.value).violations.keys() == {'situation.facts["diary"]'}
