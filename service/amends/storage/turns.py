"""Turns: who writes about one thing that is no row writes one after the other, whichever process or machine it is in.

SQLite has one writer at a time anyway. PostgreSQL keeps such locks by number: two names that share one wait for each
other needlessly, once in a very long while.
"""

from sqlalchemy import Connection, func, select


def take_turn(connection: Connection, name: str) -> None:
    """Nobody else has a turn by this name until the end of the transaction."""
    if connection.dialect.name != "sqlite":
        connection.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(name, 0))))
