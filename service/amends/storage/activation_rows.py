"""Rows of activations and their values: each pair of functions here is the other's reverse."""

from typing import Any

import orjson
from sqlalchemy import Row

from amends.application.activation import Activation, ActivationState, Findings, Origin, Person
from amends.domain.record import Actor, ActorKind
from amends.packs.diagnostic_json import diagnostic_of, diagnostic_values


def activation_values(activation: Activation) -> dict[str, object]:
    """The columns of what an activation is, as it is asked for; how it ends is of `settled_values`."""
    actor = activation.by.actor
    return {
        "activation_id": activation.activation_id,
        "policy": activation.policy,
        "digest": activation.digest,
        "actor_id": actor.actor_id,
        "actor_role": actor.role,
        "actor_kind": _kind(actor),
        "caller": activation.by.caller,
        "reason": activation.reason,
        "ticket": activation.ticket,
        "state": activation.state.value,
        "requested_at": activation.requested_at,
        "origin": activation.origin.value,
        "pack_id": activation.pack_id,
        "version": activation.version,
        "previous_digest": activation.previous_digest,
        "request_id": activation.request_id,
        "fingerprint": activation.fingerprint,
        "validate_only": activation.validate_only,
        "allow_unverified": activation.allow_unverified,
        **settled_values(activation.settled_by, reason=activation.settled_reason, at=activation.settled_at),
        "findings": findings_text(activation.findings),
        "worker": "",
        "leased_until": 0,
        "tries": 0,
    }


def settled_values(by: Person, *, reason: str, at: int | None) -> dict[str, object]:
    """The columns of who has settled an activation, why and when."""
    return {
        "settled_by_id": by.actor.actor_id,
        "settled_by_role": by.actor.role,
        "settled_by_kind": _kind(by.actor),
        "settled_by_caller": by.caller,
        "settled_reason": reason,
        "settled_at": at,
    }


def activation_of(row: Row[Any]) -> Activation:
    """The activation of a row; where its findings were not selected, they are none."""
    return Activation(
        activation_id=row.activation_id,
        policy=row.policy,
        origin=Origin(row.origin),
        requested_at=row.requested_at,
        by=Person(_actor(row.actor_id, row.actor_role, row.actor_kind), row.caller),
        reason=row.reason,
        ticket=row.ticket,
        state=ActivationState(row.state),
        pack_id=row.pack_id,
        version=row.version,
        digest=row.digest,
        previous_digest=row.previous_digest,
        validate_only=row.validate_only,
        allow_unverified=row.allow_unverified,
        request_id=row.request_id,
        fingerprint=row.fingerprint,
        settled_by=Person(_actor(row.settled_by_id, row.settled_by_role, row.settled_by_kind), row.settled_by_caller),
        settled_reason=row.settled_reason,
        settled_at=row.settled_at,
        findings=_findings(row.findings) if "findings" in row._fields else Findings(),
    )


def findings_text(findings: Findings) -> str:
    """JSON of what was found; empty where nothing is known yet."""
    if findings == Findings():
        return ""
    told = {
        "problems": findings.problems,
        "diagnostics": [diagnostic_values(found) for found in findings.diagnostics],
        "tests_passed": findings.tests_passed,
        "situations_agreed": findings.situations_agreed,
        "engines": findings.engines,
        "independently_verified": findings.independently_verified,
    }
    return orjson.dumps(told).decode()


def _findings(text: str) -> Findings:
    if not text:
        return Findings()
    told = orjson.loads(text)
    return Findings(
        problems=tuple(told["problems"]),
        diagnostics=tuple(diagnostic_of(found) for found in told["diagnostics"]),
        tests_passed=told["tests_passed"],
        situations_agreed=told["situations_agreed"],
        engines=tuple(told["engines"]),
        independently_verified=told["independently_verified"],
    )


def _kind(actor: Actor) -> str:
    return "" if actor.kind is None else actor.kind.value


def _actor(actor_id: str, role: str, kind: str) -> Actor:
    return Actor(actor_id, role, ActorKind(kind) if kind else None)
