"""The laws of what was done, held in memory, on SQLite and on PostgreSQL alike."""

import asyncio
from collections.abc import Callable
from dataclasses import replace

import pytest

from amends.application.ports import OutcomesChanged, Outdated, Recorded, RecordedBefore, RecordedOutcome, Stored
from amends.domain.money import Money
from amends.domain.record import Actor, LedgerGuard, ObligationState, OutcomeKind, Recording, TrackedObligation
from amends.storage.database import Database
from tests.storage.conftest import on_each_database
from tests.storage.entries import HOUR, T0, new_id, promise, reservation
from tests.storage.records import Records, decision, ledger_version, on, outcome, reserved


def named(answer: RecordedOutcome) -> tuple[object, ...]:
    """What became of it, with the name of it: values without fields are equal whatever they are."""
    return type(answer).__name__, *answer


async def test_an_outcome_comes_back_as_it_was_written(records: Records) -> None:
    """Nothing is lost, rounded or turned into something else, bytes least of all."""
    written = outcome(await records.decide(), request_id="r1")
    assert named(await records.outcomes.record(Recording(written, seen=0))) == named(Recorded())
    assert list(await records.outcomes.outcomes_of_decision(written.decision_id)) == [written]


async def test_what_was_not_said_comes_back_unsaid(records: Records) -> None:
    """No amount is none, and not zero; no actor kind stays none."""
    written = outcome(
        await records.decide(case_id="", customer_id=""),
        kind=OutcomeKind.OFFERED,
        actor=Actor(),
        amount=None,
        external_reference="",
        reason="",
        granted=b"",
        rule_ids=(),
        action_kind="",
    )
    await records.outcomes.record(Recording(written, seen=0))
    assert list(await records.outcomes.outcomes_of_decision(written.decision_id)) == [written]


@pytest.mark.parametrize("alone", [True, False])
async def test_a_later_decision_is_made_on_all_that_was_done(records: Records, *, alone: bool) -> None:
    """What is paid while it is decided, in its case or for its incident, would be paid twice: it is decided again."""
    old, elsewhere = await records.decide(case_id="case-1"), await records.decide(case_id="case-2")
    await records.outcomes.record(Recording(outcome(old), seen=0))
    await records.outcomes.record(Recording(outcome(elsewhere, action_id="a-9", incident_id="incident-9"), seen=0))
    others = [] if alone else [decision(case_id="case-3")]
    late = decision(case_id="case-1", supersedes=old.decision_id, seen=1, promised=(promise("p"),))

    *kept, refused = await records.log.append([*others, late])

    assert [type(refused), *map(type, kept)] == [Outdated, *[Stored] * len(others)]
    assert await records.log.decision(late.decision_id) is None
    assert await records.obligations.obligation("p") is None
    again = late._replace(decision_id=new_id(), seen=2)
    assert [type(one) for one in await records.log.append([again])] == [Stored]


async def test_outcomes_stand_in_the_order_of_their_ids(records: Records) -> None:
    """Which is that of time. Also where they are of several decisions of a case."""
    first, second = await records.decide(), await records.decide()
    one, two, three = outcome(first), outcome(second), outcome(first)
    # Another worker's clock is a little behind: its id is less, though it comes later.
    for seen, each in enumerate((two, one, three)):
        await records.outcomes.record(Recording(each, seen=seen))
    assert list(await records.outcomes.outcomes_of_case("case-1")) == [one, two, three]
    assert list(await records.outcomes.outcomes_of_decision(first.decision_id)) == [one, three]


async def test_an_incident_has_what_was_done_once_for_all_its_cases(records: Records) -> None:
    """Of another case only what was done for the incident; without an incident nothing of others."""
    here, there = await records.decide(case_id="case-1"), await records.decide(case_id="case-2")
    own, shared = outcome(here), outcome(there, incident_id="incident-9", action_id="broadcast")
    private = outcome(there, action_id="action-2")
    for each in (own, shared, private):
        await records.outcomes.record(Recording(each, seen=0))
    assert list(await records.outcomes.outcomes_of_case("case-1", incident_id="incident-9")) == [own, shared]
    assert list(await records.outcomes.outcomes_of_case("case-1")) == [own]
    assert list(await records.outcomes.outcomes_of_case("case-3", incident_id="incident-8")) == []


async def test_a_request_is_recorded_once(records: Records) -> None:
    """The second gets what the first said; another caller's id is another id, and no id is none."""
    about = await records.decide()
    first = outcome(about, request_id="r1")
    await records.outcomes.record(Recording(first, seen=0))
    again = await records.outcomes.record(Recording(outcome(about, request_id="r1"), seen=1))
    assert named(again) == named(RecordedBefore(first))
    other = await records.outcomes.record(Recording(outcome(about, request_id="r1", caller="other"), seen=1))
    assert named(other) == named(Recorded())
    for seen in (2, 3):
        assert named(await records.outcomes.record(Recording(outcome(about), seen=seen))) == named(Recorded())


