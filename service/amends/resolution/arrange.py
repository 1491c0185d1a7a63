"""Arrange: the candidates that stand -> slots, in the order said; what needs no money is combined here, once.

Proposals compete within a kind and its key (scope, and basis, goodwill kind or channel).
"""

from collections.abc import Mapping, Sequence

from amends.domain.action import Unsettled
from amends.domain.action_kinds import KINDS, Combine
from amends.domain.decision import Adjustment
from amends.domain.situation import Situation
from amends.packs.model import Pack, Rule
from amends.resolution.candidates import Candidate, is_not_a_fit, is_substantive
from amends.resolution.combine import Combined, Priced, combine
from amends.resolution.order import SAID_ORDER
from amends.resolution.promise import promise_of
from amends.resolution.requests import answers, requests_tested
from amends.resolution.slot import Slot, lacking_parameters
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
    slots: list[Slot] = []
    overruled: list[Adjustment] = []
    for group in _groups(standing):
        mode = pack.combine.get(group[0].kind, KINDS[group[0].kind].combine)
        unsettled = _unsettled(group, open_rules, situation, combine=mode)
        if any(candidate.amount is not None for candidate in group):
            slots.append(_open_slot(group, mode, unsettled, tested))
            continue
        combined, losers = combine([Priced(one, None, None) for one in group], mode, currency="")
        overruled += losers
        slots += [_closed_slot(one, mode, unsettled, tested) for one in combined]
    return tuple(sorted(slots, key=lambda slot: (SAID_ORDER[slot.kind], slot.candidates[0].order))), overruled


def _groups(standing: Sequence[Candidate]) -> list[list[Candidate]]:
    groups: dict[tuple[object, ...], list[Candidate]] = {}
    # Of referrals the honest one goes first, whatever the priorities.
    for candidate in sorted(standing, key=lambda one: (not is_not_a_fit(one.planned), one.order)):
        groups.setdefault((candidate.kind, *candidate.key), []).append(candidate)
    return list(groups.values())


def _unsettled(
    group: Sequence[Candidate],
    open_rules: Sequence[OpenRule],
    situation: Situation,
    *,
    combine: Combine,
) -> tuple[Unsettled, ...]:
    """What undetermined rules could change about the group, each once."""
    found = (one for candidate in group for one in unsettled_by(candidate, open_rules, situation, combine=combine))
    return tuple(dict.fromkeys(found))


def _open_slot(
    group: Sequence[Candidate],
    mode: Combine,
    unsettled: tuple[Unsettled, ...],
    tested: Mapping[str, frozenset[str]],
) -> Slot:
    """A slot whose candidates `fill` has to price first."""
    lead = group[0]
    return Slot(
        kind=lead.kind,
        substantive=is_substantive(lead.kind),
        mode=mode,
        candidates=tuple(group),
        combined=None,
        unsettled=unsettled,
        promise=None,
        answers=frozenset().union(*(answers(one.planned, one.rule_ids, tested) for one in group)),
        identity=repr((lead.kind.value, lead.key)),
    )


def _closed_slot(
    combined: Combined,
    mode: Combine,
    unsettled: tuple[Unsettled, ...],
    tested: Mapping[str, frozenset[str]],
) -> Slot:
    """A slot that is decided but for times and identifiers."""
    candidate, kind = combined.candidate, combined.candidate.kind
    # An action that may stand several times is told apart by all it says, any other by its key alone.
    key = combined.parameters if mode is Combine.ALL else candidate.key
    return Slot(
        kind=kind,
        substantive=is_substantive(kind),
        mode=mode,
        candidates=(candidate,),
        combined=combined,
        unsettled=(*unsettled, *lacking_parameters(candidate)),
        promise=promise_of(kind, combined.parameters),
        answers=answers(candidate.planned, combined.rule_ids, tested),
        identity=repr((kind.value, key)),
    )
