"""From applied rules to candidates, in the naive resolver: fill in parameters, then refer, forbid, price."""

from dataclasses import replace

from amends.domain.action import ParameterValue, Span
from amends.domain.action_kinds import KINDS, ActionKind, AmountUse
from amends.domain.decision import Effect, Step
from amends.domain.facts import Value
from amends.packs.model import FactParameter, Forbid, Parameter, ParameterLiteral, Proposal, Rule, TableParameter, Text
from tests.agreement.plain_amounts import case_currency, price
from tests.agreement.plain_model import Case, Draft, is_not_a_fit, is_retention


def candidates(case: Case) -> list[Draft]:
    """Every action that an applied rule asks for, in deciding order."""
    return [
        _draft(case, rule, proposal, (order, place))
        for order, rule in enumerate(case.applied)
        for place, proposal in enumerate(rule.then)
    ]


def _draft(case: Case, rule: Rule, proposal: Proposal, place: tuple[int, int]) -> Draft:
    """A parameter whose fact is missing is left out; what is more than care is then unsettled."""
    draft = Draft(proposal, rule, place, parameters=(), rule_ids=[rule.rule_id], meets=proposal.meets)
    filled = list[tuple[str, ParameterValue]]()
    for name, written in proposal.parameters:
        value, lacks = _fill(case, dict(proposal.parameters), written)
        if value is not None:
            filled.append((name, value))
        if lacks:
            draft.lacking |= case.sources({lacks})
            _ask(case, draft, lacks)
    draft.parameters = tuple(filled)
    draft.declines = _declined(case, proposal)
    if proposal.amount is not None:
        priced = price(proposal.amount, case.facts, currency=case_currency(case.facts, case.pack.currency))
        draft.amount, draft.open = priced.amount, priced.amount is None
        draft.needs = list(dict.fromkeys(source for path in priced.lacks for source in case.sort(case.sources({path}))))
        draft.lacks, draft.floor = list(draft.needs), priced.amount is not None
    return draft


def _ask(case: Case, draft: Draft, path: str) -> None:
    sources = case.sources({path})
    draft.asking += [(source, draft.rule_ids[0]) for source in sources]
    if draft.substantive:
        draft.unsettle(draft.rule_ids[0], sources)


def _fill(case: Case, all_of: dict[str, Parameter], written: Parameter) -> tuple[ParameterValue | None, str]:
    """The value, and the missing fact for want of which there is none."""
    match written:
        case FactParameter(path, default, is_number):
            said = _from_fact(case.facts[path], is_number=is_number) if path in case.facts else None
            if said is None and default is not None:
                return _literal(case, default), ""
            return said, "" if path in case.facts else path
        case TableParameter(by, rows, default):
            looked_up, lacks = _fill(case, all_of, by)
            if looked_up is None:
                return None, lacks
            for value, given in rows:
                if value == looked_up:
                    return (None if given is None else _literal(case, given)), ""
            return (None if default is None else _literal(case, default)), ""
        case _:
            return _literal(case, written), ""


def _declined(case: Case, proposal: Proposal) -> set[object]:
    """What it says no to, told in each language there is."""
    if proposal.kind is not ActionKind.DECLINE:
        return set()
    written = dict(proposal.parameters)
    locales = {locale for text in _texts(written["what"]) for locale in text.by_locale}
    told = [replace(case, situation=case.situation._replace(locale=locale)) for locale in ("", *locales)]
    return {_fill(each, written, written["what"])[0] for each in told}


def _texts(written: Parameter | None) -> list[Text]:
    if isinstance(written, Text):
        return [written]
    if isinstance(written, TableParameter):
        return [text for value in (*dict(written.rows).values(), written.default) for text in _texts(value)]
    return _texts(written.default) if isinstance(written, FactParameter) else []


def _literal(case: Case, written: ParameterLiteral) -> ParameterValue:
    return written.choose(case.situation.locale) if isinstance(written, Text) else written


