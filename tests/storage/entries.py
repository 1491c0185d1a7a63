"""Decisions to write: whole ones, of which a test says only what it is about."""

from itertools import count
from typing import Any

from amends.domain.decision import ObligationKind, Outcome
from amends.domain.money import Money
from amends.domain.record import Actor, ActorKind, DecisionEntry, Promised, Reserved, Supplied
from amends.domain.situation import Subject

T0 = 1_767_225_600_000_000_000
"""2026-01-01T00:00:00Z."""
HOUR = 3_600_000_000_000

_ids = count(1)


def new_id() -> str:
    """An id after every earlier one."""
    return f"019b7800-0000-7000-8000-{next(_ids):012x}"


def entry(**said: Any) -> DecisionEntry:  # noqa: ANN401  # any of its fields
    """A decision in which everything is said that can be, so that nothing can be lost unnoticed."""
    decision_id = new_id()
    usual: dict[str, Any] = {
        "decision_id": decision_id,
        "decided_at": T0 + 5,
        "caller": "caller",
        "request_id": f"request-{decision_id}",
        "policy": "default",
        "pack_id": "foundation",
        "pack_version": "2026.1",
        "pack_digest": "d" * 64,
        "semantics": 3,
        "software_version": "0.1.0",
        "actor": Actor("a-7", "supervisor", ActorKind.AI),
        "case_id": "case-1",
        "subject": Subject("o-1", "i-2"),
        "incident_id": "incident-9",
        "customer_id": "customer-1",
        "account_id": "account-1",
        "observe_time": T0,
        "outcome": Outcome.ACTIONS_RECOMMENDED,
        "supersedes": "",
        "supplied": Supplied(
            observe_time=True,
            role=True,
            granted=2,
            granted_unset=True,
            facts=("customer.claims_365d",),
            offered=("action-1", "action-2"),
            executed=("action-1",),
        ),
        "situation": bytes(range(256)),
        "decision": b"\x00'\\\xff",
        "rule_ids": ("refund/row-2", "apologise"),
    }
    return DecisionEntry(**{**usual, **said})


def promise(obligation_id: str, *, due: int = T0 + HOUR, **said: Any) -> Promised:  # noqa: ANN401  # as above
    usual: dict[str, Any] = {"kind": ObligationKind.NEXT_UPDATE, "action_id": "action-1", "owner": "same_person"}
    return Promised(obligation_id=obligation_id, due=due, **{**usual, **said})


def reservation(action_id: str = "action-1", units: int = 500) -> Reserved:
    return Reserved(action_id, "goodwill", Money("EUR", units), T0 + HOUR)
