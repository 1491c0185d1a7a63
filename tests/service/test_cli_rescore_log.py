"""`amends rescore --from-log`: the open cases of the log, decided again as the service would decide them."""

import json
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

import pytest
from typer.testing import CliRunner, Result

from amends.application.asked import Answer
from amends.application.catalog import Catalog
from amends.application.compiled_pack import CompiledPack
from amends.application.decide_recorded import DecideRecorded, Log
from amends.application.recorded_packs import RecordedPacks
from amends.application.recording import RecordRequired
from amends.cli.exit_codes import ExitCode
from amends.cli.main import app
from amends.domain.money import Money
from amends.engines.bitmap import BitmapEngine
from amends.packs.load import load_rules
from amends.packs.source import source_of
from amends.server.clock import SystemClock
from amends.server.new_id import NewUuid7
from amends.storage.opened import OpenedLog
from amends.v1 import decision_pb2
from amends.v1 import decision_service_pb2 as service_pb2
from amends.wire.asked import asked_of
from amends.wire.codec import Codec
from amends.wire.decode import decode_request
from amends.wire.encode import Encoder
from tests.fakes.clock import FakeClock
from tests.service.packs import GENEROUS, SHOP
from tests.service.recording import (
    database_url,
    look,
    postgresql_programs,
    postgresql_server,
    postgresql_session,
    postgresql_url,
    record_executed,
    record_overridden,
    sqlite_url,
)
from tests.service.requests import late
from tests.service.running import write_pack

__all__ = ["database_url", "postgresql_programs", "postgresql_server", "postgresql_session", "postgresql_url"]

T = TypeVar("T")
DAY = 86_400_000_000_000
LATER = "2027-01-01T12:00:00Z"
"""When the cases are looked at again, and by the clock of this moment, what a service says of them."""
THEN = 1_798_804_800_000_000_000


class Found(NamedTuple):
    """What a case comes to: its outcome, the cents of each action that has any, and what is given already."""

    outcome: str
    money: tuple[tuple[str, int], ...]
    given: tuple[str, ...]


class Desk:
    """A log, and decisions put into it as the service does."""

    def __init__(self, url: str, rules: Path, pack: str = "shop", text: str = SHOP) -> None:
        write_pack(rules, pack, text)
        self.url, self.rules, self.policy = url, rules, pack
        loaded = load_rules(rules)
        self._compiled = CompiledPack(loaded.packs[pack], BitmapEngine())
        look(url, lambda log: log.packs.add(source_of(loaded, pack)))

    def decide(self, request: service_pb2.DecideRequest, *, ago: int = 0) -> str:
        """The id of a decision of so many days ago."""
        clock = FakeClock(SystemClock().now() - ago * DAY)
        return look(self.url, self._decided(request, clock)).decision_id

    def again(self, request: service_pb2.DecideRequest, decision_id: str) -> Found:
        """What the service says that would take the place of a decision."""
        asked = service_pb2.DecideRequest()
        asked.CopyFrom(request)
        asked.supersedes, asked.preview = decision_id, True
        answer = look(self.url, self._decided(asked, FakeClock(THEN)))
        return _told(answer)

    def _decided(
        self, request: service_pb2.DecideRequest, clock: FakeClock
    ) -> Callable[[OpenedLog], Awaitable[Answer]]:
        async def decided(log: OpenedLog) -> Answer:
            recorder = RecordRequired(log.decisions, on_away=lambda _error: None)
            packs = RecordedPacks(Catalog({}, {}), log.packs)
            use = DecideRecorded(
                Log(log.decisions, log.outcomes, log.ledgers, packs, recorder),
                codec=Codec(Encoder(software_version="1.0")),
                engine=BitmapEngine(),
                clock=clock,
                new_id=NewUuid7(clock),
                software_version="1.0",
            )
            found = decode_request(request, self._compiled.pack, now=clock.now())
            return await use(asked_of(request, found, policy=self.policy), self._compiled)

        return decided

    def pay(self, decision_id: str, cents: int, kinds: tuple[str, ...] = ("refund", "goodwill")) -> None:
        """Record that so much of its refund was paid, or that another of its actions was done."""
        entry = look(self.url, lambda log: log.decisions.decision(decision_id))
        assert entry is not None
        decision = decision_pb2.Decision.FromString(entry.decision)
        action_id = next(one.action_id for one in decision.actions if one.WhichOneof("kind") in kinds)
        record_executed(self.url, entry, action_id, Money("USD", cents))

    def override(self, decision_id: str, cents: int) -> None:
        """Record that goodwill was given instead of its refund."""
        entry = look(self.url, lambda log: log.decisions.decision(decision_id))
        assert entry is not None
        decision = decision_pb2.Decision.FromString(entry.decision)
        action_id = next(one.action_id for one in decision.actions if one.WhichOneof("kind") == "refund")
        record_overridden(self.url, entry, action_id, Money("USD", cents))

    def rescore(self, out: Path, *options: str) -> Result:
        arguments = ["rescore", "--from-log", "--database", self.url, "--policy", self.policy, "--out", str(out)]
        told = ["--rules", str(self.rules), "--observe-time", LATER, *options]
        return CliRunner().invoke(app, [*arguments, *told])

    def rows(self, out: Path, *options: str) -> dict[str, Found]:
        """What each open case comes to."""
        done = self.rescore(out, *options)
        assert done.exit_code == ExitCode.OK, done.output
        rows = [json.loads(line) for line in out.read_text("utf-8").splitlines()]
        assert [row["position"] for row in rows] == list(range(1, len(rows) + 1))
        return {row["case_id"]: _of_row(row) for row in rows}


