"""The laws of the decision log, held in memory, on SQLite and on PostgreSQL alike."""

from dataclasses import replace

import pytest

from amends.application.ports import Appended, Duplicate, Outdated, Stored, SupersededBefore
from amends.domain.record import Actor, DecisionEntry, LedgerGuard, ObligationState, Supplied, TrackedObligation
from amends.domain.situation import Subject
from tests.storage.entries import HOUR, T0, entry, promise, reservation
from tests.storage.logs import LogUnderTest


async def append(store: LogUnderTest, *entries: DecisionEntry) -> list[tuple[object, ...]]:
    """What became of each, with the name of it: values without fields are equal whatever they are."""
    return named(*await store.log.append(entries))


def named(*answers: Appended) -> list[tuple[object, ...]]:
    return [(type(answer).__name__, *answer) for answer in answers]


async def test_a_decision_comes_back_as_it_was_written(store: LogUnderTest) -> None:
    """Nothing is lost, rounded or turned into something else, bytes least of all."""
    written = entry()

    assert await append(store, written) == named(Stored())

    assert await store.log.decision(written.decision_id) == written
    assert await store.log.decision_of_request(written.caller, written.request_id) == written


async def test_what_was_not_said_comes_back_unsaid(store: LogUnderTest) -> None:
    """Empty text stays empty, and no actor kind stays none."""
    written = entry(
        request_id="",
        actor=Actor(),
        case_id="",
        subject=Subject(),
        incident_id="",
        customer_id="",
        account_id="",
        supplied=Supplied(),
        situation=b"",
        decision=b"",
        rule_ids=(),
    )

    await store.log.append([written])

    assert await store.log.decision(written.decision_id) == written


@pytest.mark.parametrize("text", ["’ ’ 顧客 😀", "a'; DROP TABLE decisions; --", "%s $1 ? :name", " \t\n"])
async def test_text_is_only_text(store: LogUnderTest, text: str) -> None:
    """No text is a statement, a placeholder or a matter of encoding."""
    written = entry(case_id=text, customer_id=text, policy=text, request_id=text)

    await store.log.append([written])

    assert await store.log.decision_of_request("caller", text) == written


async def test_an_unknown_decision_is_none(store: LogUnderTest) -> None:
    """Asking for what is not there is an answer; a request without an id has none."""
    await store.log.append([entry(request_id="")])

    assert await store.log.decision("019b7800-0000-7000-8000-ffffffffffff") is None
    assert await store.log.decision_of_request("caller", "nobody") is None
    assert await store.log.decision_of_request("caller", "") is None


async def test_appending_nothing_answers_nothing(store: LogUnderTest) -> None:
    """A batch may be empty."""
    assert list(await store.log.append([])) == []


async def test_a_request_is_recorded_once(store: LogUnderTest) -> None:
    """The second of two with one id gets what the first wrote, and leaves nothing behind."""
    first = entry(request_id="r")
    second = entry(request_id="r", promised=(promise("second"),), reserved=(reservation(),))

    assert await append(store, first) == named(Stored())
    assert await append(store, second) == named(Duplicate(first))

    assert await store.log.decision(second.decision_id) is None
    assert await store.obligation("second") is None
    assert await store.reservation(second.decision_id, "action-1") is None


async def test_callers_do_not_share_request_ids(store: LogUnderTest) -> None:
    """A request id is its caller's own."""
    assert await append(store, entry(request_id="r", caller="a"), entry(request_id="r", caller="b")) == named(
        Stored(), Stored()
    )


async def test_requests_without_an_id_are_all_recorded(store: LogUnderTest) -> None:
    """Unsaid is not a value that two requests could share."""
    assert await append(store, entry(request_id=""), entry(request_id="")) == named(Stored(), Stored())


