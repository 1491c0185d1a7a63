"""A pack tells what it, or a pack that it extends, took out of what was inherited or wrote anew."""

from collections.abc import Callable, Mapping
from pathlib import Path

from amends.packs.load import load_pack
from amends.packs.model import Departure

Write = Callable[[Mapping[str, str]], Path]
BASE = """\
pack: base
version: 1
title: Base
currency: EUR
contact_reasons: [late]
limits: [{id: cap, of: [goodwill], at_most: 5 EUR}]
rules:
  - {id: sorry, title: Sorry, then: [{apology: {}}]}
  - {id: view, title: View, then: [{ask_perspective: {}}]}
"""
SHOP = """\
pack: shop
version: 1
title: A shop
extends: [base]
currency: EUR
contact_reasons: [late]
disable: [cap, view]
rules: [{id: sorry, title: Deeply sorry, then: [{apology: {literal: true}}]}]
"""
GRAND = "pack: grand\nversion: 1\ntitle: G\nextends: [shop]\n"
AGAIN = "rules: [{id: view, title: Again, then: [{ask_perspective: {}}]}]\n"


def test_what_was_taken_out_and_written_anew_is_told_to_all_who_inherit(write: Write) -> None:
    """With the pack that wrote it and the pack that did it; the same words written again are no departure."""
    folder = write({"base/pack.yaml": BASE, "shop/pack.yaml": SHOP, "grand/pack.yaml": GRAND})
    for pack_id in ("shop", "grand"):
        pack = load_pack(folder, pack_id)
        assert pack.disabled == (
            Departure("limits", "cap", "", "base", "shop"),
            Departure("rules", "view", "View", "base", "shop"),
        )
        assert pack.replaced == (Departure("rules", "sorry", "Sorry", "base", "shop"),)
    assert load_pack(folder, "base").disabled == load_pack(folder, "base").replaced == ()


def test_what_stands_again_is_not_told_as_gone(write: Write) -> None:
    """A child that defines the id anew has it."""
    folder = write({"base/pack.yaml": BASE, "shop/pack.yaml": SHOP, "grand/pack.yaml": GRAND + AGAIN})
    assert [gone.ident for gone in load_pack(folder, "grand").disabled] == ["cap"]


def test_departures_are_no_part_of_the_digest(write: Write) -> None:
    """Two packs that decide alike are one policy, whichever way they came to be."""
    flat = BASE.replace("base", "shop", 1).replace("title: Base", "title: A shop")
    flat = flat.replace("limits: [{id: cap, of: [goodwill], at_most: 5 EUR}]\n", "")
    flat = flat.partition("rules:")[0] + SHOP[SHOP.index("rules:") :]
    alone = load_pack(write({"shop/pack.yaml": flat}), "shop").digest
    assert load_pack(write({"base/pack.yaml": BASE, "shop/pack.yaml": SHOP}), "shop").digest == alone
