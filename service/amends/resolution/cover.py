"""Cover: an entitlement with `covers` pays those kinds too, at its full amount, before anything given is taken off.

What is proposed of them is reduced to the excess over it. An entitlement whose amount is open leaves what it covers
unsettled.
"""

from collections.abc import Sequence

from amends.domain.action import Unsettled
from amends.domain.action_kinds import ActionKind
from amends.domain.decision import Adjustment, Step
from amends.domain.money import Money
from amends.packs.model import Proposal
from amends.resolution.cut import cut, standing
from amends.resolution.draft import Draft


def covers(draft: Draft) -> tuple[str, ...]:
    """The kinds that an action covers, as text; none but for an entitlement that says so."""
    if draft.kind is not ActionKind.ENTITLEMENT:
        return ()
    named = draft.candidate.planned.parameter("covers")
    return named if isinstance(named, tuple) else ()


def would_cover(proposal: Proposal, kind: ActionKind) -> bool:
    """Whether a proposal, if it stood, would pay for that kind."""
    named = dict(proposal.parameters).get("covers")
    return proposal.amount is not None and isinstance(named, tuple) and kind.value in named


def cover(drafts: Sequence[Draft]) -> tuple[Sequence[Draft], list[Adjustment]]:
    """What is left to do beside the covering entitlements."""
    covering = [draft for draft in drafts if draft.candidate.amount is not None and covers(draft)]
    adjustments: list[Adjustment] = []
    # One that covers a single kind goes first: what covers several is left for the others.
    for entitlement in sorted(covering, key=lambda one: len(covers(one))):
        if entitlement.amount is not None:
            adjustments += _reduce(drafts, entitlement, entitlement.amount)
    left = standing(drafts, adjustments)
    for entitlement in drafts:
        if entitlement.open_amount:
            _unsettle(left, entitlement)
    return left, adjustments


def _covered(drafts: Sequence[Draft], kinds: Sequence[str]) -> list[Draft]:
    return [draft for draft in drafts if draft.kind.value in kinds and draft.candidate.amount is not None]


def _reduce(drafts: Sequence[Draft], entitlement: Draft, amount: Money) -> list[Adjustment]:
    adjustments: list[Adjustment] = []
    left, rule_id = amount.minor_units, entitlement.rule_ids[0]
    for draft in _covered(drafts, covers(entitlement)):
        before = draft.amount
        if not left or before is None or before.currency != amount.currency:
            continue
        taken = min(left, before.minor_units)
        left -= taken
        why = f"the entitlement of {rule_id}, {amount}, covers it"
        adjustments += cut(draft, before.with_units(before.minor_units - taken), step=Step.COVER, by=rule_id, why=why)
    return adjustments


def _unsettle(drafts: Sequence[Draft], entitlement: Draft) -> None:
    rule_id = entitlement.rule_ids[0]
    for draft in _covered(drafts, covers(entitlement)):
        why = f"the entitlement of {rule_id} covers it, and how much that comes to is not known"
        draft.doubt(Unsettled(rule_id, entitlement.amount_needs, why))
