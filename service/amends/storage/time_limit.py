"""A time limit on what is read: for all statements together, held by the database itself while one of them runs."""

import sqlite3
import time
from collections.abc import Callable
from typing import Final, TypeVar

from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError

T = TypeVar("T")

# Of SQLite's own instructions: some hundred microseconds.
_LOOK_EVERY: Final = 20_000


class TimeOverError(Exception):
    """The time was over before all was read."""


class TimeLimit:
    """So many seconds from now."""

    __slots__ = ("_end",)

    def __init__(self, seconds: float) -> None:
        self._end = time.monotonic() + seconds

    def run(self, connection: Connection, work: Callable[[Connection], T]) -> T:
        """What `work` finds; TimeOverError. Between its statements it says `go_on`."""
        try:
            self.go_on(connection)
            return work(connection)
        except DBAPIError:
            if self._is_over():
                raise TimeOverError from None
            raise
        finally:
            _watch(connection, None)

    def go_on(self, connection: Connection) -> None:
        """What is executed next ends with the time; TimeOverError where it is over by now."""
        if self._is_over():
            raise TimeOverError
        if connection.dialect.name == "sqlite":
            _watch(connection, self._is_over)
        else:
            left = max(int((self._end - time.monotonic()) * 1000), 1)
            connection.execute(text(f"SET LOCAL statement_timeout = {left}"))

    def _is_over(self) -> bool:
        return time.monotonic() >= self._end


def _watch(connection: Connection, is_over: Callable[[], bool] | None) -> None:
    if connection.dialect.name == "sqlite":
        driver = connection.connection.driver_connection
        assert isinstance(driver, sqlite3.Connection)
        driver.set_progress_handler(is_over, _LOOK_EVERY)
