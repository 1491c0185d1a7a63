"""The console's Policy, compared: two versions that the service keeps, in words and in decisions."""

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.activating import sent
from tests.browser.console import Console, OpenConsole, serve_console
from tests.browser.pack import DESK

COMPARED = 30_000
"""Milliseconds within which two packs of these tests are compared."""

LATER = DESK.replace("version: 1.0.0", "version: 2.0.0").replace("{at_least: 3}", "{at_least: 5}")


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Console]:
    """A service that keeps two versions of a pack, of which the later one decides."""
    with serve_console(tmp_path_factory.mktemp("kept"), "--no-watch", packs={"desk": DESK}) as serving:
        assert sent(serving, LATER, reason="five days")["state"] == "ACTIVATION_STATE_LIVE"
        yield serving


@pytest.fixture
def opening(browser: Browser, kept: Console) -> Iterator[OpenConsole]:
    opening = OpenConsole(browser, kept)
    yield opening
    opening.close()


def told(console: Console) -> dict[str, Any]:
    """The difference as the service itself tells it."""
    first, second = sorted(digests(console))
    return console.call("rulePacks:compare", {"before": {"digest": second[1]}, "after": {"digest": first[1]}})


def digests(console: Console) -> set[tuple[bool, str]]:
    """Of both versions; the one that decides comes first."""
    live = console.get("rulePacks/desk")["rulePack"]["digest"]
    known = {one["digest"] for one in console.get("activations?policy=desk")["activations"]}
    return {(digest != live, digest) for digest in known}


def test_what_decides_is_compared_with_what_decided_before(kept: Console, opening: OpenConsole) -> None:
    """Without anything to choose: each line that is gone or new, and situations that are decided differently."""
    said = told(kept)
    opened = opening("#/policy/desk/compare")
    page = opened.page

    expect(page.get_by_label("Before").locator("option:checked")).to_contain_text("1.0.0 (")
    expect(page.get_by_label("After").locator("option:checked")).to_contain_text("decides now")
    differing = f"{said['situationsDiffering']} of {said['situationsCompared']} situations are decided differently"
    expect(page.get_by_role("status").filter(has_text=differing)).to_be_visible(timeout=COMPARED)
    [changed] = [one for one in said["differences"] if one["partId"] == "shipping-back"]
    part = page.locator("article", has=page.get_by_role("heading", name=changed["title"]))
    expect(part.locator("del")).to_have_text(
        [f"gone: {line}" for line in changed["before"] if line not in changed["after"]]
    )
    expect(part.locator("ins")).to_have_text(
        [f"new: {line}" for line in changed["after"] if line not in changed["before"]]
    )
    rows = page.get_by_role("table", name="Situations that are decided differently").get_by_role("rowheader")
    expect(rows).to_have_text([one["about"] for one in said["examples"]])
    assert opened.violations() == []
    assert opened.complaints == []
    opened.shoot("compare")


def test_a_situation_that_differs_is_tried(opening: OpenConsole) -> None:
    """Its link leads to Decide, which knows the situation."""
    page = opening("#/policy/desk/compare").page

    page.get_by_role("link", name="Try it in Decide").first.click(timeout=COMPARED)

    expect(page.get_by_role("heading", name="What would be decided?")).to_be_visible()
    expect(page.get_by_label("Case", exact=True)).not_to_have_value("console")


def test_the_address_says_what_is_compared(kept: Console, opening: OpenConsole) -> None:
    """Also one version with itself; and one that is not kept is said to be none."""
    (_, live), (_, _) = sorted(digests(kept))
    opened = opening(f"#/policy/desk/compare?before={live}&after={live}")
    expect(opened.page.get_by_text("They are the same rules.")).to_be_visible(timeout=COMPARED)

    opened.go(f"#/policy/desk/compare?before={'0' * 64}&after={live}")

    expect(opened.page.get_by_role("alert")).to_contain_text("0" * 64, timeout=COMPARED)


def test_an_activation_leads_to_its_difference(kept: Console, opening: OpenConsole) -> None:
    """From what it was in the place of, to what it brought."""
    [one] = [one for one in kept.get("activations?policy=desk")["activations"] if one.get("reason") == "five days"]
    page = opening(f"#/activations/{one['activationId']}").page

    page.get_by_role("link", name="Compare with what it was in place of").click()

    expect(page.get_by_label("Before")).to_have_value(one["previousDigest"])
    expect(page.get_by_label("After")).to_have_value(one["digest"])
    page.get_by_role("button", name="Swap").click()
    expect(page.get_by_label("Before")).to_have_value(one["digest"])
    assert f"before={one['digest']}" in page.url


def test_who_may_not_publish_is_told_so(opening: OpenConsole) -> None:
    """The service says so in its own words."""
    page = opening("#/policy/desk/compare", who="watcher").page

    expect(page.get_by_role("alert")).to_contain_text("publish")


def test_it_fits_a_phone_and_the_dark(opening: OpenConsole) -> None:
    opened = opening("#/policy/desk/compare", dark=True, width=320)
    expect(opened.page.get_by_role("heading", name="In words")).to_be_visible(timeout=COMPARED)

    opened.shoot("compare-phone-dark")
    assert opened.fits()
    assert opened.violations() == []
