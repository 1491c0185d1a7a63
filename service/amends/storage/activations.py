"""The port Activations on a database: each step of an activation is one transaction that compares before it writes.

Who changes what a policy points to has the policy's turn, so that two that went live at one moment do so one after the
other, and the one that was asked for later stays.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, Final

from sqlalchemy import ColumnElement, Connection, Select, and_, delete, func, or_, select, update

from amends.application.activation import (
    UNDER_WAY,
    Activation,
    ActivationState,
    Findings,
    Origin,
    PackTexts,
    Pointed,
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
from amends.storage.activation_rows import activation_of, activation_values, findings_text, settled_values
from amends.storage.database import Database
from amends.storage.pack_files import read_files, write_files
from amends.storage.tables import activations, policies
from amends.storage.turns import take_turn
from amends.storage.upsert import insert_into

# All but what is large.
_IN_SHORT: Final = [column for column in activations.columns if column.name not in {"texts", "findings"}]
_WHOLE: Final[Select[Any]] = select(*_IN_SHORT, activations.c.findings)
_CHECKING: Final = ActivationState.CHECKING.value
_REQUESTED: Final = ActivationState.REQUESTED.value


class DatabaseActivations:
    """The activations and policies of one database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def ask(self, activation: Activation, texts: PackTexts | None) -> Asked | AskedBefore:
        packed = None if texts is None else write_files(texts)
        return await self._database.write(lambda connection: _ask(connection, activation, packed))

    async def begin(self, activations: Sequence[Activation]) -> None:
        def put(connection: Connection) -> None:
            for activation in sorted(activations, key=lambda one: one.policy):
                _begin(connection, activation)

        await self._database.write(put)

    async def note(self, activation_id: str, findings: Findings) -> None:
        live = _in(activation_id, ActivationState.LIVE.value)
        noted = update(activations).where(live).values(findings=findings_text(findings))
        await self._database.write(lambda connection: connection.execute(noted))

    async def withdraw(self, activation_id: str, settlement: Settlement) -> bool:
        return await self._database.write(lambda connection: _withdraw(connection, activation_id, settlement))

    async def activation(self, activation_id: str) -> Activation | None:
        return await self._database.read(lambda connection: _found(connection, activation_id))

    async def activations(
        self, *, policy: str, policies: frozenset[str] | None, before: str, limit: int
    ) -> Sequence[Activation]:
        wanted: Select[Any] = select(*_IN_SHORT).order_by(activations.c.activation_id.desc()).limit(limit)
        if policy:
            wanted = wanted.where(activations.c.policy == policy)
        if policies is not None:
            wanted = wanted.where(activations.c.policy.in_(sorted(policies)))
        if before:
            wanted = wanted.where(activations.c.activation_id < before)
        return await self._database.read(lambda connection: [activation_of(row) for row in connection.execute(wanted)])

    async def policies(self) -> Sequence[Pointed]:
        wanted = select(policies.c.policy, policies.c.digest, policies.c.activation_id).order_by(policies.c.policy)
        return await self._database.read(lambda connection: [Pointed(*row) for row in connection.execute(wanted)])

    async def is_any_waiting(self, *, now: int, asked: bool = False) -> bool:
        of = and_(_waiting(now), activations.c.origin != Origin.PROOF.value) if asked else _waiting(now)
        wanted = select(activations.c.activation_id).where(of).limit(1)
        return await self._database.read(lambda connection: connection.execute(wanted).first() is not None)

    async def claim(self, worker: str, *, now: int, until: int) -> Claimed | None:
        return await self._database.write(lambda connection: _claim(connection, worker, now=now, until=until))

    async def renew(self, activation_id: str, worker: str, *, until: int) -> bool:
        renewed = update(activations).where(_held(activation_id, worker)).values(leased_until=until)
        return await self._database.write(lambda connection: connection.execute(renewed).rowcount == 1)

    async def release(self, activation_id: str, worker: str) -> None:
        # A check that is given back has not failed.
        given = {"state": _REQUESTED, "worker": "", "leased_until": 0, "tries": activations.c.tries - 1}
        released = update(activations).where(_held(activation_id, worker)).values(given)
        await self._database.write(lambda connection: connection.execute(released))

    async def settle(self, activation_id: str, settlement: Settlement, *, worker: str = "") -> Activation | None:
        under_way = [state.value for state in UNDER_WAY]
        own = _held(activation_id, worker) if worker else _in(activation_id, *under_way)

        def put(connection: Connection) -> Activation | None:
            changed = connection.execute(update(activations).where(own).values(_settled(settlement)))
            return _found(connection, activation_id) if changed.rowcount == 1 else None

        return await self._database.write(put)

    async def go_live(self, activation_id: str, settlement: Settlement, *, worker: str = "") -> Gone:
        waits = ActivationState.AWAITING_APPROVAL.value
        own = _held(activation_id, worker) if worker else _in(activation_id, waits)
        return await self._database.write(lambda connection: _go_live(connection, own, settlement))


