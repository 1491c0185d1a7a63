"""`amends rescore`: rows of a file decided exactly as single cases are, none lost, none twice, whatever is wrong."""

import json
from collections.abc import Mapping
from itertools import islice
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.csv
import pyarrow.ipc
import pyarrow.parquet as pq
import pytest
from typer.testing import CliRunner, Result

from amends.application.compiled_pack import CompiledPack
from amends.cli.exit_codes import ExitCode
from amends.cli.main import app
from amends.domain.decision import Decision
from amends.engines.bitmap import BitmapEngine
from amends.packs.load import load_pack
from amends.rescoring.scored import describe
from amends.v1 import decision_service_pb2 as service_pb2
from amends.wire.decode import decode_request
from examples.flights import Flight, find_data_set, read_month
from examples.supposed import PASSENGERS, Supposed, count_cancelled, fare_cents, situation_supposed

ROOT = Path(__file__).parents[2]
PACK = load_pack(ROOT / "rules", "airline")
ROLE = PACK.authority[0].role
FLIGHTS = tuple(islice(read_month(find_data_set(), 2), 1_000))
CANCELLED = count_cancelled(FLIGHTS)

MAPPING = """\
case_id: {column: case}
reporter: company
observe_time: {column: seen}
amount_paid: {column: fare, unit: minor, currency: USD}
amount_refunded: 0 USD
flags: []
unobtainable: {column: cannot}
incident:
  incident_id: {column: incident}
  ongoing: {column: ongoing}
  affected_customers: {column: affected}
facts:
  scheduled_arrival: {column: scheduled}
  arrival_delay: {column: delay, unit: minutes}
  cancelled: {column: cancelled}
  distance_km: {column: km}
  departs_from: us
  arrives_in: us
  alternative_accepted: false
"""

SCHEMA = pa.schema(
    [
        ("case", pa.string()),
        ("seen", pa.timestamp("s", "UTC")),
        ("scheduled", pa.timestamp("s", "UTC")),
        ("delay", pa.int32()),
        ("cancelled", pa.bool_()),
        ("km", pa.int32()),
        ("fare", pa.int64()),
        ("incident", pa.string()),
        ("ongoing", pa.bool_()),
        ("affected", pa.int64()),
        ("cannot", pa.list_(pa.string())),
    ]
)


