"""What is reported of obligations: a cadence goes on, the same person is the same, and nobody's clock has to run."""

import pytest

from amends.application.log_errors import UnknownActionError
from amends.domain.action_kinds import ActionKind
from amends.domain.record import Actor, ActorKind, ObligationState, OutcomeKind
from tests.unit.application.desk import ANN, BOB, HOUR, MINUTE, NOW, Desk, a_cadence, an_action, promise_id
from tests.unit.resolution.building import office_hours
from tests.unit.resolution.building import pack as a_pack

CADENCE = a_cadence()
FIRST = promise_id(CADENCE)


async def test_a_kept_update_makes_the_next_one() -> None:
    """The next is due an hour after the one before was kept, and says what it follows."""
    desk = Desk(CADENCE, pack=a_pack())
    reported = await desk.report(OutcomeKind.KEPT, FIRST, actor=ANN, time=NOW - 10 * MINUTE)
    kept, following = reported.obligations
    assert (kept.state, kept.settled_at, kept.settled_by) == (ObligationState.KEPT, NOW - 10 * MINUTE, ANN)
    assert (following.promised.due, following.state, following.follows) == (
        NOW + 50 * MINUTE,
        ObligationState.OPEN,
        FIRST,
    )
    assert await desk.records.obligation(following.promised.obligation_id) == following
    assert reported.remarks == ()


async def test_a_cadence_goes_on_until_it_is_closed() -> None:
    """Each kept update has one successor, until somebody says that no more are needed."""
    desk = Desk(CADENCE, pack=a_pack())
    current, seen = FIRST, [FIRST]
    for _ in range(3):
        *_, following = (await desk.report(OutcomeKind.KEPT, current, actor=ANN)).obligations
        current = following.promised.obligation_id
        seen.append(current)
    assert len(set(seen)) == 4
    closed = await desk.report(OutcomeKind.CLOSED, current)
    assert [one.state for one in closed.obligations] == [ObligationState.CLOSED]


async def test_the_next_update_falls_within_the_hours_of_the_pack() -> None:
    """Nobody is promised a call at night: the pack that decided says when it opens."""
    cadence = a_cadence(hours="office")
    pack = a_pack(calendars={"office": office_hours()})
    desk = Desk(cadence, pack=pack)
    friday_evening = NOW + 4 * 24 * HOUR + 4 * HOUR + 30 * MINUTE
    desk.clock.nanoseconds = friday_evening
    *_, following = (await desk.report(OutcomeKind.KEPT, promise_id(cadence), actor=ANN)).obligations
    monday_morning = NOW + 7 * 24 * HOUR - 3 * HOUR
    assert following.promised.due == monday_morning


async def test_without_its_pack_a_cadence_goes_on_by_the_clock_and_says_so() -> None:
    """A pack that was not stored must not end what was promised."""
    cadence = a_cadence(hours="office")
    reported = await Desk(cadence).report(OutcomeKind.KEPT, promise_id(cadence), actor=ANN)
    assert reported.obligations[1].promised.due == NOW + HOUR
    assert reported.remarks == (
        "the rule pack that decided cannot be had: the next update is due without regard to its hours",
    )


async def test_missed_then_kept_goes_on() -> None:
    """A missed update makes no other; once it is given after all, the next is promised from then on."""
    desk = Desk(CADENCE, pack=a_pack())
    missed = await desk.report(OutcomeKind.MISSED, FIRST, time=NOW + MINUTE)
    assert [one.state for one in missed.obligations] == [ObligationState.MISSED]
    kept = await desk.report(OutcomeKind.KEPT, FIRST, actor=ANN, time=NOW + 2 * MINUTE)
    assert [one.state for one in kept.obligations] == [ObligationState.KEPT, ObligationState.OPEN]
    assert kept.remarks == ("it was kept after it fell due",)


async def test_a_next_update_that_is_overdue_already_is_told_as_missed() -> None:
    """Kept two hours ago and only now reported: the next hour has gone by."""
    desk = Desk(CADENCE, pack=a_pack())
    reported = await desk.report(OutcomeKind.KEPT, FIRST, actor=ANN, time=NOW - 2 * HOUR)
    assert reported.obligations[1].state is ObligationState.MISSED


@pytest.mark.parametrize("first", [OutcomeKind.KEPT, OutcomeKind.CLOSED])
async def test_what_is_settled_stays_so(first: OutcomeKind) -> None:
    """A second word is recorded, changes nothing, and says so: no update is promised twice."""
    desk = Desk(CADENCE, pack=a_pack())
    await desk.report(first, FIRST, actor=ANN)
    again = await desk.report(OutcomeKind.KEPT, FIRST, actor=ANN)
    assert again.obligations == ()
    assert again.remarks == (f"it was {first.value} before: nothing was changed",)
    assert len(desk.decisions.outcomes) == 2


