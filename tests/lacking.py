"""What a machine lacks for a test: named at the end of the run, so that nobody takes the test for passed.

Each is told with the line that mends it; where CI is set, it fails.
"""

import os
from dataclasses import dataclass
from typing import Final, NoReturn

import pytest


@dataclass(frozen=True, slots=True)
class Lack:
    """Something that a machine may lack: what it is in a few words, and the sentence that says how to come by it."""

    of: str
    remedy: str


_MISSED: Final[pytest.StashKey[dict[Lack, list[str]]]] = pytest.StashKey()


def do_without(request: pytest.FixtureRequest, lack: Lack) -> NoReturn:
    """End the test that asked: it cannot be run on this machine."""
    request.config.stash.setdefault(_MISSED, {}).setdefault(lack, []).append(request.node.nodeid)
    reason = f"no {lack.of} on this machine. {lack.remedy}"
    if os.environ.get("CI"):
        pytest.fail(reason)
    pytest.skip(reason)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """Say which tests had to do without, and what would help."""
    for lack, missed in config.stash.get(_MISSED, {}).items():
        terminalreporter.section(f"tests without {lack.of}")
        for nodeid in missed:
            terminalreporter.line(nodeid)
        terminalreporter.line(f"{len(missed)} tests did not run. {lack.remedy}")
