"""Re-scores a year of real flights as a user would, and decides each of them once more as a single case: every row must
say what its own decision says, and the money must come to what docs/airline-2013.md tells.

    python -m tests.agreement.rescored_flights [--months 2] [--first 3000]
"""

import argparse
import json
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Any, Final

import pyarrow as pa
import pyarrow.parquet as pq

from amends.application.compiled_pack import CompiledPack
from amends.bootstrap.rescoring import make_job
from amends.domain.action import Action
from amends.domain.decision import Decision, Effect, Step, Verdict
from amends.engines.bitmap import BitmapEngine
from amends.packs.load import load_pack
from amends.wire.decode_situation import decode_situation
from amends_client import Situation
from examples.airline_2013 import SUMMARY
from examples.flight_rows import MAPPING, MONTHS, Month

_RULES: Final = Path(__file__).parents[2] / "rules"
_NEVER: Final = 2**62  # no flight of the year is ahead of this clock
_MONEY: Final = ("entitlement", "refund", "goodwill")
_PROCESSES: Final = 2


@dataclass(frozen=True, slots=True)
class Compared:
    """What came of it: rows, the first that says something else than its decision, the money owed in cents."""

    rows: int
    different: str
    cents: int


def compare(month: int, *, first: int | None = None) -> Compared:
    """The flights of a month (or so many of them) by columns and one by one."""
    flights = Month(month)
    compiled = CompiledPack(load_pack(_RULES, "airline"), BitmapEngine())
    role = compiled.pack.authority[0].role
    scored = rescore(flights.table().slice(0, first), compiled, role=role)
    rows = cents = 0
    for row, situation in zip(_rows(scored), islice(flights.situations(), first), strict=True):
        expected = told(decide(situation, compiled, role=role))
        if found := [name for name, value in expected.items() if row[name] != value]:
            return Compared(rows, f"{row['case_id']}: {found[0]}: {row[found[0]]} for {expected[found[0]]}", cents)
        rows += 1
        cents += row["entitlement_minor_units"] or 0
    return Compared(rows, "", cents)


def rescore(table: pa.Table, compiled: CompiledPack, *, role: str) -> pa.Table:
    """What `amends rescore` writes of these rows, from file to file."""
    with tempfile.TemporaryDirectory() as name:
        source, out = Path(name, "flights.parquet"), Path(name, "out.parquet")
        pq.write_table(table, source)
        job = make_job(source, out, compiled, mapping=MAPPING, role=role, observe_time=None, now=_NEVER)
        job.run(strict=True, told=lambda _: None, part_rows=10_000, batch_rows=4_000)
        return pq.read_table(out)


def decide(situation: Situation, compiled: CompiledPack, *, role: str) -> Decision:
    """One case, by the contract."""
    return compiled.decide(decode_situation(situation, compiled.pack.vocabulary, now=_NEVER), role=role).decision


def told(decision: Decision) -> dict[str, Any]:
    """What a row must say of a decision: told here by itself, by nothing that tells rows."""
    return {
        "outcome": decision.outcome.value,
        "actions": [_action(action) for action in decision.actions],
        "applied_rules": [
            rule.rule_id for rule in decision.rules if rule.verdict in (Verdict.APPLIED, Verdict.LIMITED)
        ],
        "needed_facts": [fact.path for fact in decision.needed_facts],
        "obligations": [(one.kind.value, one.owner, one.due) for one in decision.obligations],
        "cuts": [
            (one.kind.value, one.rule_id, one.by, one.effect is Effect.REMOVED)
            for one in decision.adjustments
            if one.step is not Step.COMBINE
        ],
        **{f"{kind}_minor_units": _sum(kind, decision) for kind in _MONEY},
    }


def _action(action: Action) -> tuple[object, ...]:
    amount = (None, None) if action.amount is None else (action.amount.minor_units, action.amount.currency)
    standing = (action.may_grant_now, bool(action.unsettled), bool(action.on_hold), action.already_given)
    return (action.kind.value, *amount, action.authority_role, *standing, tuple(action.rule_ids))


def _sum(kind: str, decision: Decision) -> int | None:
    due = [action.amount for action in decision.actions if action.kind.value == kind and not action.already_given]
    return sum(amount.minor_units for amount in due if amount is not None) if due and None not in due else None


def _rows(scored: pa.Table) -> Iterator[Mapping[str, Any]]:
    """Rows as `told` tells them."""
    for batch in scored.to_batches(4_000):
        for row in batch.to_pylist():
            yield {
                **row,
                "actions": [_told_action(one) for one in row["actions"]],
                "obligations": [(one["kind"], one["owner"], _nanos(one["due"])) for one in row["obligations"]],
                "cuts": [(one["kind"], one["rule"], one["by"], one["removed"]) for one in row["cuts"]],
            }


def _told_action(one: Mapping[str, Any]) -> tuple[object, ...]:
    names = ("kind", "minor_units", "currency", "authority", "may_grant_now", "unsettled", "on_hold", "already_given")
    return (*(one[name] for name in names), tuple(one["rules"]))


def _nanos(moment: datetime) -> int:
    return int(moment.timestamp()) * 10**9 + moment.microsecond * 1_000


def main() -> int:
    """Compare, and say what came of it; 1 where a row differs."""
    parser = argparse.ArgumentParser(description="Re-score a year of flights, and decide each one by one.")
    parser.add_argument("--months", type=int, nargs="+", default=list(MONTHS))
    parser.add_argument("--first", type=int, help="so many flights of each month")
    asked = parser.parse_args()
    began = time.monotonic()
    with ProcessPoolExecutor(_PROCESSES) as processes:
        found = list(processes.map(partial(compare, first=asked.first), asked.months))
    different = [one.different for one in found if one.different]
    rows, cents = sum(one.rows for one in found), sum(one.cents for one in found)
    sys.stdout.write(
        f"{rows:,} flights re-scored, each compared with itself decided alone: {cents // 100:,}.{cents % 100:02} USD "
        f"owed; months that differ: {len(different)}; {time.monotonic() - began:.0f} s\n"
    )
    if asked.first is None and len(asked.months) == len(MONTHS):
        year = json.loads(SUMMARY.read_bytes())["year"]["refused"]["owed_cents"]["ticket-price"]
        different += [] if cents == year else [f"docs/airline-2013.json tells of {year} cents"]
    sys.stdout.writelines(f"{line}\n" for line in different)
    return 1 if different else 0


if __name__ == "__main__":
    sys.exit(main())
