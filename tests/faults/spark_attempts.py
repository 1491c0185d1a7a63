"""Re-scores flights on a cluster of Spark in which a task is started twice and both attempts go on to the end.

The first attempt at one task waits until a second one, which Spark starts for speed on another host, has handed out all
of its rows. What is written must be what the local engine writes, each row once. The hosts are loopback addresses.

    python -m tests.faults.spark_attempts
"""

import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import pyarrow as pa
import pyarrow.parquet as pq
import pyspark

from amends.packs.canonical import canonical_bytes
from amends.packs.load import load_pack
from amends.rescoring.spark.frames import Carried, scored_by
from amends.rescoring.spark.output_folder import Written
from amends.rescoring.spark.positions import POSITION, rows_of
from amends.rescoring.spark.session import session
from amends.rescoring.spark.task_scorer import Asked, TaskScorer
from examples.flight_rows import MAPPING
from tests.spark.flights import ROWS, RULES, rescore, rows_in, write_flights
from tests.storage.postgresql import free_port

_HOSTS: Final = ("127.0.0.2", "127.0.0.3")
_PATIENCE_SECONDS: Final = 120
_SETTINGS: Final = {
    "spark.speculation": "true",
    "spark.speculation.interval": "100ms",
    "spark.speculation.multiplier": "1.1",
    "spark.speculation.quantile": "0.1",
    "spark.speculation.minTaskRuntime": "500ms",
    "spark.executor.memory": "768m",
    "spark.driver.host": "127.0.0.1",
    "spark.sql.files.maxPartitionBytes": "16kb",
    "spark.sql.files.openCostInBytes": "1",
    # So that the slow one is let finish, too.
    "spark.task.reaper.enabled": "false",
    "spark.job.interruptOnCancel": "false",
}


def slow_at_first(
    scorer: Callable[[Iterator[pa.RecordBatch]], Iterator[pa.RecordBatch]], folder: Path
) -> Callable[[Iterator[pa.RecordBatch]], Iterator[pa.RecordBatch]]:
    """The task with the first row waits, at its first attempt, for another attempt."""

    def score(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        for batch in batches:
            if batch.column(batch.num_columns - 1)[0].as_py() != 1:
                yield from scorer(iter([batch]))
                continue
            try:
                (folder / "first").touch(exist_ok=False)
            except FileExistsError:
                yield from scorer(iter([batch]))
                (folder / "second").touch()
                continue
            until = time.monotonic() + _PATIENCE_SECONDS
            while not (folder / "second").exists() and time.monotonic() < until:
                time.sleep(0.05)
            yield from scorer(iter([batch]))

    return score


@contextmanager
def cluster(folder: Path) -> Iterator[str]:
    """A master and a worker a host, as programs of their own; where it answers."""
    port = free_port()
    address = f"spark://127.0.0.1:{port}"
    program = Path(pyspark.__file__).parent / "bin/spark-class"
    master = ["org.apache.spark.deploy.master.Master", "--host", "127.0.0.1", "--port", str(port), "--webui-port", "0"]
    worker = ["org.apache.spark.deploy.worker.Worker", "--cores", "1", "--memory", "1g", "--webui-port", "0"]
    commands = [master, *([*worker, "--host", host, "--work-dir", str(folder / host), address] for host in _HOSTS)]
    environment = {**os.environ, "SPARK_LOCAL_IP": "127.0.0.1", "SPARK_NO_DAEMONIZE": "1"}
    running = [
        subprocess.Popen([program, *one], env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        for one in commands
    ]
    try:
        _wait_for(port)
        yield address
    finally:
        for one in reversed(running):
            one.terminate()
            one.wait()


def _wait_for(port: int) -> None:
    until = time.monotonic() + _PATIENCE_SECONDS
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
        except OSError:
            assert time.monotonic() < until, "the master does not answer"
            time.sleep(0.2)
        else:
            return


def main() -> int:
    """Compare; 1 where a row is missing or there twice, or nothing was tried."""
    told = " ".join(f"--conf {name}={value}" for name, value in _SETTINGS.items())
    os.environ["PYSPARK_SUBMIT_ARGS"] = f"{told} pyspark-shell"
    os.environ |= {"PYSPARK_PYTHON": sys.executable, "SPARK_LOCAL_IP": "127.0.0.1"}
    with (
        tempfile.TemporaryDirectory() as name,
        cluster(Path(name)) as address,
        session(address, progress=False) as spark,
    ):
        folder = Path(name)
        source = write_flights(folder / "flights.parquet")
        local = rescore(source, folder / "local.parquet")
        assert local.exit_code == 0, local.output
        pack = load_pack(RULES, "airline")
        rows = rows_of(spark, source)
        names = tuple(name for name in rows.columns if name != POSITION)
        asked = Asked(canonical_bytes(pack), names, MAPPING.read_text("utf-8"), pack.authority[0].role, 0)
        wanted = asked.mapped(pack).columns
        written = Written(spark, folder / "written")
        score = slow_at_first(TaskScorer(asked), folder)
        written.write(scored_by(rows.select(*wanted, POSITION), Carried(score)))
        decided = pq.read_table(written.decided)
        expected = rows_in(folder / "local.parquet")
        tried = (folder / "second").exists()
        count = decided.num_rows + written.rejected().num_rows
        is_same = decided.select(expected.column_names).cast(expected.schema).sort_by("position").equals(expected)
    sys.stdout.write(f"second attempt: {tried}; {count} of {ROWS} rows; as the local engine has them: {is_same}\n")
    return 0 if tried and is_same and count == ROWS else 1


if __name__ == "__main__":
    sys.exit(main())
