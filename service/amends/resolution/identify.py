"""Identify: the same purchase decided again gives the same action id, so payment systems use it as idempotency key."""

from hashlib import blake2b

from amends.domain.action import Scope
from amends.domain.money import Money
from amends.domain.situation import Situation


def case_parts(situation: Situation) -> tuple[str, ...]:
    """What makes an action of this case its own: case, order and item."""
    return (situation.case_id, situation.subject.order_id, situation.subject.item_id)


def action_id(situation: Situation, scope: Scope, identity: str, *, granted: Money | None) -> str:
    """32 hex digits from case and subject (or, in incident scope, the incident alone), kind, key and amount granted."""
    where = (situation.incident_id,) if scope is Scope.INCIDENT else (situation.incident_id, *case_parts(situation))
    parts = (scope.value, *where, identity, "" if granted is None else str(granted))
    # Each part carries its length, so that no two lists of parts read the same.
    text = "".join(f"{len(part)}:{part}" for part in parts)
    return blake2b(text.encode(), digest_size=16).hexdigest()
