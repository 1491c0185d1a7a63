"""What comes of work on packs that need not be live: their tests run, two of them compared."""

from collections.abc import Sequence
from typing import NamedTuple

from amends.domain.facts import Vocabulary
from amends.domain.situation import Situation
from amends.packs.model import Position
from amends.packs.playbook.parts import PartDifference
from amends.resolution.resolve import Resolved


class RunTest(NamedTuple):
    """One test that was run: what did not come that it expects, and the rules that applied."""

    name: str
    position: Position
    differences: tuple[str, ...]
    rule_ids: tuple[str, ...]


class ReachedRule(NamedTuple):
    """How much of a rule the tests reach; `missing` says in words what they do not."""

    rule_id: str
    applied: bool
    decided: bool
    values: int
    values_seen: int
    missing: tuple[str, ...]


class RunTests(NamedTuple):
    """The tests of a pack and what they reach, in thousandths of all that there is to reach."""

    tests: tuple[RunTest, ...]
    rules: tuple[ReachedRule, ...]
    permille: int


class DecidedOtherwise(NamedTuple):
    """A situation that two packs decide otherwise; the vocabulary is the one that it was made under."""

    about: str
    situation: Situation
    vocabulary: Vocabulary
    before: Resolved
    after: Resolved


class Compared(NamedTuple):
    """How two packs differ."""

    parts: Sequence[PartDifference]
    situations: int
    differing: int
    examples: Sequence[DecidedOtherwise]
