"""The ports of live policy: where activations, policies and proofs are kept, and what tries a pack.

What is kept is shared by all processes that use one database. Each method of what keeps may raise LogUnavailableError.
"""

from collections.abc import Sequence
from typing import NamedTuple, Protocol, TypeAlias

from amends.application.activation import (
    NOBODY,
    Activation,
    ActivationState,
    Findings,
    PackTexts,
    Person,
    Pointed,
    Proved,
)
from amends.application.proof import Case
from amends.packs.model import Pack
from amends.packs.source import PackSource


class Asked(NamedTuple):
    """The activation is kept."""

    activation: Activation


class AskedBefore(NamedTuple):
    """It was asked for before: in a request of that id, or by the same files in the folder. Nothing was written."""

    activation: Activation


class Overtaken(NamedTuple):
    """An activation that was asked for later is live already; nothing was written."""

    by: str


class OutOfHand(NamedTuple):
    """The activation is no longer in the state, or with the worker, that is to settle it; nothing was written."""


class WentLive(NamedTuple):
    """The policy points to it, and that is on disk."""

    activation: Activation


Gone: TypeAlias = WentLive | Overtaken | OutOfHand


class Claimed(NamedTuple):
    """An activation that one worker checks, the texts it is about (None: a kept pack), and how often it was tried."""

    activation: Activation
    texts: PackTexts | None
    tries: int


class Settlement(NamedTuple):
    """How an activation ends, or waits: by whom, why, when, and what was found of its pack."""

    state: ActivationState
    now: int
    by: Person = NOBODY
    reason: str = ""
    findings: Findings | None = None
    pack: PackSource | None = None


class Activations(Protocol):
    """Where activations and the policies' digests are kept."""

    async def ask(self, activation: Activation, texts: PackTexts | None) -> Asked | AskedBefore:
        """Keep it, with the digest that its policy has now as the previous one.

        One of the folder is asked before where the policy's newest one of the folder has the same fingerprint.
        """
        ...

    async def begin(self, activations: Sequence[Activation]) -> None:
        """Let each of these be live whose policy points to nothing yet; of others nothing is written.

        Nor of one whose very files were refused when they last came from the folder.
        """
        ...

    async def note(self, activation_id: str, findings: Findings) -> None:
        """Keep what was found of what is live."""
        ...

    async def withdraw(self, activation_id: str, settlement: Settlement) -> bool:
        """Refuse what is live, and let its policy point to nothing; False where it is not what is live any more."""
        ...

    async def activation(self, activation_id: str) -> Activation | None:
        """The activation of that id."""
        ...

    async def activations(
        self, *, policy: str, policies: frozenset[str] | None, before: str, limit: int
    ) -> Sequence[Activation]:
        """At most `limit` of them with ids less than `before` (empty: any), the newest first; without findings.

        Of one policy (empty: of all), and of those in `policies` (None: all).
        """
        ...

    async def policies(self) -> Sequence[Pointed]:
        """What each policy points to, by name."""
        ...

    async def is_any_waiting(self, *, now: int, asked: bool = False) -> bool:
        """Whether there is something to claim; with `asked` something else than the proof of what decides already."""
        ...

    async def claim(self, worker: str, *, now: int, until: int) -> Claimed | None:
        """Take the oldest activation that nobody checks, or whose worker has not been heard of in time.

        Proofs of what decides already go last: nobody waits for them.
        """
        ...

    async def renew(self, activation_id: str, worker: str, *, until: int) -> bool:
        """Keep what was claimed; False where it is no longer this worker's."""
        ...

    async def release(self, activation_id: str, worker: str) -> None:
        """Give back what was claimed, to be claimed by another."""
        ...

    async def settle(self, activation_id: str, settlement: Settlement, *, worker: str = "") -> Activation | None:
        """Put an activation that is under way into another state; None where it is out of hand.

        With a worker: only while it is being checked by that one. Never for LIVE: see `go_live`.
        """
        ...

    async def go_live(self, activation_id: str, settlement: Settlement, *, worker: str = "") -> Gone:
        """Let a policy point to the pack of an activation that was checked, and replace the one before; all or nothing.

        With a worker: while it is being checked by that one. Without: while it awaits approval.
        """
        ...


class Proofs(Protocol):
    """Where it is kept that engines agreed on a pack."""

    async def proved(self, digest: str, *, semantics: int) -> Proved | None:
        """What is known of a digest."""
        ...

    async def keep(self, proved: Proved, *, now: int) -> None:
        """Keep it; what was known before of the digest gives way."""
        ...


class Tried(NamedTuple):
    """What came of trying a pack. `pack`, `source` and `cases` (of its tests) are there where it compiles."""

    findings: Findings
    pack: Pack | None = None
    source: PackSource | None = None
    cases: tuple[Case, ...] = ()


class Trial(Protocol):
    """Compiles a pack, checks it and runs its tests, where that can hold up and use up nothing that decides."""

    async def __call__(self, pack_id: str, texts: PackTexts, *, is_whole: bool) -> Tried:
        """What came of it; what keeps the pack from going live stands among the problems.

        `is_whole`: what the pack extends stands among the texts; else it is read from the folder of rules.
        """
        ...


class PastCases(Protocol):
    """Situations that were decided before."""

    async def __call__(self, policy: str, pack: Pack) -> Sequence[Case]:
        """The newest of a policy, as far as the pack can read them."""
        ...
