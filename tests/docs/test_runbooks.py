"""What docs/operations.md tells an operator to do works: drills run, figures hold, alerts name what there is."""

import json
import math
import os
import re
import subprocess
import sys
import sysconfig
from pathlib import Path
from typing import Any, Final

import pytest
import typer
import yaml

from amends.cli.main import app
from amends.config import Settings
from amends.server import pack_checks, pack_prover
from amends.v1.decision_service_pb2_grpc import DecisionServiceStub
from amends.v1.error_reason_pb2 import ErrorReason
from tests.docs.guide import DOCS, Guide
from tests.docs.log_calls import logged
from tests.docs.test_deploy import known
from tests.service.activating import Publisher, shop
from tests.service.packs import SHOP
from tests.service.recording import recording_server, sqlite_url
from tests.service.requests import late
from tests.service.running import RunningServer, write_pack

GUIDE: Final = Guide("operations.md")
BENCHMARKS: Final = Guide("benchmarks.md")
ALERTS: Final[list[dict[str, Any]]] = yaml.safe_load((DOCS / "deploy/alerts.yaml").read_text("utf-8"))["groups"][0][
    "rules"
]
BUSY: Final = 0.6


def runbook(name: str) -> str:
    """The block of the page whose first line names it."""
    (found,) = (block.text for block in GUIDE.blocks() if block.file == name)
    return found


def follow(name: str, folder: Path, server: RunningServer) -> subprocess.CompletedProcess[str]:
    """Its lines as a shell runs them, one after the other, on the log of that folder and that server."""
    environment = {
        **{key: value for key, value in os.environ.items() if not key.startswith("AMENDS_")},
        "AMENDS_DATA_DIR": str(folder),
        "PATH": os.pathsep.join([sysconfig.get_path("scripts"), os.environ["PATH"]]),
    }
    text = runbook(name).replace("127.0.0.1:50051", server.target)
    return subprocess.run(
        ["/bin/sh", "-eu", "-c", text], check=False, capture_output=True, text=True, cwd=folder, env=environment
    )


def test_the_runbooks_are_followed(tmp_path: Path) -> None:
    """A bad pack is taken back and what it decided is listed; a backup is put back, and all of it decided again."""
    write_pack(tmp_path / "rules", "shop", SHOP)
    with recording_server(tmp_path / "rules", sqlite_url(tmp_path)) as server, server.channel() as channel:
        bad = Publisher(channel).settled(Publisher(channel).upload(shop(1)))
        server.wait_for("policy_changed", policy="default", pack_digest=bad.digest)
        decided = DecisionServiceStub(channel).Decide(late()).decision_id

        back = follow("rollback.sh", tmp_path, server)
        drill = follow("drill.sh", tmp_path, server)

    assert back.returncode == 0, back.stderr
    assert "default: live: shop 2.0.0" in back.stdout
    assert "default: live: shop 1.2.3" in back.stdout
    listed = [json.loads(line) for line in (tmp_path / "decided-since.json").read_text("utf-8").splitlines()]
    assert {one["decisionId"]: one["packDigest"] for one in listed} == {decided: bad.digest}
    assert drill.returncode == 0, drill.stderr
    assert "1  the same, byte for byte" in drill.stdout


def test_the_table_of_sizes_follows_from_what_a_call_costs() -> None:
    """By the formula that stands above it; and that cost is what was measured, give or take a third."""
    section = GUIDE.text[GUIDE.text.index("## Sizing") : GUIDE.text.index("## Engines")]
    told = re.search(r"about (\d+) microseconds of a worker with PostgreSQL, (\d+) with SQLite", section)
    assert told is not None
    postgresql, sqlite = map(int, told.groups())

    for calls, workers in GUIDE.rows("Sizing"):
        assert int(workers) == math.ceil(int(calls.replace(",", "")) * postgresql / 1e6 / BUSY), calls
    (row,) = (row for row in BENCHMARKS.rows("Recording") if row[1].startswith("server CPU an answer"))
    assert int(row[3]) / sqlite == pytest.approx(1, abs=1 / 3)
    assert int(row[4]) / postgresql == pytest.approx(1, abs=1 / 3)


