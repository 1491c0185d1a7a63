"""Both clients report what was done and read what is recorded, against a real server with a log."""

import re
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import pytest

from amends.v1.decision_service_pb2 import (
    ListDecisionsRequest,
    ListDecisionsResponse,
    RecordOutcomeRequest,
    RecordOutcomeResponse,
)
from amends_client import (
    AmendsClient,
    AsyncAmendsClient,
    DecideResponse,
    Explain,
    InvalidRequest,
    OutcomeKind,
    ReplayResult,
    RequestIdReused,
    Situation,
    UnknownAction,
    UnknownDecision,
    kind_of,
    money_text,
    situation,
)
from tests.clients.scripted_server import ScriptedDecisions, serving


def late(case_id: str) -> Situation:
    return situation(
        case_id=case_id,
        contact_reason="late_delivery",
        fault="company",
        shipping_fee="9.90 USD",
        amount_paid="59.90 USD",
        amount_refunded="0.00 USD",
        facts={"delay_days": 4},
    )


def refund_of(answer: DecideResponse) -> str:
    return next(action.action_id for action in answer.decision.actions if kind_of(action) == "refund")


def test_what_was_done_is_reported_and_read(recording_service: str) -> None:
    """From the decision to the payment, and to what the log, the lists and the statistics say of it."""
    with AmendsClient(recording_service) as client:
        answer = client.decide(late("sync"), policy="starter")
        paid = client.record_outcome(
            decision_id=answer.decision_id,
            action_id=refund_of(answer),
            kind="executed",
            amount="4.00 USD",
            actor={"actor_id": "ann", "kind": "human"},
            time=datetime.now(UTC) - timedelta(minutes=5),
            external_reference="payment-1",
        )
        decision = client.get_decision(answer.decision_id)
        (listed,) = client.list_decisions(case_id="sync", outcome="actions_recommended", rule_id=paid_rule(answer))
        (counted,) = client.rule_statistics(policy="starter", rule_ids=[paid_rule(answer)], period_days=0)
        again = client.decide(late("sync"), policy="starter", supersedes=answer.decision_id)
        replayed = [client.replay_decision(one.decision_id) for one in (answer, again)]
        in_full = client.replay_decision(answer.decision_id, explain=Explain.EXPLAIN_FULL)

    assert money_text(paid.outcome.amount) == "4 USD"
    assert [one.outcome_id for one in decision.outcomes] == [paid.outcome.outcome_id]
    assert decision.outcomes[0].actor.actor_id == "ann"
    assert decision.situation.case_id == "sync"
    assert [one.result for one in replayed] == [ReplayResult.REPLAY_RESULT_SAME] * 2
    assert replayed[1].decision == again.decision
    assert any(rule.conditions for rule in in_full.decision.trace.rules)
    assert listed.decision_id == answer.decision_id
    assert counted.executed >= 1
    assert "USD" in money_text(counted.paid[0])
    rest = next(action for action in again.decision.actions if kind_of(action) == "refund")
    assert money_text(rest.amount) == "5.90 USD"


def paid_rule(answer: DecideResponse) -> str:
    return next(action.rule_ids[0] for action in answer.decision.actions if kind_of(action) == "refund")


async def test_the_async_client_does_the_same(recording_service: str) -> None:
    """Every method, awaited; lists by `async for`."""
    async with AsyncAmendsClient(recording_service) as client:
        answer = await client.decide(late("async"), policy="starter")
        reported = await client.record_outcome(
            decision_id=answer.decision_id,
            action_id=refund_of(answer),
            kind=OutcomeKind.OUTCOME_KIND_OVERRIDDEN,
            reason="they wanted a credit",
            instead={"kind": "goodwill", "parameters": {"kind": "credit"}, "amount": "9.90 USD"},
        )
        decision = await client.get_decision(answer.decision_id)
        replayed = await client.replay_decision(answer.decision_id, explain=Explain.EXPLAIN_FULL)
        listed = [one.decision_id async for one in client.list_decisions(case_id="async")]
        waiting = [one.case_id async for one in client.list_obligations(case_id="async", states=["open", "kept"])]
        counted = await client.rule_statistics(rule_ids=[paid_rule(answer)])

    assert money_text(reported.outcome.instead.amount) == "9.90 USD"
    assert decision.outcomes[0].reason == "they wanted a credit"
    assert replayed.result == ReplayResult.REPLAY_RESULT_SAME
    assert listed == [answer.decision_id]
    assert set(waiting) <= {"async"}
    assert counted[0].overridden >= 1


