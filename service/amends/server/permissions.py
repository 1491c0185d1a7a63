"""What a caller must be allowed to do: to call a method at all, and then with the policy that the call is about."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from amends.domain.errors import PermissionDeniedError
from amends.domain.identity import Identity, Permission

PERMISSIONS: Final[Mapping[str, tuple[Permission, ...]]] = MappingProxyType(
    {
        "Decide": (Permission.DECIDE, Permission.PREVIEW),
        "DecideFlat": (Permission.DECIDE, Permission.PREVIEW),
        "BatchDecide": (Permission.DECIDE, Permission.PREVIEW),
        "StreamDecide": (Permission.DECIDE, Permission.PREVIEW),
        "GetDecision": (Permission.READ,),
        "ListDecisions": (Permission.READ,),
        "RecordOutcome": (Permission.OUTCOME,),
        "ListObligations": (Permission.READ,),
        "ReplayDecision": (Permission.READ,),
        "GetRuleStatistics": (Permission.READ,),
        # A recorded decision is read, a situation only previewed.
        "CheckReply": (Permission.READ, Permission.DECIDE, Permission.PREVIEW),
        "ListRulePacks": (Permission.READ,),
        "GetRulePack": (Permission.READ,),
        "GetRulePackFiles": (Permission.READ,),
        # Takes seconds of a processor, and is for whoever is about to publish what is checked.
        "CheckRulePack": (Permission.PUBLISH,),
        "RunPackTests": (Permission.PUBLISH,),
        "TryRulePack": (Permission.PUBLISH,),
        "CompareRulePacks": (Permission.PUBLISH,),
        "ActivateRulePack": (Permission.PUBLISH,),
        "GetActivation": (Permission.READ, Permission.PUBLISH),
        "ListActivations": (Permission.READ, Permission.PUBLISH),
        "ApproveActivation": (Permission.PUBLISH,),
        "CancelActivation": (Permission.PUBLISH,),
    }
)
"""By method: one of these must be held, or the call is not even read. What a policy asks for is checked beside it."""


def may_call(identity: Identity, method: str) -> None:
    """PermissionDeniedError where they may do nothing that the method does; KeyError for a method of no table."""
    wanted = PERMISSIONS[method]
    if identity.permissions.isdisjoint(wanted):
        raise PermissionDeniedError(identity.name, permission=" or ".join(wanted))


def require(identity: Identity, permission: Permission, policy: str) -> None:
    """PermissionDeniedError where they may not do that with the policy."""
    if not identity.may(permission, policy):
        raise PermissionDeniedError(identity.name, permission=permission, policy=policy)


def may_decide(identity: Identity, policy: str, *, preview: bool) -> None:
    """PermissionDeniedError where they may not decide, or only see what would be decided, by the policy."""
    require(identity, Permission.PREVIEW if preview else Permission.DECIDE, policy)
