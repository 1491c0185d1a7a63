"""A caller acts in the role they name, and never in a higher one than they are trusted with."""

import pytest

from amends.application.acting_role import acting_role
from amends.packs.files import SentFiles
from amends.packs.load import load_as_read
from tests.service.packs import SHOP

PACK = load_as_read([SentFiles("shop", {"pack.yaml": SHOP.encode()})], "shop")


@pytest.mark.parametrize(
    ("said", "highest", "acting"),
    [
        ("owner", "", "owner"),
        ("owner", "owner", "owner"),
        ("owner", "frontline", "frontline"),
        ("frontline", "owner", "frontline"),
        ("owner", "captain", "frontline"),
    ],
)
def test_the_lower_of_both_counts(said: str, highest: str, acting: str) -> None:
    """A role that the pack does not know is trusted as its first: the front line."""
    assert PACK is not None
    assert acting_role(said, highest, PACK) == acting
