"""What may take long is given up in time, on each database, and nobody else waits for it."""

import asyncio

import pytest
from sqlalchemy import Connection, text

from amends.application.log_errors import TooMuchToCountError
from amends.domain.log_queries import RuleFilter
from amends.storage.database import Database
from amends.storage.statistics import DatabaseRuleStatistics
from amends.storage.time_limit import TimeLimit, TimeOverError
from tests.storage.conftest import on_each_database
from tests.storage.entries import T0
from tests.storage.records import DAY, on

ENDLESS = text("WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n WHERE i < 0")


def count_for_ever(connection: Connection, _limit: TimeLimit) -> None:
    connection.execute(ENDLESS)


@on_each_database
async def test_others_read_while_much_is_counted(database: Database) -> None:
    """Of more long reads than there are readers each ends in time, those that waited for their turn too."""
    counting = [asyncio.create_task(database.read_long(count_for_ever, seconds=5)) for _ in range(8)]

    found = await database.read(lambda connection: connection.execute(text("SELECT 7")).scalar())

    assert (found, [one.done() for one in counting]) == (7, [False] * 8)
    ended = await asyncio.gather(*counting, return_exceptions=True)
    assert [type(one) for one in ended] == [TimeOverError] * 8


@on_each_database
async def test_a_read_after_one_that_was_given_up_has_its_own_time(database: Database) -> None:
    """The limit is not left behind on the connection."""
    with pytest.raises(TimeOverError):
        await database.read_long(count_for_ever, seconds=0.05)

    many = text(
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 300000) SELECT count(*) FROM n"
    )
    found = await database.read_long(lambda connection, _: connection.execute(many).scalar(), seconds=60)
    assert found == 300_000


@on_each_database
async def test_the_time_is_that_of_all_statements_together(database: Database) -> None:
    """Each alone would be in time."""

    def one_after_another(connection: Connection, limit: TimeLimit) -> None:
        while True:
            limit.go_on(connection)
            connection.execute(text("SELECT 1"))

    with pytest.raises(TimeOverError):
        await database.read_long(one_after_another, seconds=0.2)


@on_each_database
async def test_statistics_that_take_too_long_say_what_to_ask(database: Database) -> None:
    """No outage: the same again would take as long."""
    await on(database).decide()
    wanted = RuleFilter("", (), (T0 - DAY, T0 + DAY))

    assert len(await DatabaseRuleStatistics(database).rule_statistics(wanted, limit=10)) == 2
    with pytest.raises(TooMuchToCountError, match="longer than the 0 seconds"):
        await DatabaseRuleStatistics(database, seconds=0).rule_statistics(wanted, limit=10)
