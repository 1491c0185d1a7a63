"""What is not known and what is not answered, in the naive resolver: unsettled actions, needed facts, outcome."""

from collections.abc import Iterator

from amends.domain.action_kinds import KINDS, REQUEST_MET_BY, ActionKind, Combine
from amends.domain.decision import Effect, Outcome, Step, Verdict
from amends.domain.vocabulary import Channel, Request
from amends.packs.conditions import AllOf, AnyOf, Condition, Has, NoneOf, OneOf, SetTest, evaluate
from amends.packs.model import Proposal, Rule
from tests.agreement.plain_candidates import key_of, rule_forbids
from tests.agreement.plain_combine import way_of
from tests.agreement.plain_finish import holds
from tests.agreement.plain_model import Case, Draft, PlainAction, PlainNeed, PlainVerdict, is_not_a_fit, is_retention


def unsettle(case: Case, drafts: list[Draft]) -> None:
    """An undetermined rule unsettles what it could take away, replace or hold; care by a forbid only."""
    for draft in drafts:
        _unsettle_open(draft)
        for rule in case.undetermined:
            if _could_change(case, rule, draft):
                draft.unsettle(rule.rule_id, case.sources(case.missing[rule.rule_id]))


def _unsettle_open(draft: Draft) -> None:
    """What its own amount lacks, under the name of the rule that proposed it."""
    if draft.amount is None and draft.proposal.amount is not None and not draft.floor:
        draft.unsettle(draft.rule.rule_id, set(draft.lacks))


def _could_change(case: Case, rule: Rule, draft: Draft) -> bool:
    if any(could_take_away(case, rule, proposal) for proposal in (draft.proposal, *draft.merged)):
        return True
    if not draft.substantive:
        return False
    if rule.hold is not None and holds(rule.hold, draft):
        return True
    rivals = [proposal for proposal in _possible(case, rule) if key_of(proposal) == key_of(draft.proposal)]
    return way_of(case, draft.kind) is not Combine.ALL and bool(rivals)


def could_take_away(case: Case, rule: Rule, one: Proposal) -> bool:
    """Whether nothing of it may be left if an undetermined rule applied: forbidden, referred elsewhere, or covered."""
    if rule_forbids(rule, one):
        return True
    return not KINDS[one.kind].care and any(_displaces(proposal, one) for proposal in _possible(case, rule))


def _possible(case: Case, rule: Rule) -> list[Proposal]:
    """What an undetermined rule could still propose: not what applied ones forbid, or an honest referral removes."""
    referred = any(is_not_a_fit(proposal) for applied in case.applied for proposal in applied.then)
    return [
        proposal
        for proposal in rule.then
        if not any(rule_forbids(applied, proposal) for applied in case.applied)
        and not (referred and is_retention(proposal))
    ]


def _displaces(proposal: Proposal, one: Proposal) -> bool:
    if is_not_a_fit(proposal) and is_retention(one):
        return True
    covers = dict(proposal.parameters).get("covers", ())
    return isinstance(covers, tuple) and one.kind.value in covers and None not in (one.amount, proposal.amount)


def needs(case: Case, drafts: list[Draft]) -> tuple[list[PlainNeed], list[PlainNeed]]:
    """The facts that could still change what is substantive: those to ask for, and those asked for in vain.

    What is owed goes first, then what most rules wait for, then vocabulary order.
    """
    waiting: dict[str, set[str]] = {}
    owed = set[str]()
    for rule in case.undetermined:
        if not _could_matter(case, rule):
            continue
        for path in case.sources(case.missing[rule.rule_id]):
            waiting.setdefault(path, set()).add(rule.rule_id)
            if any(proposal.kind is ActionKind.ENTITLEMENT for proposal in rule.then):
                owed.add(path)
            for held_id, kind in _would_be_held(case, rule):
                waiting[path].add(held_id)
                if kind is ActionKind.ENTITLEMENT:
                    owed.add(path)
    for path, rule_id, kind in _asked(case, drafts):
        waiting.setdefault(path, set()).add(rule_id)
        if kind is ActionKind.ENTITLEMENT:
            owed.add(path)
    order = case.pack.vocabulary.order
    ranked = sorted(waiting, key=lambda path: (path not in owed, -len(waiting[path]), order[path]))
    found = [
        PlainNeed(
            path,
            case.pack.vocabulary.specs[path].question,
            tuple(sorted(waiting[path])),
        )
        for path in ranked
    ]
    vain = case.situation.unobtainable
    return [need for need in found if need.path not in vain], [need for need in found if need.path in vain]


def _would_be_held(case: Case, rule: Rule) -> Iterator[tuple[str, ActionKind]]:
    """By whom and of which kind: what an undetermined rule would hold of what was proposed, or may yet be."""
    if rule.hold is None:
        return
    for draft in case.proposed:
        if draft.substantive and draft.kind in rule.hold.kinds:
            yield draft.rule.rule_id, draft.kind
    for other in case.undetermined:
        for proposal in _possible(case, other):
            if not KINDS[proposal.kind].care and proposal.kind in rule.hold.kinds:
                yield other.rule_id, proposal.kind