def _from_fact(value: Value, *, is_number: bool) -> ParameterValue | None:
    if isinstance(value, frozenset):
        return tuple(sorted(value))
    if isinstance(value, int) and not isinstance(value, bool) and not is_number:
        return Span(nanos=value) if value > 0 else None
    return value


def refer(case: Case, drafts: list[Draft]) -> list[Draft]:
    """A not_a_fit referral removes what is meant to keep the customer; what is owed stays, and so does honesty."""
    referral = next((draft for draft in drafts if draft.is_not_a_fit), None)
    if referral is None:
        return drafts
    kept = list[Draft]()
    for draft in drafts:
        if is_retention(draft.proposal):
            case.adjust(Step.REFER, Effect.REMOVED, draft, by=referral.rule_ids[0])
        else:
            kept.append(draft)
    return kept


def ask(case: Case, drafts: list[Draft]) -> list[Draft]:
    """What has an amount asks for what it lacks, unless forbidden, and even where another is preferred to it.

    A refund asks for what bounds it, and whatever is limited for what the limit lacks.
    """
    case.proposed = list(drafts)
    for draft in drafts:
        if KINDS[draft.kind].amount is AmountUse.NONE:
            continue
        case.asking += [(path, rule_id, draft.kind) for path, rule_id in draft.asking]
        case.asking += [(path, draft.rule_ids[0], draft.kind) for path in (*draft.lacks, *_limits_lacking(case, draft))]
        if draft.kind is ActionKind.REFUND:
            case.asking += [(path, draft.rule_ids[0], draft.kind) for path in bounds_lacking(case)]
    return drafts


def _limits_lacking(case: Case, draft: Draft) -> set[str]:
    """The facts for want of which a limit on its kind is not known; what is owed is never limited."""
    if draft.kind is ActionKind.ENTITLEMENT or draft.proposal.amount is None:
        return set()
    currency = case_currency(case.facts, case.pack.currency)
    lacks = set[str]()
    for one in case.pack.limits:
        if draft.kind in one.of:
            lacks |= set(price(one.at_most, case.facts, currency=currency, down=True).lacks)
            lacks |= {one.minus} if one.minus and one.minus not in case.facts else set()
    return case.sources(lacks)


def bounds_lacking(case: Case) -> list[str]:
    """The facts for want of which nobody knows how much may be refunded."""
    lacks = set[str]()
    if "amount_paid" not in case.facts:
        lacks.add("amount_paid")
    granted = case.situation.granted
    told = granted is not None and all(
        entry.amount is not None
        for entry in granted
        if entry.kind == ActionKind.REFUND and entry.subject in (None, case.situation.subject)
    )
    if "amount_refunded" not in case.facts and not told:
        lacks.add("amount_refunded")
    return sorted(case.sources(lacks))


def forbid(case: Case, drafts: list[Draft]) -> list[Draft]:
    """The forbids of all applied rules act at once, whatever the priorities."""
    kept = list[Draft]()
    for draft in drafts:
        forbidding = [rule for rule in case.applied if rule_forbids(rule, draft.proposal)]
        if not forbidding:
            kept.append(draft)
        for by in forbidding:
            case.adjust(Step.FORBID, Effect.REMOVED, draft, by=by.rule_id)
    return kept


def rule_forbids(rule: Rule, proposal: Proposal) -> bool:
    """Whether a rule forbids it; neither what is owed nor the honest referral can be forbidden."""
    if proposal.kind is ActionKind.ENTITLEMENT or is_not_a_fit(proposal):
        return False
    return any(_names(one, proposal) for one in rule.forbids)


def _names(one: Forbid, proposal: Proposal) -> bool:
    if one.kind is not proposal.kind:
        return False
    return not one.goodwill_kinds or dict(proposal.parameters).get("kind") in one.goodwill_kinds


def key_of(proposal: Proposal) -> tuple[object, ...]:
    """What tells proposals apart that do not compete: kind, scope and the kind's key parameters, as written."""
    written = dict(proposal.parameters)
    return (proposal.kind, proposal.scope, *(written.get(name) for name in KINDS[proposal.kind].key))
