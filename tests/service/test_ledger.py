"""A limit on what a customer gets in a year holds over all their cases, also when many are decided at once."""

from collections.abc import Iterator, Sequence
from pathlib import Path

import grpc
import pytest
from google.type.money_pb2 import Money

from amends.v1 import decision_service_pb2 as service_pb2
from amends.v1 import record_pb2, situation_pb2
from amends.v1.decision_service_pb2_grpc import DecisionServiceStub
from tests.service.packs import GENEROUS
from tests.service.recording import (
    RecordingShop,
    database_url,
    postgresql_programs,
    postgresql_server,
    postgresql_session,
    postgresql_url,
    recording_server,
)
from tests.service.running import write_pack

__all__ = [
    "database_url",
    "postgresql_programs",
    "postgresql_server",
    "postgresql_session",
    "postgresql_url",
]


@pytest.fixture
def generous(tmp_path: Path) -> Path:
    write_pack(tmp_path / "rules", "generous", GENEROUS)
    return tmp_path / "rules"


def bad_day(case_id: str, customer_id: str = "customer-1") -> service_pb2.DecideRequest:
    return service_pb2.DecideRequest(
        situation=situation_pb2.Situation(
            case_id=case_id,
            fault=situation_pb2.FAULT_COMPANY,
            customer=situation_pb2.Customer(customer_id=customer_id),
        )
    )


