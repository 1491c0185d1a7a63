"""`amends log`, `replay`, `forget` and `retain`, as an operator runs them on a database."""

import json
import re
import signal
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import delete, update
from typer.testing import CliRunner, Result

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
from amends.storage.erasure import read_erasures
from amends.storage.opened import OpenedLog
from amends.storage.tables import decisions, packs
from amends.v1 import decision_service_pb2 as service_pb2
from amends.v1 import situation_pb2
from amends.v1.decision_service_pb2_grpc import DecisionServiceStub
from amends.wire.asked import asked_of
from amends.wire.codec import Codec
from amends.wire.decode import decode_request
from amends.wire.encode import Encoder
from tests.fakes.clock import FakeClock
from tests.service.packs import SHOP
from tests.service.recording import (
    database_url,
    look,
    postgresql_programs,
    postgresql_server,
    postgresql_session,
    postgresql_url,
    record_executed,
    record_overridden,
    recording_server,
    sqlite_url,
)
from tests.service.requests import late
from tests.service.running import PATIENCE, write_pack
from tests.storage.entries import entry

__all__ = ["database_url", "postgresql_programs", "postgresql_server", "postgresql_session", "postgresql_url"]

DAY = 86_400_000_000_000


class Desk:
    """A log, and decisions of the shop put into it as the service does."""

    def __init__(self, url: str, rules: Path) -> None:
        write_pack(rules, "shop", SHOP)
        self.url = url
        self._loaded = load_rules(rules)
        self._compiled = CompiledPack(self._loaded.packs["shop"], BitmapEngine())
        look(url, lambda log: log.packs.add(source_of(self._loaded, "shop")))

    def decide(
        self, days: int = 4, *, customer: str = "customer-1", case: str = "case-1", supersedes: str = "", ago: int = 0
    ) -> str:
        """The id of a decision of so many days ago."""
        request = late(days, case_id=case)
        request.supersedes = supersedes
        request.situation.customer.customer_id = customer
        request.situation.customer.country = "AT"
        request.situation.flags.values.append(situation_pb2.FLAG_VULNERABLE)
        request.situation.facts["note"].text = "rang twice"
        request.actor.actor_id = "agent-7"
        clock = FakeClock(SystemClock().now() - ago * DAY)
        decoded = decode_request(request, self._compiled.pack, now=clock.now())

        async def decided(log: OpenedLog) -> str:
            use = DecideRecorded(
                Log(
                    log.decisions,
                    log.outcomes,
                    log.ledgers,
                    RecordedPacks(Catalog({}, {}), log.packs),
                    RecordRequired(log.decisions, on_away=lambda _error: None),
                ),
                codec=Codec(Encoder(software_version="1.0")),
                engine=BitmapEngine(),
                clock=clock,
                new_id=NewUuid7(clock),
                software_version="1.0",
            )
            return (await use(asked_of(request, decoded, policy="shop"), self._compiled)).decision_id

        return look(self.url, decided)

    def alter(self, decision_id: str, **values: Any) -> None:  # noqa: ANN401  # any column
        own = update(decisions).where(decisions.c.decision_id == decision_id).values(**values)
        look(self.url, lambda log: log.database.write(lambda connection: connection.execute(own).rowcount))

    def run(self, *arguments: str) -> Result:
        environment = {"AMENDS_DATABASE": self.url, "AMENDS_DATA_DIR": None, "COLUMNS": "110"}
        return CliRunner().invoke(app, list(arguments), env=environment)

    def lines(self, *arguments: str) -> list[dict[str, Any]]:
        """What a command says in JSON, a line each."""
        done = self.run(*arguments, "--format", "json")
        assert done.exit_code == 0, done.output
        return [json.loads(line) for line in done.stdout.splitlines()]


@pytest.fixture
def desk(database_url: str, tmp_path: Path) -> Desk:
    return Desk(database_url, tmp_path / "rules")


@pytest.fixture
def small(tmp_path: Path) -> Desk:
    """On SQLite alone: for what has nothing to do with the database."""
    return Desk(sqlite_url(tmp_path), tmp_path / "rules")


