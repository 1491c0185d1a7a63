"""What rules ask for, in words for people: actions, amounts, lengths of time. In English, but for the pack's texts."""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from types import MappingProxyType
from typing import Final, assert_never

from amends.domain.action import Scope, Span
from amends.domain.action_kinds import ASSIGNED, NONE_KNOWN, SAME_PERSON, ActionKind
from amends.domain.facts import FactType, Vocabulary
from amends.domain.money import Money
from amends.packs.amounts import Amount, AmountTable, Fixed, Highest, Lowest, PercentOf, PerUnit
from amends.packs.model import FactParameter, Forbid, Parameter, ParameterLiteral, Proposal, TableParameter, Team, Text
from amends.packs.playbook.blocks import Words, joined, said
from amends.packs.words_of_values import duration_words

KIND_WORDS: Final[Mapping[ActionKind, str]] = MappingProxyType(
    {
        ActionKind.ENTITLEMENT: "Pay what is owed",
        ActionKind.REFUND: "Refund",
        ActionKind.GOODWILL: "Goodwill",
        ActionKind.REMEDY: "Make it right",
        ActionKind.REFERRAL: "Refer the customer",
        ActionKind.FAILOVER: "Switch to the back-up",
        ActionKind.HUMAN_BACKUP: "Put people in place of the machine",
        ActionKind.PROACTIVE_CONTACT: "Tell them before they find out",
        ActionKind.BROADCAST: "Tell everybody affected",
        ActionKind.DECLINE: "Decline",
        ActionKind.ESCALATE: "Hand it over",
        ActionKind.CUSTOM: "The pack’s own action",
        ActionKind.CLARIFY: "Explain",
        ActionKind.APOLOGY: "Apologise",
        ActionKind.ASK_PERSPECTIVE: "Ask for their view, and listen",
        ActionKind.OFFER_PERSPECTIVE: "Offer our view, if at all",
        ActionKind.SET_EXPECTATIONS: "Say what comes next",
        ActionKind.UPDATE_CADENCE: "News at fixed times",
        ActionKind.ASSIGN_OWNER: "Give it an owner",
        ActionKind.AUDIT_STEP: "Internal: check a step",
        ActionKind.VERIFY_FOLLOWUP: "Check that it worked",
    }
)
_UNITS: Final = ((86_400, "day"), (3_600, "hour"), (60, "minute"), (1, "second"))
_NANOS: Final = 1_000_000_000
_TYPE_WORDS: Final[Mapping[FactType, str]] = MappingProxyType(
    {
        FactType.BOOLEAN: "true or false",
        FactType.INTEGER: "a whole number",
        FactType.DECIMAL: "a number",
        FactType.MONEY: "an amount of money",
        FactType.DURATION: "a length of time",
        FactType.DATE: "a date",
        FactType.TEXT: "words",
        FactType.ENUM: "a word",
        FactType.SET: "words, any number of them",
    }
)


