"""A request to decide that is in order, as the use cases take it, and the answer that they give."""

from typing import Final, NamedTuple

from amends.domain.decision import Outcome
from amends.domain.record import Actor, Supplied
from amends.domain.situation import Situation

_SUPPLIED: Final = {
    (observe_time, role): Supplied(observe_time=observe_time, role=role)
    for observe_time in (False, True)
    for role in (False, True)
}


def supplied(*, observe_time: bool, role: bool) -> Supplied:
    """What was supplied as the request was read: nearly all requests share one of four."""
    return _SUPPLIED[observe_time, role]


class Asked(NamedTuple):
    """What is asked. `raw` is the situation's message, the moment filled in; `actor.role` a role of the pinned pack.

    `caller` is who calls, as far as the server knows it: request ids are each caller's own, and decisions of other
    policies than `policies` (None: all) are not known to them.
    """

    situation: Situation
    raw: bytes
    policy: str
    actor: Actor
    supplied: Supplied
    request_id: str = ""
    supersedes: str = ""
    explain_full: bool = False
    preview: bool = False
    caller: str = ""
    policies: frozenset[str] | None = None


class Answer(NamedTuple):
    """What is answered: the decision's bytes at the level asked for, and what stands around them.

    A preview has no id (empty) and may not be executed. `recorded`: the decision was on disk before.
    """

    decision_id: str
    decided_at: int
    recorded: bool
    policy: str
    software_version: str
    pack_digest: str
    outcome: Outcome
    decision: bytes
