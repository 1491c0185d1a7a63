"""Promises: what an action's parameters promise. A cadence its next update, a check that it worked, an entitlement its
payment. When each falls due is worked out per situation, from observe_time.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from amends.domain.action import ParameterValue, Span
from amends.domain.action_kinds import ActionKind
from amends.domain.decision import ObligationKind


@dataclass(frozen=True, slots=True)
class Promise:
    """Something due a span after observe_time. `owner` is empty where it is the case's owner.

    `calendar` counts its business days, `hours` is the calendar within which it falls due; empty: none.
    """

    kind: ObligationKind
    span: Span
    owner: str
    calendar: str = ""
    hours: str = ""


_PROMISES: Final[Mapping[ActionKind, tuple[str, ObligationKind]]] = MappingProxyType(
    {
        ActionKind.UPDATE_CADENCE: ("every", ObligationKind.NEXT_UPDATE),
        ActionKind.VERIFY_FOLLOWUP: ("in", ObligationKind.VERIFY),
        ActionKind.ENTITLEMENT: ("due", ObligationKind.PAY),
    },
)


def promise_of(kind: ActionKind, parameters: Sequence[tuple[str, ParameterValue]]) -> Promise | None:
    """The promise an action makes, or None."""
    if kind not in _PROMISES:
        return None
    name, obligation = _PROMISES[kind]
    values = dict(parameters)
    span, owner = values.get(name), values.get("owner")
    if not isinstance(span, Span):
        return None
    return Promise(obligation, span, _named(owner), _named(values.get("calendar")), _named(values.get("hours")))


def _named(value: ParameterValue | None) -> str:
    return value if isinstance(value, str) else ""
