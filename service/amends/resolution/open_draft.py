"""Open drafts: actions whose amounts are found for each situation, or are not."""

from amends.domain.action import Unsettled
from amends.domain.action_kinds import Combine
from amends.resolution.candidates import told_apart
from amends.resolution.combine import Combined
from amends.resolution.draft import Draft
from amends.resolution.identify import mark
from amends.resolution.promise import promise_of
from amends.resolution.slot import Slot, lacking_parameters


def open_draft(slot: Slot, combined: Combined, *, unknown: bool) -> Draft:
    """A draft whose amount was found just now, or was not: `unknown` says that it has one which nobody knows yet."""
    candidate = combined.candidate
    share = slot.shares.of(combined.merged)
    own = (Unsettled(candidate.rule_id, candidate.amount_missing, "its amount is not known yet"),) if unknown else ()
    return Draft(
        kind=slot.kind,
        substantive=slot.substantive,
        candidate=candidate,
        rule_ids=combined.rule_ids,
        parameters=combined.parameters,
        unsettled=(*share.unsettled, *combined.unsettled, *lacking_parameters(candidate), *own),
        answers=share.answers,
        identity=slot.identity if slot.mode is not Combine.ALL else mark(slot.identity, repr(told_apart(candidate))),
        promise=promise_of(slot.kind, combined.parameters),
        amount=combined.amount,
        amount_needs=_amount_needs(combined, unknown=unknown),
        waiting=tuple(found.rule_id for found in combined.unsettled),
        open_amount=unknown or bool(combined.unsettled),
    )


def _amount_needs(combined: Combined, *, unknown: bool) -> tuple[str, ...]:
    """What the amount lacks: its own facts, and those of the proposals that could still raise it."""
    if not (unknown or combined.unsettled):
        return ()
    own = combined.candidate.amount_missing if unknown else ()
    return tuple(dict.fromkeys([*own, *[path for found in combined.unsettled for path in found.facts]]))
