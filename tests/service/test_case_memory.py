"""A case has a memory, though nobody names the decision before: what the log knows as given is not given again."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Final

import pytest

from amends.application.forget import Forget
from amends.domain.erasure import Affected
from amends.server.clock import SystemClock
from amends.server.new_id import NewUuid7
from amends.storage.erasure import DatabaseEraser
from amends.storage.opened import OpenedLog
from amends.v1 import action_pb2, record_pb2, situation_pb2
from amends.v1 import decision_service_pb2 as service_pb2
from tests.fakes.clock import FakeClock
from tests.service.packs import SHOP
from tests.service.recording import (
    RecordingShop,
    database_url,
    look,
    postgresql_programs,
    postgresql_server,
    postgresql_session,
    postgresql_url,
    recording_server,
)
from tests.service.running import write_pack

__all__ = ["database_url", "postgresql_programs", "postgresql_server", "postgresql_session", "postgresql_url"]


@pytest.fixture
def shop(database_url: str, tmp_path: Path) -> Iterator[RecordingShop]:
    write_pack(tmp_path / "rules", "shop", SHOP + TELL_EVERYBODY)
    with recording_server(tmp_path / "rules", database_url) as server, server.channel() as channel:
        yield RecordingShop(server, channel, database_url)


TELL_EVERYBODY: Final = """\
  - id: tell-everybody
    title: One message to all who are affected
    when: {incident.ongoing: true}
    then: [{broadcast: {impact: It is down., new_process: Call us., new_expectations: By noon., scope: incident}}]
    because: {agent: One message., customer: We tell everybody.}
"""


def refund_of(answer: service_pb2.DecideResponse) -> tuple[str, int, bool]:
    """The id of the refund, the cents that are left of it, and whether it was given before."""
    (found,) = [action for action in answer.decision.actions if action.WhichOneof("kind") == "refund"]
    return found.action_id, found.amount.units * 100 + found.amount.nanos // 10_000_000, found.already_given


def paid(shop: RecordingShop, cents: int, request: service_pb2.DecideRequest) -> service_pb2.DecideResponse:
    """A first decision of whose refund so much was paid."""
    first = shop.decisions.Decide(request)
    shop.executed(first, refund_of(first)[0], cents)
    return first


def test_what_was_paid_is_not_paid_again_though_no_decision_is_named(shop: RecordingShop) -> None:
    """All of it or a part; what the log added stands with the decision, so that it can be made again."""
    paid(shop, 400, shop.late())
    second = shop.decisions.Decide(shop.late(5))
    assert refund_of(second)[1:] == (590, False)
    shop.executed(second, refund_of(second)[0], 590)

    third = shop.decisions.Decide(shop.late(5))

    assert refund_of(third)[1:] == (0, True)
    entry = shop.entry(third.decision_id)
    assert entry is not None
    assert (entry.supersedes, entry.supplied.granted, entry.supplied.granted_unset) == ("", 2, True)
    replayed = shop.decisions.ReplayDecision(service_pb2.ReplayDecisionRequest(decision_id=third.decision_id))
    assert replayed.result == service_pb2.REPLAY_RESULT_SAME


def test_who_says_what_was_given_is_taken_at_it(shop: RecordingShop) -> None:
    """Also who says that nothing was: an empty message is a word, and not silence."""
    paid(shop, 990, shop.late())
    request = shop.late(5)
    request.situation.granted.SetInParent()

    assert refund_of(shop.decisions.Decide(request))[1:] == (990, False)


def test_another_subject_of_the_case_was_given_nothing(shop: RecordingShop) -> None:
    """What was paid for one item says nothing of another, not even that nothing was paid for it."""
    request = shop.late()
    request.situation.subject.item_id = "item-1"
    paid(shop, 990, request)
    request.situation.subject.item_id = "item-2"

    answer = shop.decisions.Decide(request)

    assert refund_of(answer)[1:] == (990, False)
    entry = shop.entry(answer.decision_id)
    assert entry is not None
    assert not situation_pb2.Situation.FromString(entry.situation).HasField("granted")


def test_a_preview_knows_what_was_paid(shop: RecordingShop) -> None:
    """It shows what would be decided."""
    paid(shop, 990, shop.late())
    request = shop.late(5)
    request.preview = True

    assert refund_of(shop.decisions.Decide(request))[1:] == (0, True)


def test_a_retry_gets_its_answer_though_more_was_paid_since(shop: RecordingShop) -> None:
    """What the log adds is no part of what was asked."""
    first = paid(shop, 400, shop.late())
    request = shop.late(5, request_id="r-2")
    second = shop.decisions.Decide(request)
    shop.executed(second, refund_of(second)[0], 590)

    again = shop.decisions.Decide(request)

    assert again.SerializeToString(deterministic=True) == second.SerializeToString(deterministic=True)
    assert again.decision_id != first.decision_id


def test_the_items_of_a_batch_know_it_too(shop: RecordingShop) -> None:
    """Each of its own case; those of which nothing was paid are decided as ever."""
    for case_id in ("case-1", "case-3"):
        paid(shop, 990, shop.late(case_id=case_id))
    items = [service_pb2.BatchDecideItem(request=shop.late(5, case_id=f"case-{number}")) for number in range(1, 5)]

    results = shop.decisions.BatchDecide(service_pb2.BatchDecideRequest(items=items)).results

    assert [refund_of(one.response)[2] for one in results] == [True, False, True, False]
    assert all(one.response.recorded for one in results)


def test_of_many_at_once_none_pays_again(shop: RecordingShop) -> None:
    """Twenty decide the case at the same moment after it was paid: each knows."""
    paid(shop, 990, shop.late())

    with ThreadPoolExecutor(20) as pool:
        answers = list(pool.map(shop.decisions.Decide, [shop.late(5)] * 20))

    assert {refund_of(one)[1:] for one in answers} == {(0, True)}


def test_what_was_done_for_an_incident_is_not_done_again_when_its_customer_is_forgotten(shop: RecordingShop) -> None:
    """A broadcast costs nothing and is owed to nobody, and a second one is still one too many."""
    first, second = shop.late(case_id="case-1"), shop.late(case_id="case-2")
    for request in (first, second):
        request.situation.incident.incident_id, request.situation.incident.ongoing = "outage-7", True
    first.situation.customer.customer_id = "customer-8842"
    answer = shop.decisions.Decide(first)
    sent = broadcast_of(answer)
    assert not sent.already_given
    shop.decisions.RecordOutcome(
        service_pb2.RecordOutcomeRequest(
            decision_id=answer.decision_id, action_id=sent.action_id, kind=record_pb2.OUTCOME_KIND_EXECUTED
        )
    )
    look(shop.url, forgotten)

    again = shop.decisions.Decide(second)

    assert broadcast_of(again).already_given
    assert refund_of(again)[2] is False


def broadcast_of(answer: service_pb2.DecideResponse) -> action_pb2.Action:
    return next(action for action in answer.decision.actions if action.WhichOneof("kind") == "broadcast")


async def forgotten(log: OpenedLog) -> Affected:
    clock = FakeClock(SystemClock().now())
    receipt = await Forget(DatabaseEraser(log.database), clock=clock, new_id=NewUuid7(clock))("customer-8842")
    return receipt.affected
