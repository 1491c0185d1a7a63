"""The catalog that decides now: taken over as a whole, so that no call ever sees half of a change.

A policy is decided by the pack of its activation. What the folder of rules gave when the process started decides only
where nothing is followed at all.
"""

from collections.abc import Mapping, Sequence

from amends.application.catalog import Catalog
from amends.application.compiled_pack import CompiledPack

_DIGEST_SHOWN = 12


class LiveCatalog:
    """Holds the catalog of one process, for one event loop: whoever pins sees a change whole or not at all."""

    __slots__ = ("_activated", "_current", "_start")

    def __init__(self, start: Catalog) -> None:
        self._start = start
        self._activated: Mapping[str, CompiledPack] = {}
        self._current = start

    @property
    def packs(self) -> Mapping[str, CompiledPack]:
        """The packs that are loaded now, by name."""
        return self._current.packs

    @property
    def activated(self) -> Mapping[str, CompiledPack]:
        """What was activated, by policy."""
        return self._activated

    @property
    def known(self) -> Sequence[str]:
        """Every policy that the folder named at the start or that was activated, by name."""
        return sorted({*self._start.policies, *self._activated})

    def pin(self, policy: str) -> CompiledPack:
        """The pack that a policy points to now; hold on to it for the whole call."""
        return self._current.pin(policy)

    def pinned(self) -> Catalog:
        """The catalog as it is now: hold on to it for a whole batch or stream."""
        return self._current

    def activate(self, activated: Mapping[str, CompiledPack]) -> None:
        """From now on these policies are decided, each by its pack; calls that have pinned another finish on it."""
        self._activated = dict(activated)
        self._current = merged(self._start, activated)


def merged(start: Catalog, activated: Mapping[str, CompiledPack]) -> Catalog:
    """A catalog in which these policies point to these packs; of others it knows those whose pack did not load.

    A pack is named by its id. Where several versions of one decide, that has the name which the policy of that name
    decides by, else the one of the first policy; the others have the beginning of their digest behind it. What nobody
    points to any more stays only while no other version of it decides.
    """
    deciding = dict(sorted(activated.items()))
    names: dict[str, str] = {}
    packs: dict[str, CompiledPack] = {}
    for _, compiled in sorted(deciding.items(), key=lambda entry: (entry[0] != entry[1].pack.pack_id, entry[0])):
        pack = compiled.pack
        if pack.digest not in names:
            taken = pack.pack_id in packs
            names[pack.digest] = f"{pack.pack_id}@{pack.digest[:_DIGEST_SHOWN]}" if taken else pack.pack_id
            packs[names[pack.digest]] = compiled
    policies = {policy: names[compiled.pack.digest] for policy, compiled in deciding.items()}
    lost = {policy: name for policy, name in start.policies.items() if name not in start.packs}
    return Catalog({**start.packs, **packs}, {**lost, **policies})
