"""The comparisons of engines can fail: bugs put into them are found. `make seeded-bugs` tries all of them."""

from typing import Final

import pytest

from tests.agreement.seeded_engine_bugs import BUGS
from tests.agreement.seeding import Bug, is_found, place

QUICK: Final = ("may bits", "missing fact", "negation")


@pytest.mark.parametrize("bug", BUGS, ids=lambda bug: f"{bug.step}: {bug.breaks}")
def test_every_bug_has_its_place(bug: Bug) -> None:
    """What it changes stands there once, so that the list does not rot."""
    assert place(bug).read_text(encoding="utf-8").count(bug.old) == 1
    assert bug.old != bug.new


def test_every_engine_has_bugs_of_many_kinds() -> None:
    """Every file that an engine is made of, and what two of them share."""
    files = {"bitmap", "layout", "line", "tables", "reference", "durable", "durable_codes", "durable_forms"}
    shared = {"conditions", "normal_form", "derive", "first_hit"}
    assert {bug.file for bug in BUGS} == {f"{name}.py" for name in files | shared}
    assert len({bug.step for bug in BUGS}) >= 10


@pytest.mark.parametrize(
    "bug", [next(bug for bug in BUGS if bug.step == step) for step in QUICK], ids=lambda bug: bug.breaks
)
def test_some_bugs_are_found(bug: Bug) -> None:
    """A few at every run."""
    assert is_found(bug)
