"""Entitlements of one basis cover the same kinds: otherwise their ids would decide what is paid."""

from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from amends.packs.load import load_rules

Write = Callable[[Mapping[str, str]], Path]
PACK = """pack: shop
version: 1
title: A shop
currency: USD
rules:
  - id: first
    title: First
    then:
      - entitlement: {{amount: 5, basis: law, covers: [refund, goodwill]}}
    because: {{customer: Yours by law.}}
  - id: second
    title: Second
    priority: 5
    then:
      - entitlement: {{amount: 5, basis: {0}}}
    because: {{customer: Yours by law.}}
"""


@pytest.mark.parametrize(
    ("second", "said"),
    [
        ("law, covers: [goodwill, refund]", []),
        ("other, covers: [refund]", []),
        ("law, covers: [refund]", ["covers-differ"]),
        ("law", ["covers-differ"]),
    ],
)
def test_entitlements_of_one_basis_cover_the_same_kinds(second: str, said: list[str], write: Write) -> None:
    """In whatever order they are listed; another basis is another matter. The later place is told, whatever decides."""
    loaded = load_rules(write({"shop/pack.yaml": PACK.format(second)}))
    found = [found for found in loaded.diagnostics.get("shop", ()) if found.code == "covers-differ"]
    assert [one.code for one in found] == said
    assert all(one.position.line == 11 and "shop/pack.yaml:6:5" in one.message for one in found)
