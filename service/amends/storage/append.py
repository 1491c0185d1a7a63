"""One transaction of the decision log: what is written of a decision, and who loses against whom.

`together` writes a group as if nobody lost, in a handful of statements, and gives up if somebody does; `singly` then
takes one entry after the other and finds out who lost to what. Both leave the same rows.
"""

from collections.abc import Sequence
from typing import Final

from sqlalchemy import Connection, select, update

from amends.application.log_errors import LogUnavailableError
from amends.application.ports import Appended, Duplicate, Outdated, Refused, Stored, SupersededBefore
from amends.domain.record import DecisionEntry, LedgerGuard
from amends.storage.customer_ledger import give_way
from amends.storage.errors import unavailable
from amends.storage.given_before import made_on_other
from amends.storage.ledger import begin_ledger
from amends.storage.outcomes import known_of_case
from amends.storage.promises import PROMISED_AGAIN, PROMISED_COLUMNS, promised_rows, resume, take_over
from amends.storage.rows import DECISION_COLUMNS, decision_entry, decision_rows, decision_values
from amends.storage.statements import Insert
from amends.storage.tables import applied_rules, decisions, ledgers, obligations, reservations

_STORED: Final = Stored()
_RULE_COLUMNS: Final = ("decision_id", "rule_id")
_RESERVATION_COLUMNS: Final = tuple(column.name for column in reservations.columns)


class SomebodyLostError(Exception):
    """An entry of a group cannot be written; the group is taken back and written entry by entry."""


class Append:
    """Writes entries on a connection; what it was given before does not matter."""

    __slots__ = ("_decisions", "_ledgers", "_obligations", "_reservations", "_rules")

    def __init__(self) -> None:
        self._decisions = Insert(decisions, DECISION_COLUMNS, conflict="DO NOTHING")
        self._rules = Insert(applied_rules, _RULE_COLUMNS, conflict="DO NOTHING", repeats=True)
        self._obligations = Insert(obligations, PROMISED_COLUMNS, conflict=PROMISED_AGAIN)
        self._ledgers = Insert(ledgers, ("customer_id", "version"), conflict="DO NOTHING")
        self._reservations = Insert(reservations, _RESERVATION_COLUMNS, conflict="DO NOTHING")

    def together(self, connection: Connection, entries: Sequence[DecisionEntry]) -> list[Appended]:
        """Write all whose case was given nothing in between; those are told to be decided again.

        SomebodyLostError, with nothing to keep of this transaction, if one of the others cannot be written.
        """
        again = made_on_other(connection, entries)
        if again:
            self._write_all(connection, [entry for entry in entries if entry.decision_id not in again])
            return [Outdated() if entry.decision_id in again else _STORED for entry in entries]
        self._write_all(connection, entries)
        return [_STORED] * len(entries)

    def _write_all(self, connection: Connection, entries: Sequence[DecisionEntry]) -> None:
        entries = sorted(entries, key=_by_request)
        if self._decisions.write(connection, [decision_values(entry) for entry in entries]) != len(entries):
            raise SomebodyLostError
        if not all(_is_as_seen(connection, entry) for entry in entries):
            raise SomebodyLostError
        # In one order, so that two groups never wait for each other.
        for guard in sorted(entry.guard for entry in entries if entry.guard is not None):
            if not self._pass(connection, guard):
                raise SomebodyLostError
        self._write_children(connection, entries)

    def singly(self, connection: Connection, entries: Sequence[DecisionEntry]) -> list[Appended]:
        """Write each that can be; what became of each. An entry that the database refuses fails alone."""
        return [self._one(connection, entry) for entry in entries]

    def _one(self, connection: Connection, entry: DecisionEntry) -> Appended:
        savepoint = connection.begin_nested()
        try:
            if not self._decisions.write(connection, [decision_values(entry)]):
                savepoint.rollback()
                return _winner(connection, entry)
            if (
                made_on_other(connection, [entry])
                or not _is_as_seen(connection, entry)
                or (entry.guard is not None and not self._pass(connection, entry.guard))
            ):
                savepoint.rollback()
                return Outdated()
            self._write_children(connection, [entry])
        except Exception as error:
            if unavailable(error) is not None:
                raise
            savepoint.rollback()
            return Refused(error)
        savepoint.commit()
        return _STORED

    def _write_children(self, connection: Connection, entries: Sequence[DecisionEntry]) -> None:
        rules = [(entry.decision_id, rule_id) for entry in entries for rule_id in entry.rule_ids]
        if rules:
            self._rules.write(connection, rules)
        promised = promised_rows(entries)
        if promised and self._obligations.write(connection, promised) < len(promised):
            resume(connection, entries)
        reserved = _reserved_rows(entries)
        if reserved:
            self._reservations.write(connection, reserved)
        for entry in entries:
            if entry.reserved:
                give_way(connection, entry)
            if entry.supersedes:
                take_over(connection, entry)
                _release(connection, entry)

    def _pass(self, connection: Connection, guard: LedgerGuard) -> bool:
        """Raise the version of the customer's ledger, if it is still the one that was seen."""
        if guard.version == 0:
            begin_ledger(connection, guard.customer_id)
            return self._ledgers.write(connection, [(guard.customer_id, 1)]) == 1
        raised = (
            update(ledgers)
            .where(ledgers.c.customer_id == guard.customer_id, ledgers.c.version == guard.version)
            .values(version=guard.version + 1)
        )
        return connection.execute(raised).rowcount == 1