class Wording:
    """Words under one pack's vocabulary and teams, its texts in one locale."""

    __slots__ = ("_locale", "_teams", "_vocabulary")

    def __init__(self, vocabulary: Vocabulary, teams: Mapping[str, Team], *, locale: str) -> None:
        self._vocabulary = vocabulary
        self._teams = teams
        self._locale = locale

    def text(self, text: Text) -> str:
        """A text in the locale asked for, else in the pack's own."""
        return text.choose(self._locale) if self._locale else next(iter(text.by_locale.values()))

    def language(self, text: Text) -> str:
        """The language in which `text` answers; empty for the English of everything around it."""
        asked = (self._locale, self._locale.partition("-")[0])
        chosen = next((locale for locale in asked if locale in text.by_locale), next(iter(text.by_locale)))
        return "" if chosen.partition("-")[0] == "en" else chosen

    def proposal(self, proposal: Proposal) -> Words:
        """What is to be done: the kind, its amount, its parameters. Texts in them say their language."""
        # What of goodwill or of a remedy it is, before how much.
        first = [self._parameter(name, value) for name, value in proposal.parameters if name == "kind"]
        others = [self._parameter(name, value) for name, value in proposal.parameters if name != "kind"]
        amount = [said(self.amount(proposal.amount))] if proposal.amount is not None else []
        details = joined("; ", [*first, *amount, *others])
        return (
            *said(f"{KIND_WORDS[proposal.kind]}{': ' if details else ''}"),
            *details,
            *said(self._details_of_all_kinds(proposal)),
        )

    def amount(self, amount: Amount) -> str:
        """How much, or from what it is reckoned."""
        match amount:
            case Fixed(amounts):
                return any_of(str(money) for money in amounts)
            case PercentOf(percent, of):
                return f"{percent.normalize():f} % of {of}"
            case PerUnit(amounts, per):
                return f"{any_of(str(money) for money in amounts)} for each of {per}"
            case Lowest(options):
                return f"the lowest of ({'; '.join(self.amount(option) for option in options)})"
            case Highest(options):
                return f"the highest of ({'; '.join(self.amount(option) for option in options)})"
            case AmountTable():
                return "the amount of the table below"
            case _:
                assert_never(amount)

    def forbid(self, forbid: Forbid) -> str:
        """What may not be done."""
        kinds = f": {any_of(forbid.goodwill_kinds)}" if forbid.goodwill_kinds else ""
        return f"{kind_name(forbid.kind)}{kinds}"

    def team(self, team_id: str) -> str:
        """A team by its label."""
        return self._teams[team_id].label if team_id in self._teams else team_id.replace("_", " ")

    def literal(self, value: ParameterLiteral) -> str:
        """A value as a person says it."""
        match value:
            case bool():
                return "yes" if value else "no"
            case Span():
                return span_words(value)
            case Text():
                return _named_value(self.text(value), {})
            case tuple():
                return all_of(value)
            case str():
                return _named_value(value, self._teams)
            case Decimal() | int() | Money():
                return f"{value:f}" if isinstance(value, Decimal) else str(value)

    def _details_of_all_kinds(self, proposal: Proposal) -> str:
        parts = []
        if proposal.scope is Scope.INCIDENT:
            parts.append("once for the whole incident")
        if proposal.retention:
            parts.append("meant to keep the customer")
        if proposal.meets:
            parts.append(f"answers the request for {all_of(proposal.meets)}")
        if proposal.expires is not None:
            parts.append(f"valid for {span_words(proposal.expires)}")
        if proposal.review_in is not None:
            parts.append(f"looked at again after {span_words(proposal.review_in)}")
        return f" ({'; '.join(parts)})" if parts else ""

    def _parameter(self, name: str, value: Parameter) -> Words:
        words = self.parameter(value)
        if name == "literal":
            return said("in the words “I am sorry”" if value is True else "")
        if name in {"kind", "outcome", "name"}:
            return said(words.replace("_", " "))
        # A word that stands for something, such as `none_known`, is told in English.
        own = self.language(value) if isinstance(value, Text) and words == self.text(value) else ""
        told = said(words, lang=own)
        if name in {"what", "script", "next", "to"} or not told:
            return told
        return (*said(f"{name.replace('_', ' ')} "), *told)

    def parameter(self, value: Parameter) -> str:
        """A parameter; one that is read from a fact or a table says so."""
        match value:
            case FactParameter(path, default, is_number):
                read = f"what {path} says{'' if not is_number else ', as a number'}"
                return f"{read}, else {self.literal(default)}" if default is not None else read
            case TableParameter(by, _, default):
                read = f"by the table below, for {by.path if isinstance(by, FactParameter) else by}"
                return f"{read}, else {self.literal(default)}" if default is not None else read
            case _:
                return self.literal(value)


def kind_name(kind: ActionKind) -> str:
    """A kind within a sentence."""
    return kind.value.replace("_", " ")


def span_words(span: Span) -> str:
    """A length of time in its largest whole unit."""
    if span.business_days:
        return _counted(span.business_days, "business day")
    seconds, rest = divmod(span.nanos, _NANOS)
    for size, unit in _UNITS:
        if not rest and seconds >= size and seconds % size == 0:
            return _counted(seconds // size, unit)
    return duration_words(span.nanos)


def fact_type_words(vocabulary: Vocabulary, path: str) -> str:
    """What a fact may be."""
    spec = vocabulary.specs[path]
    match spec.type:
        case FactType.ENUM | FactType.SET if spec.values:
            several = "any of" if spec.type is FactType.SET else ("from low to high:" if spec.ordered else "one of")
            return f"{several} {', '.join(spec.values)}"
        case _:
            return f"{_TYPE_WORDS[spec.type]}{f', in {spec.unit}' if spec.unit else ''}"


def all_of(words: Iterable[str]) -> str:
    """`a, b and c`."""
    return _joined(list(words), "and")


def any_of(words: Iterable[str]) -> str:
    """`a, b or c`."""
    return _joined(list(words), "or")


def _joined(words: list[str], last: str) -> str:
    return f"{', '.join(words[:-1])} {last} {words[-1]}" if len(words) > 1 else "".join(words)


def _counted(count: int, unit: str) -> str:
    return f"{count} {unit}{'' if count == 1 else 's'}"


def _named_value(value: str, teams: Mapping[str, Team]) -> str:
    known = {
        SAME_PERSON: "the same person each time",
        ASSIGNED: "the named owner",
        NONE_KNOWN: "nobody we know of",
    }
    return known.get(value) or (teams[value].label if value in teams else value)