def test_what_is_refused_has_a_type_of_its_own(recording_service: str) -> None:
    """What is not there, an id that was used, and a report that cannot be so."""
    with AmendsClient(recording_service) as client:
        answer = client.decide(late("refused"), policy="starter")
        known, refund = answer.decision_id, refund_of(answer)
        with pytest.raises(UnknownDecision):
            client.get_decision("0190")
        with pytest.raises(UnknownAction):
            client.record_outcome(decision_id=known, action_id="0" * 48, kind="offered")
        with pytest.raises(InvalidRequest) as wrong:
            client.record_outcome(decision_id=known, action_id=refund, kind="executed", amount="1.00 EUR")
        client.record_outcome(decision_id=known, action_id=refund, kind="offered", request_id="used")
        with pytest.raises(RequestIdReused):
            client.record_outcome(decision_id=known, action_id=refund, kind="customer_accepted", request_id="used")

    assert [one.field for one in wrong.value.violations] == ["amount"]


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({"kind": "paid"}, "kind: expected one of offered, customer_accepted"),
        ({"kind": "executed", "amount": 9.9}, 'amount: expected money as text, for instance "9.90 USD", not 9.9'),
        ({"kind": "executed", "when": 1}, "when: there is no such field"),
        ({}, "kind: required"),
        ({"kind": "overridden", "instead": {"kind": "gesture"}}, "instead.kind: expected one of entitlement"),
    ],
)
def test_a_report_that_is_none_is_told_before_anything_is_sent(fields: dict[str, object], told: str) -> None:
    """With its path and what was expected there, by both clients alike: the request is made by the same code."""
    with AmendsClient("127.0.0.1:1") as client, pytest.raises(ValueError, match=re.escape(told)):
        client.record_outcome(decision_id="d", action_id="a", **fields)  # type: ignore[arg-type]  # mistakes are tested
    with AmendsClient("127.0.0.1:1") as client, pytest.raises(ValueError, match="states: expected one of open"):
        client.list_obligations(states=["late"])


@dataclass
class _Records(ScriptedDecisions):
    """Pages of one decision each, and reports that are counted."""

    pages: int = 0
    asked: list[str] = field(default_factory=list)
    reports: list[str] = field(default_factory=list)

    def ListDecisions(self, request: ListDecisionsRequest, _context: object) -> ListDecisionsResponse:  # noqa: N802  # gRPC's
        self.asked.append(request.page_token)
        number = int(request.page_token or 0)
        answer = ListDecisionsResponse(next_page_token=str(number + 1) if number + 1 < self.pages else "")
        answer.decisions.add(decision_id=f"decision-{number}")
        return answer

    def RecordOutcome(self, request: RecordOutcomeRequest, _context: object) -> RecordOutcomeResponse:  # noqa: N802  # gRPC's
        self.reports.append(request.request_id)
        return RecordOutcomeResponse()


def test_pages_are_fetched_as_they_are_needed() -> None:
    """Who needs the first ten of a million gets a page, and each page is asked for once."""
    servicer = _Records(pages=3)
    with serving(servicer) as address, AmendsClient(address) as client:
        decisions = client.list_decisions()
        assert servicer.asked == []
        assert next(decisions).decision_id == "decision-0"
        assert servicer.asked == [""]
        assert [one.decision_id for one in decisions] == ["decision-1", "decision-2"]

    assert servicer.asked == ["", "1", "2"]


def test_a_report_without_an_id_gets_one_of_its_own() -> None:
    """So that it may be sent again; two reports are two."""
    servicer = _Records()
    with serving(servicer) as address, AmendsClient(address) as client:
        for _ in range(2):
            client.record_outcome(decision_id="d", action_id="a", kind="offered")
        client.record_outcome(decision_id="d", action_id="a", kind="offered", request_id="mine")

    assert len(set(servicer.reports)) == 3
    assert servicer.reports[2] == "mine"
