"""Identify: the same purchase decided again gives the same action id, so payment systems use it as idempotency key.

An id has 48 hex digits: 32 of the place, 16 of what tells the action apart there.
"""

from collections.abc import Collection
from hashlib import blake2b
from typing import Final

from amends.domain.action import Action, Scope
from amends.domain.money import Money
from amends.domain.situation import Situation, Subject

ACTION_ID_DIGITS: Final = 48


def place(situation: Situation, scope: Scope) -> str:
    """32 hex digits for where an action belongs: its incident alone, or incident, case, order and item.

    Without an incident there is nothing that cases could share.
    """
    if scope is Scope.INCIDENT and situation.incident_id:
        return _digest((scope.value, situation.incident_id), size=16)
    incident, case = situation.incident_id, situation.case_id
    order, item = situation.subject.order_id, situation.subject.item_id
    # Written out, as it is made for every call.
    text = f"{len(scope)}:{scope}{len(incident)}:{incident}{len(case)}:{case}{len(order)}:{order}{len(item)}:{item}"
    return blake2b(text.encode(), digest_size=16).hexdigest()


def is_of_case(actions: Collection[Action], situation: Situation) -> bool:
    """Whether actions of an earlier decision can be of this case, by their ids: less may have been known then.

    What is for a whole incident is of any of its cases.
    """
    own = [action.action_id for action in actions if action.scope is Scope.CASE]
    places = tuple(
        place(situation._replace(incident_id=incident_id, subject=subject), Scope.CASE)
        for incident_id in ("", situation.incident_id)
        for subject in (Subject(), Subject(situation.subject.order_id), situation.subject)
    )
    return not own or any(action_id.startswith(places) for action_id in own)


def mark(*parts: str) -> str:
    """16 hex digits for what tells an action apart from the others of its place; most are worked out in the plan."""
    return _digest(parts, size=8)


def identity(within: str, *, granted: Money | None) -> str:
    """16 hex digits that follow those of the place: what tells an action apart there, and what was granted of it."""
    return within if granted is None else mark(within, str(granted))


def _digest(parts: tuple[str, ...], *, size: int) -> str:
    # Each part carries its length, so that no two lists of parts read the same.
    text = "".join([f"{len(part)}:{part}" for part in parts])
    return blake2b(text.encode(), digest_size=size).hexdigest()
