"""Who calls: what they may do, with which policies, and in which role at most."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final


class Permission(StrEnum):
    """What a caller may do with a policy."""

    DECIDE = "decide"
    PREVIEW = "preview"
    READ = "read"
    OUTCOME = "outcome"
    PUBLISH = "publish"


@dataclass(frozen=True, slots=True)
class Identity:
    """A caller. `policies` None: all of them. `role` is the highest role that they act in; empty: any."""

    name: str
    permissions: frozenset[Permission]
    policies: frozenset[str] | None = None
    role: str = ""

    def may(self, permission: Permission, policy: str) -> bool:
        """Whether they may do that with the policy."""
        return permission in self.permissions and (self.policies is None or policy in self.policies)


ANYBODY: Final = Identity("", frozenset(Permission))
"""Whoever calls a server that tells nobody apart: it listens on loopback alone, or was told to be insecure."""
