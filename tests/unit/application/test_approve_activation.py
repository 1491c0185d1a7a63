"""Approval: by another person for sure, while it waits, and while nothing newer is live."""

import pytest

from amends.application.activation import Activation, ActivationState, Person
from amends.application.activation_errors import CannotChangeActivationError
from amends.application.approve_activation import is_another
from amends.application.cancel_activation import CancelActivation
from amends.application.check_activation import Rules
from amends.domain.record import Actor
from tests.unit.application.activating import ANNA, BERT, Publishing


async def waiting(desk: Publishing, version: str = "1") -> Activation:
    await desk.upload(version)
    return await desk.checked()


async def test_another_lets_it_go_live() -> None:
    """Who did is on record, and every process hears of it."""
    desk = Publishing(Rules(approvals=True))
    activation = await waiting(desk)
    news = desk.news

    live = await desk.approve(activation, BERT)

    assert (live.state, live.settled_by) == (ActivationState.LIVE, BERT)
    assert desk.news == news + 1


@pytest.mark.parametrize(
    ("one", "other", "are_two"),
    [
        (ANNA, BERT, True),
        (ANNA, ANNA, False),
        (Person(Actor("bert"), "key-of-anna"), ANNA, False),
        (Person(Actor("anna"), "key-of-bert"), ANNA, False),
        (Person(Actor(), "key-of-bert"), ANNA, True),
        (Person(Actor("bert")), Person(Actor("anna")), True),
        (Person(Actor()), Person(Actor("anna")), False),
        (Person(Actor("bert")), ANNA, False),
        (Person(Actor("bert")), Person(), True),
        (Person(Actor(), "key-of-bert"), Person(), True),
    ],
)
def test_two_are_another_only_for_sure(one: Person, other: Person, are_two: bool) -> None:  # noqa: FBT001 -- a parameter
    """By the name under which they call and by who they say they are; nobody is not another than somebody."""
    assert is_another(one, other) is are_two


async def test_what_does_not_wait_cannot_be_approved() -> None:
    """Neither before its check nor after it went live; and nobody approves their own."""
    desk = Publishing(Rules(approvals=True))
    asked = await desk.upload("1")
    with pytest.raises(CannotChangeActivationError, match="requested"):
        await desk.approve(asked, BERT)
    activation = await desk.checked()
    with pytest.raises(CannotChangeActivationError, match="by the same"):
        await desk.approve(activation, ANNA)

    live = await desk.approve(activation, BERT)

    with pytest.raises(CannotChangeActivationError, match="live"):
        await desk.approve(live, BERT)
    with pytest.raises(CannotChangeActivationError, match="is live by now"):
        await desk.approve(activation, BERT)


async def test_what_was_overtaken_cannot_be_approved() -> None:
    """It was asked for in the place of another pack than decides now."""
    desk = Publishing(Rules(approvals=True))
    first, second = await waiting(desk, "1"), await waiting(desk, "2")
    await desk.approve(second, BERT)

    with pytest.raises(CannotChangeActivationError, match="overtaken"):
        await desk.approve(first, BERT)


async def test_what_is_not_live_may_be_ended() -> None:
    """Once, with why; what is live stays."""
    desk = Publishing(Rules(approvals=True))
    cancel = CancelActivation(desk.activations, clock=desk.clock)
    activation = await waiting(desk)

    ended = await cancel(activation, BERT, reason="no more")

    assert (ended.state, ended.settled_by, ended.settled_reason) == (ActivationState.CANCELLED, BERT, "no more")
    with pytest.raises(CannotChangeActivationError, match="cancelled"):
        await cancel(activation, BERT, reason="")
    live = await desk.approve(await waiting(desk, "2"), BERT)
    with pytest.raises(CannotChangeActivationError, match="live"):
        await cancel(live, BERT, reason="")
