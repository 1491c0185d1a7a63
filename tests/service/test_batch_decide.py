"""BatchDecide: an answer for every item, in order, and a bad item spoils nothing."""

import grpc
import pytest

from amends.v1 import decision_service_pb2 as service_pb2
from amends.v1.decision_service_pb2_grpc import DecisionServiceStub
from tests.service.requests import late, refusal, refusal_of


def batch(*requests: service_pb2.DecideRequest) -> service_pb2.BatchDecideRequest:
    return service_pb2.BatchDecideRequest(
        items=[
            service_pb2.BatchDecideItem(correlation_id=f"row-{number}", request=request)
            for number, request in enumerate(requests)
        ]
    )


def test_answers_stand_in_the_order_of_the_items_with_their_marks(decisions: DecisionServiceStub) -> None:
    """A caller matches answers by place or by mark; marks may repeat."""
    request = batch(*(late(days) for days in (0, 9, 2, 3)))
    request.items[3].correlation_id = "row-0"

    results = decisions.BatchDecide(request).results

    assert [result.correlation_id for result in results] == ["row-0", "row-1", "row-2", "row-0"]
    assert [len(result.response.decision.actions) for result in results] == [0, 2, 0, 2]


def test_a_bad_item_gets_its_own_status_and_the_others_their_decisions(decisions: DecisionServiceStub) -> None:
    """Violations, an unknown policy and a decision of which no log knows, each beside a decision."""
    wrong = late()
    wrong.situation.customer.loyalty_tier = "gould"
    superseding = late()
    superseding.supersedes = "0190"

    results = decisions.BatchDecide(batch(late(), wrong, late(policy="nobody"), superseding, late())).results

    assert [result.WhichOneof("result") for result in results] == ["response", "error", "error", "error", "response"]
    said = [refusal_of(result.error) for result in results[1:4]]
    assert [one.code for one in said] == ["INVALID_ARGUMENT", "NOT_FOUND", "FAILED_PRECONDITION"]
    assert list(said[0].violations) == ["situation.customer.loyalty_tier"]


def test_an_item_decides_as_the_same_request_alone(decisions: DecisionServiceStub) -> None:
    """One road: a batch is many calls, not another service."""
    request = late()
    request.situation.observe_time.seconds = 1_767_225_600

    together = decisions.BatchDecide(batch(late(0), request)).results[1].response
    alone = decisions.Decide(request)

    assert together.decision == alone.decision
    assert together.decision_id != alone.decision_id


def test_what_the_batch_says_stands_for_items_that_do_not_say_it(decisions: DecisionServiceStub) -> None:
    """Policy, actor and level of explanation are given once; an item's own policy and level win."""
    request = batch(late(), late(policy="shop"))
    request.items[1].request.explain = service_pb2.EXPLAIN_FIRED
    request.explain = service_pb2.EXPLAIN_FULL
    request.policy = "brand-x"
    request.actor.role = "owner"
    request.preview = True

    results = decisions.BatchDecide(request).results

    assert [result.response.policy for result in results] == ["brand-x", "shop"]
    assert [result.response.decision_id for result in results] == ["", ""]
    assert [bool(result.response.decision.trace.rules[0].conditions) for result in results] == [True, False]


@pytest.mark.parametrize(("items", "reason"), [(0, "INVALID_REQUEST"), (1001, "BATCH_TOO_LARGE")])
def test_a_batch_of_none_or_of_too_many_is_refused(decisions: DecisionServiceStub, items: int, reason: str) -> None:
    """At least 1, at most 1,000."""
    with pytest.raises(grpc.RpcError) as caught:
        decisions.BatchDecide(batch(*(late() for _ in range(items))))

    said = refusal(caught.value)
    assert (said.code, said.reason) == ("INVALID_ARGUMENT", reason)


def test_the_largest_batch_is_answered(decisions: DecisionServiceStub) -> None:
    """1,000 items, every one with its decision under its own id."""
    results = decisions.BatchDecide(batch(*(late(case_id=f"case-{number}") for number in range(1000)))).results

    assert len({result.response.decision_id for result in results}) == 1000


def test_one_decision_is_not_held_up_by_large_batches(decisions: DecisionServiceStub) -> None:
    """A big batch gives way: a call that comes after it is answered before it ends."""
    large = batch(*(late(case_id=f"case-{number}") for number in range(1000)))
    batches = [decisions.BatchDecide.future(large) for _ in range(4)]

    decisions.Decide(late())

    assert not all(one.done() for one in batches)
    assert [len(one.result().results) for one in batches] == [1000] * 4
