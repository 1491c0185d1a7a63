"""Open cases: what the log's standing decisions were made on, with what was given since, to be decided again.

A case is open as long as its latest decision has an action of which nobody has said that it is done or ended, or an
obligation that is not kept, or no action at all.
"""

from collections.abc import Sequence
from typing import NamedTuple, Protocol

from amends.application.asked import Asked
from amends.application.entry import situation_of
from amends.application.ledger import history, is_supplied
from amends.application.outcome_of_action import ENDED
from amends.application.ports import CustomerLedger, DecisionCodec, OutcomeCodec
from amends.application.ports.standing_decisions import StandingDecision, StandingDecisions, StandingFilter
from amends.application.read_recorded import read_actions
from amends.application.supersede import Remembered, given
from amends.domain.action import Action
from amends.domain.errors import InvalidSituationError
from amends.domain.record import DecisionEntry, OutcomeEntry, OutcomeKind
from amends.domain.situation import Situation
from amends.packs.model import Pack


class Codec(DecisionCodec, OutcomeCodec, Protocol):
    """What is read of the log here."""


class OpenCase(NamedTuple):
    """A case by its latest decision. `situation` None: the pack cannot read it, and `why` says so."""

    entry: DecisionEntry
    situation: Situation | None
    why: str = ""


class OpenCases(NamedTuple):
    """A page of open cases, and the last decision that was looked at for it; empty: there are no more."""

    cases: tuple[OpenCase, ...]
    last: str


class FindOpenCases:
    """Finds the open cases of a log, page by page."""

    def __init__(self, standing: StandingDecisions, ledger: CustomerLedger, codec: Codec) -> None:
        self._standing, self._ledger, self._codec = standing, ledger, codec

    async def __call__(
        self, wanted: StandingFilter, pack: Pack, *, observe_time: int, after: str, limit: int
    ) -> OpenCases:
        """Those behind `after`, of at most `limit` decisions, each looked at as of `observe_time`."""
        found = await self._standing.standing(wanted, after=after, limit=limit)
        cases = [await self._case(one, pack, wanted, observe_time) for one in found if not self._is_finished(one)]
        return OpenCases(tuple(cases), found[-1].entry.decision_id if found else "")

    def _is_finished(self, one: StandingDecision) -> bool:
        if one.owes:
            return False
        actions = read_actions(one.entry, self._codec)
        return bool(actions) and all(_is_done(action, one.outcomes) for action in actions)

    async def _case(self, one: StandingDecision, pack: Pack, wanted: StandingFilter, observe_time: int) -> OpenCase:
        entry = one.entry
        try:
            asked = self._asked(entry, pack, observe_time)
        except (InvalidSituationError, ValueError) as error:
            return OpenCase(entry, None, str(error))
        granted = given(asked.situation.granted, one.outcomes, self._codec, case_id=entry.case_id)
        remembered = Remembered(granted=granted)
        if is_supplied(asked, pack):
            known = await history(asked, pack, self._ledger, self._codec, now=wanted.before)
            remembered = remembered._replace(history=known)
        return OpenCase(entry, situation_of(asked, remembered))

    def _asked(self, entry: DecisionEntry, pack: Pack, observe_time: int) -> Asked:
        """As if its caller had it decided again now, in place of this decision."""
        raw = self._codec.as_asked(entry.situation, entry.supplied)
        situation = self._codec.read_situation(raw, pack)
        facts = {**situation.facts, "observe_time": observe_time}
        return Asked(
            situation._replace(facts=facts, observe_time=observe_time),
            raw,
            entry.policy,
            entry.actor,
            entry.supplied,
            supersedes=entry.decision_id,
            caller=entry.caller,
        )


def _is_done(action: Action, outcomes: Sequence[OutcomeEntry]) -> bool:
    """All of it was given before or is done now, or something ended it."""
    if action.already_given:
        return True
    own = [one for one in outcomes if one.action_id == action.action_id]
    if any(one.kind in ENDED for one in own):
        return True
    done = [one for one in own if one.kind is OutcomeKind.EXECUTED]
    amounts = [one.amount for one in done]
    if action.amount is None or None in amounts:
        return bool(done)
    paid = [
        amount.minor_units for amount in amounts if amount is not None and amount.currency == action.amount.currency
    ]
    return bool(done) and sum(paid) >= action.amount.minor_units
