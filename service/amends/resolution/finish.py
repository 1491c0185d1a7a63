"""Finish: drafts on which every step has worked -> actions, with authority, identifier and words."""

from collections.abc import Sequence
from dataclasses import dataclass

from amends.domain.action import Action, Scope, Span
from amends.domain.situation import Situation
from amends.packs.model import Pack
from amends.resolution.authorise import Authority, authorise
from amends.resolution.draft import Draft
from amends.resolution.due import due_time
from amends.resolution.identify import action_id, place
from amends.resolution.plan import Plan
from amends.resolution.words import Words


@dataclass(frozen=True, slots=True)
class _Shared:
    """What all actions of one decision have in common."""

    pack: Pack
    situation: Situation
    place_of_case: str
    place_of_incident: str
    words: Words


def finish(
    drafts: Sequence[Draft],
    plan: Plan,
    pack: Pack,
    situation: Situation,
    *,
    role: str,
) -> tuple[Action, ...]:
    """One action a draft, in the drafts' order, as seen by an acting role of the pack."""
    place_of_case = place(situation, Scope.CASE)
    shared = _Shared(
        pack=pack,
        situation=situation,
        place_of_case=place_of_case,
        place_of_incident=place(situation, Scope.INCIDENT) if situation.incident_id else place_of_case,
        words=Words(drafts, owner=plan.owner, timezone=pack.timezone),
    )
    authorities = authorise(drafts, situation, pack.authority, acting_role=role)
    return tuple([_action(*pair, shared) for pair in zip(drafts, authorities, strict=True)])


def _action(draft: Draft, authority: Authority, shared: _Shared) -> Action:
    planned, situation, words = draft.candidate.planned, shared.situation, shared.words
    # What was given before is not announced again.
    for_agent, for_customer = planned.reason_for_agent, "" if draft.already_given else planned.reason_for_customer
    where = shared.place_of_incident if planned.scope is Scope.INCIDENT else shared.place_of_case
    return Action(
        action_id=action_id(where, draft.identity, granted=draft.granted),
        planned=planned,
        rule_ids=draft.rule_ids,
        subject=situation.subject,
        incident_id=situation.incident_id,
        parameters=draft.parameters,
        amount=draft.amount,
        amount_needs=draft.amount_needs,
        already_given=draft.already_given,
        granted_amount=draft.granted,
        due=draft.due,
        valid_until=None if draft.candidate.expires is None else _valid_until(draft.candidate.expires, shared),
        authority_role=shared.pack.authority[authority.role].role,
        may_grant_now=not (authority.approval or draft.already_given or draft.unsettled),
        approval_needed=authority.approval,
        unsettled=draft.unsettled,
        reason_for_agent=words.fill(for_agent, draft) if "{" in for_agent else for_agent,
        reason_for_customer=words.fill(for_customer, draft) if "{" in for_customer else for_customer,
    )


def _valid_until(expires: Span, shared: _Shared) -> int:
    return due_time(shared.situation.observe_time, expires, timezone=shared.pack.timezone)
