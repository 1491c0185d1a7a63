"""What was done is recorded, found again, and counts: over a real server, a real channel and SQLite."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import grpc
import pytest
from google.type.money_pb2 import Money

from amends.v1 import decision_pb2, record_pb2, situation_pb2
from amends.v1 import decision_service_pb2 as service_pb2
from tests.service.packs import SHOP
from tests.service.recording import RecordingShop, recording_server, sqlite_url
from tests.service.requests import late, refusal
from tests.service.running import write_pack

EXECUTED = record_pb2.OUTCOME_KIND_EXECUTED
KEPT = record_pb2.OUTCOME_KIND_KEPT
OPEN = record_pb2.OBLIGATION_STATE_OPEN
ANN = record_pb2.Actor(actor_id="ann", kind=record_pb2.ACTOR_KIND_HUMAN)
BOB = record_pb2.Actor(actor_id="bob", kind=record_pb2.ACTOR_KIND_HUMAN)
CADENCE = """
  - id: keep-posted
    title: Keep them posted
    when: {fault: company}
    then: [{update_cadence: {every: 60m, channel: voice, owner: same_person, until: resolved}}]
    because: {agent: They wait., customer: You hear from us.}
    source: [house rule 2]
  - id: tell-everybody
    title: One message to all who are affected
    when: {incident.ongoing: true}
    then: [{broadcast: {impact: It is down., new_process: Call us., new_expectations: By noon., scope: incident}}]
    because: {agent: One message., customer: We tell everybody.}
    source: [house rule 3]
"""


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RecordingShop]:
    """One server for all these tests: each has a case of its own."""
    folder: Path = tmp_path_factory.mktemp("shop")
    write_pack(folder / "rules", "shop", SHOP + CADENCE.lstrip("\n"))
    url = sqlite_url(folder)
    with recording_server(folder / "rules", url) as server, server.channel() as channel:
        yield RecordingShop(server, channel, url)


def decided(shop: RecordingShop, case_id: str, **said: str) -> service_pb2.DecideResponse:
    """Ann was told to give 9.90 back, to say sorry, and to call every hour."""
    request = late(case_id=case_id)
    request.actor.CopyFrom(ANN)
    request.situation.customer.customer_id = f"customer of {case_id}"
    request.supersedes = said.get("supersedes", "")
    return shop.decisions.Decide(request)


def action_of(answer: service_pb2.DecideResponse, kind: str) -> str:
    return next(one.action_id for one in answer.decision.actions if one.WhichOneof("kind") == kind)


def report(
    answer: service_pb2.DecideResponse, about: str, kind: record_pb2.OutcomeKind.ValueType, **said: object
) -> service_pb2.RecordOutcomeRequest:
    """A report of an action, by its kind."""
    return service_pb2.RecordOutcomeRequest(
        decision_id=answer.decision_id,
        action_id=action_of(answer, about),
        kind=kind,
        **said,  # type: ignore[arg-type]  # fields of the request, by name
    )


def recorded(shop: RecordingShop, answer: service_pb2.DecideResponse) -> record_pb2.RecordedDecision:
    return shop.decisions.GetDecision(service_pb2.GetDecisionRequest(decision_id=answer.decision_id)).decision


def refused(shop: RecordingShop, request: service_pb2.RecordOutcomeRequest) -> tuple[str, str]:
    with pytest.raises(grpc.RpcError) as caught:
        shop.decisions.RecordOutcome(request)
    said = refusal(caught.value)
    return said.code, said.reason


def test_a_decision_is_found_again_with_what_it_was_made_from(shop: RecordingShop) -> None:
    """The answer's content byte for byte, the situation with the moment, who asked, and what was promised."""
    answer = decided(shop, "found")
    found = recorded(shop, answer)
    assert found.decision.SerializeToString(deterministic=True) == answer.decision.SerializeToString(deterministic=True)
    assert found.situation.case_id == "found"
    assert list(found.supplied) == ["observe_time"]
    assert (found.actor.actor_id, found.actor.role) == ("ann", "frontline")
    assert found.summary.decided_at == answer.decided_at
    assert list(found.summary.rule_ids) == ["keep-posted", "shipping-back"]
    assert [one.state for one in found.obligations] == [OPEN]