def row_of(flight: Flight) -> dict[str, Any]:
    there = CANCELLED[(flight.origin, flight.day)] if flight.cancelled else 0
    delay = flight.arrival_delay
    return {
        "case": f"{flight.number}-{flight.day}-{flight.origin}-{flight.destination}",
        "seen": flight.observed,
        "scheduled": flight.scheduled_arrival,
        "delay": None if delay is None else max(int(delay.total_seconds()) // 60, 0),
        "cancelled": flight.cancelled,
        "km": flight.distance_km,
        "fare": fare_cents(flight.distance_km),
        "incident": f"{flight.origin}-{flight.day}" if flight.cancelled else None,
        "ongoing": True if flight.cancelled else None if flight.diverted else False,
        "affected": PASSENGERS * there if flight.cancelled else None,
        "cannot": ["facts.arrival_delay"] if flight.cancelled else [],
    }


def decided(flight: Flight, compiled: CompiledPack) -> Decision:
    """The same flight as a case of its own, by the contract."""
    supposed = Supposed(alternative_accepted=False, cancelled_there=CANCELLED[(flight.origin, flight.day)])
    request = service_pb2.DecideRequest(situation=situation_supposed(flight, supposed))
    found = decode_request(request, PACK, now=2**62)
    return compiled.decide(found.situation, role=ROLE).decision


@pytest.fixture(scope="module")
def flights(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("flights")
    (folder / "mapping.yaml").write_text(MAPPING, encoding="utf-8")
    table = pa.Table.from_pylist([row_of(flight) for flight in FLIGHTS], schema=SCHEMA)
    pq.write_table(table, folder / "flights.parquet", row_group_size=500)
    return folder


def command(source: Path, out: Path, *options: str) -> list[str]:
    mapping = source.parent / "mapping.yaml"
    rules = str(ROOT / "rules")
    return ["rescore", str(source), "--mapping", str(mapping), "--out", str(out), "--rules", rules, *options]


def run(source: Path, out: Path, *options: str) -> Result:
    return CliRunner().invoke(app, [*command(source, out), "--policy", "airline", *options])


def test_rows_come_to_what_single_cases_come_to(flights: Path, tmp_path: Path) -> None:
    """Row by row: outcome, money, authority, rules, what is missing, what is promised and when it is due."""
    out = tmp_path / "out.parquet"

    assert run(flights / "flights.parquet", out).exit_code == ExitCode.OK

    compiled = CompiledPack(PACK, BitmapEngine())
    rows = pq.read_table(out).to_pylist()
    assert [row["position"] for row in rows] == list(range(1, len(FLIGHTS) + 1))
    for row, flight in zip(rows, FLIGHTS, strict=True):
        assert told(row) == expected(decided(flight, compiled)), row["case_id"]


def told(row: Mapping[str, Any]) -> dict[str, Any]:
    names = ("outcome", "actions", "applied_rules", "needed_facts", "pack_digest")
    promised = [(one["kind"], one["owner"], int(one["due"].timestamp()) * 10**9) for one in row["obligations"]]
    return {**{name: row[name] for name in names}, "obligations": promised}


def expected(decision: Decision) -> dict[str, Any]:
    return {
        "outcome": decision.outcome,
        "actions": [describe(action) for action in decision.actions],
        "applied_rules": [rule.rule_id for rule in decision.rules if rule.verdict in ("applied", "limited")],
        "needed_facts": [fact.path for fact in decision.needed_facts],
        "pack_digest": PACK.digest,
        "obligations": [(one.kind, one.owner, one.due) for one in decision.obligations],
    }


@pytest.mark.parametrize("suffix", [".csv", ".jsonl", ".arrow"])
def test_every_form_is_written(flights: Path, tmp_path: Path, suffix: str) -> None:
    """The same rows in every form."""
    plain = tmp_path / "plain.parquet"
    run(flights / "flights.parquet", plain)
    out = tmp_path / f"out{suffix}"

    assert run(flights / "flights.parquet", out).exit_code == ExitCode.OK

    assert read(out) == [(row["position"], row["outcome"], row["entitlement_minor_units"]) for row in rows_of(plain)]


def rows_of(path: Path) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = pq.read_table(path).to_pylist()
    return found


def read(path: Path) -> list[tuple[object, ...]]:
    names = ("position", "outcome", "entitlement_minor_units")
    match path.suffix:
        case ".jsonl":
            rows = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
        case ".arrow":
            rows = pa.ipc.open_file(str(path)).read_all().to_pylist()
        case _:
            rows = pa.csv.read_csv(path).to_pylist()
    return [tuple(row[name] for name in names) for row in rows]


BAD = [
    {**row_of(FLIGHTS[0]), "case": None, "fare": -1},
    {**row_of(FLIGHTS[1]), "cannot": ["facts.nonsense"]},
]


def test_bad_rows_are_rejected_with_every_reason_and_the_rest_goes_on(tmp_path: Path) -> None:
    """Where each stands, what it holds, and everything that is wrong with it at once; --strict stops instead."""
    (tmp_path / "mapping.yaml").write_text(MAPPING, encoding="utf-8")
    source = tmp_path / "mixed.parquet"
    good = [row_of(flight) for flight in FLIGHTS[:4]]
    pq.write_table(pa.Table.from_pylist([good[0], BAD[0], good[1], BAD[1], *good[2:]], schema=SCHEMA), source)

    done = run(source, tmp_path / "out.jsonl")

    assert done.exit_code == ExitCode.OK
    assert [row[0] for row in read(tmp_path / "out.jsonl")] == [1, 3, 5, 6]
    rejected = [json.loads(line) for line in (tmp_path / "out.jsonl.rejects.jsonl").read_text("utf-8").splitlines()]
    assert [(one["position"], one["reasons"]) for one in rejected] == [
        (2, ["fare: amount_paid: -0.01 USD is below its minimum, 0.00 USD", "case: case_id: it is not said"]),
        (4, ["cannot: unobtainable: 'facts.nonsense' is not one of its values; did you mean 'facts.need'?"]),
    ]
    assert rejected[0]["row"]["fare"] == -1

    strict = run(source, tmp_path / "strict.jsonl", "--strict")

    assert (strict.exit_code, (tmp_path / "strict.jsonl").exists()) == (ExitCode.BAD_ARGUMENTS, False)
    assert "row 2: fare: amount_paid" in strict.stderr
