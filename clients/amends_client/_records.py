"""Requests about what is recorded, from plain Python: the part that the sync and the async client share.

Enum members are their names in lower case (`kind="executed"`), money is text, a moment a datetime with a time zone.
"""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Required, TypedDict, TypeVar

from google.protobuf.message import Message
from google.type.money_pb2 import Money

from amends_client._form import fill
from amends_client._requests import new_request_id
from amends_client.messages import (
    Actor,
    GetRuleStatisticsRequest,
    GrantedAction,
    ListDecisionsRequest,
    ListObligationsRequest,
    RecordOutcomeRequest,
)
from amends_client.situation import GrantedFields, Member

_Request = TypeVar("_Request", bound=Message)


class ActorFields(TypedDict, total=False):
    """Who did something."""

    actor_id: str | None
    role: str | None
    kind: Member | None


class OutcomeFields(TypedDict, total=False):
    """What was done, and about what: one of `action_id` and `obligation_id` is required.

    `time` left out: now. `amount` left out: all that is left of the action's. `reason` is required for an override.
    """

    decision_id: Required[str]
    action_id: str | None
    obligation_id: str | None
    kind: Required[Member]
    actor: ActorFields | Actor | None
    time: datetime | None
    amount: str | Money | None
    external_reference: str | None
    instead: GrantedFields | GrantedAction | None
    reason: str | None
    request_id: str | None


class DecisionFilters(TypedDict, total=False):
    """Which decisions: those for which everything holds that is said; `since` is included, `until` is not."""

    case_id: str | None
    customer_id: str | None
    policy: str | None
    outcome: Member | None
    rule_id: str | None
    since: datetime | None
    until: datetime | None


class ObligationFilters(TypedDict, total=False):
    """Which obligations: those for which everything holds that is said. `states` left out: open or missed."""

    due_before: datetime | None
    owner: str | None
    team: str | None
    incident_id: str | None
    case_id: str | None
    policy: str | None
    states: Collection[Member] | None


class StatisticsFilters(TypedDict, total=False):
    """Which statistics; left out: of all policies and rules, of the last 30 days, in one period."""

    policy: str | None
    rule_ids: Collection[str] | None
    since: datetime | None
    until: datetime | None
    period_days: int | None


def outcome_request(fields: OutcomeFields) -> RecordOutcomeRequest:
    """The report of an outcome, with an id of its own where it has none, so that it may safely be sent again."""
    request = filled(RecordOutcomeRequest(), fields)
    request.request_id = request.request_id or new_request_id()
    return request


def decisions_request(filters: DecisionFilters) -> ListDecisionsRequest:
    """The first page of decisions."""
    return filled(ListDecisionsRequest(), filters)


def obligations_request(filters: ObligationFilters) -> ListObligationsRequest:
    """The first page of obligations."""
    return filled(ListObligationsRequest(), filters)


def statistics_request(filters: StatisticsFilters) -> GetRuleStatisticsRequest:
    """What to count."""
    return filled(GetRuleStatisticsRequest(), filters)


def filled(request: _Request, fields: Mapping[str, object]) -> _Request:
    """The request with these fields. ValueError with everything that is wrong with them."""
    mistakes: list[str] = []
    fill(request, fields, path="", mistakes=mistakes)
    if mistakes:
        name = request.DESCRIPTOR.name
        raise ValueError(f"not a {name}:\n" + "\n".join(f"  {mistake}" for mistake in mistakes))
    return request
