"""The fallback: care while the service is away, never money, never instead of an error that the caller can mend."""

import pickle

import grpc
import pytest

from amends_client import (
    AmendsClient,
    AmendsError,
    AsyncAmendsClient,
    DecideResponse,
    Fallback,
    UnknownPolicy,
    kind_of,
    may_do_now,
    situation,
)
from amends_client.errors import Failure
from amends_client.messages import Action, Hold, Unsettled
from tests.clients.scripted_server import ScriptedDecisions, serving

CASE = situation(case_id="c-1", subject={"order_id": "o-1"}, amount_paid="59.90 USD")
CARE = ["apology", "ask_perspective", "set_expectations", "assign_owner"]


@pytest.fixture
def nobody() -> str:
    """An address where nobody listens any more."""
    with serving(ScriptedDecisions()) as address:
        return address


def check_fallback(result: DecideResponse | Fallback) -> None:
    """Care and only care, in the order of saying, for the same subject, and it says why."""
    assert isinstance(result, Fallback)
    assert [kind_of(action) for action in result.actions] == CARE
    for action in result.actions:
        assert not action.HasField("amount")
        assert not action.action_id
        assert action.subject.order_id == "o-1"
        assert may_do_now(action)
    assert result.actions[-1].assign_owner.to == "front desk"
    assert any("refund" in guardrail.never for guardrail in result.guardrails)
    assert result.request_id == "r-1"


async def test_care_is_given_while_the_service_is_away(nobody: str) -> None:
    """No service, or none that answers in time: both clients give care, and no money."""
    with AmendsClient(nobody, wait_for_ready=False) as client:
        check_fallback(client.decide_or_fallback(CASE, owner_team="front desk", request_id="r-1"))
    async with AsyncAmendsClient(nobody) as async_client:
        check_fallback(
            await async_client.decide_or_fallback(CASE, owner_team="front desk", request_id="r-1", deadline=0.05)
        )


@pytest.mark.parametrize(
    "code",
    [code for code in grpc.StatusCode if code not in {
        grpc.StatusCode.OK, grpc.StatusCode.UNAVAILABLE, grpc.StatusCode.DEADLINE_EXCEEDED}],
)  # fmt: skip
def test_any_other_error_is_raised(code: grpc.StatusCode) -> None:
    """A fallback never hides what the caller or the operator has to mend."""
    servicer = ScriptedDecisions(decide=lambda _, context: context.abort(code, "no"))
    with serving(servicer) as address, AmendsClient(address) as client, pytest.raises(AmendsError) as raised:
        client.decide_or_fallback(CASE)

    assert raised.value.code is code


def test_an_answer_is_not_replaced() -> None:
    """With the service there, the answer is the service's."""
    servicer = ScriptedDecisions(decide=lambda _request, _context: DecideResponse(decision_id="d-1"))
    with serving(servicer) as address, AmendsClient(address) as client:
        assert client.decide_or_fallback(CASE) == DecideResponse(decision_id="d-1")


def test_an_error_survives_another_process() -> None:
    """Job queues pickle errors: type and content come through."""
    error = UnknownPolicy(Failure(grpc.StatusCode.NOT_FOUND, "no such policy", "r-1", reason="UNKNOWN_POLICY"))

    again = pickle.loads(pickle.dumps(error))  # noqa: S301  # our own bytes

    assert type(again) is UnknownPolicy
    assert again.failure == error.failure


def test_only_a_settled_action_may_be_done_now() -> None:
    """Allowed is not enough: an action that may change, is held, or was done before is not promised."""
    allowed = Action(may_grant_now=True)

    assert may_do_now(allowed)
    assert not may_do_now(Action())
    for change in (
        Action(already_given=True),
        Action(unsettled=[Unsettled(rule_id="r")]),
        Action(on_hold=[Hold(team="billing")]),
        Action(amount_needs=["amount_paid"]),
    ):
        changed = Action(may_grant_now=True)
        changed.MergeFrom(change)
        assert not may_do_now(changed)
