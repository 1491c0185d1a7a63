"""placeholder: being written by the lead; signatures are final."""

from dataclasses import dataclass

from amends.domain.decision import Decision
from amends.domain.situation import Situation
from amends.packs.model import Pack
from amends.resolution.matches import Matches
from amends.resolution.plan import Plan


@dataclass(frozen=True, slots=True)
class Resolved:
    """A decision and the plan it was filled from; the plan is identity-hashed and keys planned messages."""

    decision: Decision
    plan: Plan


class Resolver:
    def __init__(self, pack: Pack) -> None:
        self._pack = pack

    def resolve(self, matches: Matches, situation: Situation, *, role: str) -> Resolved:
        raise NotImplementedError
