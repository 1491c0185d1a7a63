"""A group of plain decisions in SQLite by one statement, which is a transaction of its own.

Python's module gives up the interpreter's lock around every step of a statement, and a busy event loop gives it back
late: woken for nothing ten times and more, a writer spends more on that than on writing. So there is one step: rows are
put into a view that holds nothing, and its trigger writes them where they belong. View and trigger are the connection's
own; nothing of them is in the database.
"""

import sqlite3
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import orjson
from sqlalchemy import Connection

from amends.domain.record import DecisionEntry
from amends.storage.engines import SQLITE_BUSY_SECONDS, SQLITE_FIRST
from amends.storage.given_before import IS_MADE_ON_OTHER
from amends.storage.promises import PROMISED_AGAIN, PROMISED_COLUMNS, promised_rows
from amends.storage.rows import DECISION_COLUMNS, decision_values
from amends.storage.statements import as_sqlalchemy
from amends.storage.writer_process import Setup

MOST_AT_ONCE: Final = 64
"""Each number of rows is a statement of its own, which is kept."""
_MORE: Final = ("applied", "promised", "seen")
_COLUMNS: Final = (*DECISION_COLUMNS, *_MORE)
_ZERO: Final = "\\u0000"
"""As JSON writes it: SQLite ends a text there when it reads it out of JSON."""
_READY: Final = "amends.arriving"


def _listed(names: Sequence[str], *, before: str = "") -> str:
    return ", ".join(before + name for name in names)


_VIEW: Final = f"""\
CREATE TEMP VIEW arriving AS
SELECT {_listed(DECISION_COLUMNS)}, {", ".join(f"NULL AS {name}" for name in _MORE)} FROM main.decisions"""  # noqa: S608  # our own names
# Whoever loses stops it all, and so does a promise that was kept before: then it is done in steps.
_TRIGGER: Final = f"""\
CREATE TEMP TRIGGER arrive INSTEAD OF INSERT ON arriving BEGIN
  SELECT RAISE(ABORT, 'given before') WHERE {IS_MADE_ON_OTHER};
  INSERT INTO decisions ({_listed(DECISION_COLUMNS)}) VALUES ({_listed(DECISION_COLUMNS, before="NEW.")});
  INSERT INTO applied_rules (decision_id, rule_id)
    SELECT NEW.decision_id, value FROM json_each(NEW.applied) WHERE true ON CONFLICT DO NOTHING;
  INSERT INTO obligations ({_listed(PROMISED_COLUMNS)})
    SELECT {", ".join(f"json_extract(value, '$[{place}]')" for place, _ in enumerate(PROMISED_COLUMNS))}
    FROM json_each(NEW.promised) WHERE true ON CONFLICT {PROMISED_AGAIN};
  SELECT RAISE(ABORT, 'promised before') WHERE changes() < json_array_length(NEW.promised);
END"""  # noqa: S608  # as above

_INSERT: Final = f"INSERT INTO arriving ({_listed(_COLUMNS)}) VALUES "  # noqa: S608  # as above
_ROW: Final = f"({', '.join('?' * len(_COLUMNS))})"


def writer_setup(file: Path) -> Setup:
    """How a process writes the same rows into a database's file."""
    first = (*SQLITE_FIRST, _VIEW, _TRIGGER)
    return Setup(str(file), SQLITE_BUSY_SECONDS, first, _INSERT, _ROW, len(_COLUMNS))


class SqliteAppend:
    """Writes groups on connections that have not begun a transaction."""

    __slots__ = ("_texts",)

    def __init__(self) -> None:
        self._texts: dict[int, str] = {}

    def takes(self, entries: Sequence[DecisionEntry]) -> bool:
        """Whether there are few enough, and nothing of what others have set aside or left open changes with them."""
        return len(entries) <= MOST_AT_ONCE and not any(
            entry.supersedes or entry.reserved or entry.guard is not None for entry in entries
        )

    def values(self, entries: Sequence[DecisionEntry]) -> list[object]:
        """The values of all rows, one after the other; ValueError if an entry cannot be written so."""
        values: list[object] = []
        for entry in entries:
            values += decision_values(entry)
            values.append(orjson.dumps(entry.rule_ids).decode())
            values.append(_promised(entry))
            values.append(entry.seen)
        return values

    def together(self, connection: Connection, entries: Sequence[DecisionEntry]) -> None:
        """Write them all, on disk as this returns; an error, and nothing of it is, if one cannot be written so."""
        values = self.values(entries)
        driver = connection.connection.driver_connection
        assert isinstance(driver, sqlite3.Connection)
        text = self._text(len(entries))
        try:
            self._make_ready(connection, driver)
            driver.execute(text, values)
        except sqlite3.Error as error:
            raise as_sqlalchemy(connection, text, error) from error

    def _make_ready(self, connection: Connection, driver: sqlite3.Connection) -> None:
        if _READY not in connection.info:
            for made in (_VIEW, _TRIGGER):
                driver.execute(made).close()
            connection.info[_READY] = True

    def _text(self, rows: int) -> str:
        text = self._texts.get(rows)
        if text is None:
            text = self._texts[rows] = _INSERT + ", ".join([_ROW] * rows)
        return text


def _promised(entry: DecisionEntry) -> str:
    text = orjson.dumps(promised_rows([entry])).decode() if entry.promised else "[]"
    if _ZERO in text:
        raise ValueError("a promise has a character that SQLite cannot read out of JSON")
    return text