def _ask(connection: Connection, activation: Activation, texts: bytes | None) -> Asked | AskedBefore:
    take_turn(connection, f"policy {activation.policy}")
    before = _asked_before(connection, activation)
    if before is not None:
        return AskedBefore(before)
    pointed = _pointed(connection, activation.policy)
    values = activation_values(activation) | {
        "previous_digest": "" if pointed is None else pointed.digest,
        "texts": texts,
        "place": _next_place(connection, activation.policy),
    }
    insert = insert_into(connection, activations).values(values).on_conflict_do_nothing()
    written = connection.execute(insert.returning(activations.c.activation_id)).first()
    if written is None:
        # The same request id for another policy, at the same moment.
        other = _of_request(connection, activation)
        assert other is not None
        return AskedBefore(other)
    kept = _found(connection, activation.activation_id)
    assert kept is not None
    return Asked(kept)


def _asked_before(connection: Connection, activation: Activation) -> Activation | None:
    if activation.request_id:
        return _of_request(connection, activation)
    if activation.origin is not Origin.FOLDER:
        return None
    newest = _newest_of_folder(connection, activation.policy)
    return newest if newest is not None and newest.fingerprint == activation.fingerprint else None


def _newest_of_folder(connection: Connection, policy: str) -> Activation | None:
    newest = (
        _WHOLE.where(activations.c.policy == policy, activations.c.origin == Origin.FOLDER.value)
        .order_by(activations.c.place.desc())
        .limit(1)
    )
    row = connection.execute(newest).first()
    return None if row is None else activation_of(row)


def _of_request(connection: Connection, activation: Activation) -> Activation | None:
    asked = _WHOLE.where(
        activations.c.caller == activation.by.caller,
        activations.c.request_id == activation.request_id,
        # What the index leaves out; without it, it is not used.
        activations.c.request_id != "",
    )
    row = connection.execute(asked).first()
    return None if row is None else activation_of(row)


def _begin(connection: Connection, activation: Activation) -> None:
    take_turn(connection, f"policy {activation.policy}")
    if _pointed(connection, activation.policy) is not None:
        return
    newest = _newest_of_folder(connection, activation.policy)
    if newest is not None and (newest.state, newest.fingerprint) == (ActivationState.REFUSED, activation.fingerprint):
        return
    values = activation_values(activation) | {"place": _next_place(connection, activation.policy)}
    connection.execute(insert_into(connection, activations).values(values))
    _point(connection, activation, at=activation.requested_at)


def _withdraw(connection: Connection, activation_id: str, settlement: Settlement) -> bool:
    live = _in(activation_id, ActivationState.LIVE.value)
    policy = connection.execute(select(activations.c.policy).where(live)).scalar()
    if policy is None:
        return False
    take_turn(connection, f"policy {policy}")
    gone = delete(policies).where(policies.c.policy == policy, policies.c.activation_id == activation_id)
    if connection.execute(gone).rowcount != 1:
        return False
    connection.execute(update(activations).where(live).values(_settled(settlement)))
    return True


