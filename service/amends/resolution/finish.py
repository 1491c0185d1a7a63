"""Finish: drafts on which every step has worked -> actions, with authority, identifier and words."""

from collections.abc import Sequence
from typing import Final

from amends.domain.action import Action, Scope, Span
from amends.domain.situation import Situation
from amends.packs.model import Pack
from amends.resolution.authorise import authorise
from amends.resolution.draft import Draft
from amends.resolution.due import due_time
from amends.resolution.identify import action_id, place
from amends.resolution.words import Words


def finish(
    drafts: Sequence[Draft],
    pack: Pack,
    situation: Situation,
    *,
    owner: str,
    acting: int,
) -> tuple[Action, ...]:
    """One action a draft, in the drafts' order, as seen by the acting role of that index; `owner` is the team."""
    of_case = place(situation, Scope.CASE)
    of_incident = place(situation, Scope.INCIDENT) if situation.incident_id else of_case
    words = Words(drafts, owner=pack.teams[owner].label if owner in pack.teams else owner, timezone=pack.timezone)
    # What is remembered of an action holds its authority too.
    open_drafts = [draft for draft in drafts if draft.remembered is None]
    authorities = iter(authorise(open_drafts, situation, pack.authority, acting=acting))
    roles, subject, incident_id = pack.authority, situation.subject, situation.incident_id
    actions = []
    # Written in place and by position: this runs for every action of every decision.
    for draft in drafts:
        planned = draft.candidate.planned
        where = of_incident if planned.scope is Scope.INCIDENT else of_case
        if draft.remembered is not None:
            actions.append(Action._make((where + draft.identity, subject, incident_id, *draft.remembered)))
            continue
        authority = next(authorities)
        given, for_agent = draft.already_given, planned.reason_for_agent
        # What was given before is not announced again.
        for_customer = "" if given else planned.reason_for_customer
        action = Action(
            action_id(where, draft.identity, granted=draft.paid or draft.granted),
            subject,
            incident_id,
            planned,
            draft.rule_ids,
            draft.parameters,
            draft.amount,
            draft.amount_needs,
            given,
            draft.granted,
            draft.due,
            _valid_until(draft.candidate.expires, pack, situation),
            roles[authority.role].role,
            not (authority.approval or given or draft.unsettled or draft.on_hold),
            authority.approval,
            draft.unsettled,
            words.fill(for_agent, draft) if "{" in for_agent else for_agent,
            words.fill(for_customer, draft) if "{" in for_customer else for_customer,
            draft.on_hold,
        )
        actions.append(action)
        # It belongs to the lowest role, whoever acts, and says the same in every decision of the plan.
        if draft.shared and draft.candidate.expires is None and "{" not in for_agent and "{" not in for_customer:
            draft.remembered = action[_OF_THE_CASE:]
    return tuple(actions)


_OF_THE_CASE: Final = 3
"""The fields of an action that come first and differ from case to case: identifier, subject and incident."""


def _valid_until(expires: Span | None, pack: Pack, situation: Situation) -> int | None:
    return None if expires is None else due_time(situation.observe_time, expires, timezone=pack.timezone)
