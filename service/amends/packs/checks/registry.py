"""All static checks: the errors, which loading makes, and the warnings, which only a check of the pack makes."""

from collections.abc import Iterator
from typing import Final

from amends.packs.checks import (
    beaten_by_itself,
    falling_authority,
    half_translated,
    idle_calendar,
    internal_identifier,
    never_matches,
    shadowed,
    stale_review,
    useless_limit,
    useless_requirement,
)
from amends.packs.checks.law import Law
from amends.packs.diagnostics import Diagnostic
from amends.packs.model import Pack

STATIC_LAWS: Final[tuple[Law, ...]] = (
    never_matches.LAW,
    internal_identifier.LAW,
    shadowed.LAW,
    beaten_by_itself.LAW,
    half_translated.LAW,
    idle_calendar.LAW,
    falling_authority.LAW,
    useless_limit.LAW,
    useless_requirement.LAW,
    stale_review.LAW,
)


def static_errors(pack: Pack) -> Iterator[Diagnostic]:
    """What keeps a pack from being served though every part of it can be read."""
    yield from never_matches.check(pack)
    yield from internal_identifier.check(pack)


def static_warnings(pack: Pack, *, today: int) -> Iterator[Diagnostic]:
    """What its owner should look at; `today` is in nanoseconds since the epoch."""
    yield from shadowed.check(pack)
    yield from beaten_by_itself.check(pack)
    yield from half_translated.check(pack)
    yield from idle_calendar.check(pack)
    yield from falling_authority.check(pack)
    yield from useless_limit.check(pack)
    yield from useless_requirement.check(pack)
    yield from stale_review.check(pack, today=today)
