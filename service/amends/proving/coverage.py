"""Coverage: which parts of a pack its own tests reach. A part that no test reaches may say anything unnoticed.

A rule counts as applied where its condition held, even if all that it asked for was overruled, and as deciding where
something of it shows in the decision: an action that stands, a removal by its forbid, a hold. A condition counts with a
value only where it mattered (see `influence`). What counts is measured in `measure`.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from amends.packs.conditions import Atom, Truth
from amends.packs.diagnostics import Diagnostic, Severity
from amends.packs.model import Position

_TRUTH_WORDS = {True: "true", False: "false", None: "unknown"}
_EVERY = 100


class Aspect(StrEnum):
    """What is counted, each on its own."""

    APPLIED = "rules applied"
    DECIDED = "rules deciding"
    TRUE = "conditions true"
    FALSE = "conditions false"
    UNKNOWN = "conditions unknown"
    OTHER = "limits, requirements, holds, guardrails, cases and rows"


@dataclass(frozen=True, slots=True)
class Tally:
    """So many of so many."""

    seen: int
    of: int


@dataclass(frozen=True, slots=True)
class ConditionCoverage:
    """One condition of a rule: the values it may have where it matters, and those that tests have seen there."""

    atom: Atom
    words: str
    possible: tuple[Truth, ...]
    seen: frozenset[Truth]

    @property
    def unseen(self) -> tuple[Truth, ...]:
        """The values that no test has seen."""
        return tuple(value for value in self.possible if value not in self.seen)


@dataclass(frozen=True, slots=True)
class RuleCoverage:
    """One rule, or row of a table."""

    rule_id: str
    position: Position
    applied: bool
    decided: bool
    conditions: tuple[ConditionCoverage, ...]


@dataclass(frozen=True, slots=True)
class PartCoverage:
    """Whether a limit, requirement, hold, guardrail, case or row of amounts ever acted; `lack` says that it did not."""

    lack: str
    position: Position
    seen: bool


@dataclass(frozen=True, slots=True)
class Missing:
    """One line of what no test reaches."""

    position: Position
    words: str


@dataclass(frozen=True, slots=True)
class Coverage:
    """Of one pack, by one run of its tests."""

    pack_id: str
    rules: tuple[RuleCoverage, ...]
    parts: tuple[PartCoverage, ...]

    def tally(self, aspect: Aspect) -> Tally:
        """How many of how many."""
        conditions = [condition for rule in self.rules for condition in rule.conditions]
        match aspect:
            case Aspect.APPLIED:
                return Tally(sum(rule.applied for rule in self.rules), len(self.rules))
            case Aspect.DECIDED:
                return Tally(sum(rule.decided for rule in self.rules), len(self.rules))
            case Aspect.TRUE:
                return _tally_of(True, conditions)  # noqa: FBT003  # one of three truths
            case Aspect.FALSE:
                return _tally_of(False, conditions)  # noqa: FBT003  # as above
            case Aspect.UNKNOWN:
                return _tally_of(None, conditions)
            case Aspect.OTHER:
                return Tally(sum(part.seen for part in self.parts), len(self.parts))

    @property
    def total(self) -> Tally:
        """All aspects together."""
        tallies = [self.tally(aspect) for aspect in Aspect]
        return Tally(sum(tally.seen for tally in tallies), sum(tally.of for tally in tallies))

    @property
    def tenths(self) -> int:
        """The total in tenths of a percent, rounded down: 1000 means that nothing at all is missing."""
        total = self.total
        return _EVERY * 10 * total.seen // total.of if total.of else _EVERY * 10

    def reaches(self, percent: int) -> bool:
        """Whether the total is at least so much."""
        return self.tenths >= percent * 10

    def missing(self) -> tuple[Missing, ...]:
        """What no test reaches, by position; of a rule that never applied only that."""
        found = [missing for rule in self.rules for missing in missing_of(rule)]
        found += [Missing(part.position, part.lack) for part in self.parts if not part.seen]
        return tuple(sorted(found, key=lambda one: (one.position.file, one.position.line, one.position.column)))


def unexercised(coverage: Coverage) -> tuple[Diagnostic, ...]:
    """A warning for every rule that no test applies, and for every condition of another that mattered in no test."""
    return tuple(
        Diagnostic(
            rule.position,
            "unexercised",
            message,
            "write a test that reaches it",
            severity=Severity.WARNING,
            about=(rule.rule_id,),
        )
        for rule in coverage.rules
        for message in _unexercised_in(rule)
    )


def _unexercised_in(rule: RuleCoverage) -> Iterator[str]:
    if not rule.applied:
        yield f"no test applies the rule {rule.rule_id}"
        return
    for condition in rule.conditions:
        if not condition.seen:
            yield f"in no test does the condition `{condition.words}` of the rule {rule.rule_id} matter"


def _tally_of(value: Truth, conditions: Sequence[ConditionCoverage]) -> Tally:
    possible = [condition for condition in conditions if value in condition.possible]
    return Tally(sum(value in condition.seen for condition in possible), len(possible))


def missing_of(rule: RuleCoverage) -> Iterator[Missing]:
    """What no test reaches of a rule; of one that never applied only that."""
    if not rule.applied:
        yield Missing(rule.position, f"{rule.rule_id}: no test applies it")
        return
    if not rule.decided:
        yield Missing(rule.position, f"{rule.rule_id}: nothing of it shows in a decision")
    for condition in rule.conditions:
        if condition.unseen:
            values = " or ".join(_TRUTH_WORDS[value] for value in condition.unseen)
            yield Missing(rule.position, f"{rule.rule_id}: `{condition.words}` is never {values} where it matters")
