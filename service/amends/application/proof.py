"""What it is to prove a pack: every engine decides the same situations, and all of them come to the same.

The words of the port `Prover`. A proof is kept by the pack's digest and the semantics number.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final, NamedTuple

from amends.domain.situation import Situation

INDEPENDENT: Final = "durable"
"""The engine that others wrote: only what it agrees to is verified independently."""


class CaseKind(StrEnum):
    """Where a situation comes from."""

    VALUE = "value"
    """One fact at a bound, beside it, or at another value that an answer may depend on."""
    CONDITION = "condition"
    """A condition that holds, and one of its facts moved over its bounds, or taken away."""
    MISSING = "missing"
    """Everything that the pack reads is known, but for one fact."""
    MAIN = "main"
    """Two facts of `main`, in all combinations."""
    TEST = "test"
    """A situation of the pack's own tests."""
    LOGGED = "logged"
    """A situation that was decided before."""


class Case(NamedTuple):
    """A situation to be decided by every engine, seen by `role`, one of the pack's; `about` says which one it is."""

    kind: CaseKind
    about: str
    situation: Situation
    role: str


@dataclass(frozen=True, slots=True)
class Count:
    """Of one kind, how many situations were decided, and of how many: fewer where a sample was taken."""

    kind: CaseKind
    taken: int
    of: int


@dataclass(frozen=True, slots=True)
class Said:
    """What one engine says of a situation on which not all agree, a line each: only where they differ."""

    engine: str
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Disagreement:
    """The smallest situation found on which engines differ: as a case file, in whose words, and who says what."""

    kind: CaseKind
    about: str
    situation: str
    said: tuple[Said, ...]


@dataclass(frozen=True, slots=True)
class Proof:
    """What came of proving one pack, by which engines; `seconds` is the processor time that each of them took.

    `absent` says of the other engines why they decided nothing. `unfinished` says what kept the proof from its end: a
    limit that was reached, or an engine that took its process with it; empty where nothing did.
    """

    pack_id: str
    version: str
    digest: str
    semantics: int
    engines: tuple[str, ...] = ()
    counts: tuple[Count, ...] = ()
    absent: Mapping[str, str] = field(default_factory=dict)
    disagreement: Disagreement | None = None
    unfinished: str = ""
    seconds: Mapping[str, float] = field(default_factory=dict)

    @property
    def situations(self) -> int:
        """How many each of them decided."""
        return sum(count.taken for count in self.counts)

    @property
    def agreed(self) -> bool:
        """Whether at least two engines decided everything, all alike."""
        return self.disagreement is None and not self.unfinished and len(self.engines) > 1

    @property
    def independently_verified(self) -> bool:
        """Whether an engine that others wrote is among those that agreed."""
        return self.agreed and INDEPENDENT in self.engines