def test_a_list_is_filtered(desk: Desk) -> None:
    """By case, customer, policy, outcome, rule and time; the newest first."""
    old = desk.decide(case="case-2", ago=40)
    first = desk.decide(customer="customer-2", ago=3)
    second = desk.decide(days=1, supersedes=first, customer="customer-2", ago=2)

    def ids(*arguments: str) -> list[str]:
        return [line["decisionId"] for line in desk.lines("log", "list", *arguments)]

    assert ids() == [second, first, old]
    assert ids("--limit", "2") == [second, first]
    assert ids("--case", "case-2") == [old]
    assert ids("--customer", "customer-2") == [second, first]
    assert ids("--policy", "other") == []
    assert ids("--outcome", "actions_recommended") == [first, old]
    assert ids("--rule", "shipping-back") == [first, old]
    assert ids("--since", "7d") == [second, first]
    assert ids("--since", "7d", "--until", "60h") == [first]
    told = desk.run("log", "list", "--limit", "1")
    assert told.stdout.splitlines()[1].strip() == (
        "case case-1, customer customer-2, 0 rules applied, takes another's place"
    )
    assert "only the newest 1" in told.stderr


def test_many_pages_are_one_list(small: Desk) -> None:
    """Several times as many as a page of the log holds."""
    written = [entry() for _ in range(450)]
    look(small.url, lambda log: log.decisions.append(written))

    shown = [line["decisionId"] for line in small.lines("log", "list", "--limit", "430")]

    assert shown == [one.decision_id for one in written[:-431:-1]]


def test_a_decision_is_shown_with_its_life(desk: Desk) -> None:
    """What it said, who asked, on what facts, what was done; sensitive facts only on request."""
    decision_id = desk.decide()
    found = look(desk.url, lambda log: log.decisions.decision(decision_id))
    assert found is not None
    (refund,) = [one for one in Codec(Encoder(software_version="")).read_actions(found.decision) if one.amount]
    assert refund.amount is not None
    record_executed(desk.url, found, refund.action_id, refund.amount)
    record_overridden(desk.url, found, refund.action_id, refund.amount)
    newer = desk.decide(days=5, supersedes=decision_id)

    told = desk.run("log", "show", decision_id).stdout

    assert "Actions recommended" in told
    assert "We were late. You get 9.90 USD back." in " ".join(told.split())
    assert re.search(r"asked by +agent-7, frontline", told)
    assert re.search(rf"its place was taken by +{newer}", told)
    assert re.search(r"refund: executed 9.90 USD", told)
    assert re.search(r"refund: overridden; instead goodwill 9.90 USD", told)
    assert re.search(r"facts.delay_days +4", told)
    for path, how in (("customer.country", "personal"), ("facts.note", "personal"), ("flags", "special")):
        assert re.search(rf"{path} +withheld: it is {how}", told)
    assert "rang twice" not in told
    personal = desk.run("log", "show", decision_id, "--facts", "personal").stdout
    assert "rang twice" in personal
    assert "vulnerable" not in personal
    assert re.search(r"flags +\[vulnerable\]", desk.run("log", "show", decision_id, "--facts", "special").stdout)
    assert re.search(rf"takes the place of +{decision_id}", desk.run("log", "show", newer).stdout)


def test_what_was_given_before_stands_among_the_facts(small: Desk) -> None:
    """Also what the log filled in, which is told apart from what the caller says."""
    first = small.decide()
    entry = look(small.url, lambda log: log.decisions.decision(first))
    assert entry is not None
    assert "granted" not in small.run("log", "show", first).stdout
    record_executed(small.url, entry, "action-1", Money("USD", 990))
    second = small.decide(days=5)

    page = small.run("log", "show", second).stdout

    assert re.search(r"granted  refund, 9\.90 USD, \S+, by the log", page)


def test_json_withholds_what_the_page_withholds(small: Desk) -> None:
    """A pipe is no way around it."""
    decision_id = small.decide()

    def situation(*arguments: str) -> dict[str, Any]:
        shown = json.loads(small.run("log", "show", decision_id, "--format", "json", *arguments).stdout)
        found: dict[str, Any] = shown.get("situation", {})
        return found

    assert situation()["facts"] == {"delay_days": {"integer": "4"}}
    assert situation()["customer"] == {"customerId": "customer-1"}
    assert "flags" not in situation("--facts", "personal")
    assert situation("--facts", "personal")["customer"]["country"] == "AT"
    assert situation("--facts", "special")["flags"] == {"values": ["FLAG_VULNERABLE"]}
    look(small.url, lambda log: log.database.write(lambda connection: connection.execute(delete(packs)).rowcount))
    assert situation("--facts", "special") == {}


