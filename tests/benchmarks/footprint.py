"""What a service takes up: memory a worker, and bytes of the database a decision, in SQLite and PostgreSQL.

One worker with the packs of rules/ records so many cases, everyday ones and then as many heavy ones, each another.
Memory is what the process has of its own (private pages) and in all (resident), when it is ready and after them. The
database is measured with its indexes, and its write-ahead log moved into it. The last line is JSON.

    python tests/benchmarks/footprint.py [--decisions 20000] [--only sqlite]
"""

import argparse
import json
import sqlite3
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

import grpc
import psycopg

sys.path.insert(0, str(Path(__file__).parents[2]))
sys.path.insert(0, str(Path(__file__).parents[2] / "service"))

from amends.v1 import decision_service_pb2 as service_pb2
from amends.v1.decision_service_pb2_grpc import DecisionServiceStub
from tests.benchmarks.recording import ROOT, Contender, contenders
from tests.benchmarks.situations import damaged, missed_visit

BATCH: Final = 200
KIB: Final = 1024


def memory(pid: int) -> dict[str, float]:
    """MiB of a process: resident, and of these its own alone."""
    fields: dict[str, int] = {}
    for line in Path(f"/proc/{pid}/smaps_rollup").read_text("ascii").splitlines()[1:]:
        name, amount, *_ = line.split()
        fields[name] = int(amount)
    own = fields["Private_Dirty:"] + fields["Private_Clean:"]
    return {"resident_mib": round(fields["Rss:"] / KIB, 1), "own_mib": round(own / KIB, 1)}


def size(url: str) -> int:
    """Bytes of a database with its indexes."""
    if url.startswith("sqlite:///"):
        with sqlite3.connect(url.removeprefix("sqlite:///")) as connection:
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            (pages,) = connection.execute("PRAGMA page_count").fetchone()
            (page,) = connection.execute("PRAGMA page_size").fetchone()
        connection.close()
        return int(pages * page)
    with psycopg.connect(url) as session:
        row = session.execute("SELECT pg_database_size(current_database())").fetchone()
    assert row is not None
    return int(row[0])


def decide(address: str, made: Callable[[int], service_pb2.DecideRequest], numbers: Sequence[int]) -> None:
    """Record a decision for each number."""
    with grpc.insecure_channel(address, (("grpc.max_receive_message_length", -1),)) as channel:
        stub = DecisionServiceStub(channel)
        for first in range(0, len(numbers), BATCH):
            batch = service_pb2.BatchDecideRequest()
            for number in numbers[first : first + BATCH]:
                batch.items.add().request.CopyFrom(made(number))
            results = stub.BatchDecide(batch, timeout=120).results
            assert all(result.response.recorded for result in results)


def measure(one: Contender, url: str, decisions: int) -> dict[str, object]:
    """The footprint of a recording server."""
    half = decisions // 2
    ready = memory(one.process.pid)
    empty = size(url)
    decide(one.address, missed_visit, range(half))
    everyday = size(url)
    decide(one.address, damaged, range(half))
    heavy = size(url)
    return {
        "worker_ready": ready,
        "worker_after": memory(one.process.pid),
        "empty_bytes": empty,
        "everyday_bytes_a_decision": round((everyday - empty) / half),
        "heavy_bytes_a_decision": round((heavy - everyday) / half),
        "decisions": decisions,
    }


def main() -> None:
    parser = argparse.ArgumentParser(description="Memory a worker, and bytes of the database a decision.")
    parser.add_argument("--decisions", type=int, default=20_000)
    parser.add_argument("--only", choices=("sqlite", "postgresql"), default="", help="Leave the other one out.")
    given = parser.parse_args()
    packs = sorted(folder.name for folder in (ROOT / "rules").iterdir() if (folder / "pack.yaml").exists())
    with contenders(given.only, with_off=False, packs=packs) as found:
        figures = {one.name: measure(one, one.database, given.decisions) for one in found}
    print(json.dumps(figures))


if __name__ == "__main__":
    main()
