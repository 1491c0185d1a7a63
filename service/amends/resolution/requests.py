"""Requests: what the customer asked for and the decision neither meets nor declines is said to be unanswered."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from amends.domain.action_kinds import REQUEST_MET_BY, ActionKind
from amends.domain.facts import Facts
from amends.domain.vocabulary import Channel, Request
from amends.packs.conditions import Atom, Has, OneOf, SetTest, atoms
from amends.packs.model import Rule
from amends.resolution.candidates import Candidate


def requests_tested(rule: Rule) -> frozenset[str]:
    """The requests that a rule's condition asks about: where it acts, it answers them."""
    return frozenset(value for atom in atoms(rule.when) for value in _tested(atom))


def _tested(atom: Atom) -> frozenset[str]:
    match atom:
        case Has("requested", SetTest.ANY | SetTest.ALL, values, False):
            return values
        case OneOf("requested", sets, False):
            return frozenset().union(*[value for value in sets if isinstance(value, frozenset)])
        case _:
            return frozenset()


def answers(
    candidate: Candidate,
    tested: Mapping[str, frozenset[str]],
) -> frozenset[str]:
    """The requests that a candidate meets or declines; `tested` maps rules to the requests they test."""
    planned = candidate.planned
    answered = {*_MET_BY[planned.kind], *planned.meets}
    if planned.kind is ActionKind.UPDATE_CADENCE and planned.parameter("channel") == Channel.VOICE.value:
        answered.add(Request.CALLBACK.value)
    return candidate.declines.union(answered, *(tested.get(rule_id, frozenset()) for rule_id in candidate.rule_ids))


def unanswered(facts: Facts, answered: frozenset[str]) -> tuple[str, ...]:
    """The requests that no standing action answers, in the order of the vocabulary."""
    requested = facts.get("requested")
    if not isinstance(requested, frozenset) or not requested:
        return ()
    left = requested - answered
    return tuple([request.value for request in Request if request.value in left]) if left else ()


_MET_BY: Final[Mapping[ActionKind, tuple[str, ...]]] = MappingProxyType(
    {kind: tuple(request for request, kinds in REQUEST_MET_BY.items() if kind in kinds) for kind in ActionKind},
)
