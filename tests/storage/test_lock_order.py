"""Who writes about one customer at once waits in one order, so that none has to be taken back."""

import asyncio
import threading
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import event, text

from amends.application.ports import Stored
from amends.domain.record import LedgerGuard, Recording
from amends.storage.database import Database
from amends.storage.erasure import DatabaseEraser
from tests.storage.entries import T0, entry, new_id, promise, reservation
from tests.storage.records import on, outcome

WAITS = text("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'")


@pytest.mark.parametrize("database_kind", ["postgresql"], indirect=True)
@pytest.mark.parametrize("other", ["report", "forget"])
@pytest.mark.parametrize("begun", [True, False])
async def test_none_waits_for_who_waits_for_it(
    open_database: Callable[[], Database], database_kind: str, other: str, *, begun: bool
) -> None:
    """A decision has passed its customer's ledger, and somebody reports of another one, or forgets the customer.

    Before the ledger was held first, each had what the other needed next: one was taken back after a second.
    """
    assert database_kind
    deciding, reporting = open_database(), open_database()
    about = entry(
        reserved=(reservation(),) if begun else (),
        guard=LedgerGuard("customer-1", 0) if begun else None,
        promised=(promise("p"),),
    )
    await on(deciding).log.append([about])
    later = entry(
        case_id="case-2",
        reserved=(reservation(),),
        guard=LedgerGuard("customer-1", int(begun)),
        promised=(promise("p"),),
    )
    passed, others_wait, tries = threading.Event(), threading.Event(), list[str]()

    def pause(_connection: object, _cursor: object, statement: str, *_: Any) -> None:  # noqa: ANN401  # the event's rest
        if statement.startswith("UPDATE ledgers") or "pg_advisory_xact_lock" in statement:
            passed.set()
            others_wait.wait(30)

    event.listen(deciding._writer, "after_cursor_execute", pause)
    for name, database in (("decide", deciding), ("other", reporting)):
        event.listen(database._writer, "checkout", lambda *_, name=name: tries.append(name))
    decided = asyncio.create_task(on(deciding).log.append([later]))
    await asyncio.to_thread(passed.wait, 30)
    if other == "report":
        done: asyncio.Task[object] = asyncio.create_task(
            on(reporting).outcomes.record(Recording(outcome(about), seen=0))
        )
    else:
        erased = DatabaseEraser(reporting).erase("customer-1", erasure_id=new_id(), erased_at=T0, new_id=new_id)
        done = asyncio.create_task(erased)
    while not await deciding.read(lambda connection: connection.execute(WAITS).scalar()):
        pass
    others_wait.set()

    assert [type(one) for one in await decided] == [Stored]
    await done
    assert sorted(tries) == ["decide", "other"]
