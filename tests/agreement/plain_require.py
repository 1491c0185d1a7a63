"""What may not stand without a companion, in the naive resolver: require."""

from amends.domain.decision import Effect, Step
from amends.packs.conditions import evaluate, unknown_paths
from amends.packs.model import Requirement
from tests.agreement.plain_model import Case, Draft
from tests.agreement.plain_questions import could_take_away


def require(case: Case, drafts: list[Draft]) -> list[Draft]:
    """A kind whose requirement holds and that lacks its companion is removed, until nothing changes."""
    kept = list(drafts)
    changed = True
    while changed:
        changed = False
        for one in case.pack.requires:
            if evaluate(one.when, case.facts) is not True:
                continue
            for draft in _lacking(one, kept):
                changed, before = True, draft.amount
                given = draft.granted is not None and draft.granted.minor_units > 0
                if given:
                    draft.already_given, draft.amount, draft.open = True, None, False
                else:
                    kept.remove(draft)
                effect = Effect.CHANGED if given else Effect.REMOVED
                case.adjust(Step.REQUIRE, effect, draft, by=one.requirement_id, before=before)
                # It asked when it was proposed; whether a requirement lets it stand comes after.
                case.asking += [(path, rule_id, draft.kind) for path, rule_id in draft.asking]
    for one, reasons in _doubtful(case, kept):
        for draft in kept:
            if draft.substantive and _removable(one, draft):
                for rule_id, lacks in reasons.items():
                    draft.unsettle(rule_id, lacks)
                    draft.asking += [(path, draft.rule_ids[0]) for path in lacks]
    return kept


def _doubtful(case: Case, drafts: list[Draft]) -> list[tuple[Requirement, dict[str, set[str]]]]:
    """The requirements that may remove something once more is known, each with what decides it.

    That is its own condition, and whatever may take its companions away: only what was given makes these certain, and
    what nothing can reach.
    """
    possible = [one for one in case.pack.requires if evaluate(one.when, case.facts) is not False]
    doubtful = dict[str, dict[str, set[str]]]()
    may_go = {place: _may_go(case, draft) for place, draft in enumerate(drafts)}
    for _ in range(2 * len(possible) + 1):
        for one in possible:
            gone = [other for other in possible if other.requirement_id in doubtful]
            reasons = dict[str, set[str]]()
            if evaluate(one.when, case.facts) is None:
                reasons[""] = case.sources(unknown_paths(one.when, case.facts))
            certain = False
            for place, companion in enumerate(drafts):
                if companion.kind not in one.one_of:
                    continue
                theirs = [doubtful[other.requirement_id] for other in gone if _removable(other, companion)]
                theirs += [may_go[place]] if may_go[place] else []
                certain = certain or not theirs
                for each in theirs:
                    for rule_id, lacks in each.items():
                        reasons[rule_id] = reasons.get(rule_id, set()) | lacks
            if reasons and not certain:
                doubtful[one.requirement_id] = reasons
    return [(one, doubtful[one.requirement_id]) for one in possible if one.requirement_id in doubtful]


def _may_go(case: Case, draft: Draft) -> dict[str, set[str]]:
    """Why a companion may yet go: rules that may take it away, what may cut it, an amount that may be nothing."""
    if draft.already_given:
        return {}
    reasons = {rule_id: set(lacks) for rule_id, lacks in draft.doubts.items()}
    if draft.open and draft.amount is None:
        reasons[draft.rule_ids[0]] = reasons.get(draft.rule_ids[0], set()) | set(draft.needs)
    for rule in case.undetermined:
        if could_take_away(case, rule, draft.proposal):
            reasons[rule.rule_id] = reasons.get(rule.rule_id, set()) | case.sources(case.missing[rule.rule_id])
    return reasons


def _removable(one: Requirement, draft: Draft) -> bool:
    """What was given before is never removed, nor is honesty."""
    return draft.kind is one.kind and not draft.already_given and not draft.is_not_a_fit


def _lacking(one: Requirement, drafts: list[Draft]) -> list[Draft]:
    """Those that may not stand alone and do; what was given before is a companion, and is never removed."""
    if any(draft.kind in one.one_of for draft in drafts):
        return []
    return [draft for draft in drafts if _removable(one, draft)]
