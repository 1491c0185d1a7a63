"""Cut: what remains of a draft whose amount a step reduces, told to every rule that asked for it."""

from collections.abc import Sequence

from amends.domain.decision import Adjustment, Effect, Step
from amends.domain.money import Money
from amends.resolution.draft import Draft


def cut(draft: Draft, after: Money, *, step: Step, by: str, why: str) -> list[Adjustment]:
    """Reduce the draft's known amount, which is higher, to `after`.

    Of an amount known as a floor the unknown part stands. With nothing left of what was given in part, it is shown as
    already given. Anything else that comes to nothing does not stand any more.
    """
    before = draft.amount
    draft.amount = after if after.minor_units else None
    draft.already_given = draft.amount is None and draft.given_in_part and not draft.open_amount
    return [
        Adjustment(
            step=step,
            effect=Effect.CHANGED if draft.stands else Effect.REMOVED,
            kind=draft.kind,
            rule_id=rule_id,
            by=by,
            why=why,
            before=before,
            after=after,
        )
        for rule_id in draft.rule_ids
    ]


def standing(drafts: Sequence[Draft], adjustments: Sequence[Adjustment]) -> Sequence[Draft]:
    """The drafts of which something is left; where nothing was adjusted, all."""
    return [draft for draft in drafts if draft.stands] if adjustments else drafts
