"""The tables of the bridge, on SQLite and PostgreSQL, and the version by which they are known.

A case's row carries the lease and what the bridge remembers of the case; a delivery's row waits in its case's line.
Moments are nanoseconds since 1970.
"""

from typing import Final

from sqlalchemy import (
    BigInteger,
    Column,
    Engine,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    UniqueConstraint,
    insert,
    select,
    text,
)

VERSION: Final = 1

_METADATA: Final = MetaData()
_NUMBER: Final = BigInteger().with_variant(Integer, "sqlite")
_LOCK: Final = 0x616D656E  # any number that nobody else on this database takes: "amen"

CASES: Final = Table(
    "bridge_cases",
    _METADATA,
    Column("source", Text, primary_key=True),
    Column("case_ref", Text, primary_key=True),
    Column("next_due", BigInteger),
    Column("leased_until", BigInteger, nullable=False, default=0),
    Column("lease", Text, nullable=False, default=""),
    Column("case_id", Text, nullable=False, default="", index=True),
    Column("situation", Text, nullable=False, default=""),
    Column("decision_id", Text, nullable=False, default=""),
    Column("said", Text, nullable=False, default=""),
    Column("moment", BigInteger),
    Column("number", BigInteger, nullable=False, default=0),
    Index("bridge_cases_next_due", "next_due"),
)

DELIVERIES: Final = Table(
    "bridge_deliveries",
    _METADATA,
    Column("number", _NUMBER, primary_key=True, autoincrement=True),
    Column("source", Text, nullable=False),
    Column("case_ref", Text, nullable=False),
    Column("event", Text, nullable=False),
    Column("proof", Text, nullable=True, unique=True),
    Column("kind", Text, nullable=False),
    Column("body", LargeBinary, nullable=False),
    Column("moment", BigInteger),
    Column("received", BigInteger, nullable=False),
    Column("state", Text, nullable=False),
    Column("attempts", Integer, nullable=False, default=0),
    Column("due", BigInteger, nullable=False),
    Column("began", Text, nullable=False, default=""),
    Column("why", Text, nullable=False, default=""),
    UniqueConstraint("source", "event"),
    Index("bridge_deliveries_line", "source", "case_ref", "state", "number"),
    Index("bridge_deliveries_state", "state", "received"),
    sqlite_autoincrement=True,
)

_SCHEMA: Final = Table("bridge_schema", _METADATA, Column("version", Integer, nullable=False))


class SchemaError(Exception):
    """The tables are those of a newer bridge."""


def make_tables(engine: Engine) -> None:
    """Make the tables where there are none; one process at a time does. SchemaError where a newer bridge made them."""
    with engine.begin() as connection:
        if engine.dialect.name == "postgresql":
            connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
        _METADATA.create_all(connection)
        version = connection.execute(select(_SCHEMA.c.version)).scalar()
        if version is None:
            connection.execute(insert(_SCHEMA).values(version=VERSION))
        elif version != VERSION:
            raise SchemaError(f"the tables have version {version}, this bridge knows {VERSION}")
