"""Proposals of one kind become one, or stay apart, in the naive resolver."""

from collections.abc import Callable
from typing import assert_never

from amends.domain.action import Span
from amends.domain.action_kinds import KINDS, SAME_PERSON, ActionKind, Combine
from amends.domain.decision import Effect, Step
from amends.domain.vocabulary import Channel
from amends.packs.amounts import amount_paths
from tests.agreement.plain_amounts import case_currency
from tests.agreement.plain_model import Case, Draft
from tests.agreement.plain_times import after

_CHANNELS = tuple(channel.value for channel in Channel)


def combine(case: Case, drafts: list[Draft]) -> list[Draft]:
    """First nothings and other currencies, then per kind, scope and the kind's key."""
    for group in _groups(drafts):
        for draft in group:
            draft.group = group[0].place
    drafts = _without_nothing(case, drafts)
    drafts = _without_other_currencies(case, drafts)
    return [kept for group in _groups(drafts) for kept in _combine_group(case, group)]


def _groups(drafts: list[Draft]) -> list[list[Draft]]:
    """What competes, in deciding order."""
    groups: dict[tuple[object, ...], list[Draft]] = {}
    for draft in drafts:
        own = (draft.parameter(name) for name in KINDS[draft.kind].key)
        groups.setdefault((draft.kind, draft.proposal.scope, *own), []).append(draft)
    return list(groups.values())


def way_of(case: Case, kind: ActionKind) -> Combine:
    """How the pack combines a kind."""
    return case.pack.combine.get(kind, KINDS[kind].combine)


def _without_nothing(case: Case, drafts: list[Draft]) -> list[Draft]:
    """A gift of 0.00 is no gift."""
    kept = list[Draft]()
    for draft in drafts:
        if draft.amount is not None and draft.amount.minor_units == 0:
            read = amount_paths(draft.proposal.amount) if draft.proposal.amount else ()
            case.adjust(Step.COMBINE, Effect.REMOVED, draft, by=(*read, *draft.rule_ids)[0], before=draft.amount)
        else:
            kept.append(draft)
    return kept


def _without_other_currencies(case: Case, drafts: list[Draft]) -> list[Draft]:
    """Within a kind, what is in another currency goes where one of the case's currency stands; but for what is owed."""
    currency = case_currency(case.facts, case.pack.currency)
    kept = list[Draft]()
    for draft in drafts:
        own = [
            other
            for other in drafts
            if other.kind is draft.kind and other.amount is not None and other.amount.currency == currency
        ]
        foreign = draft.amount is not None and draft.amount.currency != currency
        if own and foreign and draft.kind is not ActionKind.ENTITLEMENT:
            first = min(own, key=lambda other: (other.group, other.place))
            case.adjust(Step.COMBINE, Effect.REMOVED, draft, by=first.rule_ids[0], before=draft.amount)
        else:
            kept.append(draft)
    return kept


def _combine_group(case: Case, group: list[Draft]) -> list[Draft]:
    match way_of(case, group[0].kind):
        case Combine.ALL:
            return _merged(group)
        case Combine.FIRST:
            return [_best(case, group, lambda draft: (not draft.is_not_a_fit, draft.place))]
        case Combine.STRONGEST:
            return [_best(case, group, _weakness)]
        case Combine.SHORTEST:
            return [_shortest(case, group)]
        case Combine.HIGHEST:
            return [_highest(case, group)]
        case Combine.SUM:
            return [_sum(case, group)]
        case never:
            assert_never(never)


def _same(one: Draft, other: Draft) -> bool:
    """Equal proposals: filled in alike, lacking the same facts, of one amount, both or neither to keep the customer."""
    if one.parameters != other.parameters or one.proposal.retention != other.proposal.retention:
        return False
    if one.lacking != other.lacking:
        return False
    if one.open or other.open:
        return one.proposal.amount == other.proposal.amount
    return one.amount == other.amount


def _merge(kept: Draft, other: Draft) -> None:
    kept.rule_ids += [rule_id for rule_id in other.rule_ids if rule_id not in kept.rule_ids]
    kept.meets += tuple(request for request in other.meets if request not in kept.meets)
    kept.declines |= other.declines
    kept.merged.append(other.proposal)


def _in_order(case: Case, draft: Draft) -> None:
    draft.rule_ids.sort(key=[rule.rule_id for rule in case.applied].index)


def _merged(group: list[Draft]) -> list[Draft]:
    kept = list[Draft]()
    for draft in group:
        equal = next((other for other in kept if _same(other, draft)), None)
        if equal is None:
            kept.append(draft)
        else:
            _merge(equal, draft)
    return kept


def _best(case: Case, group: list[Draft], rank: Callable[[Draft], tuple[object, ...]]) -> Draft:
    """The first by `rank`; those equal to it merge, the others are overruled."""
    best = min(group, key=rank)
    for draft in group:
        if draft is best:
            continue
        if _same(draft, best):
            _merge(best, draft)
        else:
            case.adjust(Step.COMBINE, Effect.REMOVED, draft, by=best.rule_ids[0], before=draft.amount)
    _in_order(case, best)
    return best


