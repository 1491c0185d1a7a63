"""What earlier decisions of a case gave its customer: found for one decision, or counted for a group that is written.

Of the case it is what decisions gave that the same caller asked for, to nobody who is known to be somebody else; of an
incident all that is for everybody in it.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from itertools import chain
from typing import Any, Final, NamedTuple

import orjson
from sqlalchemy import Connection, Row

from amends.application.ports import CaseOfCaller
from amends.domain.record import DecisionEntry, OutcomeEntry
from amends.storage.outcome_rows import outcome_entry


class _Query(NamedTuple):
    """A statement of the hot path as each database takes it: names are one parameter, however many there are.

    With a sign for each name it would be another statement for each size of a group.
    """

    column: str
    sqlite: str
    postgresql: str

    def rows(self, connection: Connection, names: Collection[str]) -> Mapping[str, Sequence[Row[Any]]]:
        """What was given, by those names; asks nobody where there are none."""
        said = [name for name in names if name]
        if not said:
            return {}
        if connection.dialect.name == "sqlite":
            found = connection.exec_driver_sql(self.sqlite, (orjson.dumps(said).decode(),))
        else:
            found = connection.exec_driver_sql(self.postgresql, (said,))
        by_name: dict[str, list[Row[Any]]] = {}
        for row in found:
            by_name.setdefault(getattr(row, self.column), []).append(row)
        return by_name


# What was erased before it was kept what was given to a whole incident has nothing in `granted`: its money is still
# known.
_GIVEN: Final = """\
FROM outcomes o JOIN decisions d ON d.decision_id = o.decision_id
WHERE (length(o.granted) > 0 OR (o.incident_id <> '' AND o.kind = 'executed' AND o.amount IS NOT NULL))"""
_OF_CASE: Final = f"""\
{_GIVEN} AND o.case_id = NEW.case_id AND d.caller = NEW.caller
    AND (NEW.customer_id = '' OR o.customer_id IN ('', NEW.customer_id))"""
_OF_INCIDENT: Final = f"{_GIVEN} AND o.incident_id <> '' AND o.incident_id = NEW.incident_id"
# What `made_on_other` finds, of the row that is put in, in the words of a trigger of SQLite. Most were made on nothing,
# and that there is nothing costs less to find than how much there is.
IS_MADE_ON_OTHER: Final = f"""\
CASE
  WHEN NEW.seen IS NULL THEN 0
  WHEN NEW.seen = 0 THEN
    (NEW.case_id <> '' AND EXISTS (SELECT 1 {_OF_CASE}))
    OR (NEW.incident_id <> '' AND EXISTS (SELECT 1 {_OF_INCIDENT}))
  ELSE NEW.seen <> (SELECT count(*) FROM (
    SELECT o.outcome_id {_OF_CASE} AND NEW.case_id <> '' UNION SELECT o.outcome_id {_OF_INCIDENT}))
END"""  # noqa: S608  # our own names


def _given_by(column: str) -> _Query:
    # That it is not empty is what the index of incidents leaves out.
    given = f"SELECT o.*, d.caller AS asked_by {_GIVEN}"
    of = f" AND o.{column} <> '' AND o.{column}"
    return _Query(
        column,
        # Names of our own tables; every value is a parameter.
        f"{given}{of} IN (SELECT value FROM json_each(?))",  # noqa: S608  # as above
        f"{given}{of} = ANY(%s)",
    )


_BY_CASE: Final = _given_by("case_id")
_BY_INCIDENT: Final = _given_by("incident_id")


def given_before(connection: Connection, case: CaseOfCaller) -> Sequence[OutcomeEntry]:
    """Outcomes in the order of recording."""
    rows = _rows(case, _BY_CASE.rows(connection, (case.case_id,)), _BY_INCIDENT.rows(connection, (case.incident_id,)))
    return [outcome_entry(rows[outcome_id]) for outcome_id in sorted(rows)]


def made_on_other(connection: Connection, entries: Iterable[DecisionEntry]) -> frozenset[str]:
    """Ids of those for which more, or less, was given by now than they were made on.

    Only of entries that say what was seen and take no other's place: what those have to hold is found under a lock. Of
    what is reported at this very moment it is left open whether it comes before.
    """
    looking = [entry for entry in entries if entry.seen is not None and not entry.supersedes]
    by_case = _BY_CASE.rows(connection, {entry.case_id for entry in looking})
    by_incident = _BY_INCIDENT.rows(connection, {entry.incident_id for entry in looking})
    return frozenset(
        entry.decision_id for entry in looking if len(_rows(_case_of(entry), by_case, by_incident)) != entry.seen
    )


def _rows(
    case: CaseOfCaller, by_case: Mapping[str, Sequence[Row[Any]]], by_incident: Mapping[str, Sequence[Row[Any]]]
) -> Mapping[str, Row[Any]]:
    """By their ids: what is for an incident stands among its case's too."""
    of_case = (row for row in by_case.get(case.case_id, ()) if _is_of(row, case))
    return {row.outcome_id: row for row in chain(of_case, by_incident.get(case.incident_id, ()))}


def _case_of(entry: DecisionEntry) -> CaseOfCaller:
    return CaseOfCaller(entry.case_id, entry.incident_id, entry.customer_id, entry.caller)


def _is_of(row: Row[Any], case: CaseOfCaller) -> bool:
    somebody_else = bool(case.customer_id) and row.customer_id not in {"", case.customer_id}
    return row.asked_by == case.caller and not somebody_else