async def test_a_request_of_another_case_is_found_too(records: Records) -> None:
    """An id is used once, whatever it is used for."""
    first = outcome(await records.decide(case_id="case-1"), request_id="r1")
    await records.outcomes.record(Recording(first, seen=0))
    other = outcome(await records.decide(case_id="case-2"), request_id="r1")
    assert named(await records.outcomes.record(Recording(other, seen=0))) == named(RecordedBefore(first))


async def test_who_did_not_see_all_has_to_look_again(records: Records) -> None:
    """Counted is the same action in the case, in whichever of its decisions it stood; of others nothing counts."""
    first, second = await records.decide(), await records.decide()
    await records.outcomes.record(Recording(outcome(first), seen=0))
    await records.outcomes.record(Recording(outcome(first, action_id="action-2"), seen=0))
    await records.outcomes.record(Recording(outcome(await records.decide(case_id="case-2")), seen=0))
    assert named(await records.outcomes.record(Recording(outcome(second), seen=0))) == named(OutcomesChanged())
    assert named(await records.outcomes.record(Recording(outcome(second), seen=1))) == named(Recorded())


async def test_of_an_erased_case_the_decision_counts_alone(records: Records) -> None:
    """Cases without a name are not one case."""
    first, second = await records.decide(case_id=""), await records.decide(case_id="")
    assert named(await records.outcomes.record(Recording(outcome(first), seen=0))) == named(Recorded())
    assert named(await records.outcomes.record(Recording(outcome(second), seen=0))) == named(Recorded())


async def test_an_outcome_settles_and_makes_obligations(records: Records) -> None:
    """All that changes with an outcome is there with it."""
    about = await records.decide(promised=(promise("promise-1"), promise("promise-2", due=T0 + 2 * HOUR)))
    tracked = await records.obligations.obligation("promise-1")
    assert tracked is not None
    actor = Actor("a-7", "supervisor")
    kept = replace(tracked, state=ObligationState.KEPT, settled_at=T0 + 9, settled_by=actor, same_person_broken=True)
    following = replace(tracked, promised=promise("promise-3", due=T0 + 3 * HOUR), follows="promise-1")
    report = outcome(about, action_id="", obligation_id="promise-1", kind=OutcomeKind.KEPT, amount=None, granted=b"")
    await records.outcomes.record(Recording(report, seen=0, settled=(kept,), following=following))
    assert await records.obligations.obligation("promise-1") == kept
    assert await records.obligations.obligation("promise-3") == following
    other = await records.obligations.obligation("promise-2")
    assert other is not None
    assert (other.state, other.settled_at, other.settled_by) == (ObligationState.OPEN, None, None)


async def test_what_is_settled_is_not_settled_again(records: Records) -> None:
    """Who comes second has to look again, and nothing of what it wanted is written."""
    about = await records.decide(promised=(promise("promise-1"), promise("promise-2")))
    first, second = [await _closing(records, about.decision_id, name) for name in ("promise-1", "promise-2")]
    await records.outcomes.record(Recording(outcome(about), seen=0, settled=(first,)))
    both = Recording(outcome(about, action_id="action-2"), seen=0, settled=(second, first))
    assert named(await records.outcomes.record(both)) == named(OutcomesChanged())
    still_open = await records.obligations.obligation("promise-2")
    assert still_open is not None
    assert still_open.state is ObligationState.OPEN
    assert len(await records.outcomes.outcomes_of_decision(about.decision_id)) == 1


async def _closing(records: Records, decision_id: str, obligation_id: str) -> TrackedObligation:
    tracked = await records.obligations.obligation(obligation_id)
    assert tracked is not None
    assert tracked.decision_id == decision_id
    return replace(tracked, state=ObligationState.CLOSED, settled_at=T0, settled_by=Actor("a"))


@on_each_database
async def test_of_many_at_once_each_knows_those_before(open_database: Callable[[], Database], empty_url: str) -> None:
    """Several workers report of one action at once: every one that is written counted all that were."""
    assert empty_url
    workers = [on(open_database()) for _ in range(4)]
    about = await workers[0].decide()

    async def report(worker: Records) -> int:
        tries = 0
        while True:
            tries += 1
            seen = len(await worker.outcomes.outcomes_of_case("case-1"))
            answer = await worker.outcomes.record(Recording(outcome(about, reason=str(seen)), seen=seen))
            if isinstance(answer, Recorded):
                return tries

    tries = await asyncio.gather(*(report(worker) for worker in workers for _ in range(5)))
    written = await workers[0].outcomes.outcomes_of_case("case-1")
    assert sorted(int(one.reason) for one in written) == list(range(20))
    assert sum(tries) > 20, "nobody met anybody: this showed nothing"


