"""A role that may grant less than the one before it is told."""

import pytest

from amends.domain.action_kinds import ActionKind
from amends.packs.checks import falling_authority
from amends.packs.model import Band, Position, Role
from tests.unit.resolution.building import eur, pack, usd

HERE = Position("built.yaml", 1, 1)


@pytest.mark.parametrize(
    ("before", "after", "fallen"),
    [
        ((usd("100"),), (usd("80"),), "80.00 USD after 100.00 USD"),
        ((usd("100"),), (), "0.00 USD after 100.00 USD"),
        ((usd("100"), eur("90")), (usd("200"),), "0.00 EUR after 90.00 EUR"),
        (None, (usd("80"),), "unlimited before it"),
        ((usd("100"),), (usd("100"),), ""),
        ((usd("100"),), None, ""),
        (None, None, ""),
        ((), (usd("1"),), ""),
    ],
)
def test_what_falls_is_told_in_its_currency(before: Band, after: Band, fallen: str) -> None:
    """A kind left out is nothing, and unlimited is more than any amount."""
    first = Role("frontline", {ActionKind.REFUND: before}, HERE)
    second = Role("lead", {ActionKind.REFUND: after} if after != () else {}, HERE)

    told = [found.message for found in falling_authority.check(pack(authority=(first, second)))]

    expected = f"lead may grant less refund than frontline, who is asked first: {fallen}"
    assert told == ([expected] if fallen else [])
