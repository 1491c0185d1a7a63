"""Who may do what stands, in the naive resolver: hold, authorise, oblige."""

from dataclasses import dataclass

from amends.domain.action import ParameterValue, Span
from amends.domain.action_kinds import KINDS, ActionKind
from amends.domain.decision import Effect, ObligationKind, Step
from amends.domain.money import Money
from amends.packs.model import Holding, Role, Text
from tests.agreement.plain_model import Case, Draft, PlainAction, PlainAdjustment, PlainObligation
from tests.agreement.plain_times import after, within_hours


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
            for asking in draft.rule_ids:
                case.adjustments.append(PlainAdjustment(Step.HOLD, Effect.CHANGED, draft.kind, asking, rule.rule_id))
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


def _grant(case: Case, draft: Draft, drafts: list[Draft]) -> _Grant:  # noqa: PLR0911  # one a case of the law
    """The lowest role whose band holds the sum of the kind; whatever is open goes to the last, for approval."""
    last = len(case.pack.authority) - 1
    if draft.already_given:
        return _Grant(0, approval=False)
    opened = any(other.open and other.kind is draft.kind for other in drafts) and draft.amount is not None
    if draft.open or draft.needs_approval or (opened and draft.kind is not ActionKind.ENTITLEMENT):
        return _Grant(last, approval=True)
    if draft.amount is None or draft.kind is ActionKind.ENTITLEMENT:
        return _Grant(0, approval=False)
    total = _sum_of_kind(case, draft.kind, draft.amount.currency, drafts)
    if total is None:
        return _Grant(last, approval=True)
    for place, role in enumerate(case.pack.authority):
        held = _band_holds(role, draft.kind, draft.amount.with_units(total))
        if held is None:
            return _Grant(
                last, approval=not _band_holds(case.pack.authority[last], draft.kind, draft.amount.with_units(total))
            )
        if held:
            return _Grant(place, approval=False)
    return _Grant(last, approval=True)


def _sum_of_kind(case: Case, kind: ActionKind, currency: str, drafts: list[Draft]) -> int | None:
    """New and granted; None where something of it is in another currency, or of what was granted not said."""
    amounts = [draft.amount for draft in drafts if draft.kind is kind and draft.amount is not None]
    if any(amount.currency != currency for amount in amounts):
        return None
    total = sum(amount.minor_units for amount in amounts)
    for entry in case.situation.granted or ():
        if entry.kind == kind.value:
            if entry.amount is None or entry.amount.currency != currency:
                return None
            total += entry.amount.minor_units
    return total


def _band_holds(role: Role, kind: ActionKind, total: Money) -> bool | None:
    """Whether a role may grant so much of a kind; None where its band does not know the currency."""
    band = role.bands.get(kind, (total.with_units(0),))
    if band is None:
        return True
    most = next((money for money in band if money.currency == total.currency), None)
    return None if most is None else total.minor_units <= most.minor_units


def _action(case: Case, draft: Draft, grant: _Grant, acting: int) -> PlainAction:
    approval = grant.approval or grant.role > acting
    settled = not draft.reasons and not draft.open and not draft.already_given
    words = draft.rule.because_customer if not draft.already_given else None
    return PlainAction(
        kind=draft.kind,
        scope=draft.proposal.scope,
        parameters=draft.parameters,
        amount=draft.amount,
        amount_needs=tuple(sorted(draft.needs)),
        already_given=draft.already_given,
        granted_amount=draft.granted if draft.granted and draft.granted.minor_units else None,
        due=_due(case, draft),
        valid_until=_later(case, draft.proposal.expires),
        authority_role=case.pack.authority[grant.role].role,
        may_grant_now=settled and not approval and not draft.holds,
        approval_needed=approval,
        on_hold=tuple((team, reason, tuple(rule_ids)) for team, reason, rule_ids in draft.holds),
        rule_ids=tuple(draft.rule_ids),
        unsettled=tuple(sorted((rule_id, tuple(sorted(facts))) for rule_id, facts in draft.reasons.items())),
        retention=draft.proposal.retention,
        meets=tuple(sorted(draft.meets)),
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
            calendar = case.pack.calendars.get(str(hours))
            return due if due is None or calendar is None else within_hours(due, calendar)
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
    owner_of = next((draft for draft in drafts if draft.kind is ActionKind.ASSIGN_OWNER), None)
    assigned = owner_of and (owner_of.parameter("answers") or owner_of.parameter("to"))
    team = str(assigned) if assigned else ""
    for place, (draft, action) in enumerate(zip(drafts, actions, strict=True)):
        if draft.already_given:
            continue
        owner = draft.parameter("owner")
        if action.due is not None:
            kind = promises[draft.kind]
            named = str(owner) if kind is ObligationKind.NEXT_UPDATE and owner else team
            found.append(PlainObligation(kind, place, action.due, named))
        review = _later(case, draft.proposal.review_in)
        if review is not None:
            found.append(PlainObligation(ObligationKind.REVIEW, place, review, team))
    return tuple(found)
