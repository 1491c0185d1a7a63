"""The port PastCases on the decision log: what was decided lately, as far as another pack can read it."""

from collections.abc import Sequence
from typing import Final

from amends.application.ports import DecisionCodec, DecisionList, DecisionLog
from amends.application.proof import Case, CaseKind
from amends.domain.errors import InvalidSituationError
from amends.domain.log_queries import DecisionFilter
from amends.domain.record import DecisionEntry
from amends.packs.model import Pack

MOST: Final = 100
"""Enough to hold what is asked every day; what is rare is found by the boundary situations."""


class LoggedCases:
    """The newest decisions of a policy as cases of a proof."""

    def __init__(self, decisions: DecisionList, log: DecisionLog, codec: DecisionCodec, *, most: int = MOST) -> None:
        self._decisions = decisions
        self._log = log
        self._codec = codec
        self._most = most

    async def __call__(self, policy: str, pack: Pack) -> Sequence[Case]:
        """Those whose situations the pack can read; their roles that it does not know become its first."""
        found = await self._decisions.decisions(DecisionFilter(policy=policy), before="", limit=self._most)
        cases: list[Case] = []
        for one in found:
            entry = await self._log.decision(one.decision_id)
            case = None if entry is None or entry.erased_at is not None else self._case(entry, pack)
            if case is not None:
                cases.append(case)
        return cases

    def _case(self, entry: DecisionEntry, pack: Pack) -> Case | None:
        try:
            situation = self._codec.read_situation(entry.situation, pack)
        except (InvalidSituationError, ValueError):
            return None
        roles = [role.role for role in pack.authority]
        role = entry.actor.role if entry.actor.role in roles else roles[0]
        # What was given before is told in full by no request: a case of the log may hold more of it than one may.
        return Case(CaseKind.LOGGED, f"the decision {entry.decision_id}", situation._replace(granted=None), role)
