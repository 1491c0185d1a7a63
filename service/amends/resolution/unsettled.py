"""Unsettled: which undetermined rules could still change a candidate. They change nothing, and are never silent."""

from collections.abc import Sequence
from dataclasses import dataclass

from amends.domain.action import Unsettled
from amends.domain.action_kinds import ActionKind, Combine
from amends.domain.situation import Situation
from amends.packs.model import Proposal, Rule
from amends.resolution.candidates import Candidate, is_not_a_fit, is_substantive, proposal_key
from amends.resolution.cover import would_cover
from amends.resolution.forbid import forbids
from amends.resolution.hold import WOULD_HOLD, holds
from amends.resolution.refer import retains


@dataclass(frozen=True, slots=True)
class OpenRule:
    """An undetermined rule: the facts it waits for, and those of its proposals that would stand if it applied."""

    rule: Rule
    missing: tuple[str, ...]
    proposals: tuple[Proposal, ...]


def live_proposals(rule: Rule, forbidding: Sequence[Rule], *, referred: bool) -> tuple[Proposal, ...]:
    """What the rule would add if it applied: not what an applied rule forbids, nor retention after a referral."""
    return tuple(
        proposal
        for proposal in rule.then
        if not (referred and retains(proposal)) and not any(forbids(other, proposal) for other in forbidding)
    )


def unsettled_by(
    candidate: Candidate,
    open_rules: Sequence[OpenRule],
    situation: Situation,
    *,
    combine: Combine,
) -> tuple[Unsettled, ...]:
    """Every undetermined rule that could change this candidate, with the facts it waits for and what it would do."""
    found = []
    for open_rule in open_rules:
        why = _why(candidate, open_rule, situation, combine=combine)
        if why:
            found.append(Unsettled(open_rule.rule.rule_id, open_rule.missing, why))
    return tuple(found)


def why_away(candidate: Candidate, open_rule: OpenRule) -> str:
    """Why an undetermined rule may take the candidate away altogether, empty where it can't."""
    if forbids(open_rule.rule, candidate.planned):
        return f"it would forbid {candidate.kind}"
    if not is_substantive(candidate.kind):
        return ""
    if retains(candidate.planned) and any(is_not_a_fit(proposal) for proposal in open_rule.rule.then):
        return "it would say that what we offer does not fit"
    if candidate.amount is not None and any(would_cover(one, candidate.kind) for one in open_rule.proposals):
        return f"its entitlement would cover {candidate.kind}"
    return ""


def _why(candidate: Candidate, open_rule: OpenRule, situation: Situation, *, combine: Combine) -> str:
    kind = candidate.kind
    away = why_away(candidate, open_rule)
    if away or not is_substantive(kind):
        return away
    if combine is not Combine.ALL and any(
        proposal.kind is kind
        and proposal_key(proposal, facts=situation.facts, locale=situation.locale) == candidate.key
        for proposal in open_rule.proposals
    ):
        return f"it would propose another {kind}"
    # Last, as what was given already waits for a hold no more, and for all else as before.
    return WOULD_HOLD if holds(open_rule.rule, kind) else ""


def could_change(open_rule: OpenRule, standing: frozenset[ActionKind]) -> bool:
    """Whether the rule, if it applied, could change a substantive kind: add, forbid or hold one, or refer elsewhere."""
    rule = open_rule.rule
    held = () if rule.hold is None else rule.hold.kinds
    return any(is_substantive(proposal.kind) for proposal in open_rule.proposals) or any(
        kind in standing and is_substantive(kind) for kind in (*(ban.kind for ban in rule.forbids), *held)
    )