def _told(answer: Answer) -> Found:
    actions = decision_pb2.Decision.FromString(answer.decision).actions
    money = [
        (one.WhichOneof("kind") or "", one.amount.units * 100 + one.amount.nanos // 10_000_000)
        for one in actions
        if one.HasField("amount")
    ]
    return Found(
        answer.outcome.value, tuple(money), tuple(one.WhichOneof("kind") or "" for one in actions if one.already_given)
    )


def _of_row(row: dict[str, Any]) -> Found:
    money = [(one["kind"], one["minor_units"]) for one in row["actions"] if one["minor_units"] is not None]
    return Found(row["outcome"], tuple(money), tuple(one["kind"] for one in row["actions"] if one["already_given"]))


@pytest.fixture
def desk(database_url: str, tmp_path: Path) -> Desk:
    return Desk(database_url, tmp_path / "rules")


@pytest.fixture
def small(tmp_path: Path) -> Desk:
    """On SQLite alone: for what has nothing to do with the database."""
    return Desk(sqlite_url(tmp_path), tmp_path / "rules")


def test_open_cases_come_to_what_the_service_says_of_them(desk: Desk, tmp_path: Path) -> None:
    """Nothing paid, some of it, all of it, something else instead, and another item of the same case."""
    requests = {name: late(case_id=name) for name in ("nothing", "some", "all", "other")}
    ids = {name: desk.decide(request, ago=3) for name, request in requests.items()}
    desk.pay(ids["some"], 400)
    desk.pay(ids["all"], 990)
    desk.override(ids["other"], 500)

    found = desk.rows(tmp_path / "out.jsonl")

    assert found == {name: desk.again(request, ids[name]) for name, request in requests.items()}
    assert [found[name].money for name in ("nothing", "some")] == [(("refund", 990),), (("refund", 590),)]
    assert found["all"].given == ("refund",)


def test_a_history_of_the_ledger_counts(tmp_path: Path) -> None:
    """What the customer was given in other cases is known, and what was set aside for this one is no bar to it."""
    desk = Desk(sqlite_url(tmp_path), tmp_path / "rules", "generous", GENEROUS)
    request = late()
    request.situation.ClearField("facts")
    request.situation.customer.customer_id = "customer-1"
    for number in range(8):
        request.situation.case_id = f"before-{number}"
        desk.pay(desk.decide(request, ago=9), 2_000)
    request.situation.case_id = "now"
    decision_id = desk.decide(request, ago=1)

    found = desk.rows(tmp_path / "out.jsonl", "--since", "2d")

    assert found == {"now": desk.again(request, decision_id)}


def test_only_what_stands_and_is_not_finished_is_there(small: Desk, tmp_path: Path) -> None:
    """Of each case its latest decision; none whose actions are all done; none of before; none of another policy."""
    small.decide(late(case_id="old"), ago=40)
    first = small.decide(late(case_id="replaced"), ago=3)
    again = late(1, case_id="replaced")
    again.supersedes = first
    small.decide(again, ago=2)
    small.decide(late(9, case_id="twice"), ago=3)
    small.decide(late(1, case_id="twice"), ago=2)
    for name, kinds in {"paid": ("refund",), "done": ("refund", "apology")}.items():
        decision_id = small.decide(late(case_id=name), ago=2)
        for kind in kinds:
            small.pay(decision_id, 990 if kind == "refund" else 0, (kind,))

    found = small.rows(tmp_path / "out.jsonl", "--since", "30d")

    assert set(found) == {"replaced", "twice", "paid"}
    assert (found["replaced"].money, found["twice"].money) == ((), ())


def test_a_case_that_a_pack_cannot_read_is_rejected_by_name(small: Desk, tmp_path: Path) -> None:
    """A pack that has no such fact any more: the case is told with its decision, and is not lost."""
    decision_id = small.decide(late(case_id="gone"))
    pack = small.rules / "shop" / "pack.yaml"
    pack.write_text(SHOP.replace("delay_days", "days_late"), encoding="utf-8")

    done = small.rescore(tmp_path / "out.jsonl")

    assert "0 rows decided, 1 rejected" in done.stdout
    (line,) = (tmp_path / "out.jsonl.rejects.jsonl").read_text("utf-8").splitlines()
    rejected = json.loads(line)
    assert (rejected["position"], rejected["row"]) == (1, {"decision_id": decision_id, "case_id": "gone"})
    assert "delay_days" in rejected["reasons"][0]


def test_an_empty_log_gives_an_output_without_rows(small: Desk, tmp_path: Path) -> None:
    """That nothing is open is an answer."""
    assert small.rows(tmp_path / "out.jsonl") == {}


def test_a_log_that_is_not_there_is_told(tmp_path: Path) -> None:
    """Nothing is made where the log was looked for."""
    write_pack(tmp_path / "rules", "shop", SHOP)
    arguments = ["rescore", "--from-log", "--database", f"sqlite:///{tmp_path / 'none.db'}", "--policy", "shop"]

    done = CliRunner().invoke(app, [*arguments, "--rules", str(tmp_path / "rules"), "--out", str(tmp_path / "o.csv")])

    assert (done.exit_code, done.stderr.startswith("amends rescore: the log: ")) == (ExitCode.BAD_ARGUMENTS, True)
    assert not (tmp_path / "none.db").exists()