def _weakness(draft: Draft) -> tuple[object, ...]:
    """Literal first, then the most personal channel, then in deciding order."""
    channel = draft.parameter("channel")
    place = _CHANNELS.index(channel) if isinstance(channel, str) else len(_CHANNELS)
    return (draft.parameter("literal") is not True, place, draft.place)


def _shortest(case: Case, group: list[Draft]) -> Draft:
    """The shortest interval; that the same person stays with it survives."""

    def rank(draft: Draft) -> tuple[object, ...]:
        every = draft.parameter("every")
        if not isinstance(every, Span):
            return (True, 0, False, draft.place)
        days = every.business_days
        return (False, every.nanos or days * 24 * 3600 * 10**9, days > 0, draft.place)

    best = _best(case, group, rank)
    same = next((draft for draft in group if draft.parameter("owner") == SAME_PERSON), None)
    if same is not None and best.parameter("owner") != SAME_PERSON:
        order = [spec.name for spec in KINDS[best.kind].parameters]
        others = {name: value for name, value in best.parameters if name != "owner"}
        best.parameters = tuple(sorted({**others, "owner": SAME_PERSON}.items(), key=lambda one: order.index(one[0])))
        case.adjust(Step.COMBINE, Effect.CHANGED, best, by=same.rule_ids[0])
    return best


def due_rank(case: Case, draft: Draft) -> tuple[bool, int]:
    """The earlier due, the smaller; without a due time last."""
    due = draft.parameter("due")
    if not isinstance(due, Span):
        return (True, 0)
    calendar = draft.parameter("calendar")
    named = calendar if isinstance(calendar, str) else ""
    return (False, after(due, case.situation.observe_time, pack=case.pack, calendar=named))


def _comparable(case: Case, group: list[Draft]) -> tuple[list[Draft], list[Draft]]:
    """Those known, in one currency, and those open; what does not compare with the first known one is overruled.

    What is owed is never overruled by its currency: it leaves the amount open.
    """
    known = [draft for draft in group if draft.amount is not None]
    competing = list[Draft]()
    if known:
        currencies = [draft.amount.currency for draft in known if draft.amount]
        own = case_currency(case.facts, case.pack.currency)
        currency = own if own in currencies else currencies[0]
        competing = [draft for draft in known if draft.amount and draft.amount.currency == currency]
    others = [draft for draft in known if draft not in competing]
    opened = [draft for draft in group if draft.open]
    if group[0].kind is ActionKind.ENTITLEMENT:
        return competing, opened + others
    for draft in others:
        case.adjust(Step.COMBINE, Effect.REMOVED, draft, by=competing[0].rule_ids[0], before=draft.amount)
    return competing, opened


def _highest(case: Case, group: list[Draft]) -> Draft:
    """The highest amount; of equal ones the earliest due. Open ones leave it as a floor. An amount goes before none."""
    competing, opened = _comparable(case, group)
    bare = [draft for draft in group if draft.amount is None and not draft.open]

    def rank(draft: Draft) -> tuple[object, ...]:
        units = draft.amount.minor_units if draft.amount else 0
        return (-units, due_rank(case, draft), draft.place)

    if competing:
        best = _best(case, competing, rank)
    elif opened:
        best = _best_open(case, opened)
    else:
        return _best(case, bare, rank)
    _leave_open(best, opened)
    for draft in bare:
        case.adjust(Step.COMBINE, Effect.REMOVED, draft, by=best.rule_ids[0])
    return best


def _best_open(case: Case, opened: list[Draft]) -> Draft:
    """The first of those whose amount is not known; equal ones merge."""
    best = opened[0]
    for draft in opened:
        if draft is not best and _same(draft, best):
            _merge(best, draft)
    _in_order(case, best)
    return best


def _leave_open(best: Draft, opened: list[Draft]) -> None:
    """Proposals whose amount is not known may yet raise it."""
    for draft in opened:
        if draft is best or _same(draft, best):
            continue
        best.open = True
        best.waiting.append(draft.rule_ids[0])
        best.needs = list(dict.fromkeys((*best.needs, *draft.needs)))
        best.unsettle(draft.rule_ids[0], set(draft.needs))
        best.asking += [(path, draft.rule_ids[0]) for path in draft.needs] + draft.asking


def _sum(case: Case, group: list[Draft]) -> Draft:
    """Known amounts add up, equal ones too; open ones leave the sum as a floor."""
    competing, opened = _comparable(case, group)
    bare = [draft for draft in group if draft.amount is None and not draft.open]
    ranked = sorted(competing or opened or bare, key=lambda draft: (due_rank(case, draft), draft.place))
    best = ranked[0]
    bare = [draft for draft in bare if draft is not best]
    if competing and best.amount is not None:
        total = sum(draft.amount.minor_units for draft in competing if draft.amount)
        for draft in competing:
            if draft is not best:
                _merge(best, draft)
        best.amount = best.amount.with_units(total)
    _leave_open(best, opened)
    for draft in (*bare, *opened):
        if draft is not best and (draft in bare or (draft.open and _same(draft, best))):
            _merge(best, draft)
    _in_order(case, best)
    return best
