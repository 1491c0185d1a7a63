"""A customer's ledger, on each database: its version, what was given, and what is set aside until it gives way."""

from amends.application.ports import Outdated, SetAside, Stored
from amends.domain.money import Money
from amends.domain.record import DecisionEntry, LedgerGuard, OutcomeKind, Recording, Reserved
from amends.storage.customer_ledger import DatabaseCustomerLedger
from amends.storage.database import Database
from amends.storage.decision_log import DatabaseDecisionLog
from amends.storage.outcomes import DatabaseOutcomeLog
from tests.storage.conftest import on_each_database
from tests.storage.entries import HOUR, T0, entry
from tests.storage.records import outcome

PLACE, ELSEWHERE = "a" * 32, "b" * 32


def spending(place: str, identity: str = "1", *, version: int, expires: int = T0 + HOUR) -> DecisionEntry:
    """A decision that sets five euros aside."""
    action_id = place + identity * 16
    return entry(
        reserved=(Reserved(action_id, "goodwill", Money("EUR", 500), expires),),
        guard=LedgerGuard("customer-1", version),
    )


def set_aside(decision: DecisionEntry) -> SetAside:
    (reserved,) = decision.reserved
    return SetAside(decision.decision_id, reserved.action_id, "goodwill", reserved.amount)


@on_each_database
async def test_what_is_set_aside_is_there_until_its_time_is_up(database: Database) -> None:
    """Of that customer only; a ledger that was never written has version 0, and each writer raises it by one."""
    ledger, log = DatabaseCustomerLedger(database), DatabaseDecisionLog(database)
    empty = await ledger.ledger("customer-1", since=0, now=T0)
    first, second = spending(PLACE, version=0), spending(ELSEWHERE, version=1, expires=T0 + 2 * HOUR)
    assert await log.append([first]) == [Stored()]
    assert await log.append([second]) == [Stored()]

    both = await ledger.ledger("customer-1", since=0, now=T0)
    later = await ledger.ledger("customer-1", since=0, now=T0 + HOUR)

    assert (empty.version, empty.given, empty.set_aside) == (0, [], [])
    assert (both.version, both.set_aside) == (2, [set_aside(first), set_aside(second)])
    assert later.set_aside == [set_aside(second)]
    assert (await ledger.ledger("customer-2", since=0, now=T0)).version == 0


@on_each_database
async def test_who_decided_on_an_older_ledger_is_told_and_writes_nothing(database: Database) -> None:
    """Together or alone: of two on the same version one is stored, and the other leaves nothing behind."""
    ledger, log = DatabaseCustomerLedger(database), DatabaseDecisionLog(database)

    together = await log.append([spending(PLACE, version=0), spending(ELSEWHERE, version=0)])
    late = spending(ELSEWHERE, version=0)
    alone = await log.append([late])

    assert [type(one) for one in (*together, *alone)] == [Stored, Outdated, Outdated]
    assert await log.decision(late.decision_id) is None
    assert len((await ledger.ledger("customer-1", since=0, now=T0)).set_aside) == 1


@on_each_database
async def test_a_later_decision_of_the_same_place_takes_the_place_of_what_was_set_aside(database: Database) -> None:
    """Also for another action there; what was set aside elsewhere stays."""
    ledger, log = DatabaseCustomerLedger(database), DatabaseDecisionLog(database)
    elsewhere, last = spending(ELSEWHERE, version=0), spending(PLACE, "2", version=2)
    await log.append([elsewhere])
    await log.append([spending(PLACE, "1", version=1)])
    await log.append([last])

    state = await ledger.ledger("customer-1", since=0, now=T0)

    assert state.set_aside == [set_aside(elsewhere), set_aside(last)]


@on_each_database
async def test_what_was_given_lately_is_told_and_what_came_to_nothing_is_not(database: Database) -> None:
    """From the moment asked for on, over all cases; an outcome by which the customer has nothing is none."""
    ledger, log, outcomes = (
        DatabaseCustomerLedger(database),
        DatabaseDecisionLog(database),
        DatabaseOutcomeLog(database),
    )
    here, there = entry(), entry(case_id="case-2")
    await log.append([here, there])
    old = outcome(here, action_id="action-1", time=T0)
    new = outcome(there, action_id="action-2", time=T0 + 1)
    nothing = outcome(there, action_id="action-3", time=T0 + 2, kind=OutcomeKind.OFFERED, granted=b"", amount=None)
    for one in (old, new, nothing):
        await outcomes.record(Recording(one, seen=0))

    assert list((await ledger.ledger("customer-1", since=T0, now=T0)).given) == [old, new]
    assert list((await ledger.ledger("customer-1", since=T0 + 1, now=T0)).given) == [new]
