"""The kinds of action a rule may propose: parameters, default combination, justice served, care or substantive.

This table is the single home of what a kind is; loader, resolution, schemas and wire read it and list nothing again.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from amends.domain.vocabulary import Channel


class ActionKind(StrEnum):
    """What can be done for a customer."""

    ENTITLEMENT = "entitlement"
    REFUND = "refund"
    GOODWILL = "goodwill"
    REMEDY = "remedy"
    REFERRAL = "referral"
    FAILOVER = "failover"
    HUMAN_BACKUP = "human_backup"
    PROACTIVE_CONTACT = "proactive_contact"
    BROADCAST = "broadcast"
    DECLINE = "decline"
    ESCALATE = "escalate"
    CUSTOM = "custom"
    CLARIFY = "clarify"
    APOLOGY = "apology"
    ASK_PERSPECTIVE = "ask_perspective"
    OFFER_PERSPECTIVE = "offer_perspective"
    SET_EXPECTATIONS = "set_expectations"
    UPDATE_CADENCE = "update_cadence"
    ASSIGN_OWNER = "assign_owner"
    AUDIT_STEP = "audit_step"
    VERIFY_FOLLOWUP = "verify_followup"

    # Enum hashes by name in Python; members are keys wherever decisions are made, and text hashes at once.
    __hash__ = str.__hash__


class Justice(StrEnum):
    """The three justices that satisfaction with complaint handling rests on (doi 10.1007/s11747-009-0155-z)."""

    DISTRIBUTIVE = "distributive"
    PROCEDURAL = "procedural"
    INTERACTIONAL = "interactional"


class Phase(StrEnum):
    """The company's order of work: be prepared, tell the truth, show care (which never waits for the others)."""

    PREPARED = "prepared"
    TRUE = "true"
    CARE = "care"


class Combine(StrEnum):
    """How several proposals of one kind become one."""

    HIGHEST = "highest"
    SUM = "sum"
    FIRST = "first"
    ALL = "all"
    STRONGEST = "strongest"
    SHORTEST = "shortest"


class ParameterType(StrEnum):
    """What a parameter holds.

    NAME is an identifier that is never translated, TEXT is for people and may be localised, TEAM is a team of the
    pack, CALENDAR one of its calendars, OWNER a team, `same_person` or `assigned`, PATHS a list of facts, COVERED a
    list of kinds that an entitlement may cover, DATE a day as ISO text, URL an address that is safe to open. Numbers
    and MONEY serve custom actions.
    """

    NAME = "name"
    TEXT = "text"
    ENUM = "enum"
    BOOLEAN = "boolean"
    DURATION = "duration"
    TEAM = "team"
    OWNER = "owner"
    PATHS = "paths"
    CALENDAR = "calendar"
    COVERED = "covered"
    DATE = "date"
    URL = "url"
    INTEGER = "integer"
    DECIMAL = "decimal"
    MONEY = "money"


@dataclass(frozen=True, slots=True)
class ParameterSpec:
    """One parameter of a kind. `values` lists an ENUM's members."""

    name: str
    type: ParameterType
    required: bool = False
    values: tuple[str, ...] = ()


class AmountUse(StrEnum):
    """Whether a kind carries an amount of money."""

    REQUIRED = "required"
    OPTIONAL = "optional"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class KindSpec:
    """What a kind of action is. `key` names the parameters within which proposals of the kind are combined.

    `phase` is when it is done; when it is said is resolution's to order.
    """

    kind: ActionKind
    parameters: tuple[ParameterSpec, ...]
    combine: Combine
    justices: tuple[Justice, ...]
    care: bool = False
    amount: AmountUse = AmountUse.NONE
    phase: Phase = Phase.CARE
    key: tuple[str, ...] = ()

    def parameter(self, name: str) -> ParameterSpec | None:
        """The parameter called `name`, or None."""
        return next((spec for spec in self.parameters if spec.name == name), None)


