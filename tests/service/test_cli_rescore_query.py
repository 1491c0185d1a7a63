"""`amends rescore --query`: the rows of a database decided as those of a file are, and a killed run of them resumed."""

import json
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import create_engine, text
from typer.testing import CliRunner, Result

from amends.application.compiled_pack import CompiledPack
from amends.bootstrap.rescoring import make_query_job
from amends.cli.exit_codes import ExitCode
from amends.cli.main import app
from amends.engines.bitmap import BitmapEngine
from amends.packs.load import load_pack
from amends.rescoring.parts import Parts
from amends.rescoring.run import Progress
from tests.service.packs import SHOP
from tests.service.running import write_pack

MAPPING = """\
case_id: {column: ticket}
observe_time: {column: seen}
fault: {column: blame, values: {us: company, them: customer}}
shipping_fee: {column: fee}
amount_paid: {column: paid, currency: USD}
amount_refunded: 0 USD
facts: {delay_days: {column: late}}
granted:
  - {kind: refund, amount: {column: returned, unit: minor, currency: USD}}
"""
TABLE = """\
CREATE TABLE tickets
(ticket TEXT, seen TIMESTAMP, blame TEXT, fee NUMERIC(9, 2), paid TEXT, late INTEGER, returned INTEGER)"""
COUNT = 60
SELECT = "SELECT * FROM tickets ORDER BY ticket"


def row_of(number: int) -> dict[str, Any]:
    return {
        "ticket": f"t-{number:03}",
        "seen": f"2026-11-0{number % 9 + 1} 12:00:00",
        "blame": (None, "us", "us", "them")[number % 4],
        "fee": None if number % 7 == 0 else f"{number}.50",
        "paid": "100.00",
        "late": number % 6,
        "returned": 250 if number % 5 == 0 else 0,
    }


def execute(url: str, *statements: str) -> None:
    engine = create_engine(url.replace("postgresql://", "postgresql+psycopg://"))
    with engine.begin() as connection:
        for statement in statements:
            connection.execute(text(statement))
    engine.dispose()


