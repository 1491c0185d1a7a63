"""The use case of a changed folder of rules: what policies are to decide by now is asked for, as a person would ask."""

from collections.abc import Callable, Sequence
from typing import Final, NamedTuple

from amends.application.activation import Activation, ActivationState, Origin, PackTexts
from amends.application.policy_ports import Activations, Asked
from amends.application.ports import Clock, NewId

REASON: Final = "the folder of rule packs has changed"
FIRST_REASON: Final = "what the folder of rule packs held when the policy was first served"


class FolderPolicy(NamedTuple):
    """What a policy is to decide by, as the folder says it: a pack's texts with what it extends, and its tests.

    `digest` and `version` are there where the folder was loaded, and the pack compiles.
    """

    policy: str
    pack_id: str
    texts: PackTexts
    fingerprint: str
    digest: str = ""
    version: str = ""


class RequestFolder:
    """Asks for what the folder holds, unless it was asked for already."""

    def __init__(self, activations: Activations, *, clock: Clock, new_id: NewId, on_news: Callable[[], None]) -> None:
        """`on_news` hears that there is something to check."""
        self._activations = activations
        self._clock = clock
        self._new_id = new_id
        self._on_news = on_news

    async def begin(self, found: Sequence[FolderPolicy]) -> None:
        """Let policies that point to nothing yet point to what the folder holds, where it compiles: else none would."""
        live = [self._activation(one, FIRST_REASON, ActivationState.LIVE) for one in found if one.digest]
        if live:
            await self._activations.begin(live)

    async def __call__(self, found: Sequence[FolderPolicy]) -> Sequence[Activation]:
        """The activations that were asked for now. LogUnavailableError: ask again."""
        asked = []
        for one in found:
            activation = self._activation(one, REASON, ActivationState.REQUESTED)
            answer = await self._activations.ask(activation, one.texts)
            if isinstance(answer, Asked):
                asked.append(answer.activation)
        if asked:
            self._on_news()
        return asked

    def _activation(self, one: FolderPolicy, reason: str, state: ActivationState) -> Activation:
        now = self._clock.now()
        live = state is ActivationState.LIVE
        return Activation(
            activation_id=self._new_id(),
            policy=one.policy,
            origin=Origin.FOLDER,
            requested_at=now,
            reason=reason,
            state=state,
            pack_id=one.pack_id,
            version=one.version if live else "",
            digest=one.digest if live else "",
            fingerprint=one.fingerprint,
            settled_at=now if live else None,
        )