GOODWILL_KINDS: Final = ("credit", "discount", "gift", "points", "upgrade", "recognition")
REMEDY_KINDS: Final = ("replace", "repair", "resend", "redo")
SAME_PERSON: Final = "same_person"
ASSIGNED: Final = "assigned"
NOT_A_FIT: Final = "not_a_fit"
NONE_KNOWN: Final = "none_known"
"""A referral's target where nobody is known who would fit better: saying so is honest too."""

_CHANNELS: Final = tuple(channel.value for channel in Channel)
_D, _P, _I = Justice.DISTRIBUTIVE, Justice.PROCEDURAL, Justice.INTERACTIONAL


def _name(name: str, *, required: bool = False) -> ParameterSpec:
    return ParameterSpec(name, ParameterType.NAME, required=required)


def _text(name: str, *, required: bool = False) -> ParameterSpec:
    return ParameterSpec(name, ParameterType.TEXT, required=required)


def _enum(name: str, values: tuple[str, ...], *, required: bool = False) -> ParameterSpec:
    return ParameterSpec(name, ParameterType.ENUM, required=required, values=values)


def _span(name: str, *, required: bool = False) -> ParameterSpec:
    return ParameterSpec(name, ParameterType.DURATION, required=required)


_CHANNEL: Final = _enum("channel", _CHANNELS)
_KINDS: Final = (
    KindSpec(
        ActionKind.ENTITLEMENT,
        (
            _name("basis", required=True),
            _name("jurisdiction"),
            _span("due"),
            ParameterSpec("calendar", ParameterType.CALENDAR),
            _name("route"),
            ParameterSpec("covers", ParameterType.COVERED),
        ),
        combine=Combine.HIGHEST,
        justices=(_D,),
        amount=AmountUse.OPTIONAL,
        key=("basis",),
    ),
    KindSpec(ActionKind.REFUND, (), combine=Combine.HIGHEST, justices=(_D,), amount=AmountUse.REQUIRED),
    KindSpec(
        ActionKind.GOODWILL,
        (_enum("kind", GOODWILL_KINDS, required=True),),
        combine=Combine.HIGHEST,
        justices=(_D,),
        amount=AmountUse.OPTIONAL,
        key=("kind",),
    ),
    KindSpec(
        ActionKind.REMEDY,
        (_enum("kind", REMEDY_KINDS, required=True),),
        combine=Combine.FIRST,
        justices=(_D,),
    ),
    KindSpec(
        ActionKind.REFERRAL,
        (
            _enum("outcome", (NOT_A_FIT, "other"), required=True),
            _text("target", required=True),
            ParameterSpec("url", ParameterType.URL),
            _text("better_at"),
            ParameterSpec("reviewed", ParameterType.DATE),
            _text("need"),
            ParameterSpec("evidence", ParameterType.PATHS, required=True),
        ),
        combine=Combine.FIRST,
        justices=(_D, _I),
        phase=Phase.TRUE,
    ),
    KindSpec(ActionKind.FAILOVER, (_text("to"),), combine=Combine.FIRST, justices=(_D, _P), phase=Phase.PREPARED),
    KindSpec(ActionKind.HUMAN_BACKUP, (_text("to"),), combine=Combine.FIRST, justices=(_D, _P), phase=Phase.PREPARED),
    KindSpec(ActionKind.PROACTIVE_CONTACT, (_text("to"),), combine=Combine.FIRST, justices=(_P, _I)),
    KindSpec(
        ActionKind.BROADCAST,
        (
            _text("impact", required=True),
            _text("new_process", required=True),
            _text("new_expectations", required=True),
            _CHANNEL,
        ),
        combine=Combine.FIRST,
        justices=(_P,),
        phase=Phase.PREPARED,
    ),
    KindSpec(
        ActionKind.DECLINE,
        (_text("what", required=True), _text("instead")),
        combine=Combine.ALL,
        justices=(_P,),
        phase=Phase.TRUE,
    ),
    KindSpec(ActionKind.ESCALATE, (_text("to", required=True),), combine=Combine.FIRST, justices=(_P,)),
    KindSpec(ActionKind.CUSTOM, (_name("name", required=True),), combine=Combine.ALL, justices=()),
    KindSpec(
        ActionKind.CLARIFY,
        (_text("script", required=True),),
        combine=Combine.FIRST,
        justices=(_P, _I),
        phase=Phase.TRUE,
    ),
    KindSpec(
        ActionKind.APOLOGY,
        (ParameterSpec("literal", ParameterType.BOOLEAN), _CHANNEL),
        combine=Combine.STRONGEST,
        justices=(_I,),
        care=True,
    ),
    KindSpec(ActionKind.ASK_PERSPECTIVE, (), combine=Combine.FIRST, justices=(_I,), care=True),
    KindSpec(
        ActionKind.OFFER_PERSPECTIVE,
        (_text("risk", required=True),),
        combine=Combine.FIRST,
        justices=(_I,),
        care=True,
    ),
    KindSpec(
        ActionKind.SET_EXPECTATIONS,
        (_text("next", required=True),),
        combine=Combine.ALL,
        justices=(_P,),
        care=True,
    ),
    KindSpec(
        ActionKind.UPDATE_CADENCE,
        (
            _span("every", required=True),
            _enum("channel", _CHANNELS, required=True),
            ParameterSpec("owner", ParameterType.OWNER, required=True),
            _name("until", required=True),
            ParameterSpec("hours", ParameterType.CALENDAR),
        ),
        combine=Combine.SHORTEST,
        justices=(_P, _I),
        care=True,
        key=("channel",),
    ),
    KindSpec(
        ActionKind.ASSIGN_OWNER,
        (
            ParameterSpec("to", ParameterType.TEAM, required=True),
            _name("person"),
            ParameterSpec("answers", ParameterType.TEAM),
        ),
        combine=Combine.FIRST,
        justices=(_P,),
        care=True,
    ),
    KindSpec(
        ActionKind.AUDIT_STEP,
        (ParameterSpec("owner", ParameterType.TEAM, required=True), _text("step", required=True)),
        combine=Combine.ALL,
        justices=(_P,),
        care=True,
    ),
    KindSpec(
        ActionKind.VERIFY_FOLLOWUP,
        (_span("in", required=True),),
        combine=Combine.FIRST,
        justices=(_P, _I),
        care=True,
    ),
)

