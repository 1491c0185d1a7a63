"""The built-in vocabulary: the facts that every situation may hold, in the order in which a missing one is asked for.

`contact_reason` and `customer.loyalty_tier` get their values from the pack. Identifiers (case, order, customer,
incident) are not facts: no rule may treat one customer by name.
"""

from collections.abc import Iterable
from enum import StrEnum
from typing import Final

from amends.domain.facts import FactSpec, FactType, Vocabulary

STAGES: Final = ("discovery", "consideration", "purchase", "use", "adopt", "advocate")
SEVERITIES: Final = ("low", "medium", "high", "critical")
SENTIMENTS: Final = ("pleased", "calm", "annoyed", "upset", "furious")
PAIN_TYPES: Final = ("emotional", "transactional", "physical", "loyalty")
INTERACTION_TYPES: Final = ("transaction", "knowledge", "loyalty")
CAUSES: Final = ("people", "process", "technology", "content", "values", "needs_changed", "external")
FAULTS: Final = ("company", "customer", "shared", "third_party", "nobody")
FAILURE_REALITIES: Final = ("actual", "perceived")
REPORTERS: Final = ("customer", "company")
RELATIONSHIPS: Final = ("transactional", "relational")
FITS: Final = ("full", "partial", "none")
FLAGS: Final = (
    "safety",
    "legal_threat",
    "regulator",
    "media",
    "vulnerable",
    "data_breach",
    "chargeback_open",
    "fraud_suspected",
)


class Channel(StrEnum):
    """Ways to reach a customer, the most personal first."""

    IN_PERSON = "in_person"
    VOICE = "voice"
    VIDEO = "video"
    CHAT = "chat"
    MAIL = "mail"
    SMS = "sms"
    SOCIAL = "social"


class Request(StrEnum):
    """What a customer may have asked for."""

    REFUND = "refund"
    REPLACEMENT = "replacement"
    COMPENSATION = "compensation"
    CANCELLATION = "cancellation"
    EXPLANATION = "explanation"
    APOLOGY = "apology"
    CALLBACK = "callback"
    OTHER = "other"


_CHANNELS: Final = tuple(channel.value for channel in Channel)


def _count(path: str, ask: str) -> FactSpec:
    return FactSpec(path, FactType.INTEGER, minimum=0, maximum=1_000_000_000, ask=ask)


def _yes_no(path: str, ask: str) -> FactSpec:
    return FactSpec(path, FactType.BOOLEAN, ask=ask)


def _enum(path: str, values: tuple[str, ...], ask: str) -> FactSpec:
    return FactSpec(path, FactType.ENUM, values=values, ask=ask)


def _scale(path: str, values: tuple[str, ...], ask: str) -> FactSpec:
    return FactSpec(path, FactType.ENUM, values=values, ordered=True, ask=ask)


def _money(path: str, ask: str) -> FactSpec:
    return FactSpec(path, FactType.MONEY, minimum=0, ask=ask)


def _span(path: str, ask: str) -> FactSpec:
    return FactSpec(path, FactType.DURATION, minimum=0, ask=ask)


def _set(path: str, values: tuple[str, ...], ask: str) -> FactSpec:
    return FactSpec(path, FactType.SET, values=values, ask=ask)


def built_in_facts(*, tiers: tuple[str, ...], contact_reasons: tuple[str, ...]) -> tuple[FactSpec, ...]:
    """The built-in facts, with the two enumerations that a pack supplies."""
    return (
        _enum("contact_reason", contact_reasons, "Why is the customer in touch?"),
        _enum("fault", FAULTS, "Whose doing was it: ours, the customer's, both, someone else's, nobody's?"),
        _scale("severity", SEVERITIES, "How bad is it for the customer?"),
        _scale("stage", STAGES, "Where is the customer on the journey?"),
        _enum(
            "cause", CAUSES, "What failed: people, process, technology, content, values, changed needs, the outside?"
        ),
        _enum("pain_type", PAIN_TYPES, "What hurts: feelings, money, the thing itself, loyalty not acknowledged?"),
        _enum("interaction_type", INTERACTION_TYPES, "Was it a transaction, a question of knowledge, or loyalty?"),
        _enum("failure_reality", FAILURE_REALITIES, "Did it really go wrong, or did it look wrong?"),
        _enum("reporter", REPORTERS, "Who found it: the customer or we?"),
        _set("requested", tuple(request.value for request in Request), "What does the customer ask for?"),
        _scale("sentiment", SENTIMENTS, "How does the customer feel?"),
        _yes_no("obvious_mistake", "Is it an obvious mistake of ours?"),
        _yes_no("kept_service", "Did the customer keep or use the service all the same?"),
        _enum("fit", FITS, "Does what we offer still fit the customer's needs?"),
        _scale("customer.loyalty_tier", tiers, "Which loyalty tier is the customer in?"),
        _enum("customer.relationship", RELATIONSHIPS, "Is it a one-off purchase or a relationship?"),
        _enum("customer.preferred_channel", _CHANNELS, "How does the customer prefer to be reached?"),
        _set("customer.channels_on_file", _CHANNELS, "Which ways do we have to reach the customer?"),
        FactSpec("customer.country", FactType.TEXT, ask="In which country is the customer (ISO 3166 code)?"),
        FactSpec("customer.time_zone", FactType.TEXT, ask="In which time zone is the customer (IANA name)?"),
        _count("customer.prior_failures_90d", "How often did we fail this customer in the last 90 days?"),
        _count("customer.apologies_90d", "How often did we apologise to this customer in the last 90 days?"),
        _money("customer.goodwill_granted_365d", "How much goodwill did this customer get in the last 365 days?"),
        _count("customer.claims_365d", "How many claims did this customer make in the last 365 days?"),
        _money("amount_paid", "How much did the customer pay for it, tax included?"),
        _money("amount_affected", "How much of what was paid is affected, tax included?"),
        _money("amount_refunded", "How much was refunded already?"),
        _money("shipping_fee", "How much was the shipping fee?"),
        _span("waited", "How long has the customer waited?"),
        _span("callback_promised_in", "In how long was a call back promised?"),
        _count("subject.quantity", "How many items are concerned?"),
        _yes_no("incident.ongoing", "Is the incident still going on?"),
        _count("incident.affected_customers", "How many customers does the incident affect?"),
        _yes_no("incident.eta_known", "Do we know for certain when it will be solved?"),
        _yes_no("incident.owner_assigned", "Has the incident a named owner?"),
        _yes_no("incident.redundancy_available", "Is there a back-up to switch to?"),
        _set("flags", FLAGS, "Does anything call for special care: safety, law, press, a vulnerable customer, fraud?"),
        _set("tags", (), "Which tags does the helpdesk carry for this case?"),
        FactSpec("brand", FactType.TEXT, ask="Which brand is it about?"),
        FactSpec("observe_time", FactType.DATE, ask="At which moment was this observed?"),
    )


def vocabulary(built_in: Iterable[FactSpec], declared: Iterable[FactSpec]) -> Vocabulary:
    """The whole vocabulary of a pack, built-in facts first; the caller has checked that no path repeats."""
    return Vocabulary({spec.path: spec for spec in (*built_in, *declared)})
