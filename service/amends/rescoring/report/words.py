"""Words of a report: what a pack calls its rules, teams and facts, and how numbers and money are written."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Final

from amends.domain.currencies import EXPONENTS
from amends.domain.money import Money
from amends.packs.model import Pack

NOT_SAID: Final = "not said"
_NAMES: Final[Mapping[str, str]] = MappingProxyType(
    {
        "dissatisfier": "annoys: quick, obvious, mend it first",
        "loyalty_inhibitor": "costs loyalty: mend it next",
        "enhancer": "would delight: mend it last",
    }
)


@dataclass(frozen=True, slots=True)
class Names:
    """What a pack calls things; where it says nothing, they are called by their ids."""

    pack: str = ""
    rules: Mapping[str, str] = field(default_factory=dict)
    teams: Mapping[str, str] = field(default_factory=dict)
    questions: Mapping[str, str] = field(default_factory=dict)

    def rule(self, rule_id: str) -> str:
        """`on-time: They were on time`."""
        title = self.rules.get(rule_id, "")
        return f"{rule_id}: {title}" if title else rule_id

    def team(self, team: str | None) -> str:
        """A team's label."""
        return NOT_SAID if team is None else self.teams.get(team, team)


def names_of(pack: Pack) -> Names:
    """What that pack calls things."""
    return Names(
        f"{pack.title} {pack.version}",
        {rule.rule_id: rule.title for rule in pack.rules},
        {team.team_id: team.label for team in pack.teams.values()},
        {path: spec.question for path, spec in pack.vocabulary.specs.items() if spec.ask},
    )


def label(name: str | None) -> str:
    """A value of a fact, for people."""
    return NOT_SAID if name is None else _NAMES.get(name, name.replace("_", " "))


def number(count: int) -> str:
    """`1,234`."""
    return f"{count:,}"


def share(part: int, whole: int) -> str:
    """`12.3 %`, by integers alone."""
    tenths = (part * 2000 + whole) // (2 * whole) if whole else 0
    return f"{tenths // 10}.{tenths % 10} %"


def money(minor_units: int, currency: str) -> str:
    """`1,234.50 USD`, to the last minor unit."""
    amount, code = str(Money(currency, abs(minor_units))).split(" ")
    whole, point, fraction = amount.partition(".")
    return f"{'-' if minor_units < 0 else ''}{int(whole):,}{point}{fraction} {code}"


def signed(minor_units: int, currency: str) -> str:
    """As `money`, with a plus where it rises."""
    return f"+{money(minor_units, currency)}" if minor_units > 0 else money(minor_units, currency)


def length(minor_units: int, currency: str) -> float:
    """How long a bar is: the one place where money is a float, and only to be drawn."""
    return minor_units / 10.0 ** EXPONENTS[currency]
