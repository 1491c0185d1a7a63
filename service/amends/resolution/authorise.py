"""Authorise: the lowest role whose band holds the sum of a kind in the decision, and who has to approve."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from amends.domain.action_kinds import ActionKind
from amends.domain.money import Money
from amends.domain.situation import Granted, Situation
from amends.packs.model import Role
from amends.resolution.draft import Draft


class Authority(NamedTuple):
    """Who may grant: the index of the role in the pack's authority, and whether the acting role needs approval."""

    role: int
    approval: bool


def authorise(
    drafts: Sequence[Draft],
    situation: Situation,
    roles: Sequence[Role],
    *,
    acting: int,
) -> list[Authority]:
    """One authority a draft, in the drafts' order. Kinds are judged by their sum: granted before and new together.

    Approval is needed beyond every band, while an amount or what bounds it is open, and from a role above the acting
    one, whose index is `acting`.
    """
    first, beyond = Authority(0, approval=False), Authority(len(roles) - 1, approval=True)
    of_kind: dict[ActionKind, Authority] = {}
    found = []
    for draft in drafts:
        if (draft.open_amount or draft.last_role) and not draft.already_given:
            found.append(beyond)
        elif draft.amount is None or draft.kind is ActionKind.ENTITLEMENT:
            found.append(first)
        else:
            if draft.kind not in of_kind:
                amounts = _amounts(draft.kind, drafts, situation.granted or ())
                lowest = _lowest(draft.kind, amounts, roles)
                of_kind[draft.kind] = beyond if lowest is None else Authority(lowest, approval=lowest > acting)
            found.append(of_kind[draft.kind])
    return found


def _amounts(kind: ActionKind, drafts: Iterable[Draft], granted: Iterable[Granted]) -> list[Money | None]:
    """What is given of a kind, new and before; None for a part that is not known."""
    new = [None if draft.open_amount else draft.amount for draft in drafts if _is_new(draft, kind)]
    before = [entry.amount for entry in granted if entry.kind == kind.value]
    return [*new, *before]


def _is_new(draft: Draft, kind: ActionKind) -> bool:
    return draft.kind is kind and draft.candidate.amount is not None and not draft.already_given


def _lowest(kind: ActionKind, amounts: Sequence[Money | None], roles: Sequence[Role]) -> int | None:
    """The lowest role that may grant these amounts together; None beyond every band, or where they don't add up.

    A band that does not know the currency sends them to the last role: whoever stands between was never asked.
    """
    total = _total(amounts)
    if total is None:
        return None
    for index, role in enumerate(roles):
        if _holds(role, kind, total):
            return index
        if not _knows(role, kind, total.currency):
            return len(roles) - 1 if _holds(roles[-1], kind, total) else None
    return None


def _total(amounts: Sequence[Money | None]) -> Money | None:
    first = amounts[0]
    if first is None or len(amounts) == 1:
        return first
    known = [amount for amount in amounts if amount is not None and amount.currency == first.currency]
    return first.with_units(sum([amount.minor_units for amount in known])) if len(known) == len(amounts) else None


def _holds(role: Role, kind: ActionKind, total: Money) -> bool:
    """Whether a role's band holds a sum; a kind that the role omits is zero."""
    if kind not in role.bands:
        return total.minor_units == 0
    band = role.bands[kind]
    if band is None:
        return True
    for most in band:
        if most.currency == total.currency:
            return total.minor_units <= most.minor_units
    return False


def _knows(role: Role, kind: ActionKind, currency: str) -> bool:
    band = role.bands.get(kind)
    return band is None or any(most.currency == currency for most in band)