def _asked(case: Case, drafts: list[Draft]) -> Iterator[tuple[str, str, ActionKind]]:
    """The fact, for which rule, serving which kind: of what was proposed and not forbidden, and of what stands."""
    for path, rule_id, kind in case.asking:
        yield path, rule_id, kind
    for draft in drafts:
        for path, rule_id in draft.asking:
            yield path, rule_id, draft.kind


def _could_matter(case: Case, rule: Rule) -> bool:
    """Whether an undetermined rule could change a substantive kind: by asking for one, or by stopping one."""
    if any(not KINDS[proposal.kind].care for proposal in _possible(case, rule)):
        return True
    proposed = [draft.proposal for draft in case.proposed if draft.substantive]
    coming = [
        proposal for other in case.undetermined for proposal in _possible(case, other) if not KINDS[proposal.kind].care
    ]
    held = () if rule.hold is None else rule.hold.kinds
    stopped = {*held, *(one.kind for one in rule.forbids)}
    return any(one.kind in stopped for one in (*proposed, *coming))


def outcome(case: Case, drafts: list[Draft], needed: list[PlainNeed]) -> Outcome:
    """The first that holds."""
    substantive = [draft for draft in drafts if draft.substantive]
    proposals = [proposal for rule in case.applied for proposal in rule.then]
    if any(is_not_a_fit(proposal) for proposal in proposals):
        return Outcome.NOT_A_FIT
    if any(not draft.already_given for draft in substantive):
        return Outcome.ACTIONS_RECOMMENDED
    if substantive:
        return Outcome.ALREADY_SETTLED
    if needed:
        return Outcome.NEEDS_FACTS
    if any(not KINDS[proposal.kind].care for proposal in proposals):
        return Outcome.ALL_OVERRULED
    return Outcome.CARE_ONLY if drafts else Outcome.NO_RULE_MATCHED


def unanswered(case: Case, drafts: list[Draft], actions: list[PlainAction]) -> tuple[str, ...]:
    """The requests that nothing meets and nothing declines, in the vocabulary's order."""
    requested = case.facts.get("requested")
    if not isinstance(requested, frozenset):
        return ()
    standing = {rule_id for action in actions for rule_id in action.rule_ids}
    testing = [rule for rule in case.applied if rule.rule_id in standing]
    return tuple(
        request.value
        for request in Request
        if request.value in requested
        and not any(_answers(action, request.value) for action in actions)
        and not any(request.value in draft.declines for draft in drafts)
        and not any(tests_request(rule.when, request.value) for rule in testing)
    )


def _answers(action: PlainAction, request: str) -> bool:
    if action.kind in REQUEST_MET_BY.get(request, ()) or request in action.meets:
        return True
    parameters = dict(action.parameters)
    voice = action.kind is ActionKind.UPDATE_CADENCE and parameters.get("channel") == Channel.VOICE.value
    return request == Request.CALLBACK.value and voice


def tests_request(condition: Condition, request: str) -> bool:
    """Whether a condition asks for the request, wherever it stands in it."""
    match condition:
        case AllOf(children) | AnyOf(children) | NoneOf(children):
            return any(tests_request(child, request) for child in children)
        case Has("requested", test, values, negated):
            return request in values and test is not SetTest.NONE and not negated
        case OneOf("requested", values, negated):
            return not negated and any(isinstance(value, frozenset) and request in value for value in values)
        case _:
            return False


def guardrails(case: Case) -> tuple[str, ...]:
    """Shown unless the condition is true."""
    return tuple(one.guardrail_id for one in case.pack.guardrails if evaluate(one.unless, case.facts) is not True)


def verdicts(case: Case, drafts: list[Draft]) -> tuple[PlainVerdict, ...]:
    """What became of every rule that applied or is undetermined, in deciding order."""
    standing = {rule_id for draft in drafts for rule_id in draft.rule_ids}
    removed = {found.rule_id for found in case.adjustments if found.effect is Effect.REMOVED}
    cut = {found.rule_id for found in case.adjustments if found.step in (Step.BOUND, Step.LIMIT)}
    undetermined = {rule.rule_id for rule in case.undetermined}
    applied = {rule.rule_id for rule in case.applied}
    found = list[PlainVerdict]()
    for rule in case.pack.rules:
        if rule.rule_id in undetermined:
            missing = case.sort(case.sources(case.missing[rule.rule_id]))
            found.append(PlainVerdict(rule.rule_id, Verdict.UNDETERMINED, missing))
        elif rule.rule_id in applied:
            verdict = Verdict.APPLIED
            if rule.rule_id in removed - standing:
                verdict = Verdict.OVERRULED
            elif rule.rule_id in cut:
                verdict = Verdict.LIMITED
            found.append(PlainVerdict(rule.rule_id, verdict, ()))
    return tuple(sorted(found, key=lambda one: one.rule_id))
