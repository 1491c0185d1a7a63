"""The layers of the house are held by import-linter, and import-linter is shown to see a breach."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


def lint_imports(checkout: Path) -> subprocess.CompletedProcess[str]:
    """Run the contracts of `checkout` on its own sources, which come before the installed ones."""
    command = "from importlinter.cli import lint_imports_command; lint_imports_command()"
    sources = os.pathsep.join([str(checkout / "service"), str(checkout / "clients")])
    return subprocess.run(
        [sys.executable, "-c", command, "--no-cache"],
        cwd=checkout,
        env={**os.environ, "PYTHONPATH": sources},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    for sources in ("service", "clients"):
        shutil.copytree(ROOT / sources, tmp_path / sources, ignore=shutil.ignore_patterns("__pycache__"))
    return tmp_path


def test_imports_go_down_only_and_third_parties_have_one_home() -> None:
    """Every contract in pyproject.toml holds for the code as it is."""
    result = lint_imports(ROOT)

    assert result.returncode == 0, result.stdout + result.stderr


@pytest.mark.parametrize(
    ("module", "statement", "reported"),
    [
        ("amends/domain/breach.py", "import amends.packs", "amends.domain.breach -> amends.packs"),
        ("amends/wire/breach.py", "import grpc", "amends.wire.breach -> grpc"),
        ("amends/server/breach.py", "import yaml", "amends.server.breach -> yaml"),
        ("amends/packs/breach.py", "import sqlalchemy", "amends.packs.breach -> sqlalchemy"),
        ("amends/engines/breach.py", "import durable_rules_engine", "amends.engines.breach -> durable_rules_engine"),
        ("amends/engines/durable_forms.py", "import durable.lang", "amends.engines.durable_forms -> durable"),
        ("amends/application/breach.py", "import amends.v1.decision_pb2", "amends.application.breach -> amends.v1"),
        ("amends/bootstrap_breach.py", "", "amends.bootstrap_breach"),
    ],
)
def test_a_wrong_import_fails_the_build(checkout: Path, module: str, statement: str, reported: str) -> None:
    """A contract that cannot fail holds nothing: each kind of breach is found and named."""
    (checkout / "service" / module).write_text(f"{statement}\n")

    result = lint_imports(checkout)

    assert result.returncode == 1, result.stdout + result.stderr
    assert reported in result.stdout


def test_the_client_may_not_reach_into_the_service(checkout: Path) -> None:
    """Who installs only the SDK has no service: the client imports the contract, and nothing else of `amends`."""
    (checkout / "clients" / "amends_client" / "breach.py").write_text("import amends.domain\n")

    result = lint_imports(checkout)

    assert result.returncode == 1, result.stdout + result.stderr
    assert "amends_client.breach -> amends.domain" in result.stdout
