"""The guide to outcomes tells of every kind that there is, and of nothing else."""

from typing import Final

from amends.application.rule_statistics import MOST_COUNTS, MOST_PERIODS
from amends.domain.record import OutcomeKind
from tests.docs.guide import Guide, broken_links

GUIDE: Final = Guide("outcomes.md")
OF_OBLIGATIONS: Final = {OutcomeKind.KEPT, OutcomeKind.MISSED, OutcomeKind.CLOSED}


def test_every_link_leads_somewhere() -> None:
    """To a file that there is, and a heading in it."""
    assert broken_links(GUIDE) == []


def test_every_kind_is_told_with_what_it_is_said_of() -> None:
    """In the order of the contract."""
    told = [(kind.strip("`"), of) for kind, of, *_ in GUIDE.rows("Outcomes")]
    assert told == [(kind.value, "an obligation" if kind in OF_OBLIGATIONS else "an action") for kind in OutcomeKind]


def test_the_bounds_told_are_those_that_hold() -> None:
    """Of periods and of counts."""
    assert f"at most {MOST_PERIODS}, and at most {MOST_COUNTS:,} counts" in GUIDE.text
