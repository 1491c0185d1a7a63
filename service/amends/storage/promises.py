"""What becomes of promises when decisions are written: made, made again, gone on with, carried over, or closed."""

from collections.abc import Sequence
from typing import Final

from sqlalchemy import Connection, and_, or_, select, update

from amends.domain.decision import ObligationKind
from amends.domain.record import DecisionEntry, ObligationState, Promised
from amends.storage.tables import obligations

_OPEN: Final = ObligationState.OPEN.value
_CLOSED: Final = ObligationState.CLOSED.value
_BY_NOBODY: Final = {"settled_at": None, "settled_by_id": "", "settled_by_role": "", "settled_by_kind": ""}

PROMISED_COLUMNS: Final = tuple(column.name for column in obligations.columns if column.name != "settled_at")
# What a promise that is made again changes. An open one keeps its earlier time: deciding again buys no delay. What was
# kept, or closed by somebody, stays so; what an earlier decision dropped, or somebody missed, is promised anew.
PROMISED_AGAIN: Final = """\
(obligation_id) DO UPDATE SET
  decision_id = excluded.decision_id,
  policy = excluded.policy,
  team = CASE WHEN excluded.team = '' AND obligations.owner = excluded.owner
    THEN obligations.team ELSE excluded.team END,
  owner = excluded.owner,
  due = CASE WHEN obligations.state = 'open' AND obligations.due < excluded.due
    THEN obligations.due ELSE excluded.due END,
  state = 'open',
  settled_at = NULL,
  settled_by_id = '',
  settled_by_role = '',
  settled_by_kind = ''
WHERE obligations.state IN ('open', 'missed')
  OR (obligations.state = 'closed' AND obligations.settled_by_id = ''
    AND obligations.settled_by_role = '' AND obligations.settled_by_kind = '')"""


def promised_rows(entries: Sequence[DecisionEntry]) -> list[tuple[object, ...]]:
    """The values of PROMISED_COLUMNS of each promise. One that several entries make is one: no statement may write it
    twice.
    """
    made: dict[str, tuple[DecisionEntry, Promised]] = {}
    for entry in entries:
        for promised in entry.promised:
            before = made.get(promised.obligation_id)
            due = promised.due if before is None else min(before[1].due, promised.due)
            made[promised.obligation_id] = (entry, promised if due == promised.due else promised._replace(due=due))
    return [
        (
            promised.obligation_id,
            promised.kind.value,
            promised.action_id,
            entry.decision_id,
            entry.policy,
            entry.case_id,
            entry.subject.order_id,
            entry.subject.item_id,
            promised.incident_id,
            promised.owner,
            promised.team,
            promised.due,
            _OPEN,
            "",
            "",
            "",
            False,
            "",
        )
        # In one order, so that no two groups hold what the other waits for.
        for _, (entry, promised) in sorted(made.items())
    ]


def resume(connection: Connection, entries: Sequence[DecisionEntry]) -> None:
    """Of a cadence the first stays kept, however often it is promised. What goes on is the last of its line, where an
    earlier decision dropped it or somebody missed it.
    """
    dropped = and_(
        obligations.c.state == _CLOSED,
        obligations.c.settled_by_id == "",
        obligations.c.settled_by_role == "",
        obligations.c.settled_by_kind == "",
    )
    for entry in entries:
        for promised in entry.promised:
            if promised.kind is ObligationKind.NEXT_UPDATE:
                last = (
                    obligations.c.case_id == entry.case_id,
                    obligations.c.action_id == promised.action_id,
                    obligations.c.follows != "",
                    or_(obligations.c.state == ObligationState.MISSED.value, dropped),
                )
                anew = {"decision_id": entry.decision_id, "policy": entry.policy, "due": promised.due, "state": _OPEN}
                connection.execute(update(obligations).where(*last).values(anew | _BY_NOBODY))


def take_over(connection: Connection, entry: DecisionEntry) -> None:
    """What the superseded decision left open: the next of a promised cadence goes over, the rest is closed.

    What the new decision promises again went over with its own rows. A promise for a whole incident stays: other cases
    count on it.
    """
    carried, dropped = _left_open(connection, entry)
    if carried:
        moved = {"decision_id": entry.decision_id, "policy": entry.policy}
        connection.execute(update(obligations).where(obligations.c.obligation_id.in_(carried)).values(moved))
    if dropped:
        closed = {"state": _CLOSED, "settled_at": entry.decided_at}
        connection.execute(update(obligations).where(obligations.c.obligation_id.in_(dropped)).values(closed))


def _left_open(connection: Connection, entry: DecisionEntry) -> tuple[list[str], list[str]]:
    line = (
        select(obligations.c.obligation_id, obligations.c.follows.label("ancestor"))
        .where(
            obligations.c.decision_id == entry.supersedes,
            obligations.c.state == _OPEN,
            obligations.c.incident_id == "",
        )
        .cte("line", recursive=True)
    )
    line = line.union_all(
        select(line.c.obligation_id, obligations.c.follows).join(
            obligations, obligations.c.obligation_id == line.c.ancestor
        )
    )
    ancestors: dict[str, list[str]] = {}
    for obligation_id, ancestor in connection.execute(select(line)):
        ancestors.setdefault(obligation_id, []).append(ancestor)
    again = {promised.obligation_id for promised in entry.promised}
    carried = [obligation_id for obligation_id, line_of in ancestors.items() if not again.isdisjoint(line_of)]
    return carried, [obligation_id for obligation_id in ancestors if obligation_id not in carried]