def _by_request(entry: DecisionEntry) -> tuple[str, str]:
    """One order for all groups: of two that write the same requests, none holds what the other waits for."""
    return entry.caller, entry.request_id


def _is_as_seen(connection: Connection, entry: DecisionEntry) -> bool:
    """Whether nothing was done about the superseded case since the decision was made: what was paid counts."""
    return not entry.supersedes or entry.seen is None or known_of_case(connection, entry) == entry.seen


def _release(connection: Connection, entry: DecisionEntry) -> None:
    """What the superseded decision has set aside: the new one sets aside what it needs itself."""
    of_superseded = reservations.c.decision_id == entry.supersedes
    released = update(reservations).where(of_superseded, reservations.c.state == "open").values(state="released")
    connection.execute(released)


def _winner(connection: Connection, entry: DecisionEntry) -> Appended:
    """What was there before an entry that could not be written."""
    # An attempt whose answer was lost on the way had been written after all.
    own = select(decisions.c.decision_id).where(decisions.c.decision_id == entry.decision_id)
    if connection.execute(own).first() is not None:
        return _STORED
    recorded = find_request(connection, entry.caller, entry.request_id)
    if recorded is not None:
        return Duplicate(recorded)
    newer = select(decisions.c.decision_id).where(
        decisions.c.supersedes == entry.supersedes, decisions.c.supersedes != ""
    )
    by = connection.execute(newer).scalar()
    if by is None:
        raise LogUnavailableError("what stood in the way was deleted meanwhile", retry_after=0)
    return SupersededBefore(by)


def find_request(connection: Connection, caller: str, request_id: str) -> DecisionEntry | None:
    """The entry that answered a request."""
    asked = decision_rows().where(
        decisions.c.caller == caller,
        decisions.c.request_id == request_id,
        # What the index leaves out; without it, it is not used.
        decisions.c.request_id != "",
    )
    row = connection.execute(asked).first()
    return None if row is None else decision_entry(row)


def _reserved_rows(entries: Sequence[DecisionEntry]) -> list[tuple[object, ...]]:
    return [
        (
            entry.decision_id,
            reserved.action_id,
            entry.customer_id,
            entry.case_id,
            reserved.action_kind,
            reserved.amount.minor_units,
            reserved.amount.currency,
            reserved.expires,
            "open",
        )
        for entry in entries
        for reserved in entry.reserved
    ]
