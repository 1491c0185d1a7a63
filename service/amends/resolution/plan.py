"""Plan: what no amount, time or identifier touches, decided once for all situations that look alike to the pack.

Data flow: applied rules -> candidates -> refer -> forbid -> slots (combined already where no money is involved), plus
what undetermined rules could change, the limits, requirements and holds that concern it, guardrails, needed facts and
the trace before money. `settle` and `fill` do the rest.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from amends.domain.action_kinds import ActionKind
from amends.domain.decision import Adjustment, Guardrail, NeededFact, RuleTrace
from amends.domain.facts import Facts
from amends.domain.situation import Situation
from amends.packs.model import Pack, Rule
from amends.resolution.arrange import arrange
from amends.resolution.bound import missing_for_bound, refunds_told
from amends.resolution.candidates import Candidate, candidates_of, is_not_a_fit, is_substantive
from amends.resolution.derive import Sources
from amends.resolution.explain import trace
from amends.resolution.first_hit import missing_of
from amends.resolution.forbid import forbid
from amends.resolution.guardrails import guardrails
from amends.resolution.hold import Held, held, holds
from amends.resolution.limit import Cap, caps, is_bounded
from amends.resolution.matches import Matches, places
from amends.resolution.needed_facts import Need, needed_facts
from amends.resolution.price import case_currency, counted_from
from amends.resolution.promise import promise_of
from amends.resolution.refer import refer
from amends.resolution.require import Required, removing, required
from amends.resolution.slot import Slot
from amends.resolution.unsettled import OpenRule, could_change, live_proposals


@dataclass(slots=True, eq=False)
class Plan:
    """Shared by every situation of one key, so compared and hashed by identity; `slots` stand in the order said.

    Nothing in it changes but what `settle` remembers: `traces` by overruled and limited rules (bounded), and as
    `untouched` the one where it adjusted nothing.
    `owner` is the team that answers for the case to the customer, empty while none is known.
    `covering` says that an entitlement covers other kinds, `may_hold` that an undetermined rule would hold something;
    `room_lacks` are the facts for want of which nobody knows how much may still be refunded. `removing` are the open
    rules that may take an action away which a requirement asks for. `steady` says that no money is worked out from
    what a case says: for a role it comes to the same each time, as long as nothing was granted. `by_due` says that of
    proposals with equal amounts the one that is due first wins, so that it may matter when the case is looked at.
    """

    currency: str
    owner: str
    applied: tuple[Rule, ...]
    open_rules: tuple[OpenRule, ...]
    slots: tuple[Slot, ...]
    open_slots: tuple[Slot, ...]
    adjustments: tuple[Adjustment, ...]
    needed_facts: tuple[NeededFact, ...]
    unobtainable_facts: tuple[str, ...]
    guardrails: tuple[Guardrail, ...]
    referred: bool
    substantive_proposed: bool
    needs: tuple[Need, ...]
    covering: bool
    room_lacks: tuple[str, ...]
    caps: tuple[Cap, ...]
    requirements: tuple[Required, ...]
    removing: tuple[OpenRule, ...]
    held: Held | None
    may_hold: bool
    traces: dict[tuple[frozenset[str], frozenset[str]], tuple[RuleTrace, ...]] = field(default_factory=dict)
    untouched: tuple[RuleTrace, ...] | None = None
    steady: bool = False
    by_due: bool = False

    def trace(self, overruled: frozenset[str], limited: frozenset[str]) -> tuple[RuleTrace, ...]:
        """The trace with these verdicts; the same tuple each time, so that its message need be built only once."""
        known = self.traces.get((overruled, limited))
        if known is None:
            known = trace(self.applied, self.open_rules, overruled=overruled, limited=limited)
            if len(self.traces) >= _TRACES_KEPT:
                self.traces.clear()
            self.traces[(overruled, limited)] = known
        return known


_TRACES_KEPT = 32


def build_plan(pack: Pack, matches: Matches, situation: Situation) -> Plan:
    """The plan of a situation under a pack."""
    facts, locale, sources = situation.facts, situation.locale, Sources(pack, situation.facts)
    # Of a pack's conditions only the first are its rules'.
    of_rules = (1 << len(pack.rules)) - 1
    held_at = places(matches.true & of_rules)
    applied = tuple(pack.rules[index] for index in held_at)
    proposed = [
        candidate
        for index in held_at
        for candidate in candidates_of(pack.rules[index], index, facts=facts, locale=locale, sources=sources)
    ]
    referred = any(is_not_a_fit(candidate.planned) for candidate in proposed)
    retained, by_referral = refer(proposed)
    standing, by_forbid = forbid(retained, applied)
    open_rules = _open_rules(pack, matches, applied, facts=facts, sources=sources, referred=referred)
    slots, by_combine = arrange(pack, standing, open_rules, situation, applied=applied)
    lacking = missing_for_bound(facts, refunds_told=refunds_told(situation))
    room_lacks, bounding = sources.of(lacking), caps(pack, standing, facts, sources)
    needs = (*_needs_of_rules(open_rules, standing), *_needs_of_candidates(slots, room_lacks, bounding))
    requirements = required(pack, frozenset(slot.kind for slot in slots), facts, sources)
    needed, unobtainable = needed_facts(needs, pack.vocabulary, unobtainable=situation.unobtainable)
    return Plan(
        currency=case_currency(facts, pack.currency),
        owner=_owner(slots),
        applied=applied,
        open_rules=open_rules,
        slots=slots,
        open_slots=tuple(slot for slot in slots if slot.closed is None),
        adjustments=(*by_referral, *by_forbid, *by_combine),
        needed_facts=needed,
        unobtainable_facts=unobtainable,
        guardrails=guardrails(pack, facts, locale=locale),
        referred=referred,
        substantive_proposed=any(is_substantive(candidate.kind) for candidate in proposed),
        needs=needs,
        covering=any(candidate.planned.parameter("covers") for candidate in standing),
        room_lacks=room_lacks,
        caps=bounding,
        requirements=requirements,
        removing=removing(requirements, standing, open_rules),
        held=held(applied, locale=locale),
        may_hold=any(open_rule.rule.hold is not None for open_rule in open_rules),
        steady=_is_steady(slots, bounding, facts),
        by_due=any(_due_differs(slot) for slot in slots if slot.closed is None),
    )


def _is_steady(slots: Sequence[Slot], bounding: Sequence[Cap], facts: Facts) -> bool:
    """Which row of a table holds is a part of the plan's key; the facts that an amount is counted from are not.

    Nor is when something falls due, which decides between equal amounts.
    """
    open_slots = [slot for slot in slots if slot.closed is None]
    read = {path for slot in open_slots for one in slot.candidates if one.amount for path in counted_from(one.amount)}
    for cap in bounding:
        read.update((*counted_from(cap.limit.at_most), cap.limit.minus))
    if any(slot.kind is ActionKind.REFUND for slot in open_slots):
        read.add("amount_paid")
    by_due = any(one.due is not None for slot in open_slots if len(slot.candidates) > 1 for one in slot.candidates)
    return not by_due and read.isdisjoint(facts)


def _due_differs(slot: Slot) -> bool:
    """Two lengths of time may be the same today and another in a week with a holiday."""
    return len({promise_of(one.kind, one.planned.parameters) for one in slot.candidates if one.due is not None}) > 1


def _open_rules(  # noqa: PLR0913  # all that leaves a rule open, or says what it would add
    pack: Pack,
    matches: Matches,
    applied: Sequence[Rule],
    *,
    facts: Facts,
    sources: Sources,
    referred: bool,
) -> tuple[OpenRule, ...]:
    undetermined = [pack.rules[index] for index in places(matches.may & ~matches.true & ((1 << len(pack.rules)) - 1))]
    order, forbidding = pack.vocabulary.order, [rule for rule in applied if rule.forbids]
    return tuple(
        OpenRule(
            rule=rule,
            missing=tuple(sorted(sources.of(tuple(missing_of(rule, pack.rules, facts))), key=order.__getitem__)),
            proposals=live_proposals(rule, forbidding, referred=referred),
        )
        for rule in undetermined
    )


def _needs_of_rules(open_rules: Sequence[OpenRule], standing: Sequence[Candidate]) -> list[Need]:
    kinds = frozenset(candidate.kind for candidate in standing) | {
        proposal.kind for open_rule in open_rules for proposal in open_rule.proposals
    }
    needs: list[Need] = []
    for open_rule in open_rules:
        if could_change(open_rule, kinds):
            owed = any(proposal.kind is ActionKind.ENTITLEMENT for proposal in open_rule.proposals)
            needs += [Need(path, open_rule.rule.rule_id, entitlement=owed) for path in open_rule.missing]
            if open_rule.rule.hold is not None:
                needs += _needs_of_held(open_rule, open_rules, standing)
    return needs


def _needs_of_held(
    open_rule: OpenRule, open_rules: Sequence[OpenRule], standing: Sequence[Candidate]
) -> Iterator[Need]:
    """A rule that may hold serves whatever it would hold: nothing of that may be promised before it is decided."""
    proposed = [(candidate.rule_id, candidate.kind) for candidate in standing]
    proposed += [(other.rule.rule_id, proposal.kind) for other in open_rules for proposal in other.proposals]
    for rule_id, kind in proposed:
        if is_substantive(kind) and holds(open_rule.rule, kind):
            for path in open_rule.missing:
                yield Need(path, rule_id, entitlement=kind is ActionKind.ENTITLEMENT)


def _needs_of_candidates(slots: Sequence[Slot], room_lacks: Sequence[str], bounding: Sequence[Cap]) -> list[Need]:
    return [
        Need(path, candidate.rule_id, entitlement=slot.kind is ActionKind.ENTITLEMENT)
        for slot in slots
        for candidate in slot.candidates
        for path in (
            *candidate.missing,
            *candidate.amount_missing,
            *(room_lacks if slot.kind is ActionKind.REFUND else ()),
            *(path for cap in bounding if slot.kind in cap.limit.of and is_bounded(candidate) for path in cap.missing),
        )
    ]


def _owner(slots: Sequence[Slot]) -> str:
    for slot in slots:
        if slot.kind is ActionKind.ASSIGN_OWNER and slot.closed is not None:
            planned = slot.closed.candidate.planned
            team = planned.parameter("answers") or planned.parameter("to")
            return team if isinstance(team, str) else ""
    return ""
