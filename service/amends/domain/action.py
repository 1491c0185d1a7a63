"""An action: what resolution let stand of a proposal, with who may grant it and what is not known about it."""

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import NamedTuple, TypeAlias

from amends.domain.action_kinds import ActionKind, Justice
from amends.domain.money import Money
from amends.domain.situation import Subject


class Scope(StrEnum):
    """For whom an action is done: this case, or once for everybody in its incident."""

    CASE = "case"
    INCIDENT = "incident"


@dataclass(frozen=True, slots=True)
class Span:
    """A length of time: nanoseconds, or whole business days (of a calendar, else Monday to Friday); one is zero."""

    nanos: int = 0
    business_days: int = 0


ParameterValue: TypeAlias = str | bool | int | Decimal | Money | Span | tuple[str, ...]
"""A parameter as resolution filled it: text in the decision's locale, a channel, a span, a list of fact paths or kinds.

Dates are text (ISO 8601). Numbers and money are found in custom actions only.
"""


@dataclass(frozen=True, slots=True)
class Unsettled:
    """Why an action may still change: the undetermined rule (empty: its own amount or bound), and what it lacks."""

    rule_id: str
    facts: tuple[str, ...]
    why: str


@dataclass(frozen=True, slots=True)
class Hold:
    """A stop: the team that may release the action, why it is held, and the rules that hold it."""

    team: str
    reason: str
    rule_ids: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PlannedAction:
    """The part of an action that no amount, time or identifier touches; shared by all decisions of one plan.

    `parameters` stand in the order of the kind's table, those without a value left out. `evidence` and the like are
    parameters. Texts may still hold the placeholders {amount} {due} {owner} {next_update}.
    """

    kind: ActionKind
    parameters: tuple[tuple[str, ParameterValue], ...]
    scope: Scope
    justices: tuple[Justice, ...]
    retention: bool
    meets: tuple[str, ...]
    reason_for_agent: str
    reason_for_customer: str

    def parameter(self, name: str) -> ParameterValue | None:
        """The value of a parameter, or None where the action stands without it."""
        return next((value for key, value in self.parameters if key == name), None)


class Action(NamedTuple):
    """One recommended action. A named tuple: a decision makes many, and it costs half of what a frozen dataclass does.
    What may differ from case to case within a plan stands first.

    `amount` None: the kind has none, or it is not known yet, and then `amount_needs` lists the facts it lacks (empty
    for an action that never had an amount). Where `already_given` is true nothing is left to do and `amount` is None;
    `granted_amount` is what was given of it before. `due` and `valid_until` are nanoseconds since the epoch.
    `may_grant_now` is relative to the acting role, and false while the action is on hold: one hold a team, in deciding
    order. An action with `unsettled` entries may not be promised.
    `parameters` are the plan's except where combining changed one (a shorter cadence, `same_person` kept).
    """

    action_id: str
    subject: Subject
    incident_id: str
    due: int | None
    valid_until: int | None
    reason_for_agent: str
    reason_for_customer: str
    planned: PlannedAction
    rule_ids: tuple[str, ...]
    parameters: tuple[tuple[str, ParameterValue], ...]
    amount: Money | None
    amount_needs: tuple[str, ...]
    already_given: bool
    granted_amount: Money | None
    authority_role: str
    may_grant_now: bool
    approval_needed: bool
    unsettled: tuple[Unsettled, ...]
    on_hold: tuple[Hold, ...] = ()

    @property
    def kind(self) -> ActionKind:
        """The kind of action."""
        return self.planned.kind

    @property
    def scope(self) -> Scope:
        """For whom it is done."""
        return self.planned.scope

    def parameter(self, name: str) -> ParameterValue | None:
        """The value of a parameter, or None where the action stands without it."""
        return next((value for key, value in self.parameters if key == name), None)
