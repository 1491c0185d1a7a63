"""Rows of the log's tables and the values of `domain.record`: each pair of functions here is the other's reverse."""

from typing import Any, Final

import orjson
from sqlalchemy import Row, Select, select

from amends.domain.decision import Outcome
from amends.domain.record import Actor, ActorKind, DecisionEntry, Supplied
from amends.domain.situation import Subject
from amends.storage.tables import decisions

# What is written of a decision, in the order of `decision_values`; whether it was erased is only ever known later.
DECISION_COLUMNS: Final = tuple(column.name for column in decisions.columns if column.name != "erased_at")


def decision_values(entry: DecisionEntry) -> tuple[object, ...]:
    """The values of a decision's row, in the order of DECISION_COLUMNS."""
    actor, subject = entry.actor, entry.subject
    return (
        entry.decision_id,
        entry.decided_at,
        entry.caller,
        entry.request_id,
        entry.policy,
        entry.pack_id,
        entry.pack_version,
        entry.pack_digest,
        entry.semantics,
        entry.software_version,
        actor.actor_id,
        actor.role,
        "" if actor.kind is None else actor.kind.value,
        entry.case_id,
        subject.order_id,
        subject.item_id,
        entry.incident_id,
        entry.customer_id,
        entry.account_id,
        entry.observe_time,
        entry.outcome.value,
        entry.supersedes,
        _write_supplied(entry.supplied),
        " ".join(entry.rule_ids),
        entry.situation,
        entry.decision,
    )


def decision_rows() -> Select[Any]:
    """What `decision_entry` reads, of every decision; the caller says of which."""
    newer = decisions.alias("newer")
    superseded_by = (
        select(newer.c.decision_id)
        # The second term says what the index on the first leaves out; without it, it is not used.
        .where(newer.c.supersedes == decisions.c.decision_id, newer.c.supersedes != "")
        .scalar_subquery()
    )
    return select(decisions, superseded_by.label("superseded_by"))


def decision_entry(row: Row[Any]) -> DecisionEntry:
    """A row of `decision_rows`. What it promised and reserved is not there: that has lives of its own."""
    return DecisionEntry(
        decision_id=row.decision_id,
        decided_at=row.decided_at,
        caller=row.caller,
        request_id=row.request_id,
        policy=row.policy,
        pack_id=row.pack_id,
        pack_version=row.pack_version,
        pack_digest=row.pack_digest,
        semantics=row.semantics,
        software_version=row.software_version,
        actor=Actor(row.actor_id, row.actor_role, ActorKind(row.actor_kind) if row.actor_kind else None),
        case_id=row.case_id,
        subject=Subject(row.order_id, row.item_id),
        incident_id=row.incident_id,
        customer_id=row.customer_id,
        account_id=row.account_id,
        observe_time=row.observe_time,
        outcome=Outcome(row.outcome),
        supersedes=row.supersedes,
        supplied=_read_supplied(row.supplied),
        situation=row.situation,
        decision=row.decision,
        rule_ids=tuple(row.rule_ids.split()),
        erased_at=row.erased_at,
        superseded_by=row.superseded_by or "",
    )


def _write_supplied(supplied: Supplied) -> str:
    """JSON of what is said."""
    said = {name: value for name in Supplied.__slots__ if (value := getattr(supplied, name))}
    return orjson.dumps(said).decode()


def _read_supplied(text: str) -> Supplied:
    said = orjson.loads(text)
    return Supplied(
        observe_time=said.get("observe_time", False),
        role=said.get("role", False),
        granted=said.get("granted", 0),
        granted_unset=said.get("granted_unset", False),
        facts=tuple(said.get("facts", ())),
        offered=tuple(said.get("offered", ())),
        executed=tuple(said.get("executed", ())),
    )
