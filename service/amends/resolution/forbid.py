"""Forbid: the forbids of all applied rules act at once. An entitlement and a not_a_fit referral can't be forbidden."""

from collections.abc import Iterable, Sequence

from amends.domain.action import PlannedAction
from amends.domain.action_kinds import ActionKind
from amends.domain.decision import Adjustment, Effect, Step
from amends.packs.model import Proposal, Rule
from amends.resolution.candidates import Candidate, is_not_a_fit


def forbid(candidates: Sequence[Candidate], applied: Iterable[Rule]) -> tuple[list[Candidate], list[Adjustment]]:
    """What stands after every forbid, and for each removed proposal the rules that forbade it."""
    forbidding = [rule for rule in applied if rule.forbids]
    kept: list[Candidate] = []
    removed: list[Adjustment] = []
    for candidate in candidates:
        by = [rule.rule_id for rule in forbidding if forbids(rule, candidate.planned)]
        if not by:
            kept.append(candidate)
        removed += [
            Adjustment(
                step=Step.FORBID,
                effect=Effect.REMOVED,
                kind=candidate.kind,
                rule_id=candidate.rule_id,
                by=rule_id,
                why=f"{rule_id} forbids {candidate.kind}",
            )
            for rule_id in by
        ]
    return kept, removed


def forbids(rule: Rule, proposal: Proposal | PlannedAction) -> bool:
    """Whether a rule, where it applies, removes such a proposal."""
    if not rule.forbids or proposal.kind is ActionKind.ENTITLEMENT or is_not_a_fit(proposal):
        return False
    goodwill_kind = dict(proposal.parameters).get("kind")
    return any(
        ban.kind is proposal.kind and (not ban.goodwill_kinds or goodwill_kind in ban.goodwill_kinds)
        for ban in rule.forbids
    )
