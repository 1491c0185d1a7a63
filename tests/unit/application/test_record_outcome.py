"""Reports are recorded once, one after the other, and about what there is."""

import asyncio
from dataclasses import replace

import pytest

from amends.application.log_errors import (
    LogUnavailableError,
    RequestIdReusedError,
    UnknownActionError,
    UnknownDecisionError,
)
from amends.application.record_outcome import MOST_TRIES
from amends.domain.action import Action
from amends.domain.action_kinds import ActionKind
from amends.domain.errors import FieldViolation, InvalidSituationError
from amends.domain.record import Actor, OutcomeKind
from amends.domain.situation import Granted
from tests.unit.application.desk import ANN, BOB, HOUR, NOW, Desk, a_cadence, an_action, promise_id, usd
from tests.unit.resolution.building import pack as a_pack

REFUND = an_action(ActionKind.REFUND, usd("50"))
APOLOGY, GIFT = an_action(ActionKind.APOLOGY), an_action(ActionKind.GOODWILL)
CADENCE = a_cadence()


async def test_a_request_that_is_sent_again_is_recorded_once() -> None:
    """The second answer is the first, though the clock went on and the rest was executed in between."""
    desk = Desk(REFUND)
    first = await desk.report(OutcomeKind.EXECUTED, REFUND, amount=usd("20"), request_id="r1")
    await desk.report(OutcomeKind.EXECUTED, REFUND)
    desk.clock.nanoseconds += HOUR
    assert await desk.report(OutcomeKind.EXECUTED, REFUND, amount=usd("20"), request_id="r1") == first
    assert len(desk.decisions.outcomes) == 2


async def test_what_the_server_filled_in_is_no_difference() -> None:
    """A retry leaves unset what the first request left unset: the moment, and how much was left."""
    desk = Desk(REFUND)
    await desk.report(OutcomeKind.EXECUTED, REFUND, amount=usd("20"))
    first = await desk.report(OutcomeKind.EXECUTED, REFUND, request_id="r1")
    desk.clock.nanoseconds += HOUR
    assert await desk.report(OutcomeKind.EXECUTED, REFUND, request_id="r1") == first
    assert first.outcome.amount == usd("30")


async def test_a_promise_that_a_later_decision_dropped_is_told_so_again() -> None:
    """Nobody closed it, so no outcome says so; the answer to a report of it stays what it was."""
    desk = Desk(CADENCE, pack=a_pack())
    await desk.decided("decision-2", supersedes="decision-1")
    request = {"decision_id": "decision-1", "request_id": "r1", "actor": ANN}
    first = await desk.report(OutcomeKind.KEPT, promise_id(CADENCE), said=request)
    assert (first.obligations, first.remarks) == ((), ("it was closed before: nothing was changed",))
    assert await desk.report(OutcomeKind.KEPT, promise_id(CADENCE), said=request) == first


@pytest.mark.parametrize(("newer", "told"), [("0", 1), ("z", 0)])
async def test_a_decision_that_was_superseded_since_changes_no_answer(newer: str, told: int) -> None:
    """Ids stand in the order of time: what took its place before is told again, what came after is not."""
    desk = Desk(REFUND)
    if told:
        await desk.decided(newer, supersedes="decision-1")
    first = await desk.report(OutcomeKind.OFFERED, REFUND, request_id="r1")
    if not told:
        await desk.decided(newer, supersedes="decision-1")
    assert await desk.report(OutcomeKind.OFFERED, REFUND, request_id="r1") == first
    assert len(first.remarks) == told


@pytest.mark.parametrize(
    "otherwise",
    [
        {"actor": BOB},
        {"actor": Actor()},
        {"time": NOW - 1},
        {"amount": usd("20.01")},
        {"amount": None},
        {"external_reference": "payment-2"},
        {"reason": "because"},
    ],
)
async def test_a_request_id_belongs_to_what_it_was_said_with(otherwise: dict[str, object]) -> None:
    """Anything else under the same id is refused: one of the two would be lost."""
    desk = Desk(REFUND)
    said = {"actor": ANN, "amount": usd("20"), "external_reference": "payment-1"}
    await desk.report(OutcomeKind.EXECUTED, REFUND, said=said, request_id="r1")
    with pytest.raises(RequestIdReusedError):
        await desk.report(OutcomeKind.EXECUTED, REFUND, said={**said, **otherwise}, request_id="r1")
    assert len(desk.decisions.outcomes) == 1


