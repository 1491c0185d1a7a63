"""What is supposed of a year of flights beyond what the data tell, so that a whole policy can be seen at work.

Every supposition stands here and nowhere else, and docs/airline-2013.md labels it: the fare, the number of passengers,
that bad weather explains a late or cancelled flight, and that a cancelled one goes on being a disruption when it is
looked at. Nothing was refunded before, and nobody has flagged anything.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Final

from amends_client import Situation, situation
from amends_client.situation import IncidentFields
from examples.flights import Flight, fields_of

FARE_BASE_CENTS: Final = 50_00
FARE_CENTS_A_KM: Final = 9
PASSENGERS: Final = 100
LATE: Final = timedelta(minutes=15)

Cancelled = Mapping[tuple[str, date], int]
"""How many flights of an airport were cancelled on a day."""


@dataclass(frozen=True, slots=True)
class Supposed:
    """What a run supposes of a flight. `fault` is said only where the weather, or its absence, is supposed to tell."""

    alternative_accepted: bool | None
    cancelled_there: int
    fault: str | None = None
    cause: str | None = None


def fare_cents(distance_km: int) -> int:
    """Fifty dollars and nine cents a kilometre: a plain function, and no airline's price."""
    return FARE_BASE_CENTS + FARE_CENTS_A_KM * distance_km


def is_disrupted(flight: Flight) -> bool:
    """Cancelled, diverted, or a quarter of an hour late: what a customer would notice."""
    return flight.arrival_delay is None or flight.arrival_delay >= LATE


def count_cancelled(flights: Iterable[Flight]) -> Cancelled:
    """Cancelled flights by airport and day: one incident each."""
    return Counter((flight.origin, flight.day) for flight in flights if flight.cancelled)


def situation_supposed(flight: Flight, supposed: Supposed) -> Situation:
    """The situation that the data tell, and what is supposed beside it."""
    fields = fields_of(flight, alternative_accepted=supposed.alternative_accepted)
    fields["amount_paid"] = f"{Decimal(fare_cents(flight.distance_km)).scaleb(-2)} USD"
    fields["amount_refunded"] = "0 USD"
    fields["flags"] = []
    fields["fault"] = supposed.fault
    fields["cause"] = supposed.cause
    fields["incident"] = _incident(flight, supposed.cancelled_there)
    return situation(**fields)


def _incident(flight: Flight, cancelled_there: int) -> IncidentFields:
    """What arrived is over; what was cancelled goes on, with all that were cancelled there on that day."""
    if not flight.cancelled:
        return {"ongoing": None if flight.diverted else False}
    return {
        "incident_id": f"{flight.origin}-{flight.day}",
        "ongoing": True,
        "affected_customers": PASSENGERS * cancelled_there,
    }
