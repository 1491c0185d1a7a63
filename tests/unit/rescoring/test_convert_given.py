"""What was given before, out of columns: in the rows that say so, and in no other."""

from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from amends.domain.money import Money
from amends.domain.situation import Granted
from amends.packs.load import load_pack
from amends.rescoring.convert_given import GivenConverter
from amends.rescoring.mapping import FromColumn, MappedGrant

PACK = load_pack(Path(__file__).parents[3] / "rules", "retail")


def given(item: MappedGrant, **columns: list[Any]) -> list[tuple[Granted, ...]]:
    """What each row was given."""
    batch = {name: pa.array(values) for name, values in columns.items()}
    count = len(next(iter(batch.values())))
    found, problems = GivenConverter((item,), PACK).convert(batch, np.zeros(count, dtype=np.bool_))
    assert not problems
    values = [found.value(row) for row in range(count)]
    return [value.granted for value in values if value is not None]


def test_an_amount_that_is_empty_or_nothing_was_not_given() -> None:
    """Most rows of a column of amounts hold nothing."""
    item = MappedGrant("refund", amount=FromColumn("back", unit="minor", currency="EUR"))

    assert given(item, back=[500, 0, None]) == [(Granted("refund", amount=Money("EUR", 500)),), (), ()]


def test_a_column_may_say_whether_it_was_given() -> None:
    """Then an amount that is not known is an amount that is not known."""
    item = MappedGrant("goodwill", amount=FromColumn("voucher", currency="EUR"), given=FromColumn("sent"))

    found = given(item, voucher=["5", None, "5", None], sent=[True, True, False, None])

    assert found == [(Granted("goodwill", amount=Money("EUR", 500)),), (Granted("goodwill"),), (), ()]


def test_kind_and_basis_may_stand_in_columns() -> None:
    """A row without a kind was given nothing."""
    item = MappedGrant(FromColumn("what", values={"law": "entitlement"}), basis=FromColumn("why"))

    found = given(item, what=["law", "apology", None], why=["eu261", None, "eu261"])

    assert found == [(Granted("entitlement", basis="eu261"),), (Granted("apology"),), ()]


def test_a_wrong_value_is_told_by_row() -> None:
    """With its column, as of a fact."""
    converter = GivenConverter((MappedGrant(FromColumn("what")),), PACK)

    _, problems = converter.convert({"what": pa.array(["refund", "refnd"])}, np.zeros(2, dtype=np.bool_))

    assert problems == {1: ["what: granted.kind: 'refnd' is not one of its values; did you mean 'refund'?"]}
