"""Fill: a plan completed with this situation's money, times and identifiers.

Data flow: price -> combine (money) -> cover -> net -> bound -> limit -> require -> hold -> authorise -> order (the
plan's) -> words -> oblige -> outcome.
"""

from collections.abc import Sequence
from typing import Final

from amends.domain.action import Action, Unsettled
from amends.domain.action_kinds import ActionKind, Combine
from amends.domain.decision import Adjustment, Decision, Effect, RuleTrace, Step
from amends.domain.situation import Situation
from amends.packs.model import Pack
from amends.resolution.bound import bound
from amends.resolution.candidates import Candidate, told_apart
from amends.resolution.combine import Combined, Priced, combine, drop_nothing, drop_other_currencies
from amends.resolution.cover import cover
from amends.resolution.draft import Draft
from amends.resolution.due import promise_due
from amends.resolution.finish import finish
from amends.resolution.hold import hold, release_given
from amends.resolution.identify import mark
from amends.resolution.limit import limit
from amends.resolution.needed_facts import Need, needed_facts
from amends.resolution.net import net
from amends.resolution.oblige import obligations
from amends.resolution.outcome import outcome
from amends.resolution.plan import Plan
from amends.resolution.price import price
from amends.resolution.promise import Promise, promise_of
from amends.resolution.requests import unanswered
from amends.resolution.require import require
from amends.resolution.slot import Slot, lacking_parameters

SEMANTICS: Final = 1
"""The version of resolution's meaning; it rises when the same input may give other bytes."""


def fill(plan: Plan, pack: Pack, situation: Situation, *, acting: int) -> Decision:
    """The decision of a situation whose plan is known, as seen by the role of the pack that has this index."""
    drafts, by_combine = _drafts(plan, pack, situation)
    standing, by_steps, needs = _through_the_steps(drafts, plan, situation)
    owner = plan.owner if not by_steps or _has_owner(standing) else ""
    actions = finish(standing, pack, situation, owner=owner, acting=acting)
    # Kept as it is where nothing was added, so that the plan's message for it can be reused.
    added = (*by_combine, *by_steps)
    adjustments = (*plan.adjustments, *added) if added else plan.adjustments
    needed, unobtainable = plan.needed_facts, plan.unobtainable_facts
    if needs:
        needed, unobtainable = needed_facts([*plan.needs, *needs], pack.vocabulary, unobtainable=situation.unobtainable)
    # By position, as it is made for every call: pack, outcome, actions, what is missing, what to mind, why.
    return Decision(
        pack.pack_id,
        pack.version,
        pack.digest,
        SEMANTICS,
        outcome(
            standing,
            needed,
            referred=plan.referred,
            substantive_proposed=plan.substantive_proposed,
        ),
        actions,
        needed,
        unobtainable,
        needed[0] if needed else None,
        unanswered(situation.facts, standing),
        plan.guardrails,
        obligations(
            standing,
            actions,
            observe_time=situation.observe_time,
            timezone=pack.timezone,
            owner=owner,
        ),
        _rules(plan, actions, adjustments),
        adjustments,
    )


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
        drafts, by_limit = limit(drafts, plan.caps, situation, currency=plan.currency)
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
            touched = closed.promise is not None or situation.granted
            drafts.append(closed.own(_due(closed.promise, pack, situation)) if touched else closed)
        elif group := priced[slot]:
            combined, losers = combine(group, slot.mode, currency=plan.currency)
            overruled += losers
            drafts += [_open_draft(slot, one, pack, situation) for one in combined]
    return drafts, overruled


def _priced(plan: Plan, pack: Pack, situation: Situation) -> tuple[dict[Slot, list[Priced]], list[Adjustment]]:
    """Every money slot's proposals with their amounts; those that come to nothing, and other currencies, overruled.

    Other currencies are judged kind by kind, entitlements exempt.
    """
    priced: dict[Slot, list[Priced]] = {}
    overruled: list[Adjustment] = []
    for slot in plan.open_slots:
        group = [_price(candidate, plan, pack, situation) for candidate in slot.candidates]
        priced[slot], dropped = drop_nothing(group)
        overruled += dropped
    if len(priced) + sum([len(group) for group in priced.values()]) <= _ONE_OF_EACH:
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


def _price(candidate: Candidate, plan: Plan, pack: Pack, situation: Situation) -> Priced:
    due = candidate.due
    return Priced(
        candidate,
        amount=None if candidate.amount is None else price(candidate.amount, situation.facts, currency=plan.currency),
        due=None if due is None else _due(promise_of(candidate.kind, candidate.planned.parameters), pack, situation),
    )


def _open_draft(slot: Slot, combined: Combined, pack: Pack, situation: Situation) -> Draft:
    """A draft whose amount was found just now, or was not."""
    candidate = combined.candidate
    share = slot.shares.of(combined.merged)
    promise = promise_of(slot.kind, combined.parameters)
    unknown = candidate.amount is not None and combined.amount is None
    own = (Unsettled(candidate.rule_id, candidate.amount_missing, "its amount is not known yet"),) if unknown else ()
    return Draft(
        kind=slot.kind,
        substantive=slot.substantive,
        candidate=candidate,
        rule_ids=combined.rule_ids,
        parameters=combined.parameters,
        unsettled=(*share.unsettled, *combined.unsettled, *lacking_parameters(candidate), *own),
        answers=share.answers,
        identity=slot.identity if slot.mode is not Combine.ALL else mark(slot.identity, repr(told_apart(candidate))),
        promise=promise,
        due=_due(promise, pack, situation),
        amount=combined.amount,
        amount_needs=_amount_needs(combined, unknown=unknown),
        open_amount=unknown or bool(combined.unsettled),
    )


def _due(promise: Promise | None, pack: Pack, situation: Situation) -> int | None:
    return None if promise is None else promise_due(promise, pack, situation.observe_time)


def _amount_needs(combined: Combined, *, unknown: bool) -> tuple[str, ...]:
    """What the amount lacks: its own facts, and those of the proposals that could still raise it."""
    if not (unknown or combined.unsettled):
        return ()
    own = combined.candidate.amount_missing if unknown else ()
    return tuple(dict.fromkeys([*own, *[path for found in combined.unsettled for path in found.facts]]))


def _rules(plan: Plan, actions: Sequence[Action], adjustments: tuple[Adjustment, ...]) -> tuple[RuleTrace, ...]:
    """The trace. Where nothing was adjusted here, the same proposals stand each time, with the same verdicts."""
    if adjustments is not plan.adjustments:
        return plan.trace(*_verdicts(actions, adjustments))
    if plan.untouched is None:
        plan.untouched = plan.trace(*_verdicts(actions, adjustments))
    return plan.untouched


def _verdicts(
    actions: Sequence[Action],
    adjustments: Sequence[Adjustment],
) -> tuple[frozenset[str], frozenset[str]]:
    """The overruled and the limited rules: those whose proposals are all gone, those of which something was cut."""
    if not adjustments:
        return _NOBODY, _NOBODY
    standing = frozenset(rule_id for action in actions for rule_id in action.rule_ids)
    removed = frozenset(found.rule_id for found in adjustments if found.effect is Effect.REMOVED)
    cut = frozenset(found.rule_id for found in adjustments if found.step in _CUTTING)
    return removed - standing, cut & standing


_ONE_OF_EACH: Final = 2
"""One money slot with one proposal: nothing to compare it with."""

_CUTTING: Final = (Step.BOUND, Step.LIMIT)
"""The steps that cut an amount: the rule whose action it was is limited."""

_NOBODY: Final[frozenset[str]] = frozenset()
