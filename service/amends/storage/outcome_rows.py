"""Rows of what was done and of obligations, and the values of `domain.record`: each pair is the other's reverse."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Row

from amends.domain.decision import ObligationKind
from amends.domain.money import Money
from amends.domain.record import (
    Actor,
    ActorKind,
    ObligationState,
    OutcomeEntry,
    OutcomeKind,
    Promised,
    TrackedObligation,
)
from amends.domain.situation import Subject


def outcome_values(entry: OutcomeEntry) -> Mapping[str, object]:
    """The values of an outcome's row."""
    return {
        "outcome_id": entry.outcome_id,
        "decision_id": entry.decision_id,
        "action_id": entry.action_id,
        "obligation_id": entry.obligation_id,
        "kind": entry.kind.value,
        "actor_id": entry.actor.actor_id,
        "actor_role": entry.actor.role,
        "actor_kind": _kind_text(entry.actor),
        "time": entry.time,
        "recorded_at": entry.recorded_at,
        "amount": None if entry.amount is None else entry.amount.minor_units,
        "currency": "" if entry.amount is None else entry.amount.currency,
        "external_reference": entry.external_reference,
        "reason": entry.reason,
        "granted": entry.granted,
        "caller": entry.caller,
        "request_id": entry.request_id,
        "policy": entry.policy,
        "case_id": entry.case_id,
        "customer_id": entry.customer_id,
        "action_kind": entry.action_kind,
        "rule_ids": " ".join(entry.rule_ids),
        "incident_id": entry.incident_id,
    }


def outcome_entry(row: Row[Any]) -> OutcomeEntry:
    """A row of `outcomes`."""
    return OutcomeEntry(
        outcome_id=row.outcome_id,
        decision_id=row.decision_id,
        action_id=row.action_id,
        obligation_id=row.obligation_id,
        kind=OutcomeKind(row.kind),
        actor=_actor(row.actor_id, row.actor_role, row.actor_kind),
        time=row.time,
        recorded_at=row.recorded_at,
        amount=None if row.amount is None else Money(row.currency, row.amount),
        external_reference=row.external_reference,
        reason=row.reason,
        granted=row.granted,
        caller=row.caller,
        request_id=row.request_id,
        policy=row.policy,
        case_id=row.case_id,
        customer_id=row.customer_id,
        action_kind=row.action_kind,
        rule_ids=tuple(row.rule_ids.split()),
        incident_id=row.incident_id,
    )


def state_values(tracked: TrackedObligation) -> Mapping[str, object]:
    """What an outcome changes of an obligation's row."""
    by = tracked.settled_by or Actor()
    return {
        "state": tracked.state.value,
        "settled_at": tracked.settled_at,
        "settled_by_id": by.actor_id,
        "settled_by_role": by.role,
        "settled_by_kind": _kind_text(by),
        "same_person_broken": tracked.same_person_broken,
    }


def obligation_values(tracked: TrackedObligation) -> Mapping[str, object]:
    """The values of an obligation's row."""
    promised = tracked.promised
    return {
        "obligation_id": promised.obligation_id,
        "kind": promised.kind.value,
        "action_id": promised.action_id,
        "decision_id": tracked.decision_id,
        "policy": tracked.policy,
        "case_id": tracked.case_id,
        "order_id": tracked.subject.order_id,
        "item_id": tracked.subject.item_id,
        "incident_id": promised.incident_id,
        "owner": promised.owner,
        "team": promised.team,
        "due": promised.due,
        "follows": tracked.follows,
        **state_values(tracked),
    }


def tracked_obligation(row: Row[Any]) -> TrackedObligation:
    """A row of `obligations`. Who settled it is told of a settled one only."""
    by = _actor(row.settled_by_id, row.settled_by_role, row.settled_by_kind)
    return TrackedObligation(
        promised=Promised(
            obligation_id=row.obligation_id,
            kind=ObligationKind(row.kind),
            action_id=row.action_id,
            due=row.due,
            owner=row.owner,
            team=row.team,
            incident_id=row.incident_id,
        ),
        decision_id=row.decision_id,
        policy=row.policy,
        case_id=row.case_id,
        subject=Subject(row.order_id, row.item_id),
        state=ObligationState(row.state),
        settled_at=row.settled_at,
        settled_by=None if row.settled_at is None else by,
        same_person_broken=row.same_person_broken,
        follows=row.follows,
    )


def _actor(actor_id: str, role: str, kind: str) -> Actor:
    return Actor(actor_id, role, ActorKind(kind) if kind else None)


def _kind_text(actor: Actor) -> str:
    return "" if actor.kind is None else actor.kind.value
