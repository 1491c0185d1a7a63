"""A pack on its way to a policy, as it is kept: who asked for it and why, how far it is, and what was found."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final, NamedTuple, TypeAlias

from amends.domain.record import Actor
from amends.packs.diagnostics import Diagnostic

PackTexts: TypeAlias = Mapping[str, Mapping[str, bytes]]
"""Files by pack id and then by path within the pack's folder."""


class ActivationState(StrEnum):
    """How far an activation is."""

    REQUESTED = "requested"
    CHECKING = "checking"
    AWAITING_APPROVAL = "awaiting_approval"
    LIVE = "live"
    REPLACED = "replaced"
    REFUSED = "refused"
    CANCELLED = "cancelled"
    VALID = "valid"


UNDER_WAY: Final = frozenset({ActivationState.REQUESTED, ActivationState.CHECKING, ActivationState.AWAITING_APPROVAL})
"""The states in which an activation may still be ended."""


class Origin(StrEnum):
    """Where an activation came from."""

    UPLOAD = "upload"
    DIGEST = "digest"
    FOLDER = "folder"
    PROOF = "proof"
    """Of what the policy decides by already: it is to be proved, and nothing goes live."""


class Person(NamedTuple):
    """Who acts: as they say, and under which name they call (empty: callers are not told apart)."""

    actor: Actor = Actor()
    caller: str = ""


NOBODY: Final = Person()


@dataclass(frozen=True, slots=True)
class Findings:
    """What was found of a pack. `problems` keep it from going live, a line or more each; empty: nothing does.

    `engines` agreed on so many situations; `independently_verified` says whether one that others wrote is among them.
    """

    problems: tuple[str, ...] = ()
    diagnostics: tuple[Diagnostic, ...] = ()
    tests_passed: int = 0
    situations_agreed: int = 0
    engines: tuple[str, ...] = ()
    independently_verified: bool = False


@dataclass(frozen=True, slots=True)
class Activation:
    """One activation. Moments are nanoseconds since 1970-01-01T00:00Z; empty text: not said, or not known yet.

    `fingerprint` is of the files that were given, tests included: what compiles to the same digest may differ in it.
    """

    activation_id: str
    policy: str
    origin: Origin
    requested_at: int
    by: Person = NOBODY
    reason: str = ""
    ticket: str = ""
    state: ActivationState = ActivationState.REQUESTED
    pack_id: str = ""
    version: str = ""
    digest: str = ""
    previous_digest: str = ""
    validate_only: bool = False
    allow_unverified: bool = False
    request_id: str = ""
    fingerprint: str = ""
    settled_by: Person = NOBODY
    settled_reason: str = ""
    settled_at: int | None = None
    findings: Findings = field(default_factory=Findings)


class Pointed(NamedTuple):
    """What a policy points to, and by which activation."""

    policy: str
    digest: str
    activation_id: str


class Proved(NamedTuple):
    """That engines agreed on a pack, and on how many situations, by its digest and the semantics number."""

    digest: str
    semantics: int
    engines: tuple[str, ...]
    situations: int
    independently_verified: bool
