"""Waivers silence what they name until their day, and are told when they silence nothing."""

from dataclasses import replace

import pytest

from amends.packs.checks.waivers import Waivers
from amends.packs.model import Position, Waiver
from tests.unit.resolution.building import NOW, SECOND, pack

HERE = Position("built/pack.yaml", 9, 3)
CHECKS = frozenset({"gap", "shadowed"})
TOMORROW = NOW + 24 * 3600 * SECOND


def waivers(at: str, *, check: str = "gap", until: int = TOMORROW) -> Waivers:
    """The waivers of a pack that waives one thing."""
    return Waivers(replace(pack(), waivers=(Waiver(check, at, "for now", until, HERE),)), today=NOW)


@pytest.mark.parametrize(
    ("at", "about", "silenced"),
    [
        ("say-sorry", ("say-sorry",), True),
        ("say-sorry", ("long-delay", "say-sorry"), True),
        ("say-sorry", ("long-delay",), False),
        ("main", ("main", "fault=company"), True),
        ("fault=company", ("main", "fault=company", "severity=low"), True),
        ("severity = low,fault=company", ("main", "fault=company", "severity=low"), True),
        ("fault=company, severity=high", ("main", "fault=company", "severity=low"), False),
    ],
)
def test_a_waiver_names_what_a_finding_is_about(at: str, about: tuple[str, ...], *, silenced: bool) -> None:
    """An id, or what is known in a cell: all of what it names has to be there."""
    named = waivers(at)

    assert named.silence("gap", about) is silenced
    assert not named.silence("shadowed", about)
    assert [told.code for told in named.complaints(CHECKS)] == ([] if silenced else ["waiver"])


def test_a_waiver_ends_and_says_so() -> None:
    """Half open, as effective dates are: from `until` on the finding is back, and the waiver is told too."""
    assert waivers("a", until=NOW + SECOND).silence("gap", ("a",))

    over = waivers("a", until=NOW)
    assert not over.silence("gap", ("a",))
    (told,) = over.complaints(CHECKS)
    assert (told.position, told.message) == (HERE, "the waiver of gap at 'a' ended on 2026-11-02")


def test_a_waiver_of_no_check_or_of_nothing_is_told() -> None:
    """A misspelt name, with the nearest one; a place where nothing is found."""
    (unknown,) = waivers("a", check="gapp").complaints(CHECKS)
    assert (unknown.message, unknown.hint) == (
        "there is no check 'gapp' whose warnings could be waived",
        "did you mean 'gap'?",
    )
    (idle,) = waivers("a").complaints(CHECKS)
    assert idle.message == "the waiver of gap at 'a' silences nothing"
