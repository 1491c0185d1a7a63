"""Requests: what the customer asked for and the decision neither meets nor declines is said to be unanswered."""

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Final

from amends.domain.action import Action
from amends.domain.action_kinds import REQUEST_MET_BY, ActionKind
from amends.domain.facts import Facts
from amends.domain.vocabulary import Channel, Request
from amends.packs.conditions import Has, SetTest, atoms
from amends.packs.model import Rule


def requests_tested(rule: Rule) -> frozenset[str]:
    """The requests that a rule's condition asks about: where it acts, it answers them."""
    return frozenset(
        value
        for atom in atoms(rule.when)
        if isinstance(atom, Has) and atom.path == "requested" and atom.test is not SetTest.NONE and not atom.negated
        for value in atom.values
    )


def unanswered(
    facts: Facts,
    actions: Sequence[Action],
    tested: Mapping[str, frozenset[str]],
) -> tuple[str, ...]:
    """The requests left open, in the order of the vocabulary; `tested` maps rule ids to the requests they test."""
    requested = facts.get("requested")
    if not isinstance(requested, frozenset) or not requested:
        return ()
    met = {request for action in actions for request in _answered_by(action, tested)}
    return tuple(request.value for request in Request if request.value in requested and request.value not in met)


def _answered_by(action: Action, tested: Mapping[str, frozenset[str]]) -> set[str]:
    planned = action.planned
    answered = {*_MET_BY[planned.kind], *planned.meets}
    if planned.kind is ActionKind.UPDATE_CADENCE and action.parameter("channel") == Channel.VOICE.value:
        answered.add(Request.CALLBACK.value)
    if planned.kind is ActionKind.DECLINE:
        what = action.parameter("what")
        answered.add(what if isinstance(what, str) else "")
    for rule_id in action.rule_ids:
        answered |= tested.get(rule_id, frozenset())
    return answered


_MET_BY: Final[Mapping[ActionKind, tuple[str, ...]]] = MappingProxyType(
    {kind: tuple(request for request, kinds in REQUEST_MET_BY.items() if kind in kinds) for kind in ActionKind},
)
