"""The year of flights: what is supposed of them is what the page says, and a month decided again is the same."""

import json
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

import pytest

from amends.application.compiled_pack import CompiledPack
from amends.domain.action_kinds import ActionKind
from amends.engines.bitmap import BitmapEngine
from amends.packs.load import load_pack
from examples.airline_2013 import PAGE, PLOT, SUMMARY, whole_year
from examples.flights import FLIGHTS_IN_THE_YEAR, DataSetError, Flight
from examples.supposed import Supposed, count_cancelled, fare_cents, is_disrupted, situation_supposed
from examples.weather import is_bad, left_in_bad_weather
from examples.year_of_flights import Compared, Decider, Month, WeatherError, add_months, decide_month
from examples.year_page import BEGIN, END, with_figures

ROOT: Final = Path(__file__).resolve().parents[2]
FEBRUARY: Final = 2
FLIGHT: Final = Flight(
    number="UA1545",
    origin="EWR",
    destination="IAH",
    scheduled_departure=datetime(2026, 2, 9, 10, 15, tzinfo=UTC),
    scheduled_arrival=datetime(2026, 2, 9, 14, 19, tzinfo=UTC),
    arrival_delay=timedelta(minutes=15),
    cancelled=False,
    distance_km=2253,
)
CALM: Final = {"visib": "10", "wind_gust": "NA", "precip": "0"}


def changed(**parts: object) -> Flight:
    """The flight with other values."""
    known = {name: getattr(FLIGHT, name) for name in FLIGHT.__slots__}
    return Flight(**(known | parts))


@pytest.fixture(scope="module")
def summary() -> dict[str, Month]:
    read = json.loads(SUMMARY.read_text(encoding="utf-8"))
    return {"year": read["year"], **read["months"]}


def test_a_month_decided_again_is_the_same(summary: dict[str, Month]) -> None:
    """The committed summary is what the pack decides: 24,951 flights in two runs, and more in bad weather."""
    assert decide_month(FEBRUARY) == summary[str(FEBRUARY)]


def test_the_year_is_its_months(summary: dict[str, Month]) -> None:
    """No flight is left out or counted twice."""
    months = [summary[str(month)] for month in range(1, 13)]
    assert whole_year(months) == summary["year"]
    assert summary["year"]["flights"]["counts"]["all"] == FLIGHTS_IN_THE_YEAR
    with pytest.raises(DataSetError, match="expected 336,776 flights, found"):
        whole_year(months[1:])


def test_the_law_gives_the_fare_to_every_long_delay_and_to_no_other(summary: dict[str, Month]) -> None:
    """14 CFR 260: cancelled, or three hours late at home, and nothing else accepted; unknown is not refused."""
    flights = summary["year"]["flights"]["counts"]
    owed = flights["cancelled"] + flights["late_3_hours"]
    assert summary["year"]["refused"]["owed_times"] == {"ticket-price": owed}
    assert summary["year"]["unknown"]["owed_times"] == {}
    assert summary["year"]["unknown"]["facts_asked_first"]["facts.alternative_accepted"] == owed


def test_the_weather_moves_gestures_alone(summary: dict[str, Month]) -> None:
    """What is owed was compared for each flight in bad weather; gestures are ours to give where it was our doing."""
    flights = summary["year"]["flights"]["counts"]["disrupted_in_bad_weather"]
    for run in ("unknown", "refused"):
        compared = summary["year"][f"{run}_weather"]["counts"]
        assert compared["flights"] == flights
        assert compared["gestures_weather"] == 0
        assert compared["gestures_ours"] >= flights
    assert summary["year"]["refused_weather"]["counts"]["owed_alike"] > 0


def test_the_page_holds_the_figures_of_the_summary(summary: dict[str, Month]) -> None:
    """Nobody edits a figure by hand, and none is of another run."""
    page = PAGE.read_text(encoding="utf-8")
    assert with_figures(page, summary["year"], [summary[str(month)] for month in range(1, 13)]) == page
    assert page.index(BEGIN) < page.index(END)
    assert 1_000 < PLOT.stat().st_size < 100_000
    with pytest.raises(ValueError, match="the page has no"):
        with_figures("a page", summary["year"], [])


