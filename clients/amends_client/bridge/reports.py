"""What a helpdesk reports back: somebody accepted, declined, did or overrode an action of the case's decision.

The form is ours and the same for every vendor: a trigger, a macro or a form of the helpdesk writes it.
"""

from dataclasses import dataclass, fields
from typing import Final

from amends_client.bridge.mapping.paths import Json, as_text
from amends_client.bridge.mapping.take import LackingError, is_name
from amends_client.messages import ActionKind, OutcomeKind
from amends_client.values import MistakeError, money

_PREFIX: Final = "OUTCOME_KIND_"
_OF_OBLIGATIONS: Final = frozenset(("kept", "missed", "closed"))
KINDS: Final = tuple(
    kind
    for name, number in OutcomeKind.items()
    if number and (kind := name.removeprefix(_PREFIX).lower()) not in _OF_OBLIGATIONS
)
"""What may be said of an action."""

_ACTION: Final = "ACTION_KIND_"
_NAMED_FURTHER: Final = frozenset(("entitlement", "custom"))
INSTEAD: Final = tuple(
    kind
    for name, number in ActionKind.items()
    if number and (kind := name.removeprefix(_ACTION).lower()) not in _NAMED_FURTHER
)
"""What may have been given in an action's place; of the others the kind alone would not tell which."""

_EXECUTED: Final = "executed"
_OVERRIDDEN: Final = "overridden"
_NAMES: Final = ("case", "action", "external_reference", "actor", "event", "decision")


@dataclass(frozen=True, slots=True)
class Report:
    """`action` is an action's id, or its kind where the decision has one of that kind. `event` tells two reports apart
    that say the same. `instead` is what was given in the place of what is overridden; then `amount` is of that.
    `decision` is the decision's id; left out, it is the case's newest.
    """

    case: str
    action: str
    kind: str
    reason: str = ""
    instead: str = ""
    amount: str = ""
    external_reference: str = ""
    actor: str = ""
    event: str = ""
    decision: str = ""


def read_report(payload: Json) -> Report:
    """The report. LackingError with everything wrong with it."""
    names = tuple(field.name for field in fields(Report))
    if not isinstance(payload, dict):
        raise LackingError("a report is an object")
    said = {name: as_text(payload.get(name)) or "" for name in names}
    wrong = [f"{name[:60]!r} is not of a report: known are {', '.join(names)}" for name in payload if name not in names]
    wrong += [f"{name} is too long, or does not print" for name in _NAMES if said[name] and not is_name(said[name])]
    wrong += [f"it lacks {name}" for name in ("case", "action", "kind") if not said[name]]
    if said["kind"] and said["kind"] not in KINDS:
        wrong.append(f"kind is none of {', '.join(KINDS)}")
    if said["kind"] == _OVERRIDDEN and not said["reason"]:
        wrong.append("an override needs its reason")
    if (said["kind"] == _EXECUTED or said["instead"]) and not (said["event"] or said["external_reference"]):
        wrong.append("what was given needs an event or an external_reference, which tells it from the same given again")
    wrong += _wrong_instead(said["kind"], said["instead"], said["amount"])
    if said["amount"] and not _is_money(said["amount"]):
        wrong.append("amount is not as in 9.90 USD")
    if wrong:
        raise LackingError("; ".join(wrong))
    return Report(**said)


def _wrong_instead(kind: str, instead: str, amount: str) -> list[str]:
    if kind != _OVERRIDDEN:
        return ["only an override says what was given instead"] if instead else []
    if instead and instead not in INSTEAD:
        return [f"instead is none of {', '.join(INSTEAD)}"]
    if amount and not instead:
        return ["the amount of an override is of what was given instead: say what that was"]
    return []


def _is_money(text: str) -> bool:
    try:
        money(text)
    except MistakeError:
        return False
    return True
