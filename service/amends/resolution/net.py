"""Net: what was granted for this case, subject (or incident), kind and basis is taken off once: nothing is paid twice.

A granted entry whose amount is not said, or is in another currency, can't be taken off: the action is then unsettled.
"""

from collections.abc import Sequence

from amends.domain.action import ParameterValue, Scope, Span, Unsettled
from amends.domain.action_kinds import KINDS
from amends.domain.decision import Adjustment, Effect, Step
from amends.domain.money import Money
from amends.domain.situation import Granted, Situation
from amends.resolution.draft import Draft


def net(drafts: Sequence[Draft], situation: Situation) -> list[Adjustment]:
    """Take what was given off the drafts, in their order, each entry at most once."""
    if not situation.granted:
        return []
    left = list(situation.granted)
    adjustments = []
    for draft in drafts:
        matching = [granted for granted in left if _matches(granted, draft, situation)]
        if not matching:
            continue
        if draft.candidate.amount is None:
            left.remove(matching[0])
            draft.already_given = True
            draft.granted = matching[0].amount
            continue
        left = [granted for granted in left if granted not in matching]
        adjustments += _net_money(draft, matching)
    return adjustments


def _net_money(draft: Draft, matching: Sequence[Granted]) -> list[Adjustment]:
    """Take amounts off one draft that carries money."""
    amount = draft.amount
    if amount is None:
        draft.granted = _total(matching)
        return []
    odd = [granted for granted in matching if granted.amount is None or granted.amount.currency != amount.currency]
    if odd:
        draft.unsettled.append(
            Unsettled("", (), f"something was given before that does not compare with {amount}"),
        )
        draft.open_amount = True
    draft.granted = _total([granted for granted in matching if granted not in odd])
    if draft.granted is None:
        return []
    rest = amount.minor_units - draft.granted.minor_units
    draft.already_given = rest <= 0
    draft.amount = None if rest <= 0 else amount.with_units(rest)
    return [
        Adjustment(
            step=Step.NET,
            effect=Effect.CHANGED,
            kind=draft.kind,
            rule_id=draft.rule_ids[0],
            by="granted",
            why=f"{draft.granted} was given before",
            before=amount,
            after=amount.with_units(max(rest, 0)),
        ),
    ]


def _total(granted: Sequence[Granted]) -> Money | None:
    """The sum of what was given, where all of it is in one currency."""
    amounts = [entry.amount for entry in granted if entry.amount is not None]
    if len({amount.currency for amount in amounts}) != 1:
        return None
    return amounts[0].with_units(sum(amount.minor_units for amount in amounts))


def _matches(granted: Granted, draft: Draft, situation: Situation) -> bool:
    return (
        granted.kind == draft.kind.value
        and _same_target(granted, draft, situation)
        and (not granted.basis or granted.basis == draft.candidate.planned.parameter("basis"))
        and all(_same_parameter(draft, name, said) for name, said in granted.parameters.items())
        and _says_its_key(granted, draft)
    )


def _same_target(granted: Granted, draft: Draft, situation: Situation) -> bool:
    if draft.candidate.planned.scope is Scope.INCIDENT:
        return granted.incident_id == situation.incident_id
    return granted.subject is None or granted.subject == situation.subject


def _same_parameter(draft: Draft, name: str, said: str) -> bool:
    value = dict(draft.parameters).get(name)
    return value is None or _as_text(value) == said


def _says_its_key(granted: Granted, draft: Draft) -> bool:
    """An entitlement is netted only by its own basis; elsewhere an entry that names no key may stand for any."""
    return "basis" not in KINDS[draft.kind].key or bool(granted.basis)


def _as_text(value: ParameterValue) -> str:
    match value:
        case bool():
            return "true" if value else "false"
        case str():
            return value
        case Span(nanos, business_days):
            return f"{business_days}bd" if business_days else f"{nanos // 1_000_000_000}s"
        case tuple():
            return ",".join(value)
