"""Waivers: warnings that the owner lives with until a day. They silence what they name, and are themselves checked."""

from collections.abc import Collection, Iterable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Final

from amends.domain.facts import NANOS_PER_SECOND
from amends.packs.checks.law import Law
from amends.packs.diagnostics import Diagnostic, Severity
from amends.packs.findings import nearest
from amends.packs.model import Pack, Waiver

MUTATION: Final = "mutation"
"""What a waiver of a mutant names as its check: `amends mutate` judges those, the checks of the whole do not."""

LAW: Final = Law(
    name="waiver",
    severity=Severity.WARNING,
    says="A waiver names a check, silences something, and has not ended.",
    bad="""\
waive: [{check: shadowed, at: say-sorry, because: "Until the new rules are here.", until: 2020-01-01}]
rules:
  - id: say-sorry
    title: Say sorry
    then: [{apology: {literal: true}}]
""",
    good="""\
rules:
  - id: say-sorry
    title: Say sorry
    then: [{apology: {literal: true}}]
""",
)


class Waivers:
    """The waivers of one pack on one day; it remembers which of them silenced anything.

    `at` names what a finding is about: a rule, limit, requirement or fact by its id, or cells by what is known in them
    (`fault=company, severity=missing`; fewer facts mean more cells; `main`, all of them).
    """

    __slots__ = ("_today", "_used", "_waivers")

    def __init__(self, pack: Pack, *, today: int) -> None:
        self._today = today
        self._waivers = pack.waivers
        self._used: set[int] = set()

    def silence(self, check: str, about: Iterable[str]) -> bool:
        """Whether a waiver that has not ended names this check and this place."""
        return bool(self.reason(check, about))

    def reason(self, check: str, about: Iterable[str]) -> str:
        """Why the owner lives with it, by the first waiver that has not ended and names it; empty where none does."""
        here = {_plain(name) for name in about}
        reasons: list[str] = []
        for number, waiver in enumerate(self._waivers):
            if waiver.check == check and waiver.until > self._today and _places(waiver) <= here:
                self._used.add(number)
                reasons.append(waiver.because)
        return next(iter(reasons), "")

    def concerns(self, check: str) -> bool:
        """Whether any waiver speaks of the check: if none does, nobody need say what a finding is about."""
        return any(waiver.check == check for waiver in self._waivers)

    def complaints(self, checks: Collection[str], *, elsewhere: Collection[str] = frozenset()) -> Iterator[Diagnostic]:
        """What is wrong with the waivers, once everything was checked; `checks` are the names of all there are.

        Waivers of what is judged `elsewhere` are left to whoever judges it.
        """
        for number, waiver in enumerate(self._waivers):
            if waiver.check in elsewhere:
                continue
            if waiver.check not in checks:
                message = f"there is no check {waiver.check!r} whose warnings could be waived"
                yield LAW.broken(waiver.position, message, hint=str(nearest(waiver.check, (*checks, *elsewhere))))
            elif waiver.until <= self._today:
                message = f"the waiver of {waiver.check} at {waiver.at!r} ended on {_day(waiver.until)}"
                yield LAW.broken(waiver.position, message, hint="mend what it was about, or decide again")
            elif number not in self._used:
                message = f"the waiver of {waiver.check} at {waiver.at!r} silences nothing"
                yield LAW.broken(waiver.position, message, hint="take it out: there is nothing left to live with")


def _places(waiver: Waiver) -> set[str]:
    return {_plain(part) for part in waiver.at.split(",")}


def _plain(name: str) -> str:
    return "".join(name.split())


def _day(nanos: int) -> str:
    return f"{datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=nanos // NANOS_PER_SECOND):%Y-%m-%d}"
