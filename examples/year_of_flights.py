"""Decides a month of flights in process, by the airline pack: in two runs, and once more where the weather was bad.

The runs differ in one fact: whether the passengers accepted another flight is unknown, or known to be no. Where a late
or cancelled flight should have left in bad weather, it is decided as the weather's doing, and then as if it were the
airline's: what law gives must be the same to the last detail, and is compared for every such flight.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Final

from amends.application.compiled_pack import CompiledPack
from amends.domain.action import Action
from amends.domain.action_kinds import ActionKind
from amends.domain.decision import Decision
from amends.engines.bitmap import BitmapEngine
from amends.packs.load import load_pack
from amends.wire.decode_situation import decode_situation
from amends_client import Situation
from examples.flights import Flight, find_data_set, read_month
from examples.supposed import (
    Cancelled,
    Supposed,
    count_cancelled,
    is_disrupted,
    situation_supposed,
)
from examples.weather import Hour, left_in_bad_weather, read_bad_hours
from examples.year_tally import Counts, Tally, add_up

RUNS: Final = {"unknown": None, "refused": False}
"""By name, what is said of `alternative_accepted`."""

_RULES: Final = Path(__file__).parent.parent / "rules"
_AIRLINE: Final = "airline"
_NEVER: Final = (1 << 62) - 1  # no flight of the year is ahead of this clock
_LONG: Final = timedelta(hours=3)

Month = dict[str, dict[str, Counts]]


class WeatherError(Exception):
    """The weather changed what law gives; the message says for which flight."""


@dataclass(frozen=True, slots=True)
class Compared:
    """Flights in bad weather, decided as the weather's doing and as the airline's own."""

    counts: Counter[str] = field(default_factory=Counter)

    def add(self, flight: Flight, *, weather: Decision, ours: Decision) -> None:
        """WeatherError unless law gives the same; gestures are counted, as they may differ."""
        if _owed(weather) != _owed(ours):
            raise WeatherError(f"{flight.number} of {flight.day}: {_owed(weather)} in bad weather, else {_owed(ours)}")
        self.counts["flights"] += 1
        self.counts["owed_alike"] += len(_owed(ours))
        for name, decision in (("weather", weather), ("ours", ours)):
            gestures = [action for action in decision.actions if action.kind is ActionKind.GOODWILL]
            self.counts[f"gestures_{name}"] += len(gestures)
            self.counts[f"gestures_{name}_cents"] += sum(_cents(action) for action in gestures)


def decide_month(month: int) -> Month:
    """Everything that is counted of a month."""
    folder = find_data_set()
    flights = tuple(read_month(folder, month))
    bad_hours = read_bad_hours(folder)
    decider = Decider(CompiledPack(load_pack(_RULES, _AIRLINE), BitmapEngine()), count_cancelled(flights), bad_hours)
    counted: Month = {"flights": {"counts": _kinds_of_flights(flights, bad_hours)}}
    for name, accepted in RUNS.items():
        tally, compared = Tally(), Compared()
        for flight in flights:
            tally.add(decider.decide(flight, accepted, compared))
        counted[name] = tally.as_json()
        counted[f"{name}_weather"] = {"counts": dict(sorted(compared.counts.items()))}
    return counted


def add_months(months: list[Month]) -> Month:
    """The year."""
    return {part: add_up(month[part] for month in months) for part in months[0]}


@dataclass(frozen=True, slots=True)
class Decider:
    """The pack, and what it takes to suppose something of a flight."""

    compiled: CompiledPack
    cancelled: Cancelled
    bad_hours: frozenset[Hour]

    def decide(self, flight: Flight, accepted: bool | None, compared: Compared) -> Decision:  # noqa: FBT001  # a fact
        """The decision of a flight; in bad weather it is compared with that of fair weather."""
        there = self.cancelled.get((flight.origin, flight.day), 0)
        if not (is_disrupted(flight) and left_in_bad_weather(flight, self.bad_hours)):
            return self._decide(situation_supposed(flight, Supposed(accepted, there)))
        weather, ours = (
            self._decide(situation_supposed(flight, Supposed(accepted, there, fault=fault, cause=cause)))
            for fault, cause in (("nobody", "external"), ("company", "process"))
        )
        compared.add(flight, weather=weather, ours=ours)
        return weather

    def _decide(self, told: Situation) -> Decision:
        pack = self.compiled.pack
        situation = decode_situation(told, pack.vocabulary, now=_NEVER)
        return self.compiled.decide(situation, role=pack.authority[0].role).decision


def _kinds_of_flights(flights: tuple[Flight, ...], bad_hours: frozenset[Hour]) -> Counts:
    kinds: Counter[str] = Counter()
    for flight in flights:
        kinds.update(_names_of(flight))
        kinds["disrupted_in_bad_weather"] += is_disrupted(flight) and left_in_bad_weather(flight, bad_hours)
    return dict(sorted(kinds.items()))


def _names_of(flight: Flight) -> Iterator[str]:
    yield "all"
    if flight.cancelled:
        yield "cancelled"
    if flight.diverted:
        yield "diverted"
    if flight.arrival_delay is not None and is_disrupted(flight):
        yield "late_15_minutes"
        if flight.arrival_delay >= _LONG:
            yield "late_3_hours"


def _owed(decision: Decision) -> list[tuple[object, ...]]:
    return [
        (action.parameters, action.amount, action.due, action.unsettled, action.on_hold, action.already_given)
        for action in decision.actions
        if action.kind is ActionKind.ENTITLEMENT
    ]


def _cents(action: Action) -> int:
    return 0 if action.amount is None else action.amount.minor_units
