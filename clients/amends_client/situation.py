"""A situation from plain Python, checked here so that a typing mistake is found before a call is made.

It knows the form of the contract, read from its descriptors. Which facts, tiers and contact reasons exist is the rule
pack's business: the server checks that, and `InvalidSituation` tells.
"""

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Required, TypeAlias, TypedDict, Unpack

from google.protobuf.duration_pb2 import Duration
from google.protobuf.timestamp_pb2 import Timestamp
from google.type.money_pb2 import Money

from amends_client._form import fill
from amends_client.messages import FactValue, Situation

Member: TypeAlias = str | int
"""A member of an enum: its name in lower case without the prefix, or its number."""
PlainFact: TypeAlias = (
    bool | int | Decimal | str | Money | datetime | timedelta | Collection[str] | FactValue | Timestamp | Duration
)


class SubjectFields(TypedDict, total=False):
    """What the situation is about."""

    order_id: str | None
    item_id: str | None
    quantity: int | None


class CustomerFields(TypedDict, total=False):
    """Who was let down; identifiers are opaque."""

    customer_id: str | None
    account_id: str | None
    loyalty_tier: str | None
    relationship: Member | None
    preferred_channel: Member | None
    channels_on_file: Collection[Member] | None
    country: str | None
    time_zone: str | None
    prior_failures_90d: int | None
    apologies_90d: int | None
    goodwill_granted_365d: str | Money | None
    claims_365d: int | None


class IncidentFields(TypedDict, total=False):
    """A failure that many customers may share."""

    incident_id: str | None
    ongoing: bool | None
    affected_customers: int | None
    eta_known: bool | None
    owner_assigned: bool | None
    redundancy_available: bool | None


class GrantedFields(TypedDict, total=False):
    """One thing that was already given for this case."""

    action_id: str | None
    subject: SubjectFields | None
    incident_id: str | None
    kind: Required[Member]
    basis: str | None
    parameters: Mapping[str, str] | None
    amount: str | Money | None
    time: datetime | None


class SituationFields(TypedDict, total=False):
    """The fields of a situation as plain values; left out or None: not known."""

    case_id: Required[str]
    subject: SubjectFields | None
    contact_reason: str | None
    tags: Collection[str] | None
    brand: str | None
    customer: CustomerFields | None
    stage: Member | None
    pain_type: Member | None
    interaction_type: Member | None
    cause: Member | None
    fault: Member | None
    severity: Member | None
    failure_reality: Member | None
    reporter: Member | None
    requested: Collection[Member] | None
    sentiment: Member | None
    obvious_mistake: bool | None
    kept_service: bool | None
    fit: Member | None
    amount_paid: str | Money | None
    amount_affected: str | Money | None
    amount_refunded: str | Money | None
    shipping_fee: str | Money | None
    waited: timedelta | None
    callback_promised_in: timedelta | None
    incident: IncidentFields | None
    flags: Collection[Member] | None
    granted: Collection[GrantedFields] | None
    unobtainable: Collection[str] | None
    fact_sources: Mapping[str, Member] | None
    observe_time: datetime | None
    locale: str | None
    facts: Mapping[str, PlainFact | None] | None


def situation(**fields: Unpack[SituationFields]) -> Situation:
    """A situation. ValueError lists every mistake at once, each with its path.

    Enum members are their names in lower case (`stage="purchase"`), money is text (`"59.90 USD"`), a duration a
    timedelta, a moment a datetime with a time zone, a set any collection; an empty one is known to be empty.
    """
    result = Situation()
    mistakes: list[str] = []
    fill(result, dict(fields), path="", mistakes=mistakes)
    if mistakes:
        raise ValueError("not a situation:\n" + "\n".join(f"  {mistake}" for mistake in mistakes))
    return result
