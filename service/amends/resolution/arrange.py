"""Arrange: the candidates that stand -> slots, in the order said; what needs no money is combined here, once.

Proposals compete within a kind and its key (scope, and basis, goodwill kind or channel).
"""

from collections.abc import Sequence
from dataclasses import replace

from amends.domain.action import Unsettled
from amends.domain.action_kinds import KINDS, AmountUse, Combine
from amends.domain.decision import Adjustment
from amends.domain.situation import Situation
from amends.packs.model import Pack, Rule
from amends.resolution.candidates import Candidate, is_not_a_fit, is_substantive, told_apart
from amends.resolution.combine import Combined, Priced, combine
from amends.resolution.draft import Draft
from amends.resolution.identify import mark
from amends.resolution.open_draft import open_draft
from amends.resolution.order import SAID_ORDER
from amends.resolution.promise import promise_of
from amends.resolution.requests import answers, requests_tested
from amends.resolution.slot import Share, Shares, Slot, lacking_parameters
from amends.resolution.unsettled import OpenRule, unsettled_by


def arrange(
    pack: Pack,
    standing: Sequence[Candidate],
    open_rules: Sequence[OpenRule],
    situation: Situation,
    *,
    applied: Sequence[Rule],
) -> tuple[tuple[Slot, ...], list[Adjustment]]:
    """The slots in the order said, and what was overruled where no money was involved."""
    tested = {rule.rule_id: requests for rule in applied if (requests := requests_tested(rule))}
    # Within a kind they are said by the first proposal of their group, whichever of it stands: as the groups come.
    placed: list[tuple[int, Slot]] = []
    overruled: list[Adjustment] = []
    for group in _groups(standing):
        place = SAID_ORDER[group[0].kind]
        mode = pack.combine.get(group[0].kind, KINDS[group[0].kind].combine)
        waiting = _waiting(group, open_rules, situation, mode)
        shares = Shares((one, Share(found, answers(one, tested))) for one, found in zip(group, waiting, strict=True))
        if _needs_fill(group):
            placed.append((place, _open_slot(group, mode, shares)))
            continue
        combined, losers = combine([Priced(one, None, None) for one in group], mode, currency="")
        overruled += losers
        placed += [(place, _closed_slot(one, mode, shares.of(one.merged))) for one in combined]
    return tuple(slot for _, slot in sorted(placed, key=lambda one: one[0])), overruled


def _groups(standing: Sequence[Candidate]) -> list[list[Candidate]]:
    groups: dict[tuple[object, ...], list[Candidate]] = {}
    for candidate in standing:
        groups.setdefault((candidate.kind, *candidate.key), []).append(candidate)
    # Of referrals the honest one goes first, whatever the priorities.
    return [sorted(group, key=lambda one: not is_not_a_fit(one.planned)) for group in groups.values()]


def _waiting(
    group: Sequence[Candidate],
    open_rules: Sequence[OpenRule],
    situation: Situation,
    mode: Combine,
) -> list[tuple[Unsettled, ...]]:
    """What undetermined rules could change of each; worked out once for all that are changed alike."""
    found: dict[tuple[bool, ...], tuple[Unsettled, ...]] = {}
    waiting = []
    for one in group:
        alike = (one.planned.retention, is_not_a_fit(one.planned), one.amount is None)
        if alike not in found:
            found[alike] = unsettled_by(one, open_rules, situation, combine=mode)
        waiting.append(found[alike])
    return waiting


def _needs_fill(group: Sequence[Candidate]) -> bool:
    """Whether money decides, or without an amount which of several is due first."""
    rivals = len(group) > 1 and KINDS[group[0].kind].amount is not AmountUse.NONE
    return rivals or any(one.amount is not None for one in group)


def _open_slot(group: Sequence[Candidate], mode: Combine, shares: Shares) -> Slot:
    """A slot whose candidates `settle` has to price first."""
    lead = group[0]
    slot = Slot(
        kind=lead.kind,
        substantive=is_substantive(lead.kind),
        mode=mode,
        candidates=tuple(group),
        closed=None,
        shares=shares,
        identity=mark(repr((lead.kind.value, lead.key))),
    )
    return replace(slot, alike=_alike(slot))


def _alike(slot: Slot) -> Draft | None:
    """The one action that all candidates come to, whatever the amount; None where that or a time decides."""
    several = len(slot.candidates) > 1
    if slot.candidates[0].amount is None or (several and slot.mode is not Combine.HIGHEST):
        return None
    # While an amount is not known, those that are worked out alike merge; so they do when it is.
    combined, _ = combine([Priced(one, None, None) for one in slot.candidates], slot.mode, currency="")
    whole = combined[0]
    if len(whole.merged) < len(slot.candidates) or (several and any(one.due is not None for one in slot.candidates)):
        return None
    return open_draft(slot, whole, unknown=False)


def _closed_slot(combined: Combined, mode: Combine, share: Share) -> Slot:
    """A slot that is decided but for times and identifiers."""
    candidate, kind = combined.candidate, combined.candidate.kind
    # An action that may stand several times is told apart by all it says, any other by its key alone.
    key = told_apart(candidate) if mode is Combine.ALL else candidate.key
    identity = mark(repr((kind.value, key)))
    draft = Draft(
        kind=kind,
        substantive=is_substantive(kind),
        candidate=candidate,
        rule_ids=combined.rule_ids,
        parameters=combined.parameters,
        unsettled=(*share.unsettled, *lacking_parameters(candidate)),
        answers=share.answers,
        identity=identity,
        promise=promise_of(kind, combined.parameters),
        shared=True,
    )
    return Slot(
        kind=kind,
        substantive=draft.substantive,
        mode=mode,
        candidates=(candidate,),
        closed=draft,
        shares=Shares(()),
        identity=identity,
    )
