"""Real flights by columns and one by one: `make flights-by-columns` compares the whole year, this a part of it."""

import pyarrow as pa
import pytest

from amends.application.compiled_pack import CompiledPack
from tests.agreement import rescored_flights
from tests.agreement.rescored_flights import compare

FEBRUARY = 2


def test_flights_by_columns_are_as_one_by_one() -> None:
    """The first flights of February, some of them cancelled: each row says what its decision says."""
    found = compare(FEBRUARY, first=4_000)

    assert (found.rows, found.different) == (4_000, "")
    assert found.cents > 0


def test_a_row_that_says_something_else_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    """The comparison can fail: one cent of one row is enough."""
    rescore = rescored_flights.rescore

    def one_cent_more(table: pa.Table, compiled: CompiledPack, *, role: str) -> pa.Table:
        scored = rescore(table, compiled, role=role)
        place = scored.column_names.index("entitlement_minor_units")
        cents = scored["entitlement_minor_units"].to_pylist()
        row = next(row for row, found in enumerate(cents) if found)
        return scored.set_column(
            place, "entitlement_minor_units", pa.array([*cents[:row], cents[row] + 1, *cents[row + 1 :]])
        )

    monkeypatch.setattr(rescored_flights, "rescore", one_cent_more)
    assert "entitlement_minor_units" in compare(FEBRUARY, first=1_000).different
