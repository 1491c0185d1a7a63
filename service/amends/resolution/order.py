"""Order: in which sequence actions are said. What we do stands as it is done: prepared, true, care."""

from types import MappingProxyType
from typing import Final

from amends.domain.action_kinds import ActionKind

_SAID: Final = (
    ActionKind.APOLOGY,
    ActionKind.ASK_PERSPECTIVE,
    ActionKind.CLARIFY,
    # What we do: be prepared ...
    ActionKind.FAILOVER,
    ActionKind.HUMAN_BACKUP,
    ActionKind.BROADCAST,
    # ... tell the truth ...
    ActionKind.REFERRAL,
    ActionKind.DECLINE,
    # ... show that we care.
    ActionKind.ENTITLEMENT,
    ActionKind.REFUND,
    ActionKind.REMEDY,
    ActionKind.GOODWILL,
    ActionKind.PROACTIVE_CONTACT,
    ActionKind.ESCALATE,
    ActionKind.CUSTOM,
    ActionKind.ASSIGN_OWNER,
    ActionKind.UPDATE_CADENCE,
    ActionKind.AUDIT_STEP,
    ActionKind.VERIFY_FOLLOWUP,
    # What comes next, and last of all our own view.
    ActionKind.SET_EXPECTATIONS,
    ActionKind.OFFER_PERSPECTIVE,
)

SAID_ORDER: Final = MappingProxyType({kind: place for place, kind in enumerate(_SAID)})
"""Kind -> its place in what is said, 0 first."""
