"""The parts of a log that tell of the past, in memory and on each database, for the laws that hold on all of them."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Any, Final

import pytest
from sqlalchemy import Connection, select

from amends.application.ports import DecisionList, DecisionLog, ObligationLog, OutcomeLog, RuleStatisticsLog
from amends.domain.money import Money
from amends.domain.record import Actor, ActorKind, DecisionEntry, OutcomeEntry, OutcomeKind
from amends.storage.database import Database
from amends.storage.decision_log import DatabaseDecisionLog
from amends.storage.listing import DatabaseDecisionList
from amends.storage.obligations import DatabaseObligationLog
from amends.storage.outcomes import DatabaseOutcomeLog
from amends.storage.statistics import DatabaseRuleStatistics
from amends.storage.tables import ledgers, reservations
from tests.fakes.decision_log import FakeDecisionLog
from tests.fakes.record_log import FakeRecordLog
from tests.storage.entries import T0, entry
from tests.storage.logs import migrated_url

SECOND: Final = 1_000_000_000
MINUTE: Final = 60 * SECOND
DAY: Final = 24 * 60 * MINUTE
_numbers = count(1)


@dataclass(frozen=True, slots=True)
class Records:
    """One log by its ports."""

    log: DecisionLog
    outcomes: OutcomeLog
    obligations: ObligationLog
    listing: DecisionList
    statistics: RuleStatisticsLog

    async def decide(self, **said: Any) -> DecisionEntry:  # noqa: ANN401  # any of a decision's fields
        """Put a decision into the log."""
        written = decision(**said)
        await self.log.append([written])
        return written


def in_memory() -> Records:
    decisions = FakeDecisionLog()
    fake = FakeRecordLog(decisions)
    return Records(decisions, fake, fake, fake, fake)


def on(database: Database) -> Records:
    return Records(
        DatabaseDecisionLog(database),
        DatabaseOutcomeLog(database),
        DatabaseObligationLog(database),
        DatabaseDecisionList(database),
        DatabaseRuleStatistics(database),
    )


@pytest.fixture(params=["memory", "sqlite", "postgresql"])
def records(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Records]:
    """A log of each kind."""
    if request.param == "memory":
        yield in_memory()
        return
    with Database(migrated_url(request.param, tmp_path, request)) as opened:
        yield on(opened)


def decision(**said: Any) -> DecisionEntry:  # noqa: ANN401  # any of its fields
    """A decision whose id is made at the moment at which it was decided, as the server makes them."""
    decided_at = said.get("decided_at", T0)
    return entry(**{"decided_at": decided_at, "decision_id": id_at(decided_at), "request_id": "", **said})


def id_at(moment: int) -> str:
    """A new id of a moment, after every earlier one of it."""
    digits = f"{moment // 1_000_000:012x}"
    return f"{digits[:8]}-{digits[8:]}-7000-8000-{next(_numbers):012x}"


def outcome(about: DecisionEntry, **said: Any) -> OutcomeEntry:  # noqa: ANN401  # any of its fields
    """An outcome of the decision's action, in which everything is said that can be."""
    usual: dict[str, Any] = {
        "outcome_id": id_at(T0 + DAY),
        "decision_id": about.decision_id,
        "action_id": "action-1",
        "obligation_id": "",
        "kind": OutcomeKind.EXECUTED,
        "actor": Actor("a-7", "supervisor", ActorKind.HUMAN),
        "time": T0 + DAY - 1,
        "recorded_at": T0 + DAY,
        "amount": Money("EUR", 500),
        "external_reference": "payment-1",
        "reason": "because",
        "granted": b"\x00'\\\xff",
        "caller": "caller",
        "request_id": "",
        "policy": about.policy,
        "case_id": about.case_id,
        "customer_id": about.customer_id,
        "action_kind": "refund",
        "rule_ids": about.rule_ids,
        "incident_id": "",
    }
    return OutcomeEntry(**{**usual, **said})


async def reserved(database: Database) -> list[tuple[str, str, int, str]]:
    """Decision, action, amount and state of what is set aside."""
    columns = reservations.c.decision_id, reservations.c.action_id, reservations.c.amount, reservations.c.state

    def find(connection: Connection) -> list[tuple[str, str, int, str]]:
        return [tuple(row) for row in connection.execute(select(*columns).order_by(*columns))]

    return await database.read(find)


async def ledger_version(database: Database, customer_id: str) -> int:
    version = select(ledgers.c.version).where(ledgers.c.customer_id == customer_id)
    return await database.read(lambda connection: connection.execute(version).scalar() or 0)