def test_a_payment_is_recorded_once_however_often_it_is_reported(shop: RecordingShop) -> None:
    """The retry gets the same bytes; another amount under the same id is refused."""
    answer = decided(shop, "once")
    request = report(answer, "refund", EXECUTED, request_id="once-1", external_reference="payment-1")
    first = shop.decisions.RecordOutcome(request)
    assert first.outcome.amount == Money(currency_code="USD", units=9, nanos=900_000_000)
    assert shop.decisions.RecordOutcome(request) == first
    request.external_reference = "payment-2"
    assert refused(shop, request) == ("ALREADY_EXISTS", "REQUEST_ID_REUSED")
    assert [one.outcome_id for one in recorded(shop, answer).outcomes] == [first.outcome.outcome_id]


def test_fifty_reports_of_one_payment_pay_once(shop: RecordingShop) -> None:
    """At once and without an id: one pays, all others learn that nothing was left."""
    answer = decided(shop, "fifty")
    request = report(answer, "refund", EXECUTED)
    with ThreadPoolExecutor(25) as pool:
        answers = list(pool.map(shop.decisions.RecordOutcome, [request] * 50))
    paid = [one for one in answers if one.outcome.HasField("amount")]
    assert len(paid) == 1
    told = {tuple(one.remarks) for one in answers if not one.outcome.HasField("amount")}
    assert told == {("all of it was executed before: nothing was added",)}


def test_what_was_paid_is_taken_off_the_next_decision(shop: RecordingShop) -> None:
    """A part is paid; the newer decision of the case owes the rest, whoever asks and whatever they know."""
    first = decided(shop, "part")
    part = Money(currency_code="USD", units=4)
    shop.decisions.RecordOutcome(report(first, "refund", EXECUTED, amount=part))
    second = decided(shop, "part", supersedes=first.decision_id)
    refund = next(one for one in second.decision.actions if one.WhichOneof("kind") == "refund")
    assert (refund.amount, refund.granted_amount) == (Money(currency_code="USD", units=5, nanos=900_000_000), part)
    assert refund.action_id != action_of(first, "refund")
    assert recorded(shop, first).summary.superseded_by == second.decision_id
    assert recorded(shop, second).summary.supersedes == first.decision_id
    rest = shop.decisions.RecordOutcome(report(second, "refund", EXECUTED))
    assert rest.outcome.amount == refund.amount
    third = decided(shop, "part", supersedes=second.decision_id)
    assert next(one for one in third.decision.actions if one.WhichOneof("kind") == "refund").already_given


def test_an_override_counts_what_was_given_instead(shop: RecordingShop) -> None:
    """The rule missed something: what was given in its place is given, and can be read again."""
    answer = decided(shop, "instead")
    instead = situation_pb2.GrantedAction(
        kind=situation_pb2.ACTION_KIND_REFUND, amount=Money(currency_code="USD", units=3)
    )
    request = report(
        answer, "refund", record_pb2.OUTCOME_KIND_OVERRIDDEN, instead=instead, reason="they asked for less", actor=ANN
    )
    outcome = shop.decisions.RecordOutcome(request).outcome
    assert (outcome.instead.amount, outcome.reason) == (instead.amount, "they asked for less")
    again = decided(shop, "instead", supersedes=answer.decision_id)
    refund = next(one for one in again.decision.actions if one.WhichOneof("kind") == "refund")
    assert refund.granted_amount == instead.amount


