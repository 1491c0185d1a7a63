"""Measures what a pack's tests reach, from the facts of each test (derived ones too) and the decision that came of it.

Only of what a pack defines itself: what it inherits is the business of the pack that wrote it, and of its tests.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from amends.application.compiled_pack import CompiledPack
from amends.domain.decision import Step, Verdict
from amends.domain.facts import Facts
from amends.packs.amounts import Amount, AmountTable, amount_tables
from amends.packs.conditions import Truth, atoms, evaluate, paths
from amends.packs.model import Derive, Pack, Position, Proposal, Rule, TableParameter
from amends.packs.words_of_conditions import atom_words
from amends.proving.coverage import ConditionCoverage, Coverage, PartCoverage, RuleCoverage
from amends.proving.influence import can_matter_unknown, influences, never_missing
from amends.proving.pack_tests import PackTestResult

HELD: Final = (Verdict.APPLIED, Verdict.LIMITED, Verdict.OVERRULED)
"""The verdicts of a rule that applied: its condition held."""


def measure(compiled: CompiledPack, results: Iterable[PackTestResult]) -> Coverage:
    """What the tests reached, by the facts of each (derived ones too) and the decision that came of it."""
    pack = compiled.pack
    runs = [_Run(result, compiled) for result in results]
    known = never_missing(pack.derives)
    own = [rule for rule in pack.rules if _is_own(rule.position, pack)]
    return Coverage(
        pack_id=pack.pack_id,
        rules=tuple(_rule_coverage(rule, pack, runs, known=known) for rule in own),
        parts=tuple(part for part in _parts(pack, runs) if _is_own(part.position, pack)),
    )


class _Run:
    """One test: what was known when rules were matched, and which rules and parts show in what came."""

    __slots__ = ("acted", "applied", "decided", "facts", "given", "guardrails", "held")

    def __init__(self, result: PackTestResult, compiled: CompiledPack) -> None:
        decision = result.decision
        self.given: Facts = result.test.situation.facts
        self.facts, _ = compiled.match(self.given)
        self.acted = {(adjustment.step, adjustment.by) for adjustment in decision.adjustments}
        self.applied = {trace.rule_id for trace in decision.rules if trace.verdict in HELD}
        self.held = {rule_id for action in decision.actions for hold in action.on_hold for rule_id in hold.rule_ids}
        named = {rule_id for action in decision.actions for rule_id in action.rule_ids}
        self.decided = named | self.held | {by for step, by in self.acted if step is Step.FORBID}
        self.guardrails = {guardrail.guardrail_id for guardrail in decision.guardrails}


def _is_own(position: Position, pack: Pack) -> bool:
    return position.file.startswith(f"{pack.pack_id}/")


def _rule_coverage(rule: Rule, pack: Pack, runs: Sequence[_Run], *, known: frozenset[str]) -> RuleCoverage:
    unknown = can_matter_unknown(rule.when, known)
    seen: list[set[Truth]] = [set() for _ in unknown]
    for facts in _distinct(rule, runs):
        for index, found in enumerate(influences(rule.when, facts)):
            if found.matters:
                seen[index].add(found.truth)
    return RuleCoverage(
        rule_id=rule.rule_id,
        position=rule.position,
        applied=any(rule.rule_id in run.applied for run in runs),
        decided=any(rule.rule_id in run.decided for run in runs),
        conditions=tuple(
            ConditionCoverage(
                atom=atom,
                words=atom_words(atom, pack.vocabulary, timezone=pack.timezone),
                possible=(True, False, None) if can_be_unknown else (True, False),
                seen=frozenset(values),
            )
            for atom, can_be_unknown, values in zip(atoms(rule.when), unknown, seen, strict=True)
        ),
    )


def _distinct(rule: Rule, runs: Sequence[_Run]) -> Iterable[Facts]:
    """The facts of the tests, those once that look alike to the rule."""
    read = sorted(paths(rule.when))
    return {tuple(run.facts.get(path) for path in read): run.facts for run in runs}.values()


def _parts(pack: Pack, runs: Sequence[_Run]) -> Iterator[PartCoverage]:
    for limit in pack.limits:
        cut = any((Step.LIMIT, limit.limit_id) in run.acted for run in runs)
        yield PartCoverage(f"limit {limit.limit_id}: it cuts nothing", limit.position, cut)
        every = [run.facts for run in runs]
        yield from _rows(f"limit {limit.limit_id}", limit.at_most, limit.position, every)
    for requirement in pack.requires:
        removed = any((Step.REQUIRE, requirement.requirement_id) in run.acted for run in runs)
        words = f"requirement {requirement.requirement_id}: it removes nothing"
        yield PartCoverage(words, requirement.position, removed)
    for guardrail in pack.guardrails:
        ident = guardrail.guardrail_id
        shown = any(ident in run.guardrails for run in runs)
        yield PartCoverage(f"guardrail {ident}: it is never shown", guardrail.position, shown)
    for derive in pack.derives:
        yield from _cases(derive, runs)
    for rule in pack.rules:
        if rule.hold is not None:
            held = any(rule.rule_id in run.held for run in runs)
            yield PartCoverage(f"{rule.rule_id}: it holds nothing back", rule.position, held)
        applied = [run.facts for run in runs if rule.rule_id in run.applied]
        for proposal in rule.then:
            if proposal.amount is not None:
                yield from _rows(rule.rule_id, proposal.amount, rule.position, applied)
            yield from _looked_up(rule, proposal, applied)


def _cases(derive: Derive, runs: Sequence[_Run]) -> Iterator[PartCoverage]:
    """The cases that gave a derived fact its value; where the caller said it, none did."""
    told = [run.facts for run in runs if derive.path not in run.given and derive.path in run.facts]
    hit = {_deciding(derive, facts) for facts in told}
    for number, case in enumerate(derive.cases, start=1):
        words = f"derived fact {derive.path}: case {number} is never hit"
        yield PartCoverage(words, case.position, number in hit)


def _deciding(derive: Derive, facts: Facts) -> int:
    """The number of the case that holds: of a fact that could be told, the first."""
    return next((number for number, case in enumerate(derive.cases, start=1) if evaluate(case.when, facts)), 0)


def _rows(owner: str, amount: Amount, position: Position, known: Sequence[Facts]) -> Iterator[PartCoverage]:
    for table in amount_tables(amount):
        hit = {_deciding_row(table, facts) for facts in known}
        for number in range(1, len(table.rows) + 1):
            words = f"{owner}: row {number} of its table of amounts is never hit"
            yield PartCoverage(words, position, number in hit)


def _looked_up(rule: Rule, proposal: Proposal, known: Sequence[Facts]) -> Iterator[PartCoverage]:
    """The rows of a referral's table; all of its parameters are looked up by the same value."""
    table = next((value for _, value in proposal.parameters if isinstance(value, TableParameter)), None)
    if table is None:
        return
    by = table.by
    needs = [by] if isinstance(by, str) else [facts.get(by.path, by.default) for facts in known]
    asked = {str(need) for need in needs if need is not None}
    for number, (value, _) in enumerate(table.rows, start=1):
        words = f"{rule.rule_id}: row {number} of its table of referrals is never looked up"
        yield PartCoverage(words, rule.position, bool(known) and value in asked)


def _deciding_row(table: AmountTable, facts: Facts) -> int:
    """The number of the first row that holds, 0 while a row before it is unknown."""
    for number, row in enumerate(table.rows, start=1):
        truth = evaluate(row.when, facts)
        if truth is not False:
            return number if truth else 0
    return 0
