"""What the command line may load before it knows what to do."""

import subprocess
import sys

import pytest

DEAR = ("grpc", "uvloop", "amends_client")


@pytest.mark.parametrize(
    "module",
    [
        "amends.cli.main",
        "amends.bootstrap.packs",
        "amends.bootstrap.engines",
        "amends.bootstrap.local",
        "amends.bootstrap.log_tools",
        "amends.bootstrap.supervising",
        "amends.server.supervisor",
    ],
)
def test_nothing_dear_is_loaded_before_it_is_needed(module: str) -> None:
    """A supervisor starts processes: it must never have loaded gRPC or uvloop, which do not survive a fork."""
    program = f"import sys, {module}; print([name for name in {DEAR!r} if name in sys.modules])"

    done = subprocess.run([sys.executable, "-c", program], check=True, capture_output=True, text=True)

    assert done.stdout.strip() == "[]"