def test_the_bounds_of_memory_are_those_of_the_code() -> None:
    """Of a proof and of the checks beside each worker."""
    told = " ".join(GUIDE.text.split())

    assert f"in at most {pack_prover.MEBIBYTES} MiB" in told
    assert pack_checks.AT_ONCE == 2
    assert f"each worker may check two packs that were sent to it, in at most {pack_checks.MEBIBYTES} MiB each" in told


def test_the_footprint_is_what_is_told() -> None:
    """Measured again, on few decisions: memory of a worker and bytes of SQLite, give or take a third."""
    told = re.search(r"takes (\d+) MiB when it is ready, and (\d+) MiB", GUIDE.text)
    sizes = re.search(r"takes ([\d.]+) KB in SQLite.*?; a heavy one ([\d.]+)", GUIDE.text, re.DOTALL)
    assert told is not None
    assert sizes is not None
    program = Path(__file__).parents[1] / "benchmarks/footprint.py"
    done = subprocess.run(
        [sys.executable, str(program), "--decisions", "800", "--only", "sqlite"],
        check=False,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr

    found = json.loads(done.stdout.splitlines()[-1])["sqlite"]
    assert found["worker_ready"]["resident_mib"] / int(told[1]) == pytest.approx(1, abs=1 / 3)
    assert found["worker_after"]["resident_mib"] / int(told[2]) == pytest.approx(1, abs=1 / 3)
    assert found["everyday_bytes_a_decision"] / 1000 / float(sizes[1]) == pytest.approx(1, abs=1 / 3)
    assert found["heavy_bytes_a_decision"] / 1000 / float(sizes[2]) == pytest.approx(1, abs=1 / 3)


def test_the_table_of_alerts_is_the_file() -> None:
    """Each alert, how urgent it is, and after how long it comes."""
    told = {name.strip("`"): (severity, after) for name, severity, after, _ in GUIDE.rows("Alerts")}

    assert told == {one["alert"]: (one["labels"]["severity"], one.get("for", "")) for one in ALERTS}


@pytest.fixture(scope="module")
def events() -> set[str]:
    """The lines that the service logs."""
    return set(logged())


@pytest.mark.parametrize("alert", [one["alert"] for one in ALERTS])
def test_every_alert_has_its_runbook(alert: str, events: set[str]) -> None:
    """What to look at and what to do; numbers, lines, reasons, settings and commands that it names are there."""
    section = GUIDE.text.partition(f"\n### {alert}\n")[2].partition("\n##")[0]
    named = re.findall(r"`([^`]+)`", section)
    commands = {name for name, _ in _commands()}
    lines = {name for name in named if re.fullmatch(r"[a-z]+(_[a-z]+)+", name) and not name.startswith("amends_")}
    numbers = {re.sub(r"_(bucket|sum|count|created)$", "", name) for name in known()}

    assert "- **Look at**" in section
    assert "- **Do**" in section
    assert lines - events <= {"request_id", "calls_per_second", "best_effort"}
    assert {name for name in named if name.startswith("amends_")} <= numbers
    assert {name.removeprefix("--").partition(" ")[0] for name in named if name.startswith("--")} <= {
        field.replace("_", "-") for field in Settings.model_fields
    }
    reasons = {name.removeprefix("ERROR_REASON_") for name in ErrorReason.keys()}  # noqa: SIM118  # no mapping
    assert {name for name in named if name.isupper()} - {"SERVING", "ID"} <= reasons
    called = {name.removeprefix("amends ") for name in named if name.startswith("amends ")}
    assert [one for one in called if not any(one == name or one.startswith(f"{name} ") for name in commands)] == []


def _commands() -> list[tuple[str, Any]]:
    program: Any = typer.main.get_command(app)
    groups = [(name, command) for name, command in program.commands.items() if hasattr(command, "commands")]
    return [
        *program.commands.items(),
        *((f"{group} {name}", one) for group, it in groups for name, one in it.commands.items()),
    ]