async def test_a_request_id_belongs_to_one_kind_one_thing_and_one_override() -> None:
    """Another kind, another action, another decision or another thing given instead is another request."""
    other = an_action(ActionKind.APOLOGY)
    desk = Desk(REFUND, other)
    await desk.decided("decision-2", REFUND)
    credit, gift = (Granted(kind="goodwill", parameters={"kind": kind}) for kind in ("credit", "gift"))
    await desk.report(OutcomeKind.OVERRIDDEN, REFUND, request_id="r1", reason="why", instead=credit)
    elsewhere = {"instead": credit, "decision_id": "decision-2"}
    others: list[tuple[OutcomeKind, Action, dict[str, object]]] = [
        (OutcomeKind.OFFERED, REFUND, {}),
        (OutcomeKind.OVERRIDDEN, other, {"instead": credit}),
        (OutcomeKind.OVERRIDDEN, REFUND, {"instead": gift}),
        (OutcomeKind.OVERRIDDEN, REFUND, {"instead": None}),
        (OutcomeKind.OVERRIDDEN, REFUND, elsewhere),
    ]
    for kind, about, said in others:
        with pytest.raises(RequestIdReusedError):
            await desk.report(kind, about, said=said, request_id="r1", reason="why")


async def test_request_ids_are_each_callers_own() -> None:
    """Two callers may count from one; without an id nothing is the same."""
    desk = Desk(REFUND)
    await desk.report(OutcomeKind.OFFERED, REFUND, request_id="1", caller="shop")
    await desk.report(OutcomeKind.OFFERED, REFUND, request_id="1", caller="desk")
    await desk.report(OutcomeKind.OFFERED, REFUND)
    await desk.report(OutcomeKind.OFFERED, REFUND)
    assert len(desk.decisions.outcomes) == 4


async def test_an_update_that_is_reported_again_makes_no_second_next_one() -> None:
    """The retry gets the same two obligations as the first report."""
    desk = Desk(CADENCE, pack=a_pack())
    first = await desk.report(OutcomeKind.KEPT, promise_id(CADENCE), actor=BOB, request_id="r1")
    again = await desk.report(OutcomeKind.KEPT, promise_id(CADENCE), actor=BOB, request_id="r1")
    assert again == first
    assert len(first.obligations) == 2


async def test_a_payment_that_kept_a_promise_is_told_so_again() -> None:
    """Also where the report was about the action and the promise was settled by it."""
    owed = an_action(ActionKind.ENTITLEMENT, usd("250"), parameters=[("basis", "law")])
    desk = Desk(owed)
    first = await desk.report(OutcomeKind.EXECUTED, owed, actor=ANN, request_id="r1")
    assert await desk.report(OutcomeKind.EXECUTED, owed, actor=ANN, request_id="r1") == first
    assert len(first.obligations) == 1


async def test_a_report_that_lost_is_made_again_knowing_the_winner() -> None:
    """Two say at once that the refund was paid: one is paid, the other learns that nothing was left."""
    winner = Desk(REFUND)
    won = await winner.report(OutcomeKind.EXECUTED, REFUND)
    desk = Desk(REFUND)
    desk.records.before_record.append(winner.recorded(won))
    lost = await desk.report(OutcomeKind.EXECUTED, REFUND)
    assert lost.outcome.amount is None
    assert lost.remarks == ("all of it was executed before: nothing was added",)