@pytest.fixture(params=["sqlite", "postgresql"])
def tickets(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The URL of a database with the table."""
    url = (
        f"sqlite:///{tmp_path / 'helpdesk.db'}"
        if request.param == "sqlite"
        else request.getfixturevalue("postgresql_url")
    )
    rows = [tuple(row_of(number).values()) for number in range(COUNT)]
    told = [", ".join("NULL" if value is None else repr(value) for value in row) for row in rows]
    # Values of our own, of which none holds a quote.
    execute(url, TABLE, *(f"INSERT INTO tickets VALUES ({values})" for values in told))  # noqa: S608 -- as above
    return str(url)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write_pack(tmp_path / "rules", "shop", SHOP)
    (tmp_path / "mapping.yaml").write_text(MAPPING.replace("{column: seen}", "{column: seen, timezone: UTC}"), "utf-8")
    return tmp_path


def run(folder: Path, out: str, *options: str) -> Result:
    told = ["--mapping", str(folder / "mapping.yaml"), "--rules", str(folder / "rules"), "--policy", "shop"]
    return CliRunner().invoke(app, ["rescore", *options, *told, "--out", str(folder / out)])


def lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]


def test_a_query_comes_to_what_a_file_comes_to(tickets: str, folder: Path) -> None:
    """The same rows as JSON lines, each with the same decision; what was paid back before is taken off."""
    rows = [row_of(number) for number in range(COUNT)]
    (folder / "rows.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows), "utf-8")

    asked = run(folder, "asked.jsonl", "--database", tickets, "--query", SELECT)
    read = run(folder, "read.jsonl", str(folder / "rows.jsonl"))

    assert (asked.exit_code, read.exit_code) == (ExitCode.OK, ExitCode.OK), asked.output + read.output
    assert lines(folder / "asked.jsonl") == lines(folder / "read.jsonl")
    paid = {row["case_id"]: row["refund_minor_units"] for row in lines(folder / "asked.jsonl")}
    assert (paid["t-005"], paid["t-009"], paid["t-012"]) == (550 - 250, 950, None)
    assert {row["outcome"] for row in lines(folder / "asked.jsonl")} >= {"actions_recommended", "needs_facts"}


def test_the_query_may_stand_in_a_file(tickets: str, folder: Path) -> None:
    """With comments and all."""
    (folder / "open.sql").write_text(f"-- what is open\n{SELECT};\n", "utf-8")

    asked = run(folder, "asked.jsonl", "--database", tickets, "--query-file", str(folder / "open.sql"))

    assert f"{COUNT} rows decided" in asked.stdout


class KilledError(Exception):
    """Stands for the end of the process."""


def halfway(url: str, folder: Path) -> None:
    """A run that is killed when two of its parts are written."""
    pack = CompiledPack(load_pack(folder / "rules", "shop"), BitmapEngine())
    role = pack.pack.authority[0].role
    job = make_query_job(
        url, SELECT, folder / "out.jsonl", pack, mapping=folder / "mapping.yaml", role=role, observe_time=None, now=1
    )

    def told(progress: Progress) -> None:
        if progress.done > COUNT // 2:
            raise KilledError

    def never(_parts: Parts, _out: Path) -> None:
        raise AssertionError

    with pytest.raises(KilledError):
        job.run(strict=False, told=told, part_rows=10, batch_rows=10, finish=never)


def test_a_killed_run_goes_on_with_the_rows_that_are_left(tickets: str, folder: Path) -> None:
    """As if nobody had killed it."""
    run(folder, "whole.jsonl", "--database", tickets, "--query", SELECT)
    halfway(tickets, folder)

    resumed = run(folder, "out.jsonl", "--database", tickets, "--query", SELECT)

    assert resumed.exit_code == ExitCode.OK, resumed.output
    assert (folder / "out.jsonl").read_bytes() == (folder / "whole.jsonl").read_bytes()


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE tickets SET fee = 99 WHERE ticket = 't-003'",
        "DELETE FROM tickets WHERE ticket = 't-000'",
        "DELETE FROM tickets WHERE ticket > 't-010'",
        "INSERT INTO tickets (ticket) VALUES ('t-0001')",
    ],
)
def test_a_run_over_rows_that_changed_is_not_resumed(tickets: str, folder: Path, change: str) -> None:
    """Rows would be there twice, or missing: said, with what to do; --again does it."""
    halfway(tickets, folder)
    execute(tickets, change)
    options = ("--database", tickets, "--query", SELECT)

    refused = run(folder, "out.jsonl", *options)

    assert (refused.exit_code, (folder / "out.jsonl").exists()) == (ExitCode.BAD_ARGUMENTS, False)
    assert "ORDER BY" in refused.stderr
    assert "--again" in refused.stderr
    assert run(folder, "out.jsonl", *options, "--again").exit_code == ExitCode.OK


@pytest.mark.parametrize(
    ("options", "told"),
    [
        ((), "and none is named"),
        (("--query", SELECT), "a query needs --database"),
        (("--query", SELECT, "--from-log", "--database", "sqlite:///x.db"), "not --query and --from-log"),
        (("--query", SELECT, "--since", "7d", "--database", "sqlite:///x.db"), "--since and --data-dir belong to"),
        (("--query", "SELECT 1 AS a, 2 AS a", "--database", "{database}"), "two columns a"),
        (("--query", "SELECT 1 AS a", "--database", "{database}"), "the input has no column "),
    ],
)
def test_what_does_not_go_together_is_told(folder: Path, options: tuple[str, ...], told: str) -> None:
    """Before anything is read or written."""
    execute(f"sqlite:///{folder / 'empty.db'}", TABLE)

    refused = run(folder, "out.csv", *(one.format(database=f"sqlite:///{folder / 'empty.db'}") for one in options))

    assert refused.exit_code == ExitCode.BAD_ARGUMENTS
    assert told in refused.stderr
    assert not (folder / "out.csv").exists()
