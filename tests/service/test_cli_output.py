"""Wherever the output of `amends` goes: into a full disk, a terminal of another alphabet, a pipe that was closed."""

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from amends.cli.exit_codes import ExitCode
from tests.service.packs import SHOP
from tests.service.running import write_pack

CASE = """\
fault: company
amount_paid: 100.00 USD
amount_refunded: 0 USD
shipping_fee: 9.90 USD
facts: {delay_days: 4}
"""
UNCHANGED: Mapping[str, str] = {}
ASCII = {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}


def amends(
    *arguments: str, stdout: int = subprocess.PIPE, variables: Mapping[str, str] = UNCHANGED
) -> subprocess.CompletedProcess[bytes]:
    """The command in a process of its own, with a case on stdin."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("AMENDS_", "PYTHON"))}
    return subprocess.run(
        [sys.executable, "-m", "amends", *arguments],
        input=CASE.encode(),
        stdout=stdout,
        stderr=subprocess.PIPE,
        env=clean | dict(variables),
        check=False,
    )


@pytest.mark.parametrize("command", [("decide", "-", "--policy", "shop"), ("packs",), ("test", "shop"), ("--version",)])
def test_a_disk_that_is_full_is_told_in_one_line(command: tuple[str, ...], rules: Path) -> None:
    """Exit code 1, no traceback: the machine is at fault, and a script must not take half a result for a whole."""
    with Path("/dev/full").open("wb") as full:
        done = amends(*command, stdout=full.fileno(), variables={"AMENDS_RULES": str(rules)})

    assert done.returncode == ExitCode.UNEXPECTED
    assert done.stderr.decode().splitlines() == ["amends: cannot write the output: No space left on device"]


def test_an_output_without_these_characters_gets_plain_ones(rules: Path) -> None:
    """The mark for "now" stays another than the mark for "may still change"."""
    done = amends("decide", "-", "--policy", "shop", "--rules", str(rules), variables=ASCII)

    assert (done.returncode, done.stderr) == (ExitCode.OK, b"")
    text = done.stdout.decode("ascii")
    assert " + Refund  9.90 USD\n" in text
    assert 'say "We were late. You get 9.90 USD back."' in text


def test_json_is_whole_in_every_alphabet(tmp_path: Path) -> None:
    """Nothing of a text is replaced where JSON can spell it."""
    write_pack(tmp_path, "shop", SHOP.replace("We were late. You", "Zu spät ✓. You"))

    done = amends("decide", "-", "--rules", str(tmp_path), "--format", "json", variables=ASCII)

    actions = json.loads(done.stdout.decode("ascii"))["decision"]["actions"]
    assert "Zu spät ✓. You get 9.90 USD back." in [action.get("reasonForCustomer") for action in actions]


def test_a_closed_pipe_is_quiet(rules: Path) -> None:
    """`amends decide ... | head -1` has what it wanted."""
    reading, writing = os.pipe()
    os.close(reading)
    try:
        done = amends("decide", "-", "--policy", "shop", "--rules", str(rules), stdout=writing)
    finally:
        os.close(writing)

    assert done.stderr == b""
