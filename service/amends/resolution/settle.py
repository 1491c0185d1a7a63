"""Settle: what a plan comes to with this situation's money, as one role sees it: all but identifiers and times.

Data flow: price -> combine (money) -> cover -> net -> bound -> limit -> require -> hold -> authorise -> order (the
plan's) -> outcome.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from amends.domain.action_kinds import ActionKind
from amends.domain.decision import Adjustment, Effect, NeededFact, Outcome, RuleTrace, Step
from amends.domain.situation import Situation
from amends.packs.model import Pack
from amends.resolution.bound import bound
from amends.resolution.candidates import Candidate
from amends.resolution.combine import Priced, combine, drop_nothing, drop_other_currencies
from amends.resolution.cover import cover
from amends.resolution.cut import standing
from amends.resolution.draft import Draft
from amends.resolution.due import promise_due
from amends.resolution.hold import hold, release_given
from amends.resolution.limit import limit
from amends.resolution.make_ready import make_ready
from amends.resolution.needed_facts import Need, needed_facts
from amends.resolution.net import net
from amends.resolution.open_draft import open_draft
from amends.resolution.outcome import outcome
from amends.resolution.plan import Plan
from amends.resolution.price import price
from amends.resolution.promise import Promise, promise_of
from amends.resolution.ready import Ready
from amends.resolution.require import require
from amends.resolution.slot import Slot


@dataclass(frozen=True, slots=True, eq=False)
class Settled:
    """What only wants identifiers and times to be a decision. Compared by identity: it keys what is made of it.

    `promises` are those of the actions, by their places; of these places `cadences` tell when the customer hears next.
    `owner` is the label of the team that the case belongs to, `team` its name; `answers` are the requests that what
    stands meets or declines.
    """

    outcome: Outcome
    actions: tuple[Ready, ...]
    promises: tuple[tuple[int, Promise], ...]
    cadences: tuple[int, ...]
    team: str
    owner: str
    answers: frozenset[str]
    needed_facts: tuple[NeededFact, ...]
    unobtainable_facts: tuple[str, ...]
    rules: tuple[RuleTrace, ...]
    adjustments: tuple[Adjustment, ...]


def settle(plan: Plan, pack: Pack, situation: Situation, *, acting: int) -> Settled:
    """What a plan comes to, as seen by the role of the pack that has this index."""
    drafts, by_combine = _drafts(plan, pack, situation)
    standing, by_steps, needs = _through_the_steps(drafts, plan, situation)
    team = plan.owner if not by_steps or _has_owner(standing) else ""
    # Kept as it is where nothing was added, so that what was made of it can be reused.
    added = (*by_combine, *by_steps)
    adjustments = (*plan.adjustments, *added) if added else plan.adjustments
    needed, unobtainable = plan.needed_facts, plan.unobtainable_facts
    if needs:
        needed, unobtainable = needed_facts([*plan.needs, *needs], pack.vocabulary, unobtainable=situation.unobtainable)
    owner = pack.teams[team].label if team in pack.teams else team
    promises = tuple([(place, draft.promise) for place, draft in enumerate(standing) if draft.promise is not None])
    return Settled(
        outcome(standing, needed, referred=plan.referred, substantive_proposed=plan.substantive_proposed),
        make_ready(standing, situation, pack.authority, owner=owner, acting=acting),
        promises,
        tuple([place for place, _ in promises if _says_when_next(standing[place])]),
        team,
        owner,
        frozenset().union(*[draft.answers for draft in standing]),
        needed,
        unobtainable,
        _rules(plan, standing, adjustments),
        adjustments,
    )


def _says_when_next(draft: Draft) -> bool:
    return draft.kind is ActionKind.UPDATE_CADENCE and draft.candidate.amount is None


def _through_the_steps(
    drafts: Sequence[Draft],
    plan: Plan,
    situation: Situation,
) -> tuple[Sequence[Draft], list[Adjustment], Sequence[Need]]:
    """What stands after cover, net, bound, limit, require and hold; what they did; the facts that requirements lack."""
    done: list[Adjustment] = []
    needs: Sequence[Need] = ()
    if plan.covering:
        drafts, by_cover = cover(drafts)
        done += by_cover
    done += net(drafts, situation)
    drafts, by_bound = bound(drafts, situation, missing=plan.room_lacks)
    done += by_bound
    if plan.caps:
        # Care is no matter of money, and most of what is said is care.
        moneyed = [draft for draft in drafts if draft.substantive]
        _, by_limit = limit(moneyed, plan.caps, situation, currency=plan.currency)
        drafts = standing(drafts, by_limit)
        done += by_limit
    if plan.requirements:
        drafts, by_requirement, needs = require(drafts, plan.requirements, plan.removing)
        done += by_requirement
    if plan.may_hold and situation.granted:
        release_given(drafts)
    if plan.held is not None:
        done += hold(drafts, plan.held)
    return drafts, done, needs


def _has_owner(drafts: Sequence[Draft]) -> bool:
    """Whether somebody is still assigned: a requirement may have removed that too."""
    return any(draft.kind is ActionKind.ASSIGN_OWNER for draft in drafts)


def _drafts(plan: Plan, pack: Pack, situation: Situation) -> tuple[list[Draft], list[Adjustment]]:
    """One draft an action, in the plan's order: money combined now, everything else as the plan left it.

    The plan's own drafts are taken as they are where nothing about them can change.
    """
    priced, overruled = _priced(plan, pack, situation)
    drafts: list[Draft] = []
    for slot in plan.slots:
        closed = slot.closed
        if closed is not None:
            drafts.append(closed.own() if situation.granted else closed)
        elif group := priced[slot]:
            alike, amount = slot.alike, group[0].amount
            if alike is not None and amount is not None:
                draft = alike.own()
                draft.amount = amount
                drafts.append(draft)
                continue
            combined, losers = combine(group, slot.mode, currency=plan.currency)
            overruled += losers
            for one in combined:
                unknown = one.candidate.amount is not None and one.amount is None
                drafts.append(open_draft(slot, one, unknown=unknown))
    return drafts, overruled


def _priced(plan: Plan, pack: Pack, situation: Situation) -> tuple[dict[Slot, list[Priced]], list[Adjustment]]:
    """Every money slot's proposals with their amounts; those that come to nothing, and other currencies, overruled.

    Other currencies are judged kind by kind, entitlements exempt.
    """
    priced: dict[Slot, list[Priced]] = {}
    overruled: list[Adjustment] = []
    for slot in plan.open_slots:
        priced[slot], dropped = drop_nothing(_group(slot, plan, pack, situation))
        overruled += dropped
    if not any(_is_foreign(one, plan.currency) for group in priced.values() for one in group):
        return priced, overruled
    for kind in (ActionKind.REFUND, ActionKind.GOODWILL):
        together = [one for slot, group in priced.items() if slot.kind is kind for one in group]
        kept, dropped = drop_other_currencies(together, currency=plan.currency)
        if dropped:
            overruled += dropped
            left = {id(one) for one in kept}
            of_kind = [slot for slot in priced if slot.kind is kind]
            priced |= {slot: [one for one in priced[slot] if id(one) in left] for slot in of_kind}
    return priced, overruled


def _is_foreign(priced: Priced, currency: str) -> bool:
    return priced.amount is not None and priced.amount.currency != currency


def _group(slot: Slot, plan: Plan, pack: Pack, situation: Situation) -> list[Priced]:
    """A money slot's proposals with their amounts. Those that say the same are priced once."""
    candidates = slot.candidates
    if slot.alike is None:
        rivals = len(candidates) > 1
        return [_price(candidate, plan, pack, situation, rivals=rivals) for candidate in candidates]
    first = _price(candidates[0], plan, pack, situation, rivals=False)
    return [first, *[Priced(candidate, first.amount, None) for candidate in candidates[1:]]]


