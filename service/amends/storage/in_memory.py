"""Activations, packs and proofs in the memory of one process that has no database: it forgets them as it ends."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from amends.application.activation import (
    UNDER_WAY,
    Activation,
    ActivationState,
    Findings,
    Origin,
    PackTexts,
    Pointed,
    Proved,
)
from amends.application.policy_ports import (
    Asked,
    AskedBefore,
    Claimed,
    Gone,
    OutOfHand,
    Overtaken,
    Settlement,
    WentLive,
)
from amends.packs.source import PackSource


@dataclass(slots=True)
class _Row:
    """An activation, and what only who checks it needs to know. `place` is its number among all."""

    activation: Activation
    texts: PackTexts | None
    place: int
    worker: str = ""
    leased_until: int = 0
    tries: int = 0


class MemoryActivations:
    """The port Activations, by dictionaries."""

    def __init__(self) -> None:
        self._rows: dict[str, _Row] = {}
        self._policies: dict[str, Pointed] = {}

    async def ask(self, activation: Activation, texts: PackTexts | None) -> Asked | AskedBefore:
        before = self._asked_before(activation)
        if before is not None:
            return AskedBefore(before)
        pointed = self._policies.get(activation.policy)
        kept = replace(activation, previous_digest="" if pointed is None else pointed.digest)
        self._rows[kept.activation_id] = _Row(kept, texts, len(self._rows))
        return Asked(kept)

    async def begin(self, activations: Sequence[Activation]) -> None:
        for activation in activations:
            if activation.policy not in self._policies and not self._was_refused(activation):
                self._rows[activation.activation_id] = _Row(activation, None, len(self._rows))
                self._point(activation)

    async def note(self, activation_id: str, findings: Findings) -> None:
        row = self._in(activation_id, ActivationState.LIVE)
        if row is not None:
            row.activation = replace(row.activation, findings=findings)

    async def withdraw(self, activation_id: str, settlement: Settlement) -> bool:
        row = self._in(activation_id, ActivationState.LIVE)
        if row is None:
            return False
        del self._policies[row.activation.policy]
        _settle(row, settlement)
        return True

    async def activation(self, activation_id: str) -> Activation | None:
        row = self._rows.get(activation_id)
        return None if row is None else row.activation

    async def activations(
        self, *, policy: str, policies: frozenset[str] | None, before: str, limit: int
    ) -> Sequence[Activation]:
        found = [
            replace(row.activation, findings=Findings())
            for row in self._rows.values()
            if row.activation.policy == (policy or row.activation.policy)
            and (policies is None or row.activation.policy in policies)
            and (not before or row.activation.activation_id < before)
        ]
        return sorted(found, key=lambda one: one.activation_id, reverse=True)[:limit]

    async def policies(self) -> Sequence[Pointed]:
        return sorted(self._policies.values())

    async def is_any_waiting(self, *, now: int, asked: bool = False) -> bool:
        waiting = (row for row in self._rows.values() if _is_waiting(row, now))
        return any(not asked or row.activation.origin is not Origin.PROOF for row in waiting)

    async def claim(self, worker: str, *, now: int, until: int) -> Claimed | None:
        waiting = [row for row in self._rows.values() if _is_waiting(row, now)]
        if not waiting:
            return None
        row = min(waiting, key=lambda one: (one.activation.origin is Origin.PROOF, one.activation.activation_id))
        row.activation = replace(row.activation, state=ActivationState.CHECKING)
        row.worker, row.leased_until, row.tries = worker, until, row.tries + 1
        return Claimed(row.activation, row.texts, row.tries)

    async def renew(self, activation_id: str, worker: str, *, until: int) -> bool:
        row = self._held(activation_id, worker)
        if row is not None:
            row.leased_until = until
        return row is not None

    async def release(self, activation_id: str, worker: str) -> None:
        row = self._held(activation_id, worker)
        if row is not None:
            row.activation = replace(row.activation, state=ActivationState.REQUESTED)
            row.worker, row.leased_until, row.tries = "", 0, row.tries - 1

    async def settle(self, activation_id: str, settlement: Settlement, *, worker: str = "") -> Activation | None:
        row = self._held(activation_id, worker) if worker else self._in(activation_id, *UNDER_WAY)
        return None if row is None else _settle(row, settlement)

    async def go_live(self, activation_id: str, settlement: Settlement, *, worker: str = "") -> Gone:
        waits = ActivationState.AWAITING_APPROVAL
        row = self._held(activation_id, worker) if worker else self._in(activation_id, waits)
        if row is None:
            return OutOfHand()
        pointed = self._policies.get(row.activation.policy)
        if pointed is not None:
            before = self._rows[pointed.activation_id]
            if before.place > row.place:
                return Overtaken(pointed.activation_id)
            before.activation = replace(before.activation, state=ActivationState.REPLACED)
        activation = _settle(row, settlement)
        self._point(activation)
        return WentLive(activation)

    def _asked_before(self, activation: Activation) -> Activation | None:
        known = [row.activation for row in self._rows.values()]
        if activation.request_id:
            asked = (activation.by.caller, activation.request_id)
            return next((one for one in known if (one.by.caller, one.request_id) == asked), None)
        if activation.origin is not Origin.FOLDER:
            return None
        newest = self._newest_of_folder(activation.policy)
        return newest if newest is not None and newest.fingerprint == activation.fingerprint else None

    def _was_refused(self, activation: Activation) -> bool:
        newest = self._newest_of_folder(activation.policy)
        refused = newest is not None and newest.state is ActivationState.REFUSED
        return refused and newest is not None and newest.fingerprint == activation.fingerprint

    def _newest_of_folder(self, policy: str) -> Activation | None:
        known = [row.activation for row in self._rows.values()]
        of_folder = [one for one in known if one.policy == policy and one.origin is Origin.FOLDER]
        return of_folder[-1] if of_folder else None

    def _point(self, activation: Activation) -> None:
        self._policies[activation.policy] = Pointed(activation.policy, activation.digest, activation.activation_id)

    def _in(self, activation_id: str, *states: ActivationState) -> _Row | None:
        row = self._rows.get(activation_id)
        return row if row is not None and row.activation.state in states else None

    def _held(self, activation_id: str, worker: str) -> _Row | None:
        row = self._in(activation_id, ActivationState.CHECKING)
        return row if row is not None and row.worker == worker else None


class MemoryPackStore:
    """The port PackStore."""

    def __init__(self) -> None:
        self._packs: dict[str, PackSource] = {}

    async def add(self, source: PackSource) -> None:
        self._packs.setdefault(source.digest, source)

    async def get(self, digest: str) -> PackSource | None:
        return self._packs.get(digest)


class MemoryProofs:
    """The port Proofs."""

    def __init__(self) -> None:
        self._proofs: dict[tuple[str, int], Proved] = {}

    async def proved(self, digest: str, *, semantics: int) -> Proved | None:
        return self._proofs.get((digest, semantics))

    async def keep(self, proved: Proved, *, now: int) -> None:  # noqa: ARG002 -- as the port
        self._proofs[proved.digest, proved.semantics] = proved


def _settle(row: _Row, settlement: Settlement) -> Activation:
    waits = settlement.state is ActivationState.AWAITING_APPROVAL
    activation = replace(
        row.activation,
        state=settlement.state,
        settled_by=settlement.by,
        settled_reason=settlement.reason,
        settled_at=None if waits else settlement.now,
        findings=row.activation.findings if settlement.findings is None else settlement.findings,
    )
    if settlement.pack is not None:
        pack = settlement.pack
        activation = replace(activation, digest=pack.digest, version=pack.version, pack_id=pack.pack_id)
    row.activation, row.texts, row.worker, row.leased_until = activation, None, "", 0
    return activation


def _is_waiting(row: _Row, now: int) -> bool:
    state = row.activation.state
    return state is ActivationState.REQUESTED or (state is ActivationState.CHECKING and row.leased_until < now)
