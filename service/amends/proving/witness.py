"""One engine as a witness: what it answers to all that a situation makes the pack ask, and what follows from it."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Final, NamedTuple, TypeAlias

from amends.application.compiled_pack import CompiledPack
from amends.application.ports import Engine, Matcher
from amends.application.proof import Said
from amends.domain.decision import Decision
from amends.domain.facts import Facts, Vocabulary
from amends.domain.situation import Situation
from amends.packs.amounts import amount_conditions
from amends.packs.conditions import Condition
from amends.packs.model import Pack
from amends.proving.pack_tests import shown
from amends.resolution.derive import strata
from amends.resolution.matches import Matches
from amends.resolution.resolve import Resolved

Encode: TypeAlias = Callable[[Resolved], bytes]
"""The bytes of a decision, as they would leave the service."""

_TRUTHS: Final = {
    (True, True): "true",
    (False, True): "unknown",
    (False, False): "false",
    (True, False): "true and false",
}


class Testimony(NamedTuple):
    """The bits of every answer, those for derived facts first, and the decision's bytes; or how it failed."""

    answers: tuple[tuple[int, int], ...]
    encoded: bytes
    failure: str
    decision: Decision | None

    def agrees(self, other: "Testimony") -> bool:
        """Whether the two say the same. A failure agrees with nothing, not even with another."""
        return not self.failure and self[:3] == other[:3]


class Witness:
    """One pack, compiled by one engine; ConditionTooLargeError where the engine does not take it."""

    def __init__(self, name: str, pack: Pack, engine: Engine, *, encode: Encode) -> None:
        self.name = name
        self._answers: list[tuple[int, int]] = []
        self._compiled = CompiledPack(pack, _Overheard(engine, self._answers))
        self._encode = encode

    def __call__(self, situation: Situation, role: str) -> Testimony:
        """Match and decide; whatever goes wrong is a part of what it says."""
        self._answers.clear()
        try:
            resolved = self._compiled.decide(situation, role=role)
            return Testimony(tuple(self._answers), self._encode(resolved), "", resolved.decision)
        except Exception as error:
            if MemoryError in {type(error), type(error.__cause__)}:
                # Not the engine's: whoever bounded the memory is to know.
                raise MemoryError from error
            return Testimony(tuple(self._answers), b"", f"{type(error).__name__}: {error}", None)


class _Overheard:
    """An engine, and a list to which all that it answers is added, before anything is made of it."""

    def __init__(self, engine: Engine, answers: list[tuple[int, int]]) -> None:
        self._engine = engine
        self._answers = answers

    def compile(self, vocabulary: Vocabulary, conditions: Sequence[Condition]) -> Matcher:
        return _OverheardMatcher(self._engine.compile(vocabulary, conditions), self._answers)


class _OverheardMatcher:
    def __init__(self, matcher: Matcher, answers: list[tuple[int, int]]) -> None:
        self._matcher = matcher
        self._answers = answers

    def match(self, facts: Facts) -> Matches:
        matches = self._matcher.match(facts)
        self._answers.append((matches.true, matches.may))
        return matches


def who_says_what(pack: Pack, said: Mapping[str, Testimony]) -> tuple[Said, ...]:
    """Of every engine, the values of the conditions on which not all agree, and its decision if those differ."""
    names = _names(pack)
    lines: dict[str, list[str]] = {name: [] for name in said}
    for stratum, told in enumerate(names):
        answered = {name: one.answers[stratum : stratum + 1] for name, one in said.items()}
        for place, condition in enumerate(told):
            truths = {name: _truth(answers, place) for name, answers in answered.items()}
            if len(set(truths.values())) > 1:
                for name, truth in truths.items():
                    lines[name] += [f"{condition}: {truth}"]
    decisions_differ = len({one.encoded for one in said.values() if not one.failure}) > 1
    for name, one in said.items():
        if one.failure:
            lines[name].append(f"failed: {one.failure}")
        elif decisions_differ and one.decision is not None:
            lines[name] += _decision_lines(one.decision)
    return tuple(Said(name, tuple(found)) for name, found in lines.items())


def _truth(answers: Sequence[tuple[int, int]], place: int) -> str:
    if not answers:
        return "not answered"
    true, may = answers[0]
    return _TRUTHS[bool(true >> place & 1), bool(may >> place & 1)]


def _names(pack: Pack) -> list[list[str]]:
    """What each bit of each answer is of: the cases of derived facts, stratum by stratum, then what a pack asks."""
    cases = [
        [f"{derive.path}, case {number}" for derive in stratum for number in range(1, len(derive.cases) + 1)]
        for stratum in strata(pack.derives)
    ]
    beside = dict(_beside(pack))
    rules = len(pack.rules)
    return [*cases, [*(rule.rule_id for rule in pack.rules), *(beside[one] for one in pack.conditions[rules:])]]


def _beside(pack: Pack) -> Iterator[tuple[Condition, str]]:
    """The conditions that are no rule's, and whose they are."""
    for rule in pack.rules:
        for proposal in rule.then:
            if proposal.amount is not None:
                for condition in amount_conditions(proposal.amount):
                    yield condition, f"a row of the amount of {rule.rule_id}"
    for limit in pack.limits:
        for condition in amount_conditions(limit.at_most):
            yield condition, f"a row of the limit {limit.limit_id}"
    for requirement in pack.requires:
        yield requirement.when, f"the requirement {requirement.requirement_id}"
    for guardrail in pack.guardrails:
        yield guardrail.unless, f"the guardrail {guardrail.guardrail_id}"


def _decision_lines(decision: Decision) -> Iterator[str]:
    yield f"decides: {decision.outcome}"
    yield from (f"  {shown(action)}" for action in decision.actions)
    yield f"  needed: {', '.join(fact.path for fact in decision.needed_facts) or 'nothing'}"
