"""What the server adds to a situation can be taken out again, and leaves the very message that the caller sent."""

import pytest

from amends.domain.facts import Value
from amends.domain.history import APOLOGIES, GOODWILL_GRANTED
from amends.domain.money import Money
from amends.domain.record import Supplied
from amends.domain.situation import Granted, Subject
from amends.v1 import situation_pb2
from amends.wire.supplied import as_asked, completed

GIVEN = (
    Granted(kind="refund", action_id="a" * 48, subject=Subject("o-1"), amount=Money("USD", 990), time=7),
    Granted(kind="apology", action_id="b" * 48, parameters={"channel": "voice"}),
)
HISTORY: dict[str, Value] = {GOODWILL_GRANTED: Money("USD", 2_000), APOLOGIES: 0}


def situation(*, granted: int | None) -> situation_pb2.Situation:
    message = situation_pb2.Situation(case_id="case-1", customer=situation_pb2.Customer(customer_id="c-1"))
    message.observe_time.seconds = 1_767_225_600
    if granted is not None:
        message.granted.SetInParent()
        for number in range(granted):
            message.granted.actions.add(kind=situation_pb2.ACTION_KIND_REFUND, action_id=f"c-{number}")
    return message


@pytest.mark.parametrize("granted", [None, 0, 2])
@pytest.mark.parametrize("said_time", [False, True])
def test_what_is_added_can_be_taken_out(*, granted: int | None, said_time: bool) -> None:
    """Whether the caller said nothing of what was granted, or that nothing was, or something."""
    message = situation(granted=granted)
    raw = completed(message.SerializeToString(deterministic=True), granted=GIVEN, facts=HISTORY)
    supplied = Supplied(
        observe_time=not said_time, granted=len(GIVEN), granted_unset=granted is None, facts=tuple(HISTORY)
    )
    if not said_time:
        message.ClearField("observe_time")

    assert as_asked(raw, supplied) == message.SerializeToString(deterministic=True)


def test_what_is_added_stands_where_the_contract_has_it() -> None:
    """Behind what the caller granted, and in the customer's own fields."""
    raw = completed(situation(granted=1).SerializeToString(), granted=GIVEN, facts=HISTORY)
    message = situation_pb2.Situation.FromString(raw)

    assert [one.action_id for one in message.granted.actions] == ["c-0", "a" * 48, "b" * 48]
    assert (message.customer.goodwill_granted_365d.units, message.customer.HasField("apologies_90d")) == (20, True)
