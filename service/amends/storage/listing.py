"""The DecisionList port on a database: pages by id, which is the order of time, so that nothing new moves them."""

from collections.abc import Sequence
from typing import Any, Final

from sqlalchemy import ColumnElement, Connection, Row, Select, exists, select

from amends.domain.decision import Outcome
from amends.domain.log_queries import DecisionFilter, DecisionInShort
from amends.domain.situation import Subject
from amends.storage.database import Database
from amends.storage.id_ranges import first_id
from amends.storage.tables import applied_rules, decisions

_SLACK: Final = 60 * 1_000_000_000
"""By how much an id's moment may differ from that of its decision: clocks are put right by seconds."""

_COLUMNS: Final = (
    decisions.c.decision_id,
    decisions.c.decided_at,
    decisions.c.policy,
    decisions.c.pack_id,
    decisions.c.pack_version,
    decisions.c.pack_digest,
    decisions.c.outcome,
    decisions.c.case_id,
    decisions.c.order_id,
    decisions.c.item_id,
    decisions.c.customer_id,
    decisions.c.supersedes,
    decisions.c.rule_ids,
    decisions.c.erased_at,
)


class DatabaseDecisionList:
    """The decisions of one database, in short."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def decisions(self, wanted: DecisionFilter, *, before: str, limit: int) -> Sequence[DecisionInShort]:
        newer = decisions.alias("newer")
        superseded_by = (
            select(newer.c.decision_id)
            # The second term says what the index on the first leaves out; without it, it is not used.
            .where(newer.c.supersedes == decisions.c.decision_id, newer.c.supersedes != "")
            .scalar_subquery()
        )
        query: Select[Any] = (
            select(*_COLUMNS, superseded_by.label("superseded_by"))
            .where(*_filters(wanted, before))
            .order_by(decisions.c.decision_id.desc())
            .limit(limit)
        )

        def find(connection: Connection) -> Sequence[DecisionInShort]:
            return [_in_short(row) for row in connection.execute(query)]

        return await self._database.read(find)


def _filters(wanted: DecisionFilter, before: str) -> list[ColumnElement[bool]]:
    equal = {
        decisions.c.case_id: wanted.case_id,
        decisions.c.customer_id: wanted.customer_id,
        decisions.c.policy: wanted.policy,
        decisions.c.outcome: "" if wanted.outcome is None else wanted.outcome.value,
    }
    found = [column == text for column, text in equal.items() if text]
    if wanted.policies is not None:
        found.append(decisions.c.policy.in_(sorted(wanted.policies)))
    if wanted.customer_id:
        # What the index leaves out; without it, it is not used.
        found.append(decisions.c.customer_id != "")
    if wanted.rule_id:
        # Asked of each id on the way from the newest on: a join would first find every decision of the rule.
        found.append(_applied(wanted.rule_id))
    decision_id = decisions.c.decision_id
    if before:
        found.append(decision_id < before)
    if wanted.since is not None:
        found += [decisions.c.decided_at >= wanted.since, decision_id >= first_id(wanted.since - _SLACK)]
    if wanted.until is not None:
        found += [decisions.c.decided_at < wanted.until, decision_id < first_id(wanted.until + _SLACK)]
    return found


def _applied(rule_id: str) -> ColumnElement[bool]:
    same = applied_rules.c.decision_id == decisions.c.decision_id
    return exists().where(same, applied_rules.c.rule_id == rule_id)


def _in_short(row: Row[Any]) -> DecisionInShort:
    return DecisionInShort(
        decision_id=row.decision_id,
        decided_at=row.decided_at,
        policy=row.policy,
        pack_id=row.pack_id,
        pack_version=row.pack_version,
        pack_digest=row.pack_digest,
        outcome=Outcome(row.outcome),
        case_id=row.case_id,
        subject=Subject(row.order_id, row.item_id),
        customer_id=row.customer_id,
        supersedes=row.supersedes,
        superseded_by=row.superseded_by or "",
        rule_ids=tuple(row.rule_ids.split()),
        erased_at=row.erased_at,
    )
