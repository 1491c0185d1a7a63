"""The situations that the benchmarks decide: a plain one, an everyday one with money, and a heavy one.

Each number is another case, customer and price; tiers and severities change with it, and lead to more than one plan.
"""

from typing import Final

from google.type.money_pb2 import Money

from amends.v1 import decision_service_pb2 as service_pb2
from amends.v1 import record_pb2
from amends.v1 import situation_pb2 as sit

TIERS: Final = ("none", "bronze", "silver", "gold", "platinum")
SEVERITIES: Final = (sit.SEVERITY_LOW, sit.SEVERITY_MEDIUM, sit.SEVERITY_HIGH)
NO_TRIFLES: Final = SEVERITIES[1:]


def misread_text(number: int) -> service_pb2.DecideRequest:
    """The plainest complaint there is: a text of ours was misread, and no money is involved. Eleven facts."""
    return service_pb2.DecideRequest(
        policy="foundation",
        explain=service_pb2.EXPLAIN_FIRED,
        situation=sit.Situation(
            case_id=f"case-{number}",
            contact_reason="something_else",
            customer=sit.Customer(
                loyalty_tier=TIERS[number % len(TIERS)],
                channels_on_file=sit.ChannelSet(values=[sit.CHANNEL_VOICE, sit.CHANNEL_MAIL]),
            ),
            stage=sit.STAGE_USE,
            pain_type=sit.PAIN_TYPE_TRANSACTIONAL,
            cause=sit.CAUSE_CONTENT,
            fault=sit.FAULT_NOBODY,
            severity=sit.SEVERITY_MEDIUM,
            reporter=sit.REPORTER_CUSTOMER,
            requested=sit.RequestSet(),
            obvious_mistake=False,
        ),
    )


def missed_visit(number: int) -> service_pb2.DecideRequest:
    """What a helpdesk sends on an ordinary day: a colleague fell ill, so nobody came as agreed. Thirteen facts."""
    return service_pb2.DecideRequest(
        policy="foundation",
        explain=service_pb2.EXPLAIN_FIRED,
        actor=record_pb2.Actor(actor_id=f"agent-{number % 7}", kind=record_pb2.ACTOR_KIND_HUMAN),
        situation=sit.Situation(
            case_id=f"case-{number}",
            subject=sit.Subject(order_id=f"order-{number}"),
            contact_reason="something_else",
            customer=sit.Customer(
                customer_id=f"customer-{number}",
                loyalty_tier=TIERS[number % len(TIERS)],
                channels_on_file=sit.ChannelSet(values=[sit.CHANNEL_VOICE, sit.CHANNEL_MAIL]),
            ),
            stage=sit.STAGE_USE,
            pain_type=sit.PAIN_TYPE_PHYSICAL,
            cause=sit.CAUSE_PEOPLE,
            fault=sit.FAULT_NOBODY,
            severity=NO_TRIFLES[number % len(NO_TRIFLES)],
            reporter=sit.REPORTER_CUSTOMER,
            requested=sit.RequestSet(values=[sit.REQUEST_COMPENSATION]),
            sentiment=sit.SENTIMENT_ANNOYED,
            obvious_mistake=False,
            amount_paid=_dollars(6_000 + number),
            granted=sit.GrantedActions(),
        ),
    )


def damaged(number: int) -> service_pb2.DecideRequest:
    """A product arrived damaged, and all about it is known: thirty facts."""
    return service_pb2.DecideRequest(
        policy="foundation",
        explain=service_pb2.EXPLAIN_FIRED,
        actor=record_pb2.Actor(actor_id=f"agent-{number % 7}", kind=record_pb2.ACTOR_KIND_AI),
        situation=sit.Situation(
            case_id=f"case-{number}",
            subject=sit.Subject(order_id=f"order-{number}", item_id="1", quantity=1),
            contact_reason="arrived_damaged",
            tags=sit.TextSet(values=["parcel"]),
            customer=sit.Customer(
                customer_id=f"customer-{number}",
                loyalty_tier=TIERS[number % len(TIERS)],
                relationship=sit.RELATIONSHIP_RELATIONAL,
                preferred_channel=sit.CHANNEL_VOICE,
                channels_on_file=sit.ChannelSet(values=[sit.CHANNEL_VOICE, sit.CHANNEL_MAIL]),
                country="US",
                time_zone="America/New_York",
                prior_failures_90d=0,
                apologies_90d=0,
                claims_365d=1,
            ),
            stage=sit.STAGE_PURCHASE,
            pain_type=sit.PAIN_TYPE_TRANSACTIONAL,
            cause=sit.CAUSE_PROCESS,
            fault=sit.FAULT_COMPANY,
            severity=SEVERITIES[number % len(SEVERITIES)],
            failure_reality=sit.FAILURE_REALITY_ACTUAL,
            reporter=sit.REPORTER_CUSTOMER,
            requested=sit.RequestSet(values=[sit.REQUEST_REFUND]),
            sentiment=sit.SENTIMENT_ANNOYED,
            obvious_mistake=True,
            kept_service=False,
            fit=sit.FIT_FULL,
            amount_paid=_dollars(4_000 + number),
            amount_affected=_dollars(4_000 + number),
            amount_refunded=_dollars(0),
            shipping_fee=_dollars(990),
            flags=sit.FlagSet(),
            granted=sit.GrantedActions(),
            locale="en",
        ),
    )


def _dollars(cents: int) -> Money:
    return Money(currency_code="USD", units=cents // 100, nanos=cents % 100 * 10_000_000)