async def test_one_that_loses_never_fails_the_others(store: LogUnderTest) -> None:
    """Each of a call's entries has its own answer, in their order: duplicates within the call too."""
    before, gone = entry(request_id="before"), entry()
    taken = entry(supersedes=gone.decision_id)
    await store.log.append([before, gone, taken])
    first, last = entry(request_id="twin"), entry(promised=(promise("last"),))

    answers = await append(
        store,
        first,
        entry(request_id="before"),
        entry(request_id="twin"),
        entry(supersedes=gone.decision_id),
        entry(guard=LedgerGuard("customer-1", 7)),
        last,
    )

    assert answers == named(
        Stored(),
        Duplicate(before),
        Duplicate(first),
        SupersededBefore(taken.decision_id),
        Outdated(),
        Stored(),
    )
    assert await store.log.decision(last.decision_id) is not None
    assert await store.obligation("last") is not None


async def test_the_same_decision_may_be_handed_over_twice(store: LogUnderTest) -> None:
    """A commit whose answer was lost on the way is found to have happened."""
    written = entry()
    await store.log.append([written])

    assert await append(store, written) == named(Stored())


async def test_a_decision_is_superseded_once(store: LogUnderTest) -> None:
    """The second hears who was before it, and the superseded one says by whom."""
    old = entry()
    new, late = entry(supersedes=old.decision_id), entry(supersedes=old.decision_id)
    await store.log.append([old])

    assert await append(store, new) == named(Stored())
    assert await append(store, late) == named(SupersededBefore(new.decision_id))

    read = await store.log.decision(old.decision_id)
    assert read == old._replace(superseded_by=new.decision_id)


async def test_a_retry_of_a_superseding_request_is_a_duplicate(store: LogUnderTest) -> None:
    """Who asks again under the same id gets the recorded answer, not the news that somebody superseded before."""
    old = entry()
    new = entry(supersedes=old.decision_id, request_id="r")
    await store.log.append([old, new])

    assert await append(store, entry(supersedes=old.decision_id, request_id="r")) == named(Duplicate(new))


async def test_a_promise_is_followed_from_the_start(store: LogUnderTest) -> None:
    """What a decision promises is an open obligation with all that the decision says of it."""
    made = promise("p", team="billing", incident_id="incident-9")
    written = entry(promised=(made,))

    await store.log.append([written])

    assert await store.obligation("p") == TrackedObligation(
        promised=made,
        decision_id=written.decision_id,
        policy="default",
        case_id="case-1",
        subject=Subject("o-1", "i-2"),
        state=ObligationState.OPEN,
    )


@pytest.mark.parametrize(("again", "kept"), [(T0 + 3 * HOUR, T0 + 2 * HOUR), (T0 + HOUR, T0 + HOUR)])
async def test_deciding_again_buys_no_delay(store: LogUnderTest, again: int, kept: int) -> None:
    """A promise that is made again while it is open is due at the earlier of both times, and the new decision's."""
    old = entry(promised=(promise("p", due=T0 + 2 * HOUR),))
    new = entry(supersedes=old.decision_id, promised=(promise("p", due=again),), policy="brand-x")

    await store.log.append([old])
    await store.log.append([new])

    followed = await store.obligation("p")
    assert followed is not None
    assert (followed.promised.due, followed.decision_id, followed.policy) == (kept, new.decision_id, "brand-x")
    assert followed.state is ObligationState.OPEN


async def test_what_is_promised_no_more_is_closed(store: LogUnderTest) -> None:
    """An open promise that the new decision does not make is closed at the moment of that decision, by nobody."""
    old = entry(promised=(promise("p"), promise("q")))
    new = entry(supersedes=old.decision_id, promised=(promise("q"),), decided_at=T0 + 77)

    await store.log.append([old])
    await store.log.append([new])

    closed = await store.obligation("p")
    assert closed is not None
    assert (closed.state, closed.settled_at, closed.settled_by) == (ObligationState.CLOSED, T0 + 77, Actor())