async def test_what_a_host_with_a_clock_ahead_reported_still_came_first() -> None:
    """Outcomes stand in the order in which they were written, also where this host's ids are the lower ones."""
    desk = Desk(REFUND)
    first = await desk.report(OutcomeKind.EXECUTED, REFUND, amount=usd("20"))
    ahead = replace(first.outcome, outcome_id="01ffffff-ffff-7fff-bfff-fffffffffff0")
    desk.decisions.outcomes[:] = [ahead]

    second = await desk.report(OutcomeKind.EXECUTED, REFUND, amount=usd("20"), request_id="r2")
    third = await desk.report(OutcomeKind.FAILED, REFUND, request_id="r3")

    assert ahead.outcome_id < second.outcome.outcome_id < third.outcome.outcome_id
    assert await desk.report(OutcomeKind.EXECUTED, REFUND, amount=usd("20"), request_id="r2") == second
    assert await desk.report(OutcomeKind.FAILED, REFUND, request_id="r3") == third


async def test_reports_of_one_case_wait_for_each_other() -> None:
    """In one process nobody loses: each is made once, knowing all before it."""
    desk = Desk(REFUND)
    reported = await asyncio.gather(*(desk.report(OutcomeKind.EXECUTED, REFUND, amount=usd("1")) for _ in range(60)))
    told = sorted(one.remarks for one in reported)
    assert told[:50] == [()] * 50
    assert {remark for remarks in told[50:] for remark in remarks} == {
        f"more was paid than decided: {count}.00 USD in all, of 50.00 USD" for count in range(51, 61)
    }


async def test_who_always_loses_gives_up() -> None:
    """A report is not made again without end."""
    winner = Desk(REFUND)
    recordings = [winner.recorded(await winner.report(OutcomeKind.OFFERED, REFUND)) for _ in range(MOST_TRIES)]
    desk = Desk(REFUND)
    desk.records.before_record += recordings
    with pytest.raises(LogUnavailableError):
        await desk.report(OutcomeKind.OFFERED, REFUND)


async def test_what_is_not_there_is_told_by_what_it_is() -> None:
    """An unknown decision, an unknown action of a known one, an unknown obligation; with those that there are."""
    desk = Desk(REFUND)
    await desk.decided("decision-2")
    await desk.decided("decision-3", APOLOGY, GIFT)
    with pytest.raises(UnknownActionError, match=r"it has: apology action-apology, goodwill action-goodwill$"):
        await desk.report(OutcomeKind.OFFERED, REFUND, decision_id="decision-3")
    with pytest.raises(UnknownDecisionError, match="decision-9"):
        await desk.report(OutcomeKind.OFFERED, REFUND, decision_id="decision-9")
    with pytest.raises(UnknownActionError, match="decision-2 has no action 'action-refund'; it has: no action at all"):
        await desk.report(OutcomeKind.OFFERED, REFUND, decision_id="decision-2")
    with pytest.raises(UnknownActionError, match="decision-1 has no obligation 'promise-9'"):
        await desk.report(OutcomeKind.KEPT, "promise-9")


async def test_what_is_wrong_with_the_form_is_told_before_what_is_not_there() -> None:
    """A request that is wrong in itself is wrong wherever it points."""
    wrong = (FieldViolation("reason", "is required"),)
    desk = Desk(REFUND)
    unknown = an_action(ActionKind.APOLOGY)
    for decision_id, about in (("decision-9", REFUND), ("decision-1", unknown), ("decision-1", REFUND)):
        with pytest.raises(InvalidSituationError, match="reason: is required"):
            await desk.report(OutcomeKind.OFFERED, about, found=wrong, decision_id=decision_id)
    with pytest.raises(InvalidSituationError, match="reason: is required"):
        await desk.report(OutcomeKind.KEPT, "promise-9", found=wrong)
    assert desk.decisions.outcomes == []


async def test_nothing_is_recorded_while_the_log_is_away() -> None:
    """The error passes; the caller may send it again."""
    desk = Desk(REFUND)
    desk.decisions.away = True
    with pytest.raises(LogUnavailableError):
        await desk.report(OutcomeKind.OFFERED, REFUND)
    desk.decisions.away = False
    assert desk.decisions.outcomes == []