def goodwill(answer: service_pb2.DecideResponse) -> int:
    """Cents of goodwill that may be promised."""
    found = [
        one.amount for one in answer.decision.actions if one.WhichOneof("kind") == "goodwill" and not one.unsettled
    ]
    return sum(amount.units * 100 + amount.nanos // 10_000_000 for amount in found)


def action_of(answer: service_pb2.DecideResponse, kind: str) -> str:
    return next(one.action_id for one in answer.decision.actions if one.WhichOneof("kind") == kind)


def record(
    stub: DecisionServiceStub,
    answer: service_pb2.DecideResponse,
    outcome: record_pb2.OutcomeKind.ValueType,
    kind: str = "goodwill",
) -> None:
    stub.RecordOutcome(
        service_pb2.RecordOutcomeRequest(
            decision_id=answer.decision_id, action_id=action_of(answer, kind), kind=outcome
        )
    )


def granted_facts(shop: RecordingShop, answer: service_pb2.DecideResponse) -> tuple[Money, int, Sequence[str]]:
    """What was recorded as known of the customer, and what of it the log supplied."""
    entry = shop.entry(answer.decision_id)
    assert entry is not None
    customer = situation_pb2.Situation.FromString(entry.situation).customer
    return customer.goodwill_granted_365d, customer.apologies_90d, entry.supplied.facts


def test_fifty_at_once_never_spend_more_than_there_is(generous: Path, database_url: str) -> None:
    """Fifty cases of one customer over two workers: 150 dollars of goodwill in all, the last of it in part."""
    with recording_server(generous, database_url, "--workers", "2") as server:
        options = (("grpc.use_local_subchannel_pool", 1),)
        channels = [grpc.insecure_channel(server.target, options=options) for _ in range(16)]
        stubs = [DecisionServiceStub(channel) for channel in channels]
        calls = [stubs[number % 16].Decide.future(bad_day(f"case-{number}")) for number in range(50)]
        others = [stubs[number % 8].Decide.future(bad_day(f"other-{number}", f"c-{number}")) for number in range(8)]
        spent = sorted(goodwill(call.result()) for call in calls)
        beside = {goodwill(call.result()) for call in others}
        server.wait_for("call", count=58)
        pids = {line["pid"] for line in server.lines("call")}
        for channel in channels:
            channel.close()

    assert spent == [0] * 42 + [1000] + [2000] * 7
    assert beside == {2000}
    assert len(pids) == 2


def test_the_items_of_one_batch_count_each_other(generous: Path, database_url: str) -> None:
    """They are written together, and still no two of them spend the same dollar."""
    items = [service_pb2.BatchDecideItem(request=bad_day(f"case-{number}")) for number in range(12)]
    with recording_server(generous, database_url) as server, server.channel() as channel:
        results = DecisionServiceStub(channel).BatchDecide(service_pb2.BatchDecideRequest(items=items)).results

    assert sorted(goodwill(one.response) for one in results) == [0] * 4 + [1000] + [2000] * 7


@pytest.fixture
def server(generous: Path, database_url: str) -> Iterator[RecordingShop]:
    with recording_server(generous, database_url) as running, running.channel() as channel:
        yield RecordingShop(running, channel, database_url)


def test_what_is_set_aside_counts_until_it_is_released_or_done(server: RecordingShop) -> None:
    """A declined gift frees its amount, one that was given keeps it; the values that counted are in the record."""
    stub = server.decisions
    answers = [stub.Decide(bad_day(f"case-{number}")) for number in range(8)]
    assert [goodwill(one) for one in answers] == [2000] * 7 + [1000]
    record(stub, answers[0], record_pb2.OUTCOME_KIND_CUSTOMER_DECLINED)
    record(stub, answers[1], record_pb2.OUTCOME_KIND_EXECUTED)
    record(stub, answers[1], record_pb2.OUTCOME_KIND_EXECUTED, kind="apology")

    again = stub.Decide(bad_day("case-9"))
    last = stub.Decide(bad_day("case-10"))

    assert (goodwill(again), goodwill(last)) == (2000, 0)
    money, apologies, supplied = granted_facts(server, again)
    assert (money.units, money.currency_code, apologies) == (130, "USD", 1)
    assert supplied == ("customer.apologies_90d", "customer.goodwill_granted_365d")


def test_the_same_case_decided_again_does_not_count_itself(server: RecordingShop) -> None:
    """What was set aside for it gives way to what is set aside now: asking ten times spends once."""
    stub = server.decisions
    answers = [stub.Decide(bad_day("case-1")) for _ in range(10)]
    superseding = bad_day("case-1")
    superseding.supersedes = answers[-1].decision_id
    answers.append(stub.Decide(superseding))

    assert {goodwill(one) for one in answers} == {2000}
    money, _, _ = granted_facts(server, stub.Decide(bad_day("case-2")))
    assert money.units == 20


def test_what_the_caller_says_is_taken_and_a_preview_sets_nothing_aside(server: RecordingShop) -> None:
    """The caller's own figure wins; a preview shows what is left and leaves it; a retry gets its answer."""
    stub = server.decisions
    said = bad_day("case-1")
    said.situation.customer.goodwill_granted_365d.currency_code = "USD"
    said.situation.customer.goodwill_granted_365d.units = 145
    preview = bad_day("case-2")
    preview.preview = True
    asked = bad_day("case-3")
    asked.request_id = "r-1"

    previews = [goodwill(stub.Decide(preview)) for _ in range(10)]
    first = stub.Decide(asked)
    stub.Decide(bad_day("case-4"))

    assert goodwill(stub.Decide(said)) == 500
    assert set(previews) == {2000}
    assert stub.Decide(asked).SerializeToString(deterministic=True) == first.SerializeToString(deterministic=True)


def test_a_decision_with_supplied_facts_is_made_again_alike(server: RecordingShop) -> None:
    """Replay decides on the recorded values, whatever the ledger says by then."""
    stub = server.decisions
    stub.Decide(bad_day("case-1"))
    answer = stub.Decide(bad_day("case-2"))
    stub.Decide(bad_day("case-3"))

    replayed = stub.ReplayDecision(service_pb2.ReplayDecisionRequest(decision_id=answer.decision_id))

    assert replayed.result == service_pb2.REPLAY_RESULT_SAME


def test_what_the_caller_says_cannot_be_had_is_not_supplied(server: RecordingShop) -> None:
    """A fact is given or unobtainable, never both: the limit is then not known, and the decision can be made again."""
    stub = server.decisions
    asked = bad_day("case-1")
    asked.situation.unobtainable.append("customer.goodwill_granted_365d")

    answer = stub.Decide(asked)

    assert goodwill(answer) == 0
    _, _, supplied = granted_facts(server, answer)
    assert supplied == ("customer.apologies_90d",)
    replayed = stub.ReplayDecision(service_pb2.ReplayDecisionRequest(decision_id=answer.decision_id))
    assert replayed.result == service_pb2.REPLAY_RESULT_SAME