async def test_a_promise_that_was_dropped_can_be_made_again(store: LogUnderTest) -> None:
    """A third decision that promises it again opens it, with the new time."""
    first = entry(promised=(promise("p", due=T0 + HOUR),))
    second = entry(supersedes=first.decision_id)
    third = entry(supersedes=second.decision_id, promised=(promise("p", due=T0 + 5 * HOUR),))

    for one in (first, second, third):
        await store.log.append([one])

    followed = await store.obligation("p")
    assert followed is not None
    assert (followed.state, followed.promised.due, followed.settled_at) == (ObligationState.OPEN, T0 + 5 * HOUR, None)


async def _settle(store: LogUnderTest, obligation_id: str, state: ObligationState) -> None:
    followed = await store.obligation(obligation_id)
    assert followed is not None
    await store.keep(settled(followed, state))


def settled(followed: TrackedObligation, state: ObligationState) -> TrackedObligation:
    return TrackedObligation(
        followed.promised,
        followed.decision_id,
        followed.policy,
        followed.case_id,
        followed.subject,
        state,
        settled_at=T0 + 9,
        settled_by=Actor("a-7"),
        follows=followed.follows,
    )


@pytest.mark.parametrize(
    ("state", "after"),
    [
        (ObligationState.KEPT, ObligationState.KEPT),
        (ObligationState.CLOSED, ObligationState.CLOSED),
        (ObligationState.MISSED, ObligationState.OPEN),
    ],
)
async def test_what_somebody_settled_stays_settled(
    store: LogUnderTest, state: ObligationState, after: ObligationState
) -> None:
    """A kept or closed promise is not opened by deciding again; a missed one that is promised anew is to be kept."""
    old = entry(promised=(promise("p"),))
    await store.log.append([old])
    await _settle(store, "p", state)

    await store.log.append([entry(supersedes=old.decision_id, promised=(promise("p", due=T0 + 9 * HOUR),))])

    followed = await store.obligation("p")
    assert followed is not None
    assert followed.state is after


async def test_the_next_of_a_cadence_goes_over_with_its_promise(store: LogUnderTest) -> None:
    """The first update was kept and the third is open: as long as a decision promises updates, it stays open."""
    first = entry(promised=(promise("p"),))
    await store.log.append([first])
    await _settle(store, "p", ObligationState.KEPT)
    followed = await store.obligation("p")
    assert followed is not None
    for obligation_id, follows in (("p-2", "p"), ("p-3", "p-2")):
        state = ObligationState.KEPT if obligation_id == "p-2" else ObligationState.OPEN
        later = TrackedObligation(
            promise(obligation_id), first.decision_id, "default", "case-1", followed.subject, state, follows=follows
        )
        await store.keep(later)

    second = entry(supersedes=first.decision_id, promised=(promise("p"),))
    third = entry(supersedes=second.decision_id, promised=(promise("p"),))
    last = entry(supersedes=third.decision_id)
    states = []
    for one in (second, third, last):
        await store.log.append([one])
        next_update = await store.obligation("p-3")
        assert next_update is not None
        states.append((next_update.state, next_update.decision_id))

    assert states == [
        (ObligationState.OPEN, second.decision_id),
        (ObligationState.OPEN, third.decision_id),
        (ObligationState.CLOSED, third.decision_id),
    ]


@pytest.mark.parametrize("missed", [False, True])
async def test_a_cadence_that_was_dropped_goes_on_when_it_is_promised_again(
    store: LogUnderTest, *, missed: bool
) -> None:
    """Its first update was kept and stays so: the next one is open again, by the new time, also if it was missed."""
    first = entry(promised=(promise("p"), promise("other", action_id="action-2")))
    second = entry(supersedes=first.decision_id)
    await store.log.append([first])
    await _settle(store, "p", ObligationState.KEPT)
    next_update = TrackedObligation(
        promise("p-2"), first.decision_id, "default", "case-1", first.subject, ObligationState.OPEN, follows="p"
    )
    await store.keep(settled(next_update, ObligationState.MISSED) if missed else next_update)
    await store.log.append([second])

    due = T0 + 9 * HOUR
    third = entry(supersedes=second.decision_id, promised=(promise("p", due=due),), policy="brand-x")
    await store.log.append([third])

    kept, resumed, other = [await store.obligation(one) for one in ("p", "p-2", "other")]
    assert kept is not None
    assert (kept.state, kept.decision_id) == (ObligationState.KEPT, first.decision_id)
    assert resumed == replace(
        next_update, promised=promise("p-2", due=due), decision_id=third.decision_id, policy="brand-x"
    )
    assert other is not None
    assert other.state is ObligationState.CLOSED


