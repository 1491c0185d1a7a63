"""What stands and who may do it, in the naive resolver: require, hold, authorise, oblige."""

from dataclasses import dataclass

from amends.domain.action import ParameterValue, Span
from amends.domain.action_kinds import KINDS, ActionKind
from amends.domain.decision import Effect, ObligationKind, Step
from amends.packs.conditions import evaluate, unknown_paths
from amends.packs.model import Holding, Requirement, Text
from tests.agreement.plain_model import Case, Draft, PlainAction, PlainObligation
from tests.agreement.plain_times import after, within_hours


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
                kept.remove(draft)
                case.adjust(Step.REQUIRE, Effect.REMOVED, draft, by=one.requirement_id)
                changed = True
    for one in case.pack.requires:
        if evaluate(one.when, case.facts) is None:
            lacks = case.sources(unknown_paths(one.when, case.facts))
            for draft in _lacking(one, kept):
                if draft.substantive:
                    draft.unsettle("", lacks)
                    draft.asking += [(path, rule_id) for path in lacks for rule_id in draft.rule_ids]
    return kept


def _lacking(one: Requirement, drafts: list[Draft]) -> list[Draft]:
    """Those that may not stand alone and do; what was given before is a companion, and is never removed."""
    if any(draft.kind in one.one_of for draft in drafts):
        return []
    return [draft for draft in drafts if draft.kind is one.kind and not draft.already_given and not draft.is_not_a_fit]


def hold(case: Case, drafts: list[Draft]) -> list[Draft]:
    """Held actions stand, marked with team and reason: one hold a team, in deciding order."""
    for draft in drafts:
        for rule in case.applied:
            if rule.hold is None or not holds(rule.hold, draft):
                continue
            team = next((one for one in draft.holds if one[0] == rule.hold.team), None)
            if team is None:
                reason = rule.hold.because.choose(case.situation.locale)
                draft.holds.append((rule.hold.team, reason, [rule.rule_id]))
            else:
                team[2].append(rule.rule_id)
            case.adjust(Step.HOLD, Effect.CHANGED, draft, by=rule.rule_id)
    return drafts


def holds(holding: Holding, draft: Draft) -> bool:
    """Whether it would be held: what was given before is not."""
    return draft.kind in holding.kinds and not draft.already_given


@dataclass(frozen=True, slots=True)
class _Grant:
    role: int
    approval: bool


def authorise(case: Case, drafts: list[Draft]) -> list[PlainAction]:
    """Each action with the lowest role that may grant it, relative to whoever acts."""
    acting = [role.role for role in case.pack.authority].index(case.role)
    return [_action(case, draft, _grant(case, draft, drafts), acting) for draft in drafts]


def _grant(case: Case, draft: Draft, drafts: list[Draft]) -> _Grant:
    """The lowest role whose band holds the sum of the kind; whatever is open goes to the last, for approval."""
    last = len(case.pack.authority) - 1
    if draft.already_given:
        return _Grant(0, approval=False)
    if draft.open or draft.needs_approval:
        return _Grant(last, approval=True)
    if draft.amount is None or draft.kind is ActionKind.ENTITLEMENT:
        return _Grant(0, approval=False)
    currency = draft.amount.currency
    total = 0
    for other in drafts:
        if other.kind is draft.kind and other.amount is not None and other.amount.currency == currency:
            total += other.amount.minor_units
    for entry in case.situation.granted or ():
        if entry.kind == draft.kind.value:
            if entry.amount is None or entry.amount.currency != currency:
                return _Grant(last, approval=True)
            total += entry.amount.minor_units
    for place, role in enumerate(case.pack.authority):
        band = role.bands.get(draft.kind, ())
        if band is None:
            return _Grant(place, approval=False)
        if not band and draft.kind not in role.bands:
            continue
        most = next((money for money in band if money.currency == currency), None)
        if most is None:
            return _Grant(last, approval=True)
        if total <= most.minor_units:
            return _Grant(place, approval=False)
    return _Grant(last, approval=True)


def _action(case: Case, draft: Draft, grant: _Grant, acting: int) -> PlainAction:
    approval = grant.approval or grant.role > acting
    settled = not draft.reasons and not draft.open and not draft.already_given
    words = draft.rule.because_customer if not draft.already_given else None
    return PlainAction(
        kind=draft.kind,
        scope=draft.proposal.scope,
        parameters=draft.parameters,
        amount=draft.amount,
        amount_needs=tuple(draft.needs),
        already_given=draft.already_given,
        granted_amount=draft.granted,
        due=_due(case, draft),
        valid_until=_later(case, draft.proposal.expires),
        authority_role=case.pack.authority[grant.role].role,
        may_grant_now=settled and not approval and not draft.holds,
        approval_needed=approval,
        on_hold=tuple((team, reason, tuple(rule_ids)) for team, reason, rule_ids in draft.holds),
        rule_ids=tuple(draft.rule_ids),
        unsettled=tuple(sorted((rule_id, tuple(sorted(facts))) for rule_id, facts in draft.reasons.items())),
        retention=draft.proposal.retention,
        meets=draft.proposal.meets,
        justices=KINDS[draft.kind].justices,
        reason_for_agent=words_of(draft.rule.because_agent, case.situation.locale),
        reason_for_customer=words_of(words, case.situation.locale),
    )


def words_of(text: Text | None, locale: str) -> str | None:
    """The words in the situation's locale; None where a place in them is filled in."""
    chosen = "" if text is None else text.choose(locale)
    return None if "{" in chosen else chosen


def _later(case: Case, span: ParameterValue | None, calendar: ParameterValue | None = None) -> int | None:
    if not isinstance(span, Span):
        return None
    named = calendar if isinstance(calendar, str) else ""
    return after(span, case.situation.observe_time, pack=case.pack, calendar=named)


def _due(case: Case, draft: Draft) -> int | None:
    """When what it promises is due: an entitlement's payment, the next update, the check that it worked."""
    match draft.kind:
        case ActionKind.ENTITLEMENT:
            return _later(case, draft.parameter("due"), draft.parameter("calendar"))
        case ActionKind.UPDATE_CADENCE:
            due = _later(case, draft.parameter("every"))
            hours = draft.parameter("hours")
            if due is None or not isinstance(hours, str):
                return due
            return within_hours(due, case.pack.calendars[hours])
        case ActionKind.VERIFY_FOLLOWUP:
            return _later(case, draft.parameter("in"))
        case _:
            return None


def oblige(case: Case, drafts: list[Draft], actions: list[PlainAction]) -> tuple[PlainObligation, ...]:
    """What is promised, and by when; nothing of what was given before."""
    promises = {
        ActionKind.ENTITLEMENT: ObligationKind.PAY,
        ActionKind.UPDATE_CADENCE: ObligationKind.NEXT_UPDATE,
        ActionKind.VERIFY_FOLLOWUP: ObligationKind.VERIFY,
    }
    found = list[PlainObligation]()
    for place, (draft, action) in enumerate(zip(drafts, actions, strict=True)):
        if draft.already_given:
            continue
        owner = draft.parameter("owner")
        if action.due is not None:
            kind = promises[draft.kind]
            named = str(owner) if kind is ObligationKind.NEXT_UPDATE and owner else ""
            found.append(PlainObligation(kind, place, action.due, named))
        review = _later(case, draft.proposal.review_in)
        if review is not None:
            found.append(PlainObligation(ObligationKind.REVIEW, place, review, ""))
    return tuple(found)