KINDS: Final[Mapping[ActionKind, KindSpec]] = MappingProxyType({spec.kind: spec for spec in _KINDS})
"""Every kind of action, in the order of the language's table."""

MONEY_KINDS: Final = tuple(spec.kind for spec in _KINDS if spec.amount is not AmountUse.NONE)
"""The kinds that carry an amount: entitlement, refund, goodwill."""

COVERABLE: Final = (ActionKind.REFUND, ActionKind.GOODWILL)
"""The kinds that an entitlement may cover."""

INTERNAL_KINDS: Final = (ActionKind.ESCALATE, ActionKind.ASSIGN_OWNER, ActionKind.AUDIT_STEP)
"""Kinds that are neither paid nor said to the customer: `hold: all` leaves them, as they bring in who may release."""

REQUEST_MET_BY: Final[Mapping[str, tuple[ActionKind, ...]]] = MappingProxyType(
    {
        "refund": (ActionKind.REFUND, ActionKind.ENTITLEMENT),
        "replacement": (ActionKind.REMEDY,),
        "compensation": (ActionKind.ENTITLEMENT, ActionKind.REFUND, ActionKind.GOODWILL),
        "explanation": (ActionKind.CLARIFY, ActionKind.OFFER_PERSPECTIVE),
        "apology": (ActionKind.APOLOGY,),
        "callback": (ActionKind.PROACTIVE_CONTACT,),
    },
)
"""Which kinds meet which request; a callback is also met by a cadence over voice."""
