"""Rows of other people's tables: as they are, without a trace left behind, whatever the query says."""

from pathlib import Path

import pytest
from sqlalchemy import create_engine, make_url, text

from amends.storage.query_rows import QueryError, QueryRows

BOTH = pytest.mark.parametrize("database_kind", ["sqlite", "postgresql"], indirect=True)


def filled(url: str, count: int = 5_000) -> str:
    """A database with a table of so many rows."""
    engine = create_engine(url.replace("postgresql://", "postgresql+psycopg://"))
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE cases (number INTEGER, name TEXT)"))
        rows = [{"number": number, "name": f"{number} %"} for number in range(count)]
        connection.execute(text("INSERT INTO cases VALUES (:number, :name)"), rows)
    engine.dispose()
    return url


@BOTH
def test_rows_come_in_order_and_never_all_at_once(empty_url: str) -> None:
    """Of five thousand rows at most two thousand are in memory at once."""
    query = QueryRows(filled(empty_url), "SELECT name, number FROM cases WHERE name LIKE '% _' ORDER BY number;")

    found = list(query.rows())

    assert query.columns == ("name", "number")
    assert [row for rows in found for row in rows] == [(f"{number} %", number) for number in range(5_000)]
    assert max(map(len, found)) <= 2_000


@BOTH
@pytest.mark.parametrize("query", ["DELETE FROM cases", "INSERT INTO cases VALUES (1, '') RETURNING number"])
def test_nothing_is_written(empty_url: str, query: str) -> None:
    """A query that writes is refused, and what was to be written is not there."""
    url = filled(empty_url, 3)

    with pytest.raises(QueryError):
        list(QueryRows(url, query).rows())

    ((rows,),) = [rows for rows in QueryRows(url, "SELECT count(*) FROM cases").rows() if rows]
    assert rows == (3,)


@BOTH
def test_a_wrong_query_is_told_with_its_database(empty_url: str) -> None:
    """In the database's own words, and without its password."""
    with pytest.raises(QueryError, match=r"no such table|does not exist") as found:
        QueryRows(filled(empty_url, 1), "SELECT * FROM nowhere")

    password = make_url(empty_url).password
    assert password is None or password not in str(found.value)


def test_a_file_of_somebody_else_stays_as_it_is(tmp_path: Path) -> None:
    """Not a byte of it, and no journal beside it."""
    file = tmp_path / "theirs.db"
    filled(f"sqlite:///{file}", 10)
    before = file.read_bytes()

    list(QueryRows(f"sqlite:///{file}", "SELECT * FROM cases").rows())

    assert file.read_bytes() == before
    assert list(tmp_path.iterdir()) == [file]


@pytest.mark.parametrize(
    ("url", "query", "told"),
    [
        ("nonsense", "SELECT 1", "no URL such as sqlite:///cases.db"),
        ("mysql://somebody:secret@host/name", "SELECT 1", "not from 'mysql'"),
        ("sqlite:///no-such-file.db", "SELECT 1", "no-such-file.db: there is no such file"),
        ("postgresql://somebody:secret@127.0.0.1:1/name", "SELECT 1", "(?i)refused"),
    ],
)
def test_a_database_that_cannot_be_read_is_told(url: str, query: str, told: str) -> None:
    """What is wrong, never the password."""
    with pytest.raises(QueryError, match=told) as found:
        QueryRows(url, query)

    assert "secret" not in str(found.value)


@pytest.mark.parametrize(("query", "told"), [("  ;", "the query is empty"), ("PRAGMA cache_size = 9", "no rows")])
def test_a_query_without_rows_is_told(tmp_path: Path, query: str, told: str) -> None:
    """A statement that is no question has no answer."""
    with pytest.raises(QueryError, match=told):
        QueryRows(filled(f"sqlite:///{tmp_path / 'a.db'}", 1), query)
