"""The laws of obligations, held in memory, on SQLite and on PostgreSQL alike."""

from dataclasses import replace

import pytest

from amends.domain.log_queries import ObligationFilter, ObligationPlace
from amends.domain.record import Actor, ObligationState, OutcomeKind, Recording, TrackedObligation
from tests.storage.entries import HOUR, T0, promise
from tests.storage.records import Records, outcome

OPEN, MISSED, KEPT, CLOSED = ObligationState.OPEN, ObligationState.MISSED, ObligationState.KEPT, ObligationState.CLOSED


async def _asked(records: Records, wanted: ObligationFilter, *, now: int = T0) -> list[str]:
    found = await records.obligations.obligations(wanted, now=now, after=None, limit=100)
    return [one.promised.obligation_id for one in found]


async def _settle(records: Records, tracked: TrackedObligation, state: ObligationState) -> None:
    about = await records.log.decision(tracked.decision_id)
    assert about is not None
    settled = replace(tracked, state=state, settled_at=T0, settled_by=Actor("a-7", "supervisor"))
    name = tracked.promised.obligation_id
    report = outcome(about, action_id="", obligation_id=name, kind=OutcomeKind(state.value), amount=None, granted=b"")
    await records.outcomes.record(Recording(report, seen=0, settled=(settled,)))


async def test_those_that_fall_due_next_come_first(records: Records) -> None:
    """By due time, and by id where they are due at once."""
    await records.decide(promised=(promise("c", due=T0 + 1), promise("a", due=T0 + 2), promise("b", due=T0 + 1)))
    assert await _asked(records, ObligationFilter()) == ["b", "c", "a"]


async def test_a_promise_is_followed_as_it_was_made(records: Records) -> None:
    """Whose it is, by which decision, for what: nothing is lost."""
    made = promise("a", team="billing", owner="assigned", incident_id="incident-9")
    about = await records.decide(promised=(made,))
    tracked = TrackedObligation(
        promised=made,
        decision_id=about.decision_id,
        policy=about.policy,
        case_id=about.case_id,
        subject=about.subject,
        state=OPEN,
    )
    assert await records.obligations.obligation("a") == tracked
    assert list(await records.obligations.obligations_of_decision(about.decision_id)) == [tracked]
    assert await records.obligations.obligation("z") is None


async def test_one_whose_time_has_gone_by_is_missed_without_anybody_looking(records: Records) -> None:
    """The moment given decides: due now is due, a nanosecond earlier it was open."""
    await records.decide(promised=(promise("a", due=T0 + 5),))
    for now, state in ((T0 + 4, OPEN), (T0 + 5, MISSED), (T0 + HOUR, MISSED)):
        for asked in (OPEN, MISSED):
            found = await _asked(records, ObligationFilter(states=frozenset({asked})), now=now)
            assert found == (["a"] if asked is state else [])


@pytest.mark.parametrize("state", [MISSED, KEPT, CLOSED])
async def test_what_was_said_of_one_stands_whatever_the_time(records: Records, state: ObligationState) -> None:
    """Missed ahead of its time is missed; kept and closed never turn into missed."""
    await records.decide(promised=(promise("a", due=T0 + HOUR), promise("b", due=T0 + HOUR)))
    tracked = await records.obligations.obligation("a")
    assert tracked is not None
    await _settle(records, tracked, state)
    for now in (T0, T0 + 2 * HOUR):
        assert await _asked(records, ObligationFilter(states=frozenset({state})), now=now) == (
            ["a", "b"] if state is MISSED and now > T0 + HOUR else ["a"]
        )


async def test_usually_those_are_listed_that_still_are_to_be_kept(records: Records) -> None:
    """Open and missed, not what is settled; all four if they are asked for."""
    names = ("a", "b", "c")
    await records.decide(promised=tuple(promise(name, due=T0 + index) for index, name in enumerate(names)))
    for name, state in (("b", KEPT), ("c", CLOSED)):
        tracked = await records.obligations.obligation(name)
        assert tracked is not None
        await _settle(records, tracked, state)
    assert await _asked(records, ObligationFilter()) == ["a"]
    assert await _asked(records, ObligationFilter(states=frozenset(ObligationState))) == ["a", "b", "c"]


async def test_each_filter_holds(records: Records) -> None:
    """Alone and together; what nothing asks for is not looked at."""
    await records.decide(case_id="case-1", policy="p1", promised=(promise("a", team="billing", owner="billing"),))
    await records.decide(
        case_id="case-2",
        policy="p2",
        promised=(promise("b", due=T0 + 2 * HOUR, owner="assigned", incident_id="incident-9"),),
    )
    for wanted, found in (
        (ObligationFilter(owner="billing"), ["a"]),
        (ObligationFilter(owner="assigned"), ["b"]),
        (ObligationFilter(team="billing"), ["a"]),
        (ObligationFilter(incident_id="incident-9"), ["b"]),
        (ObligationFilter(case_id="case-1"), ["a"]),
        (ObligationFilter(policy="p2"), ["b"]),
        (ObligationFilter(due_before=T0 + 2 * HOUR), ["a"]),
        (ObligationFilter(due_before=T0 + 2 * HOUR + 1), ["a", "b"]),
        (ObligationFilter(case_id="case-1", policy="p2"), []),
        (ObligationFilter(), ["a", "b"]),
    ):
        assert await _asked(records, wanted) == found


@pytest.mark.parametrize("size", [1, 2, 3, 7])
async def test_pages_hold_every_one_once(records: Records, size: int) -> None:
    """Whatever the size, also where many are due at one moment."""
    names = [f"promise-{number}" for number in range(7)]
    await records.decide(promised=tuple(promise(name, due=T0 + index // 3) for index, name in enumerate(names)))
    found: list[str] = []
    after: ObligationPlace | None = None
    while True:
        page = await records.obligations.obligations(ObligationFilter(), now=T0, after=after, limit=size)
        if not page:
            break
        found += [one.promised.obligation_id for one in page]
        after = ObligationPlace(page[-1].promised.due, page[-1].promised.obligation_id)
    assert found == names


async def test_an_actions_promises_are_found_in_its_case(records: Records) -> None:
    """In whichever decision they stand now; not those of the same id in another case, nor of nameless ones."""
    first = await records.decide(promised=(promise("a", action_id="x"), promise("b", action_id="y")))
    newer = await records.decide(supersedes=first.decision_id, promised=(promise("a", action_id="x"),))
    nameless = await records.decide(case_id="", promised=(promise("c", action_id="x"),))
    await records.decide(case_id="", promised=(promise("d", action_id="x"),))

    async def found(decision_id: str, case_id: str) -> list[str]:
        of_action = records.obligations.obligations_of_action
        return [one.promised.obligation_id for one in await of_action("x", decision_id=decision_id, case_id=case_id)]

    assert await found(first.decision_id, "case-1") == ["a"]
    assert await found(newer.decision_id, "case-1") == ["a"]
    assert await found(nameless.decision_id, "") == ["c"]