@on_each_database
async def test_what_is_done_once_an_incident_is_counted_over_its_cases(
    open_database: Callable[[], Database], empty_url: str
) -> None:
    """Every case says at once that the broadcast was sent: one finds that nothing was said before."""
    assert empty_url
    workers = [on(open_database()) for _ in range(4)]
    cases = [await workers[0].decide(case_id=f"case-{number}") for number in range(8)]
    for incident_id in map(str, range(20)):
        reports = [Recording(outcome(about, incident_id=incident_id, action_id=incident_id), seen=0) for about in cases]
        answers = await asyncio.gather(
            *(workers[number % 4].outcomes.record(report) for number, report in enumerate(reports))
        )
        assert sorted(type(answer).__name__ for answer in answers) == ["OutcomesChanged"] * 7 + ["Recorded"]


@on_each_database
async def test_of_one_request_at_many_workers_one_is_recorded(
    open_database: Callable[[], Database], empty_url: str
) -> None:
    """The same id about several cases at once: one is written, all others get it."""
    assert empty_url
    workers = [on(open_database()) for _ in range(4)]
    cases = [await workers[0].decide(case_id=f"case-{number}") for number in range(8)]
    answers = await asyncio.gather(
        *(
            workers[number % 4].outcomes.record(Recording(outcome(about, request_id="r1"), seen=0))
            for number, about in enumerate(cases)
        )
    )
    written = [one for about in cases for one in await workers[0].outcomes.outcomes_of_case(about.case_id)]
    assert len(written) == 1
    assert sorted(map(repr, answers)) == sorted(map(repr, [Recorded(), *[RecordedBefore(written[0])] * 7]))


@pytest.mark.parametrize(
    ("kind", "amount", "left"),
    [
        (OutcomeKind.EXECUTED, None, ("committed", 500)),
        (OutcomeKind.EXECUTED, Money("EUR", 500), ("committed", 500)),
        (OutcomeKind.EXECUTED, Money("EUR", 600), ("committed", 500)),
        (OutcomeKind.EXECUTED, Money("EUR", 200), ("open", 300)),
        (OutcomeKind.CUSTOMER_DECLINED, None, ("released", 500)),
        (OutcomeKind.APPROVAL_REFUSED, None, ("released", 500)),
        (OutcomeKind.OVERRIDDEN, None, ("released", 500)),
        (OutcomeKind.CANCELLED, None, ("released", 500)),
        (OutcomeKind.EXPIRED, None, ("released", 500)),
        (OutcomeKind.OFFERED, None, ("open", 500)),
        (OutcomeKind.CUSTOMER_ACCEPTED, None, ("open", 500)),
        (OutcomeKind.APPROVED, None, ("open", 500)),
        (OutcomeKind.FAILED, None, ("open", 500)),
    ],
)
@on_each_database
async def test_what_was_set_aside_is_committed_or_released(
    database: Database, kind: OutcomeKind, amount: Money | None, left: tuple[str, int]
) -> None:
    """Done is history, called off is free again, and of a part the rest stays set aside; the ledger is another then."""
    records = on(database)
    about = await records.decide(reserved=(reservation(units=500),), guard=LedgerGuard("customer-1", 0))
    await records.decide(
        case_id="case-2",
        customer_id="customer-2",
        reserved=(reservation(units=70),),
        guard=LedgerGuard("customer-2", 0),
    )
    granted = b"given" if kind is OutcomeKind.EXECUTED else b""
    await records.outcomes.record(Recording(outcome(about, kind=kind, amount=amount, granted=granted), seen=0))
    states = {decision_id: (state, units) for decision_id, _, units, state in await reserved(database)}
    assert states.pop(about.decision_id) == left
    assert list(states.values()) == [("open", 70)]
    assert await ledger_version(database, "customer-1") == (1 if left == ("open", 500) else 2)
    assert await ledger_version(database, "customer-2") == 1


@on_each_database
async def test_history_changes_the_ledger_also_where_nothing_was_set_aside(database: Database) -> None:
    """What was given counts, so decisions that did not know of it are made again; a refusal alone changes nothing."""
    records = on(database)
    about = await records.decide()
    await records.outcomes.record(Recording(outcome(about, kind=OutcomeKind.CUSTOMER_DECLINED, granted=b""), seen=0))
    assert await ledger_version(database, "customer-1") == 0
    await records.outcomes.record(Recording(outcome(about, kind=OutcomeKind.OVERRIDDEN, amount=None), seen=1))
    assert await ledger_version(database, "customer-1") == 1
    await records.outcomes.record(Recording(outcome(about), seen=2))
    assert await ledger_version(database, "customer-1") == 2


@on_each_database
async def test_what_a_newer_decision_sets_aside_is_settled_by_the_same_action(database: Database) -> None:
    """A refund of the older answer that is paid settles what the newer one reserved for the same action."""
    records = on(database)
    older = await records.decide(reserved=(reservation(),))
    newer = await records.decide(supersedes=older.decision_id, reserved=(reservation(),))
    await records.outcomes.record(Recording(outcome(older, amount=None), seen=0))
    states = {decision_id: state for decision_id, _, _, state in await reserved(database)}
    assert states == {older.decision_id: "released", newer.decision_id: "committed"}
