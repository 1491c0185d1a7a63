"""The agreement tests can fail: bugs put into resolution are found. `make seeded-bugs` tries all of them."""

from typing import Final

import pytest

from tests.agreement.seeded_bugs import BUGS
from tests.agreement.seeding import Bug, is_found, place

STEPS: Final = {
    *("derive", "first_hit", "candidates", "refer", "forbid", "combine", "cover", "net", "bound", "limit", "require"),
    *("hold", "authorise", "order", "oblige", "due", "unsettled", "needed_facts", "outcome", "requests", "guardrails"),
    *("identify", "price", "plan key", "steady", "explain", "near miss", "changes"),
}


@pytest.mark.parametrize("bug", BUGS, ids=lambda bug: f"{bug.step}: {bug.breaks}")
def test_every_bug_has_its_place(bug: Bug) -> None:
    """What it changes stands there once, so that the list does not rot."""
    assert place(bug).read_text(encoding="utf-8").count(bug.old) == 1
    assert bug.old != bug.new


def test_every_step_has_a_bug() -> None:
    """None of the steps of resolution is left out."""
    assert {bug.step for bug in BUGS} == STEPS


@pytest.mark.parametrize(
    "bug", [bug for bug in BUGS if bug.file in {"guardrails.py", "finish.py"}], ids=lambda bug: bug.breaks
)
def test_some_bugs_are_found(bug: Bug) -> None:
    """A few at every run."""
    assert is_found(bug)
