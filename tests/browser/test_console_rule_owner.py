"""The path of who owns the rules, from a gap on the map to a folder that goes back under version control."""

from collections.abc import Iterator
from pathlib import Path
from typing import Final
from zipfile import ZipFile

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.console import Console, OpenConsole, serve_console
from tests.browser.editing import CHECKED, amends_check, settled, standing, text

SHOP: Final = """\
pack: shop
version: 1.0.0
title: A small shop
currency: USD
main: [fault, severity]
rules:
  - id: ours
    title: Our fault
    when: {fault: company}
    then: [{apology: {literal: true}}, {set_expectations: {next: We call you back.}}]
    because: {agent: It was our fault., customer: I am sorry.}
    source: [house rule 1]
  - id: bad
    title: It is bad, whoever did it
    when: {severity: {at_least: high}}
    then: [{set_expectations: {next: We call you back.}}]
    because: {agent: It is bad., customer: We look into it.}
    source: [house rule 2]
"""
"""Nobody has thought of small things that others did: a gap."""
ELSE: Final = """\
  - id: otherwise
    title: For all that is left
    then: [{set_expectations: {next: You hear from us.}}]
    because: {agent: Nothing else is said., customer: You hear from us.}
    source: [house rule 3]
"""
TESTS: Final = """\
clock: 2026-11-02T12:00:00Z
situations:
  kettle: {fault: company, severity: high}
tests:
  - name: all of it is said
    given: kettle
    expect: {applied: [ours, bad]}
"""


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Console]:
    """A service of a shop whose policy has a gap."""
    with serve_console(tmp_path / "service", packs={"shop": SHOP}) as serving:
        yield serving


def test_a_rule_owner_closes_a_gap(browser: Browser, shop: Console, tmp_path: Path) -> None:
    """Open the map, find the gap, edit where it is written, see it go, export: the folder passes `amends check`."""
    opening = OpenConsole(browser, shop)
    opened = opening("#/policy/shop/map")
    page = opened.page
    gap = page.get_by_role("listitem").filter(has_text="no rule matches: ")
    expect(gap).to_be_visible(timeout=CHECKED)
    expect(page.get_by_role("gridcell").filter(has_text="No rule matches").first).to_be_visible(timeout=CHECKED)
    opened.shoot("owner_1_map")

    gap.get_by_role("link", name="shop/pack.yaml:5").click()
    area = text(page, "shop/pack.yaml")
    expect(area).to_be_focused()
    assert page.evaluate("getSelection().toString()") == "main: [fault, severity]"
    settled(opened, "Compiles as 1.0.0")
    found = page.locator(".findings")
    expect(found).to_contain_text("[gap]")
    opened.shoot("owner_2_edit")

    area.press("Control+End")
    page.keyboard.insert_text(ELSE)
    settled(opened, "Gone since you began")
    expect(found).not_to_contain_text("[gap]")
    page.get_by_label("New file").fill("tests/shop_test.yaml")
    page.get_by_label("New file").press("Enter")
    expect(text(page, "shop/tests/shop_test.yaml")).to_be_focused()
    page.keyboard.insert_text(TESTS)
    settled(opened, "Nothing is found. Compiles as 1.0.0")
    expect(page.get_by_text("Gone since you began", exact=False).last).to_be_visible()
    opened.shoot("owner_3_mended")
    page.get_by_text("Its map").click()
    expect(page.get_by_role("grid")).to_be_visible(timeout=CHECKED)
    expect(page.get_by_role("gridcell").filter(has_text="No rule matches")).to_have_count(0)

    with page.expect_download() as download:
        page.get_by_role("button", name="Export").click()
    packed = tmp_path / download.value.suggested_filename
    download.value.save_as(packed)
    assert packed.name == "shop-1.0.0.zip"
    with ZipFile(packed) as archive:
        archive.extractall(tmp_path / "exported")
    assert (tmp_path / "exported" / "shop" / "pack.yaml").read_text(encoding="utf-8") == SHOP + ELSE
    assert amends_check(tmp_path / "exported", "shop") == ""
    assert standing(page).inner_text().startswith("Nothing is found.")
    assert opened.violations() == []
    assert opened.complaints == []
    opening.close()
