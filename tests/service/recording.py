"""Servers that record: their databases, and a look into the log behind their backs."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Final, TypeVar

import grpc
import pytest

from amends.domain.money import Money
from amends.domain.record import (
    Actor,
    DecisionEntry,
    ObligationState,
    OutcomeEntry,
    OutcomeKind,
    Recording,
    TrackedObligation,
)
from amends.domain.situation import Granted
from amends.server.clock import SystemClock
from amends.server.new_id import NewUuid7
from amends.storage.migrate import upgrade
from amends.storage.opened import OpenedLog, open_log
from amends.v1 import decision_service_pb2 as service_pb2
from amends.v1.decision_service_pb2_grpc import DecisionServiceStub
from amends.wire.codec import Codec
from amends.wire.encode import Encoder
from tests.service.packs import SHOP
from tests.service.requests import late
from tests.service.running import RunningServer, write_pack
from tests.storage.postgresql import postgresql_programs, postgresql_server, postgresql_session, postgresql_url

__all__ = ["postgresql_programs", "postgresql_server", "postgresql_session", "postgresql_url"]

T = TypeVar("T")
NANOS: Final = 1_000_000_000


def sqlite_url(folder: Path) -> str:
    """A database in a file of that folder, with its tables."""
    url = f"sqlite:///{folder}/amends.db"
    upgrade(url)
    return url


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """An empty database with its tables, of each kind."""
    if request.param == "sqlite":
        return sqlite_url(tmp_path)
    url: str = request.getfixturevalue("postgresql_url")
    upgrade(url)
    return url


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    """A rules folder with the shop alone."""
    write_pack(tmp_path / "rules", "shop", SHOP)
    return tmp_path / "rules"


def recording_server(rules: Path, url: str, *options: str) -> RunningServer:
    """A server that records what it decides before it answers, unless the options say otherwise."""
    environment = {"AMENDS_RECORDING": "required", "AMENDS_DATABASE": url}
    return RunningServer("--rules", str(rules), *options, environment=environment)


@pytest.fixture(scope="module")
def recording_shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator["RecordingShop"]:
    """The shop, recording in SQLite: one for all tests of a module."""
    folder = tmp_path_factory.mktemp("recording")
    write_pack(folder / "rules", "shop", SHOP)
    url = sqlite_url(folder)
    with recording_server(folder / "rules", url) as server, server.channel() as channel:
        yield RecordingShop(server, channel, url)


@pytest.fixture
def recording(recording_shop: "RecordingShop") -> "RecordingShop":
    """The same, with request ids and cases of this test's own."""
    recording_shop.test += 1
    return recording_shop


class RecordingShop:
    """A running server, its calls, and its log."""

    def __init__(self, server: RunningServer, channel: grpc.Channel, url: str) -> None:
        self.server = server
        self.decisions = DecisionServiceStub(channel)
        self.url = url
        self.test = 0

    def late(self, days: int = 4, *, request_id: str = "", case_id: str = "case") -> service_pb2.DecideRequest:
        """A request of this test."""
        request = late(days, case_id=f"{case_id}-{self.test}")
        request.request_id = request_id and f"{request_id}-{self.test}"
        return request

    def entry(self, decision_id: str) -> DecisionEntry | None:
        """What the log holds of a decision."""
        return look(self.url, lambda log: log.decisions.decision(decision_id))

    def executed(self, answer: service_pb2.DecideResponse, action_id: str, cents: int) -> None:
        """Record that so much of a refund was paid."""
        entry = self.entry(answer.decision_id)
        assert entry is not None
        record_executed(self.url, entry, action_id, Money("USD", cents))


def look(url: str, ask: Callable[[OpenedLog], Awaitable[T]]) -> T:
    """What the log of a database answers."""

    async def asked() -> T:
        return await ask(log)

    with open_log(url, SystemClock()) as log:
        return asyncio.run(asked())


def record_executed(url: str, entry: DecisionEntry, action_id: str, amount: Money) -> None:
    """Record that so much of a refund was paid."""
    granted = Granted(kind="refund", action_id=action_id, subject=entry.subject, amount=amount, time=entry.observe_time)
    _record(url, entry, OutcomeKind.EXECUTED, action_id=action_id, granted=granted)


def record_overridden(url: str, entry: DecisionEntry, action_id: str, amount: Money) -> None:
    """Record that goodwill of so much was given instead of a refund."""
    granted = Granted(kind="goodwill", subject=entry.subject, amount=amount, time=entry.observe_time)
    _record(url, entry, OutcomeKind.OVERRIDDEN, action_id=action_id, granted=granted)


def record_offered(url: str, entry: DecisionEntry, action_id: str) -> None:
    """Record that the customer was told of a refund."""
    _record(url, entry, OutcomeKind.OFFERED, action_id=action_id, granted=None)


def record_kept(url: str, entry: DecisionEntry, kept: TrackedObligation, *, at: int) -> None:
    """Record that a promise was kept at that moment."""
    outcome = _outcome(entry, OutcomeKind.KEPT, action_id="", granted=None)
    outcome = replace(outcome, obligation_id=kept.promised.obligation_id, time=at, recorded_at=at)
    settled = replace(kept, state=ObligationState.KEPT, settled_at=at, settled_by=Actor())
    look(url, lambda log: log.outcomes.record(Recording(outcome, seen=0, settled=(settled,))))


def _record(url: str, entry: DecisionEntry, kind: OutcomeKind, *, action_id: str, granted: Granted | None) -> None:
    outcome = _outcome(entry, kind, action_id=action_id, granted=granted)

    async def written(log: OpenedLog) -> None:
        seen = [one for one in await log.outcomes.outcomes_of_case(entry.case_id) if one.action_id == action_id]
        await log.outcomes.record(Recording(outcome, seen=len(seen)))

    look(url, written)


def _outcome(entry: DecisionEntry, kind: OutcomeKind, *, action_id: str, granted: Granted | None) -> OutcomeEntry:
    return OutcomeEntry(
        outcome_id=NewUuid7(SystemClock())(),
        decision_id=entry.decision_id,
        action_id=action_id,
        obligation_id="",
        kind=kind,
        actor=Actor(),
        time=entry.decided_at,
        recorded_at=entry.decided_at,
        amount=granted.amount if granted is not None and kind is OutcomeKind.EXECUTED else None,
        external_reference="",
        reason="",
        granted=b"" if granted is None else Codec(Encoder(software_version="")).granted(granted),
        caller="",
        request_id="",
        policy=entry.policy,
        case_id=entry.case_id,
        customer_id=entry.customer_id,
        action_kind="refund",
        rule_ids=entry.rule_ids,
    )