def test_the_fare_is_the_one_that_the_page_names() -> None:
    """77 dollars to Boston (301 km), 408 to Los Angeles (3,983 km)."""
    assert (fare_cents(301), fare_cents(3_983)) == (77_09, 408_47)
    told = situation_supposed(FLIGHT, Supposed(None, 0))
    assert (told.amount_paid.units, told.amount_paid.nanos) == (252, 770_000_000)
    assert (told.amount_refunded.units, told.amount_refunded.nanos, told.amount_refunded.currency_code) == (0, 0, "USD")
    assert told.HasField("flags")
    assert not told.flags.values


def test_what_arrived_is_over_and_what_was_cancelled_goes_on() -> None:
    """Of a diverted flight nobody knows."""
    arrived = situation_supposed(FLIGHT, Supposed(None, 7)).incident
    assert arrived.HasField("ongoing")
    assert not arrived.ongoing
    assert not situation_supposed(changed(arrival_delay=None), Supposed(None, 7)).incident.HasField("ongoing")

    cancelled = situation_supposed(changed(arrival_delay=None, cancelled=True), Supposed(None, 7)).incident
    assert (cancelled.ongoing, cancelled.affected_customers, cancelled.incident_id) == (True, 700, "EWR-2026-02-09")


def test_cancelled_flights_are_counted_by_airport_and_day() -> None:
    """One incident each; flights of another airport or day are another's."""
    cancelled = changed(cancelled=True, arrival_delay=None)
    other = changed(cancelled=True, arrival_delay=None, origin="JFK")
    assert count_cancelled([FLIGHT, cancelled, cancelled, other]) == Counter(
        {("EWR", FLIGHT.day): 2, ("JFK", FLIGHT.day): 1}
    )


@pytest.mark.parametrize(
    ("flight", "disrupted"),
    [
        (FLIGHT, True),
        (changed(arrival_delay=timedelta(minutes=14)), False),
        (changed(arrival_delay=None), True),
        (changed(arrival_delay=None, cancelled=True), True),
    ],
)
def test_fifteen_minutes_are_a_disruption(flight: Flight, *, disrupted: bool) -> None:
    """As in the official statistics; cancelled and diverted flights are one too."""
    assert is_disrupted(flight) == disrupted


@pytest.mark.parametrize(
    ("cells", "bad"),
    [
        ({}, False),
        ({"visib": "3"}, False),
        ({"visib": "2.99"}, True),
        ({"wind_gust": "39.9"}, False),
        ({"wind_gust": "40"}, True),
        ({"precip": "0.09"}, False),
        ({"precip": "0.1"}, True),
        ({"visib": "NA", "precip": "NA"}, False),
    ],
)
def test_the_weather_is_bad_from_the_lines_that_the_page_names(cells: dict[str, str], *, bad: bool) -> None:
    """A value that is missing is not bad."""
    assert is_bad(CALM | cells) == bad


def test_the_hour_is_that_of_the_scheduled_departure_in_new_york() -> None:
    """05:15 there, whatever the hour in UTC."""
    assert left_in_bad_weather(FLIGHT, frozenset({("EWR", 2, 9, 5)}))
    assert not left_in_bad_weather(FLIGHT, frozenset({("EWR", 2, 9, 10), ("JFK", 2, 9, 5), ("EWR", 2, 9, 4)}))


def test_a_law_that_the_weather_changed_would_end_the_run() -> None:
    """The comparison can fail: it tells an entitlement of one decision that the other lacks."""
    compiled = CompiledPack(load_pack(ROOT / "rules", "airline"), BitmapEngine())
    cancelled = changed(cancelled=True, arrival_delay=None)
    decider, compared = Decider(compiled, count_cancelled([cancelled]), frozenset()), Compared()
    owed, nothing = (decider.decide(cancelled, accepted, compared) for accepted in (False, None))
    assert {action.kind for action in owed.actions} > {ActionKind.ENTITLEMENT}

    with pytest.raises(WeatherError, match="UA1545 of 2026-02-09"):
        compared.add(cancelled, weather=nothing, ours=owed)
    compared.add(cancelled, weather=owed, ours=owed)
    assert compared.counts["owed_alike"] == 1


def test_months_are_added_up_name_by_name() -> None:
    """A name that one month lacks counts as none."""
    january: Month = {"flights": {"counts": {"all": 2, "cancelled": 1}}}
    february: Month = {"flights": {"counts": {"all": 3}}}
    assert add_months([january, february]) == {"flights": {"counts": {"all": 5, "cancelled": 1}}}
