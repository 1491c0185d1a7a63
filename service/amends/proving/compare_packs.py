"""Compares what two packs say, and what they decide on the boundary situations of both."""

from collections.abc import Hashable, Iterator
from contextlib import suppress
from dataclasses import replace
from typing import Final

from amends.application.compiled_pack import CompiledPack
from amends.application.pack_work import Compared, DecidedOtherwise
from amends.domain.decision import Decision
from amends.domain.facts import FactSpec, FactType, Value, Vocabulary
from amends.domain.situation import Situation
from amends.packs.amounts import amount_tables
from amends.packs.conditions import AllOf, NoneOf
from amends.packs.model import Pack, Rule
from amends.packs.normal_form import TooManyConjunctsError, normal_form
from amends.packs.playbook.parts import differing_parts
from amends.proving.boundaries import MOST_DECIDED, Boundaries
from amends.resolution.resolve import Resolved

MOST_SITUATIONS: Final = 500
"""Boundary situations of each of the two packs, and as many of what differs in each."""

MOST_CHANGED: Final = 100
"""Of packs that differ in more rules, the whole is asked of alone."""


def compare_packs(before: CompiledPack, after: CompiledPack, *, now: int, examples: int, locale: str) -> Compared:
    """Both decide as their first role. Of what is decided otherwise, one example of each kind goes first."""
    compared, differing = 0, 0
    found: dict[Hashable, list[DecidedOtherwise]] = {}
    for about, situation, vocabulary in _situations(before.pack, after.pack, now=now):
        old, new = (_decided(one, situation, vocabulary) for one in (before, after))
        compared += 1
        if _seen(old.decision) != _seen(new.decision):
            differing += 1
            several = found.setdefault(_kind(old.decision, new.decision), [])
            if len(several) < examples:
                several.append(DecidedOtherwise(about, situation, vocabulary, old, new))
    told = [one for several in found.values() for one in several[:1]]
    told += [one for several in found.values() for one in several[1:]]
    parts = tuple(differing_parts(before.pack, after.pack, locale=locale))
    return Compared(parts, compared, differing, told[:examples])


def _situations(before: Pack, after: Pack, *, now: int) -> Iterator[tuple[str, Situation, Vocabulary]]:
    """Those of what differs between the two, and then those of each pack as a whole; each once."""
    told: set[Hashable] = set()
    changed = (_changed(after, before), _changed(before, after))
    packs = (*(one for one in changed if len(one.rules) <= MOST_CHANGED), after, before)
    most = min(MOST_SITUATIONS, MOST_DECIDED // max(1, len(before.rules) + len(after.rules)))
    for pack in packs:
        for case in Boundaries(pack, now=now, most=most):
            known = frozenset(case.situation.facts.items())
            if known not in told:
                told.add(known)
                yield case.about, case.situation, pack.vocabulary


def _changed(pack: Pack, other: Pack) -> Pack:
    """Of a pack what the other does not say as well, each row of an amount being a rule: only to be asked of.

    Alone, for in a large pack a change of one row would be lost among thousands of situations.
    """
    same_rules, same_derives = {rule.rule_id: rule for rule in other.rules}, {one.path: one for one in other.derives}
    rules = [row for rule in pack.rules if same_rules.get(rule.rule_id) != rule for row in _with_rows(rule)]
    derives = tuple(one for one in pack.derives if same_derives.get(one.path) != one)
    return replace(pack, rules=tuple(rules), derives=derives, main=(), limits=(), requires=(), guardrails=())


def _with_rows(rule: Rule) -> Iterator[Rule]:
    yield rule
    amounts = [proposal.amount for proposal in rule.then if proposal.amount is not None]
    for table in (table for amount in amounts for table in amount_tables(amount)):
        for number, row in enumerate(table.rows):
            when = AllOf((rule.when, row.when, NoneOf(tuple(one.when for one in table.rows[:number]))))
            with suppress(TooManyConjunctsError):
                normal_form(when)
                yield replace(rule, when=when)


def _decided(compiled: CompiledPack, situation: Situation, vocabulary: Vocabulary) -> Resolved:
    """By the pack's own reading: a fact that it does not have, or cannot have that value, is not known to it."""
    specs = compiled.pack.vocabulary.specs
    facts = {
        path: value
        for path, value in situation.facts.items()
        if path in specs and _may_be(value, specs[path], vocabulary.specs[path])
    }
    return compiled.decide(situation._replace(facts=facts), role=compiled.pack.authority[0].role)


def _may_be(value: Value, spec: FactSpec, made_for: FactSpec) -> bool:
    if spec.type is not made_for.type:
        return False
    if spec.values and spec.type in {FactType.ENUM, FactType.SET}:
        members = value if isinstance(value, frozenset) else {value}
        return members <= set(spec.values)
    return (spec.minimum, spec.maximum) == (made_for.minimum, made_for.maximum) or _in_bounds(value, spec)


def _in_bounds(value: Value, spec: FactSpec) -> bool:
    if not isinstance(value, int):
        return False
    return (spec.minimum is None or spec.minimum <= value) and (spec.maximum is None or value <= spec.maximum)


def _seen(decision: Decision) -> Hashable:
    """What whoever asks sees of a decision, but for identifiers and for which rules it was."""
    return (
        decision.outcome,
        tuple(action._replace(action_id="", rule_ids=(), unsettled=(), on_hold=()) for action in decision.actions),
        tuple(bool(action.unsettled) for action in decision.actions),
        tuple(tuple(hold.team for hold in action.on_hold) for action in decision.actions),
        tuple(fact.path for fact in decision.needed_facts),
        decision.unanswered_requests,
        tuple(guardrail.guardrail_id for guardrail in decision.guardrails),
        tuple((one.kind, one.due, one.owner) for one in decision.obligations),
    )


def _kind(before: Decision, after: Decision) -> Hashable:
    """Differences of one kind: the same kinds of action came and went, between the same outcomes."""
    old, new = (tuple(action.kind for action in one.actions) for one in (before, after))
    return before.outcome, after.outcome, old, new
