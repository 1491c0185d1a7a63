"""Words: placeholders of a reason filled with plain figures. No locale data: the same text on every machine."""

from collections.abc import Iterable

from amends.domain.action_kinds import ActionKind
from amends.domain.money import Money
from amends.resolution.draft import Draft
from amends.resolution.due import local_time


class Words:
    """What the reasons of one decision may name.

    A reason belongs to a whole rule, so an action without money (the apology beside the refund) names the amount and
    the due time of the rule's action that has them.
    """

    __slots__ = ("_moments", "_moneyed", "_next_update", "_owner", "_timezone")

    def __init__(self, drafts: Iterable[Draft], *, owner: str, timezone: str) -> None:
        self._owner = owner
        self._timezone = timezone
        self._moments: dict[int, str] = {}
        self._next_update: int | None = None
        self._moneyed: dict[str, Draft] = {}
        for draft in drafts:
            if draft.candidate.amount is not None:
                for rule_id in draft.rule_ids:
                    self._moneyed.setdefault(rule_id, draft)
            elif draft.kind is ActionKind.UPDATE_CADENCE and draft.due is not None:
                self._next_update = draft.due if self._next_update is None else min(self._next_update, draft.due)

    def fill(self, template: str, draft: Draft) -> str:
        """The template with {amount} {due} {owner} {next_update} filled; what is not known is said to be open."""
        named = draft if draft.candidate.amount is not None else self._moneyed.get(draft.candidate.rule_id, draft)
        if "{amount}" in template:
            template = template.replace("{amount}", _money(named.granted if named.already_given else named.amount))
        if "{due}" in template:
            template = template.replace("{due}", self._moment(draft.due or named.due))
        if "{next_update}" in template:
            template = template.replace("{next_update}", self._moment(self._next_update))
        return template.replace("{owner}", self._owner or "a named person")

    def _moment(self, moment: int | None) -> str:
        if moment is None:
            return "a time still to be confirmed"
        said = self._moments.get(moment)
        if said is None:
            local = local_time(moment, self._timezone)
            said = self._moments[moment] = f"{local.isoformat(' ', 'minutes')[:16]} {local.tzname()}"
        return said


def _money(amount: Money | None) -> str:
    return "an amount still to be confirmed" if amount is None else str(amount)
