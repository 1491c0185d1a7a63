"""A second resolver, written from the rule language alone: naive, slow, and to be read beside the specification.

One step after the other in the language's order, each in a file of its topic (`plain_*.py`). It shares with the product
the domain, the pack's model and the language's definition of conditions, and nothing of how decisions are made: no
engine, no plan, nothing remembered, no columns.
"""

from amends.domain.situation import Situation
from amends.packs.model import Pack
from tests.agreement.plain_candidates import ask, candidates, forbid, refer
from tests.agreement.plain_combine import combine
from tests.agreement.plain_finish import authorise, hold, oblige
from tests.agreement.plain_matching import derive, match
from tests.agreement.plain_model import Case, Plain
from tests.agreement.plain_money import bound, cover, limit, net, said
from tests.agreement.plain_questions import guardrails, needs, outcome, unanswered, unsettle, verdicts
from tests.agreement.plain_require import require


def decide(pack: Pack, situation: Situation, *, role: str) -> Plain:
    """What to do in this situation under this pack, for somebody who acts in `role`."""
    facts, waits = derive(pack, situation.facts)
    matched = match(pack, facts, waits)
    case = Case(
        pack=pack,
        situation=situation,
        facts=facts,
        waits=waits,
        role=role,
        applied=matched.applied,
        undetermined=matched.undetermined,
        missing=matched.missing,
    )
    drafts = candidates(case)
    for step in (refer, forbid, ask, combine, cover, net, bound, limit, require, hold):
        drafts = step(case, drafts)
    drafts = said(drafts)
    unsettle(case, drafts)
    actions = authorise(case, drafts)
    needed, vain = needs(case, drafts)
    return Plain(
        outcome=outcome(case, drafts, needed),
        actions=tuple(actions),
        needed_facts=tuple(needed),
        unobtainable_facts=tuple(need.path for need in vain),
        ask_next=needed[0] if needed else None,
        unanswered=unanswered(case, drafts, actions),
        guardrails=guardrails(case),
        obligations=oblige(case, drafts, actions),
        verdicts=verdicts(case, drafts),
        adjustments=tuple(sorted(case.adjustments, key=repr)),
    )