def test_a_tail_shows_what_comes(small: Desk) -> None:
    """The newest first of what is there, then each decision as it is recorded, once; Ctrl-C ends it in peace."""
    before = small.decide(case="before")
    process = subprocess.Popen(
        [sys.executable, "-m", "amends", "log", "tail", "--format", "json", "--every", "0.05", "--database", small.url],
        stdout=subprocess.PIPE,
        text=True,
        env={"PYTHONUNBUFFERED": "1"},
    )
    assert process.stdout is not None
    try:
        shown = [json.loads(process.stdout.readline())["decisionId"]]
        later = []
        for number in range(3):
            later.append(small.decide(case=f"later-{number}"))
            shown.append(json.loads(process.stdout.readline())["decisionId"])
        assert shown == [before, *later]
        process.send_signal(signal.SIGINT)
        assert (process.stdout.read(), process.wait(PATIENCE)) == ("", ExitCode.OK)
    finally:
        process.kill()
        process.stdout.close()
        process.wait(PATIENCE)


def test_replay_proves_what_is_there(desk: Desk) -> None:
    """By id or by time; all the same is exit code 0."""
    first = desk.decide(ago=5)
    second = desk.decide(supersedes=first)
    for arguments in ((first, second), ("--since", "30d")):
        done = desk.run("replay", *arguments)
        assert (done.exit_code, done.stdout.strip()) == (0, "2  the same, byte for byte")
    assert [line["result"] for line in desk.lines("replay", "--since", "30d", "--until", "1d")] == ["same"]
    assert desk.run("replay", "--since", "1h", "--until", "2h").exit_code == 0


def test_replay_tells_a_difference(desk: Desk) -> None:
    """What differs is on the page, and the exit code is that of a disagreement."""
    fine, altered = desk.decide(), desk.decide(case="case-2")
    found = look(desk.url, lambda log: log.decisions.decision(altered))
    assert found is not None
    desk.alter(altered, decision=found.decision.replace(b"frontline", b"backliner"))

    done = desk.run("replay", fine, altered)

    assert done.exit_code == ExitCode.DISAGREEMENT
    assert f"{altered}: different: something is wrong" in done.stdout
    assert "authority_role: backliner; again frontline" in done.stdout
    assert fine not in done.stdout
    (told,) = [json.loads(line) for line in desk.run("replay", altered, "--format", "json").stdout.splitlines()]
    assert told["result"] == "different"
    assert len(told["differences"]) == 2


def test_replay_tells_what_cannot_be_made_again(small: Desk) -> None:
    """Other semantics and what was erased are counted; a pack that is missing is an error."""
    other, erased = small.decide(), small.decide(customer="gone", case="case-2")
    small.alter(other, semantics=99)
    assert small.run("forget", "--customer", "gone", "--yes").exit_code == 0
    done = small.run("replay", other, erased)
    assert done.exit_code == 0
    assert "1  decided by other semantics" in done.stdout
    assert "1  erased" in done.stdout
    assert erased not in done.stdout
    small.alter(other, semantics=1, pack_digest="0" * 64)
    done = small.run("replay", other)
    assert (done.exit_code, "is not stored" in done.stdout) == (ExitCode.UNEXPECTED, True)


def test_forgetting_asks_first(desk: Desk) -> None:
    """Without --yes it counts; with it the customer is gone, and there is a receipt."""
    decision_id = desk.decide()
    desk.decide(customer="customer-2", case="case-2")

    asked = desk.run("forget", "--customer", "customer-1")
    assert "would forget: 1 decision, 0 obligations, 0 outcomes, 0 reservations" in asked.stdout
    assert len(desk.lines("log", "list", "--customer", "customer-1")) == 1

    assert "is the id spelt" not in asked.stderr

    receipt = json.loads(desk.run("forget", "--customer", "customer-1", "--yes", "--format", "json").stdout)
    assert (receipt["erased"], receipt["decisions"], receipt["cleaned"]) == (True, 1, True)
    assert desk.lines("log", "list", "--customer", "customer-1") == []
    assert len(desk.lines("log", "list", "--customer", "customer-2")) == 1
    told = desk.run("log", "show", decision_id).stdout
    assert told.startswith("Erased: ")
    assert "rang twice" not in told
    assert "customer-1" not in told


@pytest.mark.parametrize("yes", [(), ("--yes",)])
def test_nobody_is_not_forgotten(small: Desk, yes: tuple[str, ...]) -> None:
    """A slip in the id is no receipt; who wants a mark for the sake of older backups says so."""
    small.decide()
    command = ("forget", "--customer", "custmer-1", *yes)

    slip = small.run(*command)
    assert (slip.exit_code, slip.stdout) == (ExitCode.BAD_ARGUMENTS, "")
    assert "is the id spelt as callers send it?" in slip.stderr
    assert look(small.url, marks) == 0

    meant = small.run(*command, "--unknown-too")
    assert meant.exit_code == ExitCode.OK, meant.stderr
    assert look(small.url, marks) == len(yes)


async def marks(log: OpenedLog) -> int:
    return len(await log.database.read(read_erasures))


