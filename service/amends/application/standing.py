"""How each policy stands in this process: whether anything decides for it, whether that is proved, and if not, why."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from enum import StrEnum
from typing import Final, NamedTuple, TypeAlias

from amends.application.activation import Activation, ActivationState, Origin, Pointed
from amends.application.catalog import Catalog
from amends.application.live_catalog import LiveCatalog
from amends.application.policy_ports import Activations, Proofs
from amends.resolution.fill import SEMANTICS

_LOOKED_AT: Final = 20
_REASON_CHARACTERS: Final = 500
_NOT_LOADED: Final = "its pack did not load; the log says why"
_NOT_YET: Final = "its proof is not made yet"
_NOT_HERE: Final = "there is no database that would remember a proof; `amends verify` makes one"


class PolicyState(StrEnum):
    """How a policy stands, the worst that is so."""

    PROVED = "proved"
    """Decided by a pack that engines agree on, and nothing newer was refused."""
    UNPROVED = "unproved"
    """Decided by a pack whose proof is not made yet, or did not come to its end."""
    BEHIND = "behind"
    """Something newer was refused; the last good pack decides."""
    NOT_FOLLOWED = "not_followed"
    """This process cannot make ready what is live, and decides by the pack that it had."""
    UNDECIDED = "undecided"
    """Nothing decides: its pack did not load, was refused or was withdrawn."""


class Standing(NamedTuple):
    """Of one policy: what decides (empty: nothing), and which activation says why it stands so, in whose words."""

    policy: str
    state: PolicyState
    digest: str = ""
    activation_id: str = ""
    reason: str = ""


Standings: TypeAlias = Callable[[], Sequence[Standing]]
"""How all policies stand now, by name."""


class WatchedStandings:
    """How policies that are followed stand, as of the last look."""

    def __init__(self, activations: Activations, proofs: Proofs, *, live: LiveCatalog, remembers: bool) -> None:
        """`remembers`: proofs are kept, so that one that is missing is on its way."""
        self._activations = activations
        self._proofs = proofs
        self._live = live
        self._unproved = _NOT_YET if remembers else _NOT_HERE
        self._proved = set[str]()
        self._found: tuple[Standing, ...] = ()

    def __call__(self) -> Sequence[Standing]:
        """As of the last look."""
        return self._found

    async def look(self, left: Mapping[str, tuple[Pointed, str]]) -> None:
        """Look now. `left`: what is live and could not be made ready here, and why. LogUnavailableError."""
        self._found = tuple([await self._of(policy, left.get(policy)) for policy in self._live.known])

    async def _of(self, policy: str, left: tuple[Pointed, str] | None) -> Standing:
        compiled = self._live.activated.get(policy)
        newest = await self._activations.activations(policy=policy, policies=None, before="", limit=_LOOKED_AT)
        change, proof = _refused_since(newest)
        digest = "" if compiled is None else compiled.pack.digest
        if left is not None:
            pointed, why = left
            state = PolicyState.NOT_FOLLOWED if digest else PolicyState.UNDECIDED
            return Standing(policy, state, digest, pointed.activation_id, why[:_REASON_CHARACTERS])
        if not digest:
            refused = change or proof
            return await self._because(policy, PolicyState.UNDECIDED, digest, refused, _NOT_LOADED)
        if change is not None:
            return await self._because(policy, PolicyState.BEHIND, digest, change, "")
        if not await self._is_proved(digest):
            return await self._because(policy, PolicyState.UNPROVED, digest, proof, self._unproved)
        return Standing(policy, PolicyState.PROVED, digest)

    async def _because(
        self, policy: str, state: PolicyState, digest: str, refused: Activation | None, otherwise: str
    ) -> Standing:
        if refused is None:
            return Standing(policy, state, digest, "", otherwise)
        whole = await self._activations.activation(refused.activation_id)
        problems = () if whole is None else whole.findings.problems
        reason = problems[0][:_REASON_CHARACTERS] if problems else otherwise
        return Standing(policy, state, digest, refused.activation_id, reason)

    async def _is_proved(self, digest: str) -> bool:
        if digest not in self._proved and await self._proofs.proved(digest, semantics=SEMANTICS) is not None:
            self._proved.add(digest)
        return digest in self._proved


def standings_of(catalog: Catalog) -> Sequence[Standing]:
    """Where nothing is followed: what was read at the start decides, or does not."""
    return [
        Standing(policy, PolicyState.UNPROVED, catalog.packs[name].pack.digest, "", _NOT_HERE)
        if name in catalog.packs
        else Standing(policy, PolicyState.UNDECIDED, reason=_NOT_LOADED)
        for policy, name in catalog.policies.items()
    ]


def _refused_since(newest: Iterable[Activation]) -> tuple[Activation | None, Activation | None]:
    """The newest change, and the newest proof, that was refused since something last went live."""
    change, proof = None, None
    for one in newest:
        if one.state in {ActivationState.LIVE, ActivationState.REPLACED}:
            break
        if one.state is ActivationState.REFUSED and one.origin is Origin.PROOF:
            proof = proof or one
        elif one.state is ActivationState.REFUSED and not one.validate_only:
            change = change or one
    return change, proof
