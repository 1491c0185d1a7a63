"""Require: a kind that may not stand without a companion is removed where it lacks one, until nothing changes.

What was given already is a companion and stays. Where nobody knows whether a requirement holds, it removes nothing: a
substantive action that lacks its companion is unsettled, and so is one whose companions may all have to go themselves:
by a requirement, by an undetermined rule, or because how much is left of them is not known.
"""

from collections.abc import Mapping, Sequence
from typing import NamedTuple, TypeAlias

from amends.domain.action import Unsettled
from amends.domain.action_kinds import ActionKind
from amends.domain.decision import Adjustment, Effect, Step
from amends.domain.facts import Facts
from amends.packs.conditions import evaluate, unknown_paths
from amends.packs.model import Pack, Requirement
from amends.resolution.candidates import Candidate, is_not_a_fit
from amends.resolution.derive import Sources
from amends.resolution.draft import Draft
from amends.resolution.needed_facts import Need
from amends.resolution.unsettled import OpenRule, why_away


class Required(NamedTuple):
    """A requirement that holds; or may hold, and then the facts that it waits for."""

    requirement: Requirement
    holds: bool
    missing: tuple[str, ...]


def required(pack: Pack, kinds: frozenset[ActionKind], facts: Facts, sources: Sources) -> tuple[Required, ...]:
    """The requirements on any of these kinds that hold or may hold, in the order declared."""
    found = []
    for requirement in pack.requires:
        holds = evaluate(requirement.when, facts) if requirement.kind in kinds else False
        if holds is not False:
            lacking = sources.of(sorted(unknown_paths(requirement.when, facts)))
            missing = tuple(sorted(lacking, key=pack.vocabulary.order.__getitem__))
            found.append(Required(requirement, bool(holds), missing))
    return tuple(found)


def removing(
    requirements: Sequence[Required],
    standing: Sequence[Candidate],
    open_rules: Sequence[OpenRule],
) -> tuple[OpenRule, ...]:
    """The undetermined rules that may take away a companion."""
    asked = {kind for one in requirements for kind in one.requirement.one_of}
    companions = [candidate for candidate in standing if candidate.kind in asked]
    return tuple(one for one in open_rules if any(why_away(candidate, one) for candidate in companions))


def require(
    drafts: Sequence[Draft],
    requirements: Sequence[Required],
    open_rules: Sequence[OpenRule],
) -> tuple[Sequence[Draft], list[Adjustment], list[Need]]:
    """What stands with its companions, what was removed for want of one, and the facts that others wait for."""
    adjustments: list[Adjustment] = []
    before = -1
    while before != len(adjustments):
        before = len(adjustments)
        for one in requirements:
            if one.holds:
                drafts, removed = _remove(one.requirement, drafts)
                adjustments += removed
    needs: list[Need] = []
    doubts = _doubts(drafts, requirements, open_rules)
    if doubts or not all(one.holds for one in requirements):
        threats = _threats(requirements, drafts, doubts)
        told = [_reasons(one, threats, drafts, doubts=doubts) for one in threats]
        for one, reasons in zip(threats, told, strict=True):
            drafts, waiting = _unsettle(one.requirement, reasons, drafts)
            needs += waiting
    return drafts, adjustments, needs


_Doubts: TypeAlias = Mapping[int, Sequence[Unsettled]]
"""By the draft's identity, why a companion may yet go: the rules that may take it away, and the facts they wait for."""


def _doubts(drafts: Sequence[Draft], requirements: Sequence[Required], open_rules: Sequence[OpenRule]) -> _Doubts:
    asked = {kind for one in requirements for kind in one.requirement.one_of}
    found = {
        id(draft): _may_go(draft, open_rules) for draft in drafts if draft.kind in asked and not draft.already_given
    }
    return {place: reasons for place, reasons in found.items() if reasons}


def _may_go(draft: Draft, open_rules: Sequence[OpenRule]) -> list[Unsettled]:
    reasons = [
        Unsettled(one.rule.rule_id, one.missing, why) for one in open_rules if (why := why_away(draft.candidate, one))
    ]
    if draft.open_amount and draft.amount is None:
        reasons.append(Unsettled(draft.rule_ids[0], draft.amount_needs, "its amount may come to nothing"))
    return [*reasons, *draft.doubts]


