"""What an agent has promised so far, held against its caps.

It is counted in a file, which all servers of one agent on one machine share: a program that starts its own server for
each conversation has one count. The service's own bands and limits hold whatever is counted here; a cap only makes an
agent ask a person sooner, and where nothing can be counted it asks.
"""

import sqlite3
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final, Literal

from google.type.money_pb2 import Money

from amends_client.mcp.settings import Caps, SettingsError

_NANOS: Final = 1_000_000_000
_KEPT: Final = timedelta(days=400)
_WAIT_SECONDS: Final = 5.0
_SCHEMA: Final = """\
CREATE TABLE IF NOT EXISTS promised (
  case_id TEXT NOT NULL, action_id TEXT NOT NULL, day TEXT NOT NULL, counts INTEGER NOT NULL,
  currency TEXT NOT NULL, units INTEGER NOT NULL, nanos INTEGER NOT NULL, PRIMARY KEY (case_id, action_id)
) WITHOUT ROWID"""
"""`counts` in its case: 0 no more, 1 while a decision holds it, 2 whatever is decided."""
_BY_DAY: Final = "CREATE INDEX IF NOT EXISTS promised_by_day ON promised (day)"
_COUNT: Final = """\
INSERT INTO promised VALUES (?, ?, ?, 1, ?, ?, ?) ON CONFLICT DO UPDATE SET
  day = excluded.day, counts = MAX(counts, 1), currency = excluded.currency,
  units = CASE WHEN (excluded.units, excluded.nanos) > (units, nanos) THEN excluded.units ELSE units END,
  nanos = CASE WHEN (excluded.units, excluded.nanos) > (units, nanos) THEN excluded.nanos ELSE nanos END"""
_OTHERS: Final = {
    "in one case": "SELECT currency, units, nanos FROM promised WHERE case_id = ? AND action_id <> ? AND counts",
    "in a day": "SELECT currency, units, nanos FROM promised WHERE NOT (case_id = ? AND action_id = ?) AND day = ?",
}


def now() -> datetime:
    """The machine's clock."""
    return datetime.now(UTC)


class Promised:
    """Counts by case and by day; an action that is decided again counts once, at the most that was said of it.

    `ledger` is the file; None: memory, for whoever is sure to be alone. Cases of more than a year ago are forgotten.
    """

    def __init__(self, caps: Caps, ledger: Path | None = None, clock: Callable[[], datetime] = now) -> None:
        """SettingsError where the file cannot be made, or is something else."""
        self._caps, self._clock = caps, clock
        try:
            if ledger is not None:
                ledger.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
                ledger.touch(mode=0o600)
            self._database = _opened(ledger, oldest=_day(clock() - _KEPT))
        except (OSError, sqlite3.Error) as error:
            raise SettingsError(f"{ledger}: what an agent promises cannot be counted there: {error}") from None

    def close(self) -> None:
        """Nothing is counted any more."""
        self._database.close()

    def allows(self, case_id: str, action_id: str, amount: Money, *, given: Sequence[Money], keep: bool) -> str:
        """Empty where it may be promised, else why not; `given` is what the case was given before.

        With `keep` what is allowed is counted from now on.
        """
        if self._caps.per_case is None and self._caps.per_day is None:
            return ""
        try:
            return self._allowed(case_id, action_id, amount, given=given, keep=keep)
        except sqlite3.Error as error:
            return f"what was promised so far cannot be counted ({error})"

    def release(self, case_id: str, action_ids: set[str]) -> None:
        """What the newest decision of a case no longer holds is free again in it. Not in its day: it was said."""
        # Where it cannot be written, it goes on counting.
        with suppress(sqlite3.Error):
            held = self._database.execute("SELECT action_id FROM promised WHERE case_id = ?", (case_id,)).fetchall()
            self._database.executemany(
                "UPDATE promised SET counts = 0 WHERE case_id = ? AND action_id = ? AND counts = 1",
                [(case_id, action_id) for (action_id,) in held if action_id not in action_ids],
            )

    def hold(self, case_id: str, action_id: str) -> str:
        """The customer was told, or it was done: it counts in its case whatever is decided. Empty, or why it cannot."""
        try:
            self._database.execute(
                "UPDATE promised SET counts = 2 WHERE case_id = ? AND action_id = ?", (case_id, action_id)
            )
        except sqlite3.Error as error:
            return f"what was promised so far cannot be counted ({error})"
        return ""

    def _allowed(self, case_id: str, action_id: str, amount: Money, *, given: Sequence[Money], keep: bool) -> str:
        # At once for writing: of two servers that ask about the rest of a cap, one gets it.
        self._database.execute("BEGIN IMMEDIATE")
        with self._database:
            why = self._exceeded("in one case", self._caps.per_case, (case_id, action_id), [amount, *given])
            today = (case_id, action_id, _day(self._clock()))
            why = why or self._exceeded("in a day", self._caps.per_day, today, [amount])
            if keep and not why:
                self._database.execute(_COUNT, (*today, amount.currency_code, amount.units, amount.nanos))
        return why

    def _exceeded(
        self, what: Literal["in one case", "in a day"], limit: Money | None, of: tuple[str, ...], more: Iterable[Money]
    ) -> str:
        if limit is None:
            return ""
        counted = [
            *(Money(currency_code=code, units=units, nanos=nanos) for code, units, nanos in self._others(what, of)),
            *more,
        ]
        if any(one.currency_code != limit.currency_code for one in counted):
            return f"an agent may promise {limit.currency_code} only"
        return "" if sum(map(_nanos, counted)) <= _nanos(limit) else f"an agent may promise no more {what}"

    def _others(self, what: str, of: tuple[str, ...]) -> Iterable[tuple[str, int, int]]:
        return self._database.execute(_OTHERS[what], of)


def _opened(ledger: Path | None, *, oldest: str) -> sqlite3.Connection:
    database = sqlite3.connect(":memory:" if ledger is None else ledger, timeout=_WAIT_SECONDS, isolation_level=None)
    try:
        # Servers may start at the same moment: who begins by writing waits for the others, and is not told of a lock.
        database.execute("BEGIN IMMEDIATE")
        with database:
            database.execute(_SCHEMA)
            database.execute(_BY_DAY)
            database.execute("DELETE FROM promised WHERE day < ?", (oldest,))
    except sqlite3.Error:
        database.close()
        raise
    return database


def _day(moment: datetime) -> str:
    return moment.date().isoformat()


def _nanos(amount: Money) -> int:
    return int(amount.units) * _NANOS + int(amount.nanos)