def test_a_cadence_goes_on_from_update_to_update(shop: RecordingShop) -> None:
    """Kept by Bob, though Ann was promised: told, and the next update is due an hour later."""
    answer = decided(shop, "cadence")
    listed = service_pb2.ListObligationsRequest(case_id="cadence")
    (first,) = shop.decisions.ListObligations(listed).obligations
    request = service_pb2.RecordOutcomeRequest(
        decision_id=answer.decision_id, obligation_id=first.obligation_id, kind=KEPT, actor=BOB, request_id="c-1"
    )
    response = shop.decisions.RecordOutcome(request)
    kept, following = response.obligations
    assert (kept.state, kept.same_person_broken) == (record_pb2.OBLIGATION_STATE_KEPT, True)
    assert list(response.remarks) == ["it was promised that the same person keeps it: 'ann', not 'bob'"]
    assert following.follows == first.obligation_id
    assert following.obligation.due_time.seconds == response.outcome.time.seconds + 3600
    assert shop.decisions.RecordOutcome(request) == response
    assert list(shop.decisions.ListObligations(listed).obligations) == [following]
    request.obligation_id, request.kind = following.obligation_id, record_pb2.OUTCOME_KIND_CLOSED
    request.request_id = "c-2"
    shop.decisions.RecordOutcome(request)
    assert list(shop.decisions.ListObligations(listed).obligations) == []
    listed.states.extend([record_pb2.OBLIGATION_STATE_KEPT, record_pb2.OBLIGATION_STATE_CLOSED])
    assert len(shop.decisions.ListObligations(listed).obligations) == 2


def test_a_newer_decision_takes_the_open_update_over(shop: RecordingShop) -> None:
    """Promised stays promised: the same obligation, by the newer decision; the older one has it no more."""
    first = decided(shop, "over")
    (before,) = recorded(shop, first).obligations
    second = decided(shop, "over", supersedes=first.decision_id)
    (after,) = recorded(shop, second).obligations
    assert after.obligation_id == before.obligation_id
    assert after.obligation.due_time == before.obligation.due_time
    assert list(recorded(shop, first).obligations) == []
    request = service_pb2.RecordOutcomeRequest(
        decision_id=first.decision_id, obligation_id=after.obligation_id, kind=KEPT, actor=ANN
    )
    assert shop.decisions.RecordOutcome(request).obligations[1].decision_id == second.decision_id


def test_what_is_done_once_for_an_incident_is_known_to_all_its_cases(shop: RecordingShop) -> None:
    """The same action in both cases: sent for one, it is sent for the other."""
    answers = []
    for case_id in ("incident-1", "incident-2"):
        request = late(case_id=case_id)
        request.situation.incident.incident_id, request.situation.incident.ongoing = "outage-7", True
        answers.append(shop.decisions.Decide(request))
    first, second = answers
    assert action_of(first, "broadcast") == action_of(second, "broadcast")
    assert list(shop.decisions.RecordOutcome(report(first, "broadcast", EXECUTED)).remarks) == []
    again = shop.decisions.RecordOutcome(report(second, "broadcast", EXECUTED))
    assert list(again.remarks) == ["all of it was executed before: nothing was added"]


def test_decisions_are_listed_by_page(shop: RecordingShop) -> None:
    """Newest first; what is decided while pages are turned moves none; a token is good for its own request."""
    answers = [decided(shop, "listed") for _ in range(5)]
    request = service_pb2.ListDecisionsRequest(case_id="listed", page_size=2)
    found = []
    while True:
        page = shop.decisions.ListDecisions(request)
        found += [one.decision_id for one in page.decisions]
        decided(shop, "listed")
        if not page.next_page_token:
            break
        request.page_token = page.next_page_token
    assert found == [one.decision_id for one in reversed(answers)]
    other = service_pb2.ListDecisionsRequest(case_id="found", page_token=request.page_token)
    with pytest.raises(grpc.RpcError) as caught:
        shop.decisions.ListDecisions(other)
    assert refusal(caught.value).reason == "INVALID_PAGE_TOKEN"


def test_decisions_are_found_by_what_they_were(shop: RecordingShop) -> None:
    """By customer, rule, outcome and time together."""
    answer = decided(shop, "by-all")
    request = service_pb2.ListDecisionsRequest(
        customer_id="customer of by-all",
        policy="default",
        rule_id="shipping-back",
        outcome=decision_pb2.OUTCOME_ACTIONS_RECOMMENDED,
        since=answer.decided_at,
    )
    assert [one.decision_id for one in shop.decisions.ListDecisions(request).decisions] == [answer.decision_id]
    request.until.CopyFrom(answer.decided_at)
    assert list(shop.decisions.ListDecisions(request).decisions) == []