def _price(candidate: Candidate, plan: Plan, pack: Pack, situation: Situation, *, rivals: bool) -> Priced:
    """When it falls due counts only beside rivals."""
    promise = promise_of(candidate.kind, candidate.planned.parameters) if rivals and candidate.due is not None else None
    return Priced(
        candidate,
        amount=None if candidate.amount is None else price(candidate.amount, situation.facts, currency=plan.currency),
        due=None if promise is None else promise_due(promise, pack, situation.observe_time),
    )


def _rules(plan: Plan, standing: Sequence[Draft], adjustments: tuple[Adjustment, ...]) -> tuple[RuleTrace, ...]:
    """The trace. Where nothing was adjusted here, the same proposals stand each time, with the same verdicts."""
    if adjustments is not plan.adjustments:
        return plan.trace(*_verdicts(standing, adjustments))
    if plan.untouched is None:
        plan.untouched = plan.trace(*_verdicts(standing, adjustments))
    return plan.untouched


def _verdicts(
    standing: Sequence[Draft],
    adjustments: Sequence[Adjustment],
) -> tuple[frozenset[str], frozenset[str]]:
    """The overruled and the limited rules: those whose proposals are all gone, those of which something was cut."""
    if not adjustments:
        return _NOBODY, _NOBODY
    asking = frozenset(rule_id for draft in standing for rule_id in draft.rule_ids)
    removed = frozenset(found.rule_id for found in adjustments if found.effect is Effect.REMOVED)
    cut = frozenset(found.rule_id for found in adjustments if found.step in _CUTTING)
    return removed - asking, cut & asking


_CUTTING: Final = (Step.BOUND, Step.LIMIT)
"""The steps that cut an amount: the rule whose action it was is limited."""

_NOBODY: Final[frozenset[str]] = frozenset()
