"""Make ready: drafts on which every step has worked -> actions that want identifiers and times."""

from collections.abc import Sequence

from amends.domain.situation import Situation
from amends.packs.model import Role
from amends.resolution.authorise import authorise
from amends.resolution.draft import Draft
from amends.resolution.identify import identity
from amends.resolution.ready import REASONS, Ready, Timed
from amends.resolution.words import Words, names_a_time, names_an_amount


def make_ready(
    drafts: Sequence[Draft], situation: Situation, roles: Sequence[Role], *, owner: str, acting: int
) -> tuple[Ready, ...]:
    """One action a draft, in the drafts' order, as seen by the acting role of that index."""
    words = Words(drafts, owner=owner)
    # What is remembered of an action holds its authority too.
    open_drafts = [draft for draft in drafts if draft.remembered is None or draft.remembered_for != owner]
    authorities = iter(authorise(open_drafts, situation, roles, acting=acting))
    actions: list[Ready] = []
    for place, draft in enumerate(drafts):
        if draft.remembered is not None and draft.remembered_for == owner:
            actions.append(draft.remembered)
            continue
        authority = next(authorities)
        candidate, planned, given = draft.candidate, draft.candidate.planned, draft.already_given
        # What was given before is not announced again.
        for_agent, for_customer = planned.reason_for_agent, "" if given else planned.reason_for_customer
        said = (
            None,
            None,
            words.fill(for_agent, draft),
            words.fill(for_customer, draft),
            planned,
            draft.rule_ids,
            draft.parameters,
            draft.amount,
            draft.amount_needs,
            given,
            draft.granted,
            roles[authority.role].role,
            not (authority.approval or given or draft.unsettled or draft.on_hold),
            authority.approval,
            draft.unsettled,
            draft.on_hold,
        )
        timed = None
        waiting: tuple[int, ...] = ()
        if "{" in for_agent or "{" in for_customer:
            reasons = zip(REASONS, (for_agent, for_customer), strict=True)
            waiting = tuple([where for where, text in reasons if names_a_time(text)])
        if waiting or draft.promise or candidate.expires or candidate.review_in:
            named = words.named(draft, place)
            timed = Timed(draft.promise, candidate.expires, candidate.review_in, not given, waiting, named)
        ready = Ready(identity(draft.identity, granted=draft.paid or draft.granted), planned.scope, said, timed)
        actions.append(ready)
        # It belongs to the lowest role, whoever acts, and says the same in every decision of the plan.
        if draft.shared and not waiting and not (names_an_amount(for_agent) or names_an_amount(for_customer)):
            draft.remembered, draft.remembered_for = ready, owner
    return tuple(actions)
