"""The loaded packs and the policies that point to them. Immutable: a change of policy is a new catalog."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Protocol

from amends.application.compiled_pack import CompiledPack
from amends.domain.errors import UnknownPackError, UnknownPolicyError


class Policies(Protocol):
    """What is decided by: a catalog, or one that is changed while calls are answered."""

    @property
    def packs(self) -> Mapping[str, CompiledPack]:
        """The packs that are loaded now, by name."""
        ...

    def pin(self, policy: str) -> CompiledPack:
        """The pack that a policy points to now; hold on to it for the whole call."""
        ...

    def pinned(self) -> "Catalog":
        """All of it as it is now: hold on to it for a whole batch or stream."""
        ...


class Catalog:
    """Compiled packs by id, and policy names that point to one of them."""

    __slots__ = ("packs", "policies")

    def __init__(self, packs: Mapping[str, CompiledPack], policies: Mapping[str, str]) -> None:
        """`policies` maps a policy to a pack id. Where that pack is not loaded, the policy's calls say so."""
        self.packs = MappingProxyType(dict(sorted(packs.items())))
        self.policies = MappingProxyType(dict(sorted(policies.items())))

    def pin(self, policy: str) -> CompiledPack:
        """The pack that a policy points to now; hold on to it for the whole call."""
        pack_id = self.policies.get(policy)
        if pack_id is None:
            raise UnknownPolicyError(policy, tuple(self.policies))
        return self.pack(pack_id)

    @property
    def decides(self) -> bool:
        """Whether any policy is decided."""
        return any(target in self.packs for target in self.policies.values())

    def pinned(self) -> "Catalog":
        """This one: it never changes."""
        return self

    def pack(self, pack_id: str) -> CompiledPack:
        """A loaded pack by id."""
        compiled = self.packs.get(pack_id)
        if compiled is None:
            raise UnknownPackError(pack_id, tuple(self.packs))
        return compiled

    def policies_of(self, pack_id: str) -> tuple[str, ...]:
        """The policies that point to a pack, sorted."""
        return tuple(policy for policy, target in self.policies.items() if target == pack_id)
