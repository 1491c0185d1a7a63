"""Fill: what is settled completed with this situation's identifiers and times: the decision."""

from typing import Final

from amends.domain.decision import Decision
from amends.domain.situation import Situation
from amends.packs.model import Pack
from amends.resolution.finish import finish
from amends.resolution.plan import Plan
from amends.resolution.requests import unanswered
from amends.resolution.settle import Settled
from amends.resolution.words import Times

SEMANTICS: Final = 1
"""The version of resolution's meaning; it rises when the same input may give other bytes."""


def fill(settled: Settled, plan: Plan, pack: Pack, situation: Situation, *, times: Times) -> Decision:
    """The decision of a situation whose plan is known, and what it comes to."""
    actions, obligations = finish(settled, pack, situation, times=times)
    needed = settled.needed_facts
    # By position, as it is made for every call: pack, outcome, actions, what is missing, what to mind, why.
    return Decision(
        pack.pack_id,
        pack.version,
        pack.digest,
        SEMANTICS,
        settled.outcome,
        actions,
        needed,
        settled.unobtainable_facts,
        needed[0] if needed else None,
        unanswered(situation.facts, settled.answers),
        plan.guardrails,
        obligations,
        settled.rules,
        settled.adjustments,
    )
