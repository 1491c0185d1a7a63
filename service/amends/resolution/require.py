"""Require: a kind that may not stand without a companion is removed where it lacks one, until nothing changes.

What was given already is a companion and stays. Where nobody knows whether a requirement holds, it removes nothing: a
substantive action that lacks its companion is unsettled, and so is one whose companions may all have to go themselves.
"""

from collections.abc import Sequence
from typing import NamedTuple

from amends.domain.action import Unsettled
from amends.domain.action_kinds import ActionKind
from amends.domain.decision import Adjustment, Effect, Step
from amends.domain.facts import Facts
from amends.packs.conditions import evaluate, unknown_paths
from amends.packs.model import Pack, Requirement
from amends.resolution.candidates import is_not_a_fit
from amends.resolution.derive import Sources
from amends.resolution.draft import Draft
from amends.resolution.needed_facts import Need


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
            lacking = sources.of(sorted(unknown_paths(requirement.when, facts)), facts)
            missing = tuple(sorted(lacking, key=pack.vocabulary.order.__getitem__))
            found.append(Required(requirement, bool(holds), missing))
    return tuple(found)


def require(
    drafts: Sequence[Draft],
    requirements: Sequence[Required],
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
    if not all(one.holds for one in requirements):
        threats = _threats(requirements, drafts)
        for one in threats:
            drafts, waiting = _unsettle(one.requirement, _waiting(one, threats, drafts), drafts)
            needs += waiting
    return drafts, adjustments, needs


def _threats(requirements: Sequence[Required], drafts: Sequence[Draft]) -> list[Required]:
    """The requirements that may yet remove something: those whose every companion may itself be removed."""
    threats: list[Required] = []
    going: set[int] = set()
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


def _waiting(one: Required, threats: Sequence[Required], drafts: Sequence[Draft]) -> tuple[str, ...]:
    """The facts that decide whether it removes something: its own, and those that decide of its companions."""
    reached, standing = [one], {draft.kind for draft in drafts}
    for each in reached:
        companions = standing.intersection(each.requirement.one_of)
        reached += [other for other in threats if other.requirement.kind in companions and other not in reached]
    return tuple(dict.fromkeys(path for each in reached for path in each.missing))


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
        for rule_id in draft.rule_ids
    ]
    for draft in lacking:
        if draft.given_in_part:
            # What was given of it stays given, and nothing follows.
            draft.amount, draft.open_amount, draft.already_given = None, False, True
    gone = {id(draft) for draft in lacking if not draft.already_given}
    return [draft for draft in drafts if id(draft) not in gone], adjustments


def _unsettle(
    requirement: Requirement,
    missing: tuple[str, ...],
    drafts: Sequence[Draft],
) -> tuple[Sequence[Draft], list[Need]]:
    waiting = {id(draft) for draft in _of_kind(requirement, drafts) if draft.substantive}
    if not waiting:
        return drafts, []
    why = f"it may have to be left out without {' or '.join(requirement.one_of)}"
    entry = Unsettled("", missing, why)
    kept: list[Draft] = []
    needs: list[Need] = []
    for draft in drafts:
        if id(draft) in waiting:
            # The plan's own draft stays as it is for the plan's other decisions.
            draft = draft.own(draft.due) if draft.shared else draft  # noqa: PLW2901  # replaced in the list that is kept
            draft.unsettled += (entry,)
            needs += [Need(path, draft.rule_ids[0], entitlement=False) for path in missing]
        kept.append(draft)
    return kept, needs
