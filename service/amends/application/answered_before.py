"""A request that was answered before gets the recorded answer: whether it is the same one, and the answer anew.

The same means: of the same caller, under the same id, the same situation as the caller sent it, policy, actor and
superseded decision. How much is explained may differ.
"""

from typing import NamedTuple

from amends.application.asked import Answer
from amends.application.compiled_pack import CompiledPack
from amends.application.decide_again import decide_again
from amends.application.engine_errors import ConditionTooLargeError
from amends.application.kept_packs import KeptPacks
from amends.application.log_errors import RequestIdReusedError, UnreadableDecisionError
from amends.application.ports import DecisionCodec, DecisionLog, Engine
from amends.application.recorded_packs import RecordedPacks
from amends.domain.errors import InvalidSituationError
from amends.domain.record import Actor, DecisionEntry, Supplied
from amends.packs.model import Pack


class Said(NamedTuple):
    """What a request says that has to be the same. `actor.role` is empty where none is said and no pack is known."""

    raw: bytes
    policy: str
    actor: Actor
    supplied: Supplied
    supersedes: str


class AnsweredBefore:
    """Gives recorded answers again."""

    def __init__(self, log: DecisionLog, packs: RecordedPacks, codec: DecisionCodec, engine: Engine) -> None:
        self._log = log
        self._packs = packs
        self._codec = codec
        self._compiled = KeptPacks(engine)

    async def find(self, said: Said, *, caller: str, request_id: str, explain_full: bool) -> Answer | None:
        """The recorded answer to the very same request, or None: for a request that is no longer in order.

        Packs change, and a retry of what was answered under the old one must not fail by the new one.
        """
        recorded = await self._log.decision_of_request(caller, request_id)
        if recorded is None or not self._is_same(said, recorded, None):
            return None
        return await self._answer(recorded, explain_full=explain_full)

    async def answer(self, said: Said, recorded: DecisionEntry, pack: Pack, *, explain_full: bool) -> Answer:
        """The recorded answer; RequestIdReusedError where something else was asked. `pack` is the one pinned now."""
        if not self._is_same(said, recorded, pack):
            raise RequestIdReusedError(recorded.request_id, erased=recorded.erased_at is not None)
        return await self._answer(recorded, explain_full=explain_full)

    def _is_same(self, said: Said, recorded: DecisionEntry, pack: Pack | None) -> bool:
        """What was erased is never the same: nothing is left to tell."""
        role_is_same = said.actor.role == recorded.actor.role or (said.supplied.role and recorded.supplied.role)
        return (
            recorded.erased_at is None
            and (said.policy, said.supersedes) == (recorded.policy, recorded.supersedes)
            and said.actor._replace(role="") == recorded.actor._replace(role="")
            and role_is_same
            and self._is_same_situation(said, recorded, pack)
        )

    def _is_same_situation(self, said: Said, recorded: DecisionEntry, pack: Pack | None) -> bool:
        """By their messages, or else by what they come to: a set has no order, whatever its message has."""
        ours = self._codec.as_asked(said.raw, said.supplied)
        try:
            theirs = self._codec.as_asked(recorded.situation, recorded.supplied)
            if ours == theirs or pack is None:
                return ours == theirs
            if said.supplied.observe_time != recorded.supplied.observe_time:
                return False
            return self._codec.read_situation(ours, pack) == self._codec.read_situation(theirs, pack)
        except InvalidSituationError:
            return False
        except ValueError as error:
            raise UnreadableDecisionError(recorded.decision_id, str(error)) from None

    async def _answer(self, recorded: DecisionEntry, *, explain_full: bool) -> Answer:
        return Answer(
            decision_id=recorded.decision_id,
            decided_at=recorded.decided_at,
            recorded=True,
            policy=recorded.policy,
            software_version=recorded.software_version,
            pack_digest=recorded.pack_digest,
            outcome=recorded.outcome,
            decision=await self._in_full(recorded) if explain_full else recorded.decision,
        )

    async def _in_full(self, recorded: DecisionEntry) -> bytes:
        """The decision made again to be explained in full; as it was kept, where that no longer gives the same."""
        try:
            compiled = await self._pack(recorded.pack_digest)
            if compiled is None:
                return recorded.decision
            superseded = await self._log.decision(recorded.supersedes) if recorded.supersedes else None
            again = decide_again(recorded, compiled, superseded=superseded, codec=self._codec, explain_full=True)
        except (InvalidSituationError, ConditionTooLargeError, ValueError):
            # The last: bytes that are no situation, or no decision, any more. A replay tells of them.
            return recorded.decision
        return self._codec.decision(again) if self._codec.fired(again) == recorded.decision else recorded.decision

    async def _pack(self, digest: str) -> CompiledPack | None:
        return self._packs.active(digest) or await self._compiled.compiled(digest, lambda: self._packs(digest))
