"""Words: placeholders of a reason filled with plain figures. No locale data: the same text on every machine."""

from dataclasses import dataclass

from amends.domain.money import Money
from amends.resolution.due import local_time


@dataclass(frozen=True, slots=True)
class Words:
    """What the reasons of one decision may name: who owns it, the next update, and the zone times are said in."""

    owner: str
    next_update: int | None
    timezone: str

    def fill(self, template: str, *, amount: Money | None, due: int | None) -> str:
        """The template with {amount} {due} {owner} {next_update} filled; what is not known is said to be open."""
        if "{" not in template:
            return template
        return (
            template.replace("{amount}", "an amount still to be confirmed" if amount is None else str(amount))
            .replace("{due}", self._moment(due))
            .replace("{owner}", self.owner or "a named person")
            .replace("{next_update}", self._moment(self.next_update))
        )

    def _moment(self, moment: int | None) -> str:
        if moment is None:
            return "a time still to be confirmed"
        return local_time(moment, self.timezone).strftime("%Y-%m-%d %H:%M %Z")