def test_statistics_tell_what_became_of_a_rule(shop: RecordingShop) -> None:
    """What was offered, accepted and paid for it, and nothing of rules that did not ask for it."""
    before = statistics(shop, "shipping-back")
    answer = decided(shop, "counted")
    for kind in (record_pb2.OUTCOME_KIND_OFFERED, record_pb2.OUTCOME_KIND_CUSTOMER_ACCEPTED, EXECUTED):
        shop.decisions.RecordOutcome(report(answer, "refund", kind))
    after = statistics(shop, "shipping-back")
    assert after.applied == before.applied + 1
    assert (after.offered, after.accepted) == (before.offered + 1, before.accepted + 1)
    assert cents(after) == cents(before) + 990
    assert cents(statistics(shop, "keep-posted")) == 0


def statistics(shop: RecordingShop, rule_id: str) -> service_pb2.RuleStatistics:
    found = shop.decisions.GetRuleStatistics(service_pb2.GetRuleStatisticsRequest(rule_ids=[rule_id])).statistics
    return found[0] if found else service_pb2.RuleStatistics()


def cents(counted: service_pb2.RuleStatistics) -> int:
    return sum(one.units * 100 + one.nanos // 10_000_000 for one in counted.paid)


def test_what_is_not_there_is_not_found(shop: RecordingShop) -> None:
    """An unknown decision, and an action that the decision does not have."""
    answer = decided(shop, "unknown")
    request = report(answer, "refund", EXECUTED)
    request.action_id = "0" * 48
    assert refused(shop, request) == ("NOT_FOUND", "UNKNOWN_ACTION")
    request.decision_id = "01990000-0000-7000-8000-000000000000"
    assert refused(shop, request) == ("NOT_FOUND", "UNKNOWN_DECISION")
    with pytest.raises(grpc.RpcError) as caught:
        shop.decisions.GetDecision(service_pb2.GetDecisionRequest(decision_id=request.decision_id))
    assert refusal(caught.value).reason == "UNKNOWN_DECISION"


def test_everything_wrong_with_a_report_is_told_at_once(shop: RecordingShop) -> None:
    """What is wrong in itself, with what is wrong for this action and this pack."""
    request = report(
        decided(shop, "wrong"),
        "refund",
        EXECUTED,
        amount=Money(currency_code="EUR", units=1),
        actor=record_pb2.Actor(role="king"),
        external_reference="x" * 129,
    )
    with pytest.raises(grpc.RpcError) as caught:
        shop.decisions.RecordOutcome(request)
    said = refusal(caught.value)
    assert (said.code, said.reason) == ("INVALID_ARGUMENT", "INVALID_REQUEST")
    assert said.violations == {
        "external_reference": "has 129 characters; expected at most 128",
        "actor.role": "'king' is not a role of the rule pack; expected one of: frontline, owner",
        "amount": "1.00 EUR is in another currency than the action's 9.90 USD",
    }


@pytest.mark.parametrize(
    "call", ["GetDecision", "ListDecisions", "RecordOutcome", "ListObligations", "GetRuleStatistics"]
)
def test_a_server_that_records_nothing_has_nothing_to_tell(channel: grpc.Channel, call: str) -> None:
    """It says so, whatever is asked."""
    request_type = getattr(service_pb2, f"{call}Request")
    method = channel.unary_unary(
        f"/amends.v1.DecisionService/{call}",
        request_serializer=request_type.SerializeToString,
        response_deserializer=getattr(service_pb2, f"{call}Response").FromString,
    )
    with pytest.raises(grpc.RpcError) as caught:
        method(request_type())
    said = refusal(caught.value)
    assert (said.code, said.reason) == ("FAILED_PRECONDITION", "NOT_RECORDING")
