"""Identify: the same purchase decided again gives the same action id, so payment systems use it as idempotency key."""

from hashlib import blake2b

from amends.domain.action import Scope
from amends.domain.money import Money
from amends.domain.situation import Situation


def place(situation: Situation, scope: Scope) -> str:
    """Where an action belongs: its incident alone, or incident, case, order and item.

    Without an incident there is nothing that cases could share.
    """
    if scope is Scope.INCIDENT and situation.incident_id:
        return _joined(scope.value, situation.incident_id)
    subject = situation.subject
    return _joined(scope.value, situation.incident_id, situation.case_id, subject.order_id, subject.item_id)


def action_id(where: str, identity: str, *, granted: Money | None) -> str:
    """32 hex digits from the place, what tells the action apart there, and what was granted of it before."""
    text = where + _joined(identity, "" if granted is None else str(granted))
    return blake2b(text.encode(), digest_size=16).hexdigest()


def _joined(*parts: str) -> str:
    # Each part carries its length, so that no two lists of parts read the same.
    return "".join([f"{len(part)}:{part}" for part in parts])
