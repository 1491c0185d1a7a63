"""Words: placeholders of a reason filled with plain figures. No locale data: the same text on every machine.

A reason belongs to a whole rule, so an action without money (the apology beside the refund) names the amount and the
due time of the rule's action that has them.
"""

from collections.abc import Iterable
from typing import Final

from amends.domain.facts import NANOS_PER_SECOND
from amends.domain.money import Money
from amends.resolution.draft import Draft
from amends.resolution.due import local_time

_MOST_SAID: Final = 1_024


def names_a_time(template: str) -> bool:
    """Whether it says something that is counted from observe_time."""
    return "{due}" in template or "{next_update}" in template


def names_an_amount(template: str) -> bool:
    """Whether it says how much."""
    return "{amount}" in template


class Words:
    """What the reasons of one decision may name beside times: amounts, and the team that owns the case."""

    __slots__ = ("_moneyed", "_owner")

    def __init__(self, drafts: Iterable[Draft], *, owner: str) -> None:
        self._owner = owner
        self._moneyed: dict[str, tuple[int, Draft]] = {}
        for place, draft in enumerate(drafts):
            if draft.candidate.amount is not None:
                for rule_id in draft.rule_ids:
                    self._moneyed.setdefault(rule_id, (place, draft))

    def fill(self, template: str, draft: Draft) -> str:
        """The template with {amount} filled, and with {owner} if it names no time: that is the last to be filled."""
        if "{" not in template:
            return template
        if "{amount}" in template:
            named = self._named(draft, 0)[1]
            template = template.replace("{amount}", _money(named.granted if named.already_given else named.amount))
        return template if names_a_time(template) else _owned(template, self._owner)

    def named(self, draft: Draft, place: int) -> int:
        """The place of the action whose due time is named where this draft, which stands at `place`, has none."""
        return self._named(draft, place)[0]

    def _named(self, draft: Draft, place: int) -> tuple[int, Draft]:
        own = place, draft
        return own if draft.candidate.amount is not None else self._moneyed.get(draft.candidate.rule_id, own)


class Times:
    """Fills in times, in the words of one time zone.

    How a second is told is remembered (bounded): what is decided next is often due in the same.
    """

    __slots__ = ("_said", "_timezone")

    def __init__(self, timezone: str) -> None:
        self._timezone = timezone
        self._said: dict[int, str] = {}

    def fill(self, template: str, *, due: int | None, next_update: int | None, owner: str) -> str:
        """The template with {due}, {next_update} and then {owner} filled; what is not known is said to be open."""
        if "{due}" in template:
            template = template.replace("{due}", self._moment(due))
        if "{next_update}" in template:
            template = template.replace("{next_update}", self._moment(next_update))
        return _owned(template, owner)

    def _moment(self, moment: int | None) -> str:
        if moment is None:
            return "a time still to be confirmed"
        second = moment // NANOS_PER_SECOND
        said = self._said.get(second)
        if said is None:
            local = local_time(moment, self._timezone)
            day, hour = f"{local.year:04d}-{local.month:02d}-{local.day:02d}", f"{local.hour:02d}:{local.minute:02d}"
            if len(self._said) >= _MOST_SAID:
                self._said.clear()
            said = self._said[second] = f"{day} {hour} {local.tzname()}"
        return said


def _owned(template: str, owner: str) -> str:
    return template.replace("{owner}", owner or "a named person")


def _money(amount: Money | None) -> str:
    return "an amount still to be confirmed" if amount is None else str(amount)