async def test_missed_before_its_time_is_remarked_upon() -> None:
    """Who knows ahead that a promise will not be kept may say so."""
    reported = await Desk(CADENCE).report(OutcomeKind.MISSED, FIRST, time=NOW - MINUTE)
    assert reported.remarks == ("it is not due yet",)


async def test_somebody_else_breaks_the_same_person() -> None:
    """Ann took the case, Bob calls: recorded as kept, and as broken. From then on Bob is the person."""
    desk = Desk(CADENCE, pack=a_pack())
    kept, following = (reported := await desk.report(OutcomeKind.KEPT, FIRST, actor=BOB)).obligations
    assert kept.same_person_broken
    assert reported.remarks == ("it was promised that the same person keeps it: 'ann', not 'bob'",)
    again = await desk.report(OutcomeKind.KEPT, following.promised.obligation_id, actor=BOB)
    assert not again.obligations[0].same_person_broken
    assert again.remarks == ()


@pytest.mark.parametrize(
    ("asked", "keeper", "broken"),
    [
        (ANN, ANN, False),
        (ANN, BOB, True),
        (ANN, Actor(), False),
        (Actor("bot", "frontline", ActorKind.AI), BOB, False),
        (Actor("cron", "frontline", ActorKind.SYSTEM), BOB, False),
        (Actor(), BOB, False),
    ],
)
async def test_the_person_is_who_took_the_case(asked: Actor, keeper: Actor, *, broken: bool) -> None:
    """A program that asked for the decision is nobody's person, and who is not named can't be told apart."""
    desk = Desk(CADENCE, actor=asked, pack=a_pack())
    reported = await desk.report(OutcomeKind.KEPT, FIRST, actor=keeper)
    assert reported.obligations[0].same_person_broken is broken


async def test_a_named_owner_is_the_person() -> None:
    """Where the decision assigns the case to a person, that one keeps the promise."""
    assign = an_action(ActionKind.ASSIGN_OWNER, parameters=[("to", "it"), ("person", "bob")])
    desk = Desk(CADENCE, assign, pack=a_pack())
    assert not (await desk.report(OutcomeKind.KEPT, FIRST, actor=BOB)).obligations[0].same_person_broken
    other = Desk(CADENCE, assign, pack=a_pack())
    assert (await other.report(OutcomeKind.KEPT, FIRST, actor=ANN)).obligations[0].same_person_broken


async def test_a_team_is_no_person() -> None:
    """Only `same_person` can be broken by a person."""
    cadence = a_cadence(owner="it")
    reported = await Desk(cadence, pack=a_pack()).report(OutcomeKind.KEPT, promise_id(cadence), actor=BOB)
    assert not reported.obligations[0].same_person_broken


async def test_other_promises_have_no_successor() -> None:
    """A payment is kept once."""
    owed = an_action(ActionKind.ENTITLEMENT, parameters=[("basis", "law")])
    reported = await Desk(owed, pack=a_pack()).report(OutcomeKind.KEPT, promise_id(owed))
    assert [one.state for one in reported.obligations] == [ObligationState.KEPT]


async def test_an_obligation_is_known_by_the_decisions_that_have_its_action() -> None:
    """It went over to the newer decision with its action, and whoever has the older answer may still report it."""
    desk = Desk(CADENCE, pack=a_pack())
    await desk.decided("decision-2", CADENCE, supersedes="decision-1")
    await desk.decided("decision-3")
    kept, following = (await desk.report(OutcomeKind.KEPT, FIRST, actor=ANN)).obligations
    assert (kept.decision_id, following.decision_id) == ("decision-2", "decision-2")
    with pytest.raises(UnknownActionError):
        await desk.report(OutcomeKind.CLOSED, FIRST, decision_id="decision-3")


async def test_of_an_erased_decision_nothing_follows() -> None:
    """What was decided is gone, so nobody knows how often: the promise is kept and the cadence ends."""
    desk = Desk(CADENCE, pack=a_pack())
    await desk.open()
    erased = desk.decisions.entries["decision-1"]._replace(decision=b"", situation=b"", erased_at=NOW)
    desk.decisions.entries["decision-1"] = erased
    reported = await desk.report(OutcomeKind.KEPT, FIRST, actor=ANN)
    assert [one.state for one in reported.obligations] == [ObligationState.KEPT]


async def test_a_cadence_outlives_the_decision_that_promised_it_last() -> None:
    """For an incident that may be one of a customer who was erased since: any decision that has it tells how often."""
    desk = Desk(CADENCE, pack=a_pack())
    await desk.decided("decision-2", CADENCE, supersedes="decision-1")
    erased = desk.decisions.entries["decision-2"]._replace(decision=b"", situation=b"", erased_at=NOW)
    desk.decisions.entries["decision-2"] = erased
    reported = await desk.report(OutcomeKind.KEPT, FIRST, actor=ANN)
    assert [one.state for one in reported.obligations] == [ObligationState.KEPT, ObligationState.OPEN]
