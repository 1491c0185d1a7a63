"""Each kind of action as a line that a person reads. Money, authority and reasons are the renderer's."""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, Final

from amends_client.messages import Action, Channel, FactValue, GoodwillKind, RemedyKind, Span
from amends_client.reading import kind_of
from amends_client.values import money_text

_UNITS: Final = ((86_400, "day"), (3_600, "hour"), (60, "minute"), (1, "second"))


def action_words(action: Action) -> str:
    """What is to be done, in words; a kind that this version does not know by its number alone."""
    kind = kind_of(action)
    words = _WORDS.get(kind)
    return words(getattr(action, kind)) if words else "something that this version does not know: update it"


def member_words(enum: Any, number: int) -> str:  # noqa: ANN401  # generated enums share no type
    """A member of an enum as words: CHANNEL_IN_PERSON -> `in person`; a number that is not known stays a number."""
    if number not in enum.values():
        return str(number)
    prefix = str(enum.Name(0)).removesuffix("UNSPECIFIED")
    return str(enum.Name(number)).removeprefix(prefix).replace("_", " ").lower()


def span_words(span: Span) -> str:
    """A length of time in its largest whole unit: `30 minutes`, `7 business days`."""
    if span.WhichOneof("length") == "business_days":
        return _counted(span.business_days, "business day")
    seconds = span.duration.seconds
    for size, unit in _UNITS:
        if seconds >= size and seconds % size == 0:
            return _counted(seconds // size, unit)
    return _counted(seconds, "second")


def _counted(count: int, unit: str) -> str:
    return f"{count} {unit}{'' if count == 1 else 's'}"


def _tail(words: str, value: str) -> str:
    """`words` and the value, or nothing where there is no value."""
    return f"{words}{value}" if value else ""


def _by(channel: int) -> str:
    return _tail(", ", _CHANNEL_WORDS.get(member_words(Channel, channel), "")) if channel else ""


def _owner(owner: str) -> str:
    return {"same_person": "the same person each time", "assigned": "the named owner"}.get(owner, owner)


def _entitlement(owed: Any) -> str:  # noqa: ANN401  # the kinds' messages share no type
    due = f", within {span_words(owed.due)}" if owed.HasField("due") else ""
    return (
        f"Entitlement under {owed.basis}{_tail(' (', owed.jurisdiction)}{')' if owed.jurisdiction else ''}{due}"
        f"{_tail(', by ', owed.route.replace('_', ' '))}"
    )


def _referral(referral: Any) -> str:  # noqa: ANN401  # as above
    target = "nobody we know of" if referral.target == "none_known" else referral.target
    return (
        f"Refer the customer: {target}{_tail(', better at ', referral.better_at)}{_tail(', ', referral.url)}"
        f"{_tail('; the need: ', referral.need)}"
    )


def _broadcast(news: Any) -> str:  # noqa: ANN401  # as above
    return f"Tell everybody affected{_by(news.channel)}: {news.impact} {news.new_process} {news.new_expectations}"


def _custom(custom: Any) -> str:  # noqa: ANN401  # as above
    listed = ", ".join(f"{parameter.name} {fact_words(parameter.value)}" for parameter in custom.parameters)
    return f"Pack’s own action: {custom.name.replace('_', ' ')}{_tail('; ', listed)}"


def fact_words(value: FactValue) -> str:
    """A value as a person says it; empty where none is said."""
    which = value.WhichOneof("value")
    return _FACT_WORDS[which](getattr(value, which)) if which else ""


def _apology(apology: Any) -> str:  # noqa: ANN401  # as above
    return f"{'Say “I am sorry”' if apology.literal else 'Apologise'}{_by(apology.channel)}"


def _cadence(cadence: Any) -> str:  # noqa: ANN401  # as above
    return (
        f"News every {span_words(cadence.every)}{_by(cadence.channel)}, from {_owner(cadence.owner)}, until"
        f" {cadence.until.replace('_', ' ')}{_tail(', in the hours of ', cadence.hours)}"
    )


_CHANNEL_WORDS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "in person": "face to face",
        "voice": "by telephone",
        "video": "by video call",
        "chat": "in the chat",
        "mail": "by mail",
        "sms": "by text message",
        "social": "on social media",
    },
)
_FACT_WORDS: Final[Mapping[str, Callable[[Any], str]]] = MappingProxyType(
    {
        "text": str,
        "integer": str,
        "decimal": lambda decimal: str(decimal.value),
        "boolean": lambda yes: "yes" if yes else "no",
        "money": money_text,
        "timestamp": lambda moment: str(moment.ToJsonString()),
        "duration": lambda span: span_words(Span(duration=span)),
        "set": lambda members: ", ".join(members.values),
    },
)
_WORDS: Final[Mapping[str, Callable[[Any], str]]] = MappingProxyType(
    {
        "entitlement": _entitlement,
        "refund": lambda _: "Refund",
        "goodwill": lambda given: f"Goodwill: {member_words(GoodwillKind, given.kind)}",
        "remedy": lambda remedy: f"Make it right: {member_words(RemedyKind, remedy.kind)}",
        "referral": _referral,
        "failover": lambda switch: f"Switch to the back-up{_tail(': ', switch.to)}",
        "human_backup": lambda people: f"Put people in place of the machine{_tail(': ', people.to)}",
        "proactive_contact": lambda contact: f"Tell them before they find out{_tail(': ', contact.to)}",
        "broadcast": _broadcast,
        "decline": lambda no: f"Decline: {no.what}{_tail('; instead: ', no.instead)}",
        "escalate": lambda escalate: f"Hand it to {escalate.to}",
        "custom": _custom,
        "clarify": lambda clarify: f"Explain: {clarify.script}",
        "apology": _apology,
        "ask_perspective": lambda _: "Ask for their view, and listen",
        "offer_perspective": lambda offer: f"Offer our view, if at all; the risk: {offer.risk}",
        "set_expectations": lambda coming: f"What comes next: {coming.next}",
        "update_cadence": _cadence,
        "assign_owner": lambda owner: (
            f"Give it an owner: {owner.person or owner.to}{_tail('; who answers to the customer: ', owner.answers)}"
        ),
        "audit_step": lambda audit: f"Internal, for {audit.owner}: check {audit.step}",
        "verify_followup": lambda check: f"Check after {span_words(check.after)} that it worked",
    },
)
