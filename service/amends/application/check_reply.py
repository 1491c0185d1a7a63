"""The use case of the reply check: a draft held against a recorded decision, or against what would be decided now."""

import asyncio
from collections import OrderedDict
from typing import Final, NamedTuple

from amends.application.catalog import Policies
from amends.application.compiled_pack import CompiledPack
from amends.application.log_errors import UnreadableDecisionError
from amends.application.ports import ReplyCodec
from amends.application.recorded_packs import RecordedPacks
from amends.domain.errors import FieldViolation, InvalidSituationError
from amends.domain.record import DecisionEntry, OutcomeEntry, OutcomeKind
from amends.domain.situation import Situation
from amends.packs.model import Pack
from amends.replies.check import ReplyCheck
from amends.replies.finding import CheckedReply
from amends.replies.held import Held

_RELEASES: Final = frozenset({OutcomeKind.APPROVED, OutcomeKind.EXECUTED})
_REVOKES: Final = frozenset({OutcomeKind.APPROVAL_REFUSED, OutcomeKind.CANCELLED, OutcomeKind.EXPIRED})
_QUICK: Final = 10_000
"""Characters that are checked between two calls; what takes longer is checked beside them."""
_MOST_KEPT: Final = 32


class CheckedAgainst(NamedTuple):
    """What was found, and the pack whose wordings were looked for."""

    checked: CheckedReply
    pack: Pack


class CheckReply:
    """Checks drafts. The phrases of a pack are compiled once."""

    def __init__(self) -> None:
        self._checks: OrderedDict[tuple[str, str], ReplyCheck] = OrderedDict()

    async def of_situation(
        self, draft: str, situation: Situation, compiled: CompiledPack, *, role: str, locale: str
    ) -> CheckedAgainst:
        """Against what would be decided on these facts, as seen by `role`."""
        decision = compiled.decide(situation, role=role).decision
        held = Held(decision.actions, decision.guardrails, situation)
        return await self.against(held, draft, compiled.pack, locale=locale)

    async def against(self, held: Held, draft: str, pack: Pack, *, locale: str) -> CheckedAgainst:
        """Against what is held."""
        check = self._check(pack, locale)
        checked = check(draft, held) if len(draft) <= _QUICK else await asyncio.to_thread(check, draft, held)
        return CheckedAgainst(checked, pack)

    def _check(self, pack: Pack, locale: str) -> ReplyCheck:
        key = (pack.digest, locale)
        check = self._checks.get(key)
        # Phrases are no part of a digest: a pack read anew may have others. Of the same object nothing is compared.
        if check is None or check.phrases != pack.replies:
            check = self._checks[key] = ReplyCheck(pack, locale)
            if len(self._checks) > _MOST_KEPT:
                self._checks.popitem(last=False)
        return check


class CheckRecordedReply:
    """Checks drafts against decisions of the log."""

    def __init__(self, check: CheckReply, catalog: Policies, *, packs: RecordedPacks, codec: ReplyCodec) -> None:
        self._check = check
        self._catalog = catalog
        self._packs = packs
        self._codec = codec

    async def __call__(
        self, draft: str, entry: DecisionEntry, outcomes: tuple[OutcomeEntry, ...], *, locale: str
    ) -> CheckedAgainst:
        """Against a recorded decision and what was done about it, by the phrases that its policy has now.

        Phrases decide nothing, so better ones serve earlier decisions too. InvalidSituationError for an erased one.
        """
        if entry.erased_at is not None:
            violation = FieldViolation("decision_id", "is of a decision that was erased; expected one that is kept")
            raise InvalidSituationError((violation,))
        pack = self._catalog.pin(entry.policy).pack
        decided_by = await self._packs(entry.pack_digest)
        try:
            actions = self._codec.read_actions(entry.decision)
            guardrails = self._codec.read_guardrails(entry.decision)
            situation = None if decided_by is None else self._codec.read_situation(entry.situation, decided_by)
        except ValueError as error:
            raise UnreadableDecisionError(entry.decision_id, str(error)) from None
        held = Held(actions, guardrails, situation, entry.decision_id, _released(outcomes))
        return await self._check.against(held, draft, pack, locale=locale)


def _released(outcomes: tuple[OutcomeEntry, ...]) -> frozenset[str]:
    """The actions that were approved or done, and not taken back since; outcomes stand in the order of recording."""
    released: set[str] = set()
    for outcome in outcomes:
        if outcome.kind in _RELEASES:
            released.add(outcome.action_id)
        elif outcome.kind in _REVOKES:
            released.discard(outcome.action_id)
    return frozenset(released - {""})