def _claim(connection: Connection, worker: str, *, now: int, until: int) -> Claimed | None:
    oldest = (
        _WHOLE.add_columns(activations.c.texts)
        .where(_waiting(now))
        .order_by(activations.c.origin == Origin.PROOF.value, activations.c.activation_id)
        .limit(1)
        .with_for_update(skip_locked=True)
    )
    row = connection.execute(oldest).first()
    if row is None:
        return None
    leased = {"state": _CHECKING, "worker": worker, "leased_until": until, "tries": row.tries + 1}
    own = activations.c.activation_id == row.activation_id
    connection.execute(update(activations).where(own).values(leased))
    activation = replace(activation_of(row), state=ActivationState.CHECKING)
    return Claimed(activation, None if row.texts is None else read_files(row.texts), row.tries + 1)


def _go_live(connection: Connection, own: ColumnElement[bool], settlement: Settlement) -> Gone:
    policy = connection.execute(select(activations.c.policy).where(own)).scalar()
    if policy is None:
        return OutOfHand()
    take_turn(connection, f"policy {policy}")
    held = select(activations.c.activation_id, activations.c.place).where(own).with_for_update()
    row = connection.execute(held).first()
    if row is None:
        return OutOfHand()
    pointed = _pointed(connection, policy)
    if pointed is not None and _place(connection, pointed.activation_id) > row.place:
        return Overtaken(pointed.activation_id)
    connection.execute(update(activations).where(own).values(_settled(settlement)))
    if pointed is not None:
        replaced = {"state": ActivationState.REPLACED.value}
        live = _in(pointed.activation_id, ActivationState.LIVE.value)
        connection.execute(update(activations).where(live).values(replaced))
    activation = _found(connection, row.activation_id)
    assert activation is not None
    _point(connection, activation, at=settlement.now)
    return WentLive(activation)


def _next_place(connection: Connection, policy: str) -> int:
    """In the policy's turn."""
    last = connection.execute(select(func.max(activations.c.place)).where(activations.c.policy == policy)).scalar()
    return 1 if last is None else last + 1


def _place(connection: Connection, activation_id: str) -> int:
    place = select(activations.c.place).where(activations.c.activation_id == activation_id)
    return connection.execute(place).scalar() or 0


def _point(connection: Connection, activation: Activation, *, at: int) -> None:
    to = {"digest": activation.digest, "activation_id": activation.activation_id, "changed_at": at}
    pointing = insert_into(connection, policies).values(policy=activation.policy, **to)
    connection.execute(pointing.on_conflict_do_update(index_elements=[policies.c.policy], set_=to))


def _pointed(connection: Connection, policy: str) -> Pointed | None:
    wanted = select(policies.c.policy, policies.c.digest, policies.c.activation_id).where(policies.c.policy == policy)
    row = connection.execute(wanted).first()
    return None if row is None else Pointed(*row)


def _found(connection: Connection, activation_id: str) -> Activation | None:
    row = connection.execute(_WHOLE.where(activations.c.activation_id == activation_id)).first()
    return None if row is None else activation_of(row)


def _settled(settlement: Settlement) -> dict[str, object]:
    """The columns of how it ends; one that waits for approval is settled by nobody yet."""
    waits = settlement.state is ActivationState.AWAITING_APPROVAL
    at = None if waits else settlement.now
    values: dict[str, Any] = {
        "state": settlement.state.value,
        "worker": "",
        "leased_until": 0,
        "texts": None,
        **settled_values(settlement.by, reason=settlement.reason, at=at),
    }
    if settlement.findings is not None:
        values["findings"] = findings_text(settlement.findings)
    if settlement.pack is not None:
        pack = settlement.pack
        values |= {"digest": pack.digest, "version": pack.version, "pack_id": pack.pack_id}
    return values


def _in(activation_id: str, *states: str) -> ColumnElement[bool]:
    return and_(activations.c.activation_id == activation_id, activations.c.state.in_(states))


def _held(activation_id: str, worker: str) -> ColumnElement[bool]:
    return and_(_in(activation_id, _CHECKING), activations.c.worker == worker)


def _waiting(now: int) -> ColumnElement[bool]:
    # As the index says it; without it, it is not used.
    waits = activations.c.state.in_([_REQUESTED, _CHECKING])
    return and_(waits, or_(activations.c.state == _REQUESTED, activations.c.leased_until < now))
