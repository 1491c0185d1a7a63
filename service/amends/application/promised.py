"""Obligations as the log follows them: each with an id that the same promise of the same action keeps, and its team."""

from collections.abc import Collection, Iterator
from hashlib import blake2b
from typing import Final

from amends.domain.action import Action, Scope
from amends.domain.action_kinds import ActionKind
from amends.domain.decision import Decision
from amends.domain.record import Promised

ASSIGNED: Final = "assigned"
"""The owner of a promise that whoever is assigned to the case keeps."""


def promised(decision: Decision, teams: Collection[str]) -> tuple[Promised, ...]:
    """The promises of a decision; `teams` are those of the pack."""
    if not decision.obligations:
        return ()
    actions = {action.action_id: action for action in decision.actions}
    assigned = next(_assigned(decision.actions), "")
    return tuple(
        Promised(
            obligation_id=obligation_id(one.action_id, one.kind.value),
            kind=one.kind,
            action_id=one.action_id,
            due=one.due,
            owner=one.owner,
            team=_team(one.owner, assigned, teams),
            incident_id=_incident(actions[one.action_id]),
        )
        for one in decision.obligations
    )


def obligation_id(action_id: str, kind: str) -> str:
    """48 hex digits. Of a cadence's promises this is the first; those that follow it get ids of their own."""
    return blake2b(f"{len(action_id)}:{action_id}{kind}".encode(), digest_size=24).hexdigest()


def _assigned(actions: Collection[Action]) -> Iterator[str]:
    for action in actions:
        if action.kind is ActionKind.ASSIGN_OWNER:
            team = action.parameter("answers") or action.parameter("to")
            if isinstance(team, str):
                yield team


def _team(owner: str, assigned: str, teams: Collection[str]) -> str:
    team = assigned if owner == ASSIGNED else owner
    return team if team in teams else ""


def _incident(action: Action) -> str:
    return action.incident_id if action.scope is Scope.INCIDENT else ""
