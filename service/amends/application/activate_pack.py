"""The use case of asking that a policy decide by another pack: kept as a request, and checked by whoever is free."""

from collections.abc import Callable
from dataclasses import replace
from typing import NamedTuple

from amends.application.activation import Activation, Origin, PackTexts, Person
from amends.application.activation_errors import UnknownDigestError
from amends.application.log_errors import RequestIdReusedError
from amends.application.policy_ports import Activations, Asked
from amends.application.ports import Clock, NewId, PackStore


class Wanted(NamedTuple):
    """What is asked for: files (`texts`, of the pack `pack_id`) or a kept pack's digest, for which policy and why."""

    policy: str
    by: Person
    reason: str
    ticket: str = ""
    pack_id: str = ""
    texts: PackTexts | None = None
    digest: str = ""
    fingerprint: str = ""
    validate_only: bool = False
    allow_unverified: bool = False
    request_id: str = ""


class ActivatePack:
    """Begins activations."""

    def __init__(
        self,
        activations: Activations,
        packs: PackStore,
        *,
        clock: Clock,
        new_id: NewId,
        on_news: Callable[[], None],
    ) -> None:
        """`on_news` hears that there is something to check."""
        self._activations = activations
        self._packs = packs
        self._clock = clock
        self._new_id = new_id
        self._on_news = on_news

    async def __call__(self, wanted: Wanted) -> Activation:
        """The activation; the one of before for a request that was sent again.

        UnknownDigestError for a pack that is not kept, RequestIdReusedError where the id was of another request.
        """
        activation = Activation(
            activation_id=self._new_id(),
            policy=wanted.policy,
            origin=Origin.UPLOAD if wanted.texts is not None else Origin.DIGEST,
            requested_at=self._clock.now(),
            by=wanted.by,
            reason=wanted.reason,
            ticket=wanted.ticket,
            pack_id=wanted.pack_id,
            digest=wanted.digest,
            validate_only=wanted.validate_only,
            allow_unverified=wanted.allow_unverified,
            request_id=wanted.request_id,
            fingerprint=wanted.fingerprint,
        )
        if wanted.texts is None:
            kept = await self._packs.get(wanted.digest)
            if kept is None:
                raise UnknownDigestError(wanted.digest)
            activation = replace(activation, pack_id=kept.pack_id, version=kept.version)
        asked = await self._activations.ask(activation, wanted.texts)
        if not isinstance(asked, Asked) and not _is_same(asked.activation, wanted):
            raise RequestIdReusedError(wanted.request_id)
        self._on_news()
        return asked.activation


def _is_same(before: Activation, wanted: Wanted) -> bool:
    asked = (before.policy, before.fingerprint, before.validate_only, before.allow_unverified)
    by_digest = before.origin is Origin.DIGEST
    return asked == (wanted.policy, wanted.fingerprint, wanted.validate_only, wanted.allow_unverified) and (
        before.digest == wanted.digest if by_digest else wanted.texts is not None
    )
