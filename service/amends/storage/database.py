"""A database as the event loop sees it: reads in a few threads, those that may take long in another, all writes in one.

One writer a process: SQLite has one at a time anyway, and threads of one process that wait for its lock would wait by
polling. Whoever writes stands in the same queue, decisions and all else. A database that is away is a
LogUnavailableError; the next call connects again.
"""

import asyncio
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from types import TracebackType
from typing import Final, Self, TypeVar

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import DBAPIError

from amends.application.log_errors import LogUnavailableError
from amends.storage.engines import is_sqlite, make_engine, read_url, shown
from amends.storage.errors import unavailable, was_in_the_way
from amends.storage.time_limit import TimeLimit

T = TypeVar("T")

_READERS: Final = 4
_TRIES: Final = 4


class Database:
    """Connections of one process to one database, made when they are first needed."""

    def __init__(self, url: str) -> None:
        """DatabaseUrlError where the URL is none of ours; nothing is connected yet."""
        self.url = read_url(url)
        self._writer = make_engine(self.url, connections=1, writes=True)
        self._reader = make_engine(self.url, connections=_READERS, writes=False)
        self._finishing: list[Callable[[], None]] = []
        self._writing = ThreadPoolExecutor(1, thread_name_prefix="amends-writer")
        self._reading = ThreadPoolExecutor(_READERS, thread_name_prefix="amends-reader")
        self._long_reader = make_engine(self.url, connections=1, writes=False)
        self._reading_long = ThreadPoolExecutor(1, thread_name_prefix="amends-long-reader")

    @property
    def is_sqlite(self) -> bool:
        return is_sqlite(self.url)

    async def read(self, work: Callable[[Connection], T]) -> T:
        """What `work` finds, in one transaction that may not write. LogUnavailableError if the database is away."""
        return await asyncio.get_running_loop().run_in_executor(self._reading, _run, self._reader, work)

    async def read_long(self, work: Callable[[Connection, TimeLimit], T], *, seconds: float) -> T:
        """As `read`, of what may take long: one after the other, in a thread where nobody else waits for them.

        TimeOverError after so many seconds, those included that others took before.
        """
        limit = TimeLimit(seconds)

        def read(connection: Connection) -> T:
            return limit.run(connection, lambda connection: work(connection, limit))

        return await asyncio.get_running_loop().run_in_executor(self._reading_long, _run, self._long_reader, read)

    async def write(self, work: Callable[[Connection], T]) -> T:
        """What `work` returns, once what it wrote is on disk; all of it or nothing. LogUnavailableError as for reads.

        `work` may run again, its first attempt rolled back: a connection that turns out to be dead is replaced, and of
        two transactions that wait for each other one is taken back.
        """
        return await asyncio.get_running_loop().run_in_executor(self._writing, _run, self._writer, work)

    def submit(self, work: Callable[[], None]) -> bool:
        """Run `work` in the writer's thread, after what waits there already; False once the database is closing."""
        try:
            self._writing.submit(work)
        except RuntimeError:
            return False
        return True

    def write_here(self, work: Callable[[Connection], T]) -> T:
        """As `write`, in the calling thread, which must be the writer's."""
        return _run(self._writer, work)

    def write_at_once(self, work: Callable[[Connection], None]) -> None:
        """As `write_here`, but no transaction is begun: `work` is one statement of SQLite, which is one by itself."""
        _run(self._writer, work, once=_without_begin)

    def before_close(self, finish: Callable[[], None]) -> None:
        """Call `finish` before the writer's thread takes no more work."""
        self._finishing.append(finish)

    def close(self) -> None:
        """Finish what was begun, and let go of every connection."""
        for finish in self._finishing:
            finish()
        self._writing.shutdown()
        self._reading.shutdown()
        self._reading_long.shutdown()
        self._reader.dispose()
        self._long_reader.dispose()
        # Last: SQLite tidies its WAL away with its last connection, which readers may not do.
        self._writer.dispose()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


@contextmanager
def connected(url: str, *, writes: bool) -> Iterator[Connection]:
    """One connection for a command, in the calling thread. LogUnavailableError if the database is away."""
    engine = make_engine(read_url(url), connections=1, writes=writes)
    try:
        with engine.connect() as connection:
            yield connection
    except Exception as error:
        away = unavailable(error)
        if away is None:
            raise
        # Whoever gives a command has to know which database it was; callers of a server must not.
        raise LogUnavailableError(f"{shown(engine.url)}: {away.reason}", retry_after=away.retry_after) from error
    finally:
        engine.dispose()


def _once(engine: Engine, work: Callable[[Connection], T]) -> T:
    with engine.begin() as connection:
        return work(connection)


def _without_begin(engine: Engine, work: Callable[[Connection], T]) -> T:
    with engine.connect() as connection:
        return work(connection)


def _run(engine: Engine, work: Callable[[Connection], T], *, once: Callable[..., T] = _once) -> T:
    try:
        for _ in range(_TRIES - 1):
            try:
                return once(engine, work)
            except DBAPIError as error:
                if not _is_worth_another_try(error):
                    raise
        return once(engine, work)
    except Exception as error:
        away = unavailable(error)
        if away is None:
            raise
        raise away from error


def _is_worth_another_try(error: DBAPIError) -> bool:
    """True where nothing was written for sure, and the next attempt meets other circumstances."""
    # The server was restarted behind an idle connection: found only by using it, and the pool is empty now. An error
    # without a statement is the commit's, of which nobody knows how it ended.
    died_before_the_commit = error.connection_invalidated and error.statement is not None
    return died_before_the_commit or was_in_the_way(error)