def _threats(requirements: Sequence[Required], drafts: Sequence[Draft], doubts: _Doubts) -> list[Required]:
    """The requirements that may yet remove something: those whose every companion may itself go."""
    threats: list[Required] = []
    going = set(doubts)
    before = -1
    while before != len(threats):
        before = len(threats)
        for one in requirements:
            surely = [draft for draft in drafts if id(draft) not in going]
            lacking = (
                [] if one in threats or _has_companion(one.requirement, surely) else _of_kind(one.requirement, drafts)
            )
            if lacking:
                threats.append(one)
                going |= {id(draft) for draft in lacking}
    return [one for one in requirements if one in threats]


def _reasons(
    one: Required,
    threats: Sequence[Required],
    drafts: Sequence[Draft],
    *,
    doubts: _Doubts,
) -> dict[str, tuple[str, ...]]:
    """What decides whether it removes something: facts by the rule that waits for them; the requirements' under none.

    Those are its own, and those that decide of its companions.
    """
    reached, standing = [one], {draft.kind for draft in drafts}
    for each in reached:
        companions = standing.intersection(each.requirement.one_of)
        reached += [other for other in threats if other.requirement.kind in companions and other not in reached]
    asked = {kind for each in reached for kind in each.requirement.one_of}
    told = [("", each.missing) for each in reached if not each.holds]
    told += [
        (reason.rule_id, reason.facts)
        for draft in drafts
        if draft.kind in asked
        for reason in doubts.get(id(draft), ())
    ]
    reasons: dict[str, tuple[str, ...]] = {}
    for rule_id, facts in told:
        reasons[rule_id] = tuple(dict.fromkeys((*reasons.get(rule_id, ()), *facts)))
    return reasons


def _lacking(requirement: Requirement, drafts: Sequence[Draft]) -> list[Draft]:
    """The actions that the requirement would remove."""
    return [] if _has_companion(requirement, drafts) else _of_kind(requirement, drafts)


def _has_companion(requirement: Requirement, drafts: Sequence[Draft]) -> bool:
    return any(draft.kind in requirement.one_of for draft in drafts)


def _of_kind(requirement: Requirement, drafts: Sequence[Draft]) -> list[Draft]:
    """The actions that it may remove, if it removes any."""
    return [
        draft
        for draft in drafts
        if draft.kind is requirement.kind and not draft.already_given and not is_not_a_fit(draft.candidate.planned)
    ]


def _remove(requirement: Requirement, drafts: Sequence[Draft]) -> tuple[Sequence[Draft], list[Adjustment]]:
    lacking = _lacking(requirement, drafts)
    if not lacking:
        return drafts, []
    why = f"{requirement.kind} may not stand here without {' or '.join(requirement.one_of)}"
    adjustments = [
        Adjustment(
            step=Step.REQUIRE,
            effect=Effect.CHANGED if draft.given_in_part else Effect.REMOVED,
            kind=draft.kind,
            rule_id=rule_id,
            by=requirement.requirement_id,
            why=why,
            before=draft.amount,
        )
        for draft in lacking
        # What could have raised it goes with it.
        for rule_id in dict.fromkeys((*draft.rule_ids, *draft.waiting))
    ]
    for draft in lacking:
        if draft.given_in_part:
            # What was given of it stays given, and nothing follows.
            draft.amount, draft.open_amount, draft.already_given = None, False, True
    gone = {id(draft) for draft in lacking if not draft.already_given}
    return [draft for draft in drafts if id(draft) not in gone], adjustments


def _unsettle(
    requirement: Requirement,
    reasons: Mapping[str, tuple[str, ...]],
    drafts: Sequence[Draft],
) -> tuple[Sequence[Draft], list[Need]]:
    waiting = {id(draft) for draft in _of_kind(requirement, drafts) if draft.substantive}
    if not waiting:
        return drafts, []
    why = f"it may have to be left out without {' or '.join(requirement.one_of)}"
    entries = tuple(Unsettled(rule_id, facts, why) for rule_id, facts in reasons.items())
    kept: list[Draft] = []
    needs: list[Need] = []
    for draft in drafts:
        if id(draft) in waiting:
            # The plan's own draft stays as it is for the plan's other decisions.
            draft = draft.own() if draft.shared else draft  # noqa: PLW2901  # replaced in the list that is kept
            draft.unsettled += entries
            needs += [Need(path, draft.rule_ids[0], entitlement=False) for one in entries for path in one.facts]
        kept.append(draft)
    return kept, needs
