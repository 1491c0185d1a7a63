"""`amends rescore` beside the log of a service: as it stood when the run began, with its words, and its packs."""

from pathlib import Path
from typing import Final

import pyarrow as pa
import pytest
from typer.testing import CliRunner

from amends.application.ports.standing_decisions import StandingFilter
from amends.bootstrap.rescoring import make_against_log
from amends.cli.exit_codes import ExitCode
from amends.cli.main import app
from amends.packs.load import load_pack
from amends.rescoring.changes import Earlier
from amends.rescoring.parts import Parts, Run
from amends.server.clock import SystemClock
from amends.storage.standing_decisions import DatabaseStandingDecisions
from amends.v1 import decision_pb2
from tests.service.packs import SHOP
from tests.service.recording import look, record_kept, record_offered, sqlite_url
from tests.service.requests import late
from tests.service.running import write_pack
from tests.service.test_cli_rescore_changes import NEW, OLD, rescore, rows_of, told
from tests.service.test_cli_rescore_log import DAY, Desk

HOUR: Final = DAY // 24


def test_what_was_offered_has_to_be_withdrawn(tmp_path: Path) -> None:
    """As the service says of the decision that would take its place; what nobody was told of is only gone."""
    desk = Desk(sqlite_url(tmp_path), tmp_path / "was", text=OLD)
    offered = desk.decide(late(9, case_id="offered"), ago=5)
    desk.decide(late(9, case_id="quiet"), ago=5)
    entry = look(desk.url, lambda log: log.decisions.decision(offered))
    assert entry is not None
    actions = decision_pb2.Decision.FromString(entry.decision).actions
    record_offered(desk.url, entry, next(one.action_id for one in actions if one.WhichOneof("kind") == "refund"))
    write_pack(tmp_path / "rules", "shop", NEW)
    lines = ["case_id,fault,facts.delay_days,shipping_fee", "offered,nobody,9,9.90 USD", "quiet,nobody,9,9.90 USD"]
    (tmp_path / "rows.csv").write_text("\n".join(lines))

    done = rescore(tmp_path / "rules", "out.jsonl", "--against-log", "--database", desk.url)

    assert done.exit_code == ExitCode.OK, done.output
    rows = rows_of(tmp_path / "out.jsonl")
    assert told(rows["offered"]) == [("gone", "apology", None, None), ("withdraw", "refund", 990, None)]
    assert told(rows["quiet"]) == [("gone", "apology", None, None), ("gone", "refund", 990, None)]


def test_promises_are_as_they_were_when_the_run_began(tmp_path: Path) -> None:
    """What was kept since was open then: a run that goes on sees the log that it began with."""
    desk = Desk(sqlite_url(tmp_path), tmp_path / "was", text=OLD)
    decision_id = desk.decide(late(9, case_id="kept"), ago=5)
    entry = look(desk.url, lambda log: log.decisions.decision(decision_id))
    assert entry is not None
    (promised,) = look(desk.url, lambda log: log.obligations.obligations_of_decision(decision_id))
    now = SystemClock().now()
    record_kept(desk.url, entry, promised, at=now - HOUR)

    found = {hours: (owed_as_of(desk.url, now - hours * HOUR), owes(desk.url, now - hours * HOUR)) for hours in (0, 2)}

    assert found == {0: ([[]], [False]), 2: ([["verify"]], [True])}


def owed_as_of(url: str, moment: int) -> list[list[str]]:
    """Of each case the kinds of what it owed then."""
    found: list[list[str]] = []

    def use(earlier: Earlier) -> None:
        rows = pa.concat_tables(list(earlier.tables())).to_pylist()
        found.extend([one["kind"] for one in row["obligations"]] for row in rows)

    folder = Path(url.removeprefix("sqlite:///")).parent / "out.parts"
    with Parts(folder, Run({}, moment)) as parts:
        make_against_log(url, policy="shop")(parts, use)
        parts.remove()
    return found


def owes(url: str, moment: int) -> list[bool]:
    wanted = StandingFilter("shop", None, moment)
    page = look(url, lambda log: DatabaseStandingDecisions(log.database).standing(wanted, after="", limit=9))
    return [one.owes for one in page]


@pytest.mark.parametrize("from_log", [True, False])
def test_a_pack_that_decided_once_is_compared_with_by_its_digest(tmp_path: Path, *, from_log: bool) -> None:
    """It is in no folder any more: the log has kept it, whether the rows are the log's or a file's."""
    desk = Desk(sqlite_url(tmp_path), tmp_path / "was", text=OLD)
    desk.decide(late(9, case_id="c-1"), ago=5)
    digest = load_pack(tmp_path / "was", "shop").digest
    write_pack(tmp_path / "rules", "shop", NEW)
    (tmp_path / "rows.csv").write_text("case_id,fault,facts.delay_days,shipping_fee\nc-1,company,9,9.90 USD\n")
    rows = ["--from-log"] if from_log else [str(tmp_path / "rows.csv")]
    place = ["--policy", "shop", "--rules", str(tmp_path / "rules"), "--out", str(tmp_path / "out.jsonl")]

    done = CliRunner().invoke(app, ["rescore", *rows, *place, "--against-pack", digest, "--database", desk.url])

    assert done.exit_code == ExitCode.OK, done.output
    row = rows_of(tmp_path / "out.jsonl")["c-1"]
    assert (row["earlier_pack_digest"], told(row)) == (digest, [("lower", "refund", 990, 600)])


def test_a_pack_that_nobody_has_kept_is_told(tmp_path: Path) -> None:
    """With the places that were looked at."""
    write_pack(tmp_path / "rules", "shop", SHOP)
    (tmp_path / "rows.csv").write_text("case_id,fault\nc-1,company\n")

    done = rescore(tmp_path / "rules", "out.jsonl", "--against-pack", "0" * 64, "--database", sqlite_url(tmp_path))

    assert done.exit_code == ExitCode.BAD_ARGUMENTS
    assert "no pack of the digest 000" in done.stderr
    assert "nor in a --database that is named" in done.stderr
