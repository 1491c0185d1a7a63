"""Needed facts: which missing facts could still change something that matters, in the order in which to ask.

Sufficient, not minimal: knowing all of them settles the decision, and some may turn out not to be needed.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from amends.domain.decision import NeededFact
from amends.domain.facts import Vocabulary


@dataclass(frozen=True, slots=True)
class Need:
    """One rule waits for one fact; `entitlement` says that the rule serves something owed."""

    path: str
    rule_id: str
    entitlement: bool


def needed_facts(
    needs: Iterable[Need],
    vocabulary: Vocabulary,
    *,
    unobtainable: frozenset[str],
) -> tuple[tuple[NeededFact, ...], tuple[str, ...]]:
    """The facts to ask for, and apart from them those that were asked for in vain.

    Facts that serve entitlements come first, then those that serve most rules, then vocabulary order. What a hold waits
    for serves whatever it would hold, so that what is flagged is asked for early.
    """
    rules: dict[str, dict[str, None]] = {}
    owed: set[str] = set()
    for need in needs:
        rules.setdefault(need.path, {})[need.rule_id] = None
        if need.entitlement:
            owed.add(need.path)
    ordered = sorted(rules, key=lambda path: (path not in owed, -len(rules[path]), vocabulary.order[path]))
    asked = tuple(
        NeededFact(path, vocabulary.specs[path].question, tuple(rules[path]))
        for path in ordered
        if path not in unobtainable
    )
    return asked, tuple(path for path in ordered if path in unobtainable)