async def test_a_cadence_that_somebody_closed_stays_closed(store: LogUnderTest) -> None:
    """Whoever closed the next update meant it, whatever is promised afterwards."""
    first = entry(promised=(promise("p"),))
    await store.log.append([first])
    await _settle(store, "p", ObligationState.KEPT)
    next_update = TrackedObligation(
        promise("p-2"), first.decision_id, "default", "case-1", first.subject, ObligationState.CLOSED, follows="p"
    )
    closed = settled(next_update, ObligationState.CLOSED)
    await store.keep(closed)

    await store.log.append([entry(supersedes=first.decision_id, promised=(promise("p"),))])

    assert await store.obligation("p-2") == closed


async def test_a_promise_for_an_incident_is_there_once(store: LogUnderTest) -> None:
    """Cases of one incident share it: due at the earliest time, and not closed because one of them needs it no more."""
    of_all = promise("i", due=T0 + 3 * HOUR, incident_id="incident-9")
    one = entry(case_id="case-1", promised=(of_all,))
    other = entry(case_id="case-2", promised=(of_all._replace(due=T0 + 2 * HOUR),))
    third = entry(case_id="case-3", promised=(of_all._replace(due=T0 + 4 * HOUR),))

    assert await append(store, one, other, third) == named(Stored()) * 3
    await store.log.append([entry(case_id="case-3", supersedes=third.decision_id)])

    followed = await store.obligation("i")
    assert followed is not None
    assert (followed.promised.due, followed.state) == (T0 + 2 * HOUR, ObligationState.OPEN)
    assert followed.decision_id == third.decision_id


async def test_a_team_that_was_assigned_stays(store: LogUnderTest) -> None:
    """A promise made again to the same owner keeps the team that somebody named; another owner does away with it."""
    first = entry(promised=(promise("p", owner="assigned", team="billing"),))
    second = entry(supersedes=first.decision_id, promised=(promise("p", owner="assigned"),))
    third = entry(supersedes=second.decision_id, promised=(promise("p", owner="same_person"),))
    teams = []

    for one in (first, second, third):
        await store.log.append([one])
        followed = await store.obligation("p")
        assert followed is not None
        teams.append((followed.promised.owner, followed.promised.team))

    assert teams == [("assigned", "billing"), ("assigned", "billing"), ("same_person", "")]


async def test_a_reservation_is_part_of_its_decision(store: LogUnderTest) -> None:
    """It is written with it, and given up when another decision takes its place."""
    old = entry(guard=LedgerGuard("customer-1", 0), reserved=(reservation(),))
    new = entry(supersedes=old.decision_id, guard=LedgerGuard("customer-1", 1), reserved=(reservation(units=300),))

    assert await append(store, old) == named(Stored())
    assert await append(store, new) == named(Stored())

    assert await store.reservation(old.decision_id, "action-1") == "released"
    assert await store.reservation(new.decision_id, "action-1") == "open"


async def test_a_ledger_moves_by_one_with_each_that_was_written(store: LogUnderTest) -> None:
    """Of two that were decided on the same version, one is written; what lost leaves nothing behind."""
    lost = entry(guard=LedgerGuard("c", 0), promised=(promise("lost"),), reserved=(reservation(),))

    answers = await append(store, entry(guard=LedgerGuard("c", 0)), lost, entry(guard=LedgerGuard("c", 1)))

    assert answers == named(Stored(), Outdated(), Stored())
    assert await store.ledger("c") == 2
    assert await store.log.decision(lost.decision_id) is None
    assert await store.obligation("lost") is None
    assert await store.reservation(lost.decision_id, "action-1") is None
