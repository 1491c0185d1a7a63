"""Net: what was granted for this case, subject (or incident), kind and basis is taken off once: nothing is paid twice.

What was granted of a kind that an entitlement covers pays the entitlement first (`granted.py`). A granted entry whose
amount is not said, or is in another currency, can't be taken off: the action is then unsettled.
"""

from collections.abc import Sequence

from amends.domain.action import ParameterValue, Scope, Span
from amends.domain.action_kinds import KINDS, ActionKind
from amends.domain.decision import Adjustment, Effect, Step
from amends.domain.money import Money
from amends.domain.situation import Granted, Situation
from amends.packs.literals import LiteralError, read_span
from amends.resolution.cover import covers
from amends.resolution.draft import Draft
from amends.resolution.granted import compares, pay_by_covered, same_target, unsettle, used_up


def net(drafts: Sequence[Draft], situation: Situation) -> list[Adjustment]:
    """Take what was given off the drafts, in their order, each entry and each unit of money at most once."""
    if not situation.granted:
        return []
    # An incident's actions take only what names the incident; a case's then take what is left.
    ordered = sorted(drafts, key=lambda one: one.candidate.planned.scope is not Scope.INCIDENT)
    left, odd = _take(ordered, sorted(situation.granted, key=_specific_first), situation)
    covering = [draft for draft in drafts if draft.amount is not None and covers(draft)]
    if covering:
        left, not_comparing = pay_by_covered(covering, drafts, left, situation)
        odd += not_comparing
    for draft in {id(draft): draft for draft in odd}.values():
        if draft.granted != draft.amount:
            unsettle(draft)
    _tell(ordered, left, situation)
    adjustments: list[Adjustment] = []
    for draft in ordered:
        if draft.amount is not None and draft.granted is not None:
            adjustments += _explained(draft, draft.amount, draft.granted)
            _settle(draft, draft.amount, draft.granted)
    return adjustments


def _take(
    drafts: Sequence[Draft],
    left: list[Granted],
    situation: Situation,
) -> tuple[list[Granted], list[Draft]]:
    """Note what was given of each draft; the entries that are not used up, and drafts with some that do not compare."""
    odd: list[Draft] = []
    for draft in drafts:
        matching = [granted for granted in left if _matches(granted, draft, situation)]
        if not matching:
            continue
        if draft.candidate.amount is None:
            # What was given with money is rather another action's: one that has an amount would else be paid
            # again.
            matching = [one for one in matching if not _pays_another(one, drafts, situation)]
            if not matching:
                continue
            entry = min(matching, key=lambda granted: granted.amount is not None)
            left.remove(entry)
            draft.already_given = True
            draft.granted = entry.amount
        elif draft.amount is not None:
            amount = draft.amount
            draft.granted, unused = used_up(amount, matching)
            left = [*[granted for granted in left if granted not in matching], *unused]
            if any(not compares(granted, amount) for granted in matching):
                odd.append(draft)
    return left, odd


def _pays_another(granted: Granted, drafts: Sequence[Draft], situation: Situation) -> bool:
    """Whether it is money that an action with an amount may have been given."""
    is_money = granted.amount is not None and granted.amount.minor_units > 0
    return is_money and any(draft.amount is not None and _matches(granted, draft, situation) for draft in drafts)


def _tell(drafts: Sequence[Draft], left: Sequence[Granted], situation: Situation) -> None:
    """Of what is not known how much it will be: what was given that no other action has taken."""
    for draft in drafts:
        if draft.candidate.amount is not None and draft.amount is None:
            matching = [granted for granted in left if _matches(granted, draft, situation)]
            draft.granted = _total(matching)
            left = [granted for granted in left if granted not in matching]


def _specific_first(granted: Granted) -> tuple[int, str, int, str]:
    """What says most about itself is taken first, so that what says little is left for whatever else it may be.

    Then what is of the first currency by its code, and the least of it: the order in which callers list what they gave
    means nothing.
    """
    said = sorted(granted.parameters.items())
    details = len(said) + (granted.subject is not None) + bool(granted.incident_id)
    amount = granted.amount
    currency, units = ("", 0) if amount is None else (amount.currency, amount.minor_units)
    return -details, currency, units, repr((said, granted.subject, granted.incident_id, granted.basis))


def _explained(draft: Draft, amount: Money, granted: Money) -> list[Adjustment]:
    return [
        Adjustment(
            step=Step.NET,
            effect=Effect.CHANGED,
            kind=draft.kind,
            rule_id=rule_id,
            by="granted",
            why=f"{granted} was given before",
            before=amount,
            after=amount.with_units(amount.minor_units - granted.minor_units),
        )
        for rule_id in draft.rule_ids
    ]


def _settle(draft: Draft, amount: Money, granted: Money) -> None:
    """What is left of the amount. Of a floor wholly given, more may be owed: it stands open."""
    rest = amount.minor_units - granted.minor_units
    draft.amount = amount.with_units(rest) if rest else None
    draft.already_given = not rest and not draft.open_amount


def _total(granted: Sequence[Granted]) -> Money | None:
    """The sum of what was given, where all of it is in one currency."""
    amounts = [entry.amount for entry in granted if entry.amount is not None and entry.amount.minor_units]
    if len({amount.currency for amount in amounts}) != 1:
        return None
    return amounts[0].with_units(sum(amount.minor_units for amount in amounts))


def _matches(granted: Granted, draft: Draft, situation: Situation) -> bool:
    return (
        granted.kind == draft.kind.value
        and same_target(granted, draft, situation)
        and (not granted.basis or granted.basis == draft.candidate.planned.parameter("basis"))
        and all(_same_parameter(draft, name, said) for name, said in granted.parameters.items())
        and _says_its_key(granted, draft)
    )


def _same_parameter(draft: Draft, name: str, said: str) -> bool:
    value = dict(draft.parameters).get(name)
    if value is None or draft.kind is ActionKind.APOLOGY:
        # Whichever way it was said, an apology is not said twice.
        return True
    return _as_span(said) == value if isinstance(value, Span) else _as_text(value) == said


def _says_its_key(granted: Granted, draft: Draft) -> bool:
    """An entitlement is netted only by its own basis; elsewhere an entry that names no key may stand for any."""
    return "basis" not in KINDS[draft.kind].key or bool(granted.basis)


def _as_span(said: str) -> Span | None:
    try:
        return read_span(said)
    except LiteralError:
        return None


def _as_text(value: ParameterValue) -> str:
    match value:
        case bool():
            return "true" if value else "false"
        case str():
            return value
        case tuple():
            return ",".join(value)
        case _:
            return str(value)
