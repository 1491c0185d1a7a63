"""Granted: what was given before, as money to be taken off, and how it pays an entitlement that covers its kind.

Such a payment is no cut: the entitlement takes what the kinds' own actions have no use for, then what they took. So
whatever is paid first, the customer gets neither more nor less.
"""

from collections.abc import Sequence
from dataclasses import replace

from amends.domain.action import Scope, Unsettled
from amends.domain.money import Money
from amends.domain.situation import Granted, Situation
from amends.resolution.cover import covers
from amends.resolution.draft import Draft


def same_target(granted: Granted, draft: Draft, situation: Situation) -> bool:
    """Whether something was given for whom the action is: its incident, or its subject where that was said."""
    if draft.candidate.planned.scope is Scope.INCIDENT and situation.incident_id:
        return granted.incident_id == situation.incident_id
    return granted.subject is None or granted.subject == situation.subject


def compares(granted: Granted, amount: Money) -> bool:
    """Whether something given can be taken off an amount: nothing is nothing in any currency."""
    given = granted.amount
    return given is not None and (given.currency == amount.currency or not given.minor_units)


def used_up(amount: Money, entries: Sequence[Granted]) -> tuple[Money | None, list[Granted]]:
    """How much of an amount the entries pay (None where it is nothing), and what is left of them."""
    same = [granted for granted in entries if compares(granted, amount)]
    unused = [granted for granted in entries if not compares(granted, amount)]
    rest = amount.minor_units
    for place, granted in enumerate(same):
        given = granted.amount.minor_units if granted.amount else 0
        if not given or (place and not rest):
            unused.append(granted)
        elif given > rest:
            unused.append(replace(granted, amount=amount.with_units(given - rest)))
        rest -= min(rest, given)
    taken = amount.minor_units - rest
    return amount.with_units(taken) if taken else None, unused


def unsettle(draft: Draft) -> None:
    """Nobody pays twice by accident: the last role has to look at what was given."""
    why = f"something was given before that does not compare with {draft.amount}"
    draft.unsettled += (Unsettled("", (), why),)
    draft.last_role = True


def pay_by_covered(
    covering: Sequence[Draft],
    drafts: Sequence[Draft],
    left: list[Granted],
    situation: Situation,
) -> tuple[list[Granted], list[Draft]]:
    """Let entitlements take what was granted of the kinds they cover; what is left, and those for which some of it did
    not compare.

    `left` is what no action of its own kind used.
    """
    odd: list[Draft] = []
    for draft in drafts:
        if any(draft.kind.value in covers(entitlement) for entitlement in covering):
            draft.paid = _paid(draft, situation)
    for entitlement in sorted(covering, key=lambda one: len(covers(one))):
        amount = entitlement.amount
        if amount is not None:
            left, compared = _pay(entitlement, amount, drafts, left, situation)
            odd += [] if compared else [entitlement]
    return left, odd


def _paid(draft: Draft, situation: Situation) -> Money | None:
    """All that was given of an action's kind, in its currency: also what an entitlement took of it, so that what is
    left gets an identifier of its own each time.
    """
    amount = draft.amount
    if amount is None:
        return None
    kind, told = draft.kind.value, draft.candidate.planned.parameter("kind")
    entries = [
        granted.amount.minor_units
        for granted in situation.granted or ()
        if granted.kind == kind
        and granted.amount is not None
        and compares(granted, amount)
        and granted.parameters.get("kind") in {None, told}
        and same_target(granted, draft, situation)
    ]
    paid = sum(entries)
    return amount.with_units(paid) if paid else None


def _pay(
    entitlement: Draft,
    amount: Money,
    drafts: Sequence[Draft],
    left: list[Granted],
    situation: Situation,
) -> tuple[list[Granted], bool]:
    """One entitlement's share; what is left of the entries after it, and whether all that it could take compared."""
    own = 0 if entitlement.granted is None else entitlement.granted.minor_units
    rest = amount.with_units(amount.minor_units - own)
    if not rest.minor_units:
        return left, True
    by_kind: dict[str, int] = {}
    compared = True
    for kind in covers(entitlement):
        entries = [one for one in left if one.kind == kind and same_target(one, entitlement, situation)]
        taken, unused = used_up(rest, entries)
        by_kind[kind] = 0 if taken is None else taken.minor_units
        rest = rest.with_units(rest.minor_units - by_kind[kind])
        left = [*[one for one in left if one not in entries], *unused]
        compared = compared and all(compares(one, amount) for one in entries)
    for draft in drafts:
        if draft.kind.value in by_kind and _for_the_same(draft, entitlement, situation):
            handed = _hand_over(draft, rest)
            by_kind[draft.kind.value] += handed
            rest = rest.with_units(rest.minor_units - handed)
    entitlement.paid_by = tuple((kind, units) for kind, units in by_kind.items() if units)
    if entitlement.paid_by:
        entitlement.granted = amount.with_units(amount.minor_units - rest.minor_units)
    return left, compared


def _for_the_same(draft: Draft, entitlement: Draft, situation: Situation) -> bool:
    """Whether what was given of the one could be of the other: without an incident, everything is the case's."""
    return not situation.incident_id or draft.candidate.planned.scope is entitlement.candidate.planned.scope


def _hand_over(draft: Draft, rest: Money) -> int:
    """What an action took before passes on to the entitlement that covers it, in minor units."""
    granted = draft.granted
    if granted is None or draft.amount is None or granted.currency != rest.currency:
        return 0
    handed = min(rest.minor_units, granted.minor_units)
    draft.granted = granted.with_units(granted.minor_units - handed) if granted.minor_units > handed else None
    return handed