def test_retaining_lets_go_of_what_is_old(desk: Desk) -> None:
    """Without --yes it counts. The time comes from the option, else from the setting."""
    old, young = desk.decide(ago=401), desk.decide(ago=5, case="case-2")
    assert "would go, from before" in desk.run("retain").stdout
    assert "1 decision," in desk.run("retain").stdout
    assert len(desk.lines("log", "list")) == 2
    assert desk.run("retain", "--yes").exit_code == 0
    assert [line["decisionId"] for line in desk.lines("log", "list")] == [young]
    assert old != young
    assert "gone, from before" in desk.run("retain", "--older-than", "2d", "--yes").stdout
    assert desk.lines("log", "list") == []


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("replay",), "name decisions by their ids, or say --since"),
        (("replay", "a", "--since", "1d"), "name decisions by their ids, or say --since"),
        (("replay", "a", "--until", "1d"), "--until goes with --since"),
        (("replay", "none-such"), "there is no recorded decision 'none-such'"),
        (("log", "show", "none-such"), "there is no recorded decision 'none-such'"),
        (("log", "list", "--since", "yesterday"), "--since: 'yesterday' is not a date"),
        (("log", "list", "--since", "2026-11-01T10:00"), "does not say in which zone"),
        (("forget", "--customer", ""), "an id, not an empty one"),
        (("retain", "--older-than", "5h"), "whole days, at least one"),
        (("retain", "--older-than", "soon"), "is not a duration"),
    ],
)
def test_what_is_wrong_is_said_in_a_line(small: Desk, arguments: tuple[str, ...], told: str) -> None:
    """With exit code 2, and never a traceback."""
    done = small.run(*arguments)
    assert done.exit_code == ExitCode.BAD_ARGUMENTS
    assert told in done.stderr
    assert done.stderr.startswith("amends ")


@pytest.mark.parametrize(
    "command",
    [
        ("log", "list"),
        ("replay", "--since", "1d"),
        ("forget", "--customer", "c"),
        ("retain",),
        ("obligations",),
        ("outcome", "a"),
        ("db", "status"),
        ("serve",),
    ],
)
def test_a_database_without_tables_is_told(tmp_path: Path, command: tuple[str, ...]) -> None:
    """Naming the command that makes them, with one exit code; nothing is created."""
    environment = {"AMENDS_DATABASE": None, "AMENDS_DATA_DIR": str(tmp_path / "nowhere")}
    done = CliRunner().invoke(app, [*command], env=environment)
    assert done.exit_code == ExitCode.UNEXPECTED
    assert "amends db upgrade" in done.stderr
    assert not (tmp_path / "nowhere").exists()


def test_the_setting_says_how_long(small: Desk) -> None:
    """AMENDS_RETENTION_DAYS."""
    small.decide(ago=20)
    done = CliRunner().invoke(app, ["retain"], env={"AMENDS_DATABASE": small.url, "AMENDS_RETENTION_DAYS": "10"})
    assert "1 decision," in done.stdout


def test_forgetting_while_a_server_answers(database_url: str, tmp_path: Path) -> None:
    """Calls go on; of the customer nothing is left in the files of SQLite, though the server has them open."""
    write_pack(tmp_path / "rules", "shop", SHOP)
    request = late()
    request.situation.customer.customer_id = "customer-8842"
    request.situation.facts["note"].text = "note of 8842"
    other = late(case_id="case-2")
    stop = threading.Event()

    with recording_server(tmp_path / "rules", database_url) as server, server.channel() as channel:
        stub = DecisionServiceStub(channel)
        for _ in range(20):
            stub.Decide(request)

        def go_on() -> int:
            answered = 0
            while not stop.is_set():
                answered += stub.Decide(other).recorded
            return answered

        with ThreadPoolExecutor(2) as pool:
            others = [pool.submit(go_on) for _ in range(2)]
            done = CliRunner().invoke(
                app, ["forget", "--customer", "customer-8842", "--yes"], env={"AMENDS_DATABASE": database_url}
            )
            stop.set()
            answered = sum(one.result() for one in others)
        if database_url.startswith("sqlite"):
            for path in tmp_path.glob("amends.db*"):
                assert b"8842" not in path.read_bytes(), path.name
        # The server knows of it at once.
        listed = stub.ListDecisions(service_pb2.ListDecisionsRequest(customer_id="customer-8842"))

    assert (done.exit_code, done.stdout.splitlines()[0]) == (
        0,
        "forgotten: 20 decisions, 0 obligations, 0 outcomes, 0 reservations",
    )
    assert answered
    assert not listed.decisions
