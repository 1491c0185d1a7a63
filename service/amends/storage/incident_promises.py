"""What was promised to everybody in an incident, when the customer goes whose decision or case it stands with.

The others still wait for it: it goes over to a decision of theirs that has promised the same, and to that one's case.
"""

from collections.abc import Sequence
from typing import Any, Final

from sqlalchemy import Connection, Row, Select, exists, select, update

from amends.domain.record import ObligationState
from amends.storage.tables import decisions, obligations

_LOOKED_AT: Final = 500
"""Of an incident's decisions, the newest first: nearly all of them promise the same."""
_PLACE: Final = (
    decisions.c.decision_id,
    decisions.c.policy,
    decisions.c.case_id,
    decisions.c.order_id,
    decisions.c.item_id,
)


def hand_over(connection: Connection, erased: Sequence[str]) -> None:
    """The open promises of these decisions, which are erased by now. Where nobody else has one, it stays as it is."""
    promised = (
        select(obligations.c.obligation_id, obligations.c.incident_id, obligations.c.action_id)
        .where(
            obligations.c.decision_id.in_(erased),
            obligations.c.incident_id != "",
            obligations.c.state == ObligationState.OPEN.value,
        )
        .order_by(obligations.c.obligation_id)
    )
    for promise in connection.execute(promised).all():
        heir = _heir(connection, promise.incident_id, promise.action_id)
        if heir is not None:
            _put(connection, promise.obligation_id, heir)


def leave(connection: Connection, cases: Sequence[str]) -> None:
    """Promises that went over to somebody else's decision leave the case in which they were made first."""
    others: Select[Any] = (
        select(obligations.c.obligation_id, *_PLACE)
        .join(decisions, decisions.c.decision_id == obligations.c.decision_id)
        .where(
            obligations.c.case_id.in_(cases),
            obligations.c.case_id != "",
            obligations.c.incident_id != "",
            decisions.c.erased_at.is_(None),
        )
        .order_by(obligations.c.obligation_id)
    )
    for promise in connection.execute(others).all():
        _put(connection, promise.obligation_id, promise)


def _put(connection: Connection, obligation_id: str, place: Row[Any]) -> None:
    own = update(obligations).where(obligations.c.obligation_id == obligation_id)
    connection.execute(own.values({column.name: getattr(place, column.name) for column in _PLACE}))


def _heir(connection: Connection, incident_id: str, action_id: str) -> Row[Any] | None:
    """The newest that stands and has the action, held so that it is not erased meanwhile."""
    # An action's id is a hash, and stands in the message as text: no other can be taken for it.
    wanted = action_id.encode()
    for row in connection.execute(_standing(incident_id)).all():
        if wanted not in row.decision:
            continue
        own = decisions.c.decision_id == row.decision_id
        held: Select[Any] = select(*_PLACE).where(own, decisions.c.erased_at.is_(None))
        heir = connection.execute(held.with_for_update()).first()
        if heir is not None:
            return heir
    return None


def _standing(incident_id: str) -> Select[Any]:
    newer = decisions.alias("newer")
    return (
        select(decisions.c.decision_id, decisions.c.decision)
        .where(
            decisions.c.incident_id == incident_id,
            # What the index leaves out; without it, it is not used.
            decisions.c.incident_id != "",
            decisions.c.erased_at.is_(None),
            # The second term says what the index on the first leaves out; without it, it is not used.
            ~exists().where(newer.c.supersedes == decisions.c.decision_id, newer.c.supersedes != ""),
        )
        .order_by(decisions.c.decision_id.desc())
        .limit(_LOOKED_AT)
    )
