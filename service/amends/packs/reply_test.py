"""What a pack's own test of its wordings is: a reply as somebody wrote it, and what the reply check tells of it."""

from dataclasses import dataclass, field

from amends.domain.situation import Situation
from amends.packs.model import Position


@dataclass(frozen=True, slots=True)
class ReplyTest:
    """A written reply to a situation. `finds` are the ids of all that is told of it.

    `wrongly` are those among them that no reader would tell, `misses` what a reader would tell and the check does not:
    both are known faults of the phrases, counted against them, and `because` says why a wrong one is left.
    """

    name: str
    situation: Situation
    role: str
    locale: str
    draft: str
    finds: tuple[str, ...]
    misses: tuple[str, ...]
    wrongly: tuple[str, ...]
    because: str
    position: Position = field(compare=False)
