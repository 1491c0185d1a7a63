"""The use case of what policies decide by without a proof: what they began with, or what an older software has proved.

It is asked for as an activation that makes nothing live, so that one worker of all checks it, whoever dies over it, and
what came of it is on record.
"""

from collections.abc import Callable, Sequence
from typing import Final

from amends.application.activation import Activation, Origin, Pointed
from amends.application.policy_ports import Activations, Asked, Proofs
from amends.application.ports import Clock, NewId
from amends.application.request_folder import FolderPolicy
from amends.resolution.fill import SEMANTICS

REASON: Final = "what the policy decides by was not proved under this software"


class ProveLive:
    """Asks for the proofs that are missing."""

    def __init__(
        self, activations: Activations, proofs: Proofs, *, clock: Clock, new_id: NewId, on_news: Callable[[], None]
    ) -> None:
        """`on_news` hears that there is something to check."""
        self._activations = activations
        self._proofs = proofs
        self._clock = clock
        self._new_id = new_id
        self._on_news = on_news

    async def __call__(self, folder: Sequence[FolderPolicy]) -> Sequence[Activation]:
        """The activations that were asked for now. Each digest of a policy is asked for once under one software.

        `folder`: where it holds what is live, its checks and tests are made as well.
        """
        held = {(one.policy, one.digest): one for one in folder if one.digest}
        asked = []
        for pointed in await self._activations.policies():
            if await self._proofs.proved(pointed.digest, semantics=SEMANTICS) is not None:
                continue
            found = held.get((pointed.policy, pointed.digest))
            answer = await self._activations.ask(
                self._activation(pointed, found), None if found is None else found.texts
            )
            if isinstance(answer, Asked):
                asked.append(answer.activation)
        if asked:
            self._on_news()
        return asked

    def _activation(self, pointed: Pointed, found: FolderPolicy | None) -> Activation:
        return Activation(
            activation_id=self._new_id(),
            policy=pointed.policy,
            origin=Origin.PROOF,
            requested_at=self._clock.now(),
            reason=REASON,
            pack_id="" if found is None else found.pack_id,
            digest=pointed.digest,
            validate_only=True,
            # By this it is asked for once, however many workers start.
            request_id=f"proof {pointed.policy} {pointed.digest} {SEMANTICS}",
        )
