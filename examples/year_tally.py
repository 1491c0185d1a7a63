"""What the decisions of many flights come to: counted as they come, added up month by month, and written as JSON.

Everything is a whole number, and money is in cents, so that a month that is counted again is the same to the digit.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final

from amends.domain.action import Action, Span
from amends.domain.action_kinds import ActionKind
from amends.domain.decision import Decision

_MINUTE: Final = 60_000_000_000  # nanoseconds

Counts = dict[str, int]


@dataclass(frozen=True, slots=True)
class Tally:
    """Counts of one run over some flights. `owed_*` and `given_*` are by basis, and by kind of goodwill."""

    outcomes: Counter[str] = field(default_factory=Counter)
    actions: Counter[str] = field(default_factory=Counter)
    unsettled: Counter[str] = field(default_factory=Counter)
    owed_times: Counter[str] = field(default_factory=Counter)
    owed_cents: Counter[str] = field(default_factory=Counter)
    given_times: Counter[str] = field(default_factory=Counter)
    given_cents: Counter[str] = field(default_factory=Counter)
    cadences: Counter[str] = field(default_factory=Counter)
    asked: Counter[str] = field(default_factory=Counter)
    asked_first: Counter[str] = field(default_factory=Counter)
    incidents: set[tuple[str, str]] = field(default_factory=set)

    def add(self, decision: Decision) -> None:
        """Count one decision."""
        self.outcomes[decision.outcome] += 1
        self.asked.update(fact.path for fact in decision.needed_facts)
        if decision.ask_next is not None:
            self.asked_first[decision.ask_next.path] += 1
        for action in decision.actions:
            self._add_action(action)

    def _add_action(self, action: Action) -> None:
        self.actions[action.kind] += 1
        if action.unsettled:
            self.unsettled[action.kind] += 1
        match action.kind:
            case ActionKind.ENTITLEMENT:
                _add_money(action, "basis", self.owed_times, self.owed_cents)
            case ActionKind.GOODWILL:
                _add_money(action, "kind", self.given_times, self.given_cents)
            case ActionKind.UPDATE_CADENCE:
                self._add_cadence(action)
            case _:
                pass

    def _add_cadence(self, action: Action) -> None:
        """One for a case each time, one for an incident once, however many of its flights ask for it."""
        words = f"every {_minutes(action)} minutes, {action.parameter('channel')}, {action.scope}"
        if action.scope == "incident":
            if (words, action.incident_id) in self.incidents:
                return
            self.incidents.add((words, action.incident_id))
        self.cadences[words] += 1

    def as_json(self) -> dict[str, Counts]:
        """Every count by name, names in order of the alphabet."""
        return {name: dict(sorted(counter.items())) for name, counter in self._counters().items()}

    def _counters(self) -> Mapping[str, Counter[str]]:
        return {
            "outcomes": self.outcomes,
            "actions": self.actions,
            "unsettled_actions": self.unsettled,
            "owed_times": self.owed_times,
            "owed_cents": self.owed_cents,
            "given_times": self.given_times,
            "given_cents": self.given_cents,
            "cadences": self.cadences,
            "facts_asked_for": self.asked,
            "facts_asked_first": self.asked_first,
        }


def add_up(months: Iterable[Mapping[str, Counts]]) -> dict[str, Counts]:
    """The months together, name by name. No incident is in two months: each is of one day."""
    total: dict[str, Counter[str]] = {}
    for month in months:
        for name, counts in month.items():
            total.setdefault(name, Counter()).update(counts)
    return {name: dict(sorted(counter.items())) for name, counter in total.items()}


def _add_money(action: Action, parameter: str, times: Counter[str], cents: Counter[str]) -> None:
    name = str(action.parameter(parameter))
    times[name] += 1
    if action.amount is not None:
        cents[name] += action.amount.minor_units


def _minutes(action: Action) -> int:
    every = action.parameter("every")
    assert isinstance(every, Span)  # what a cadence is read as
    return every.nanos // _MINUTE
