"""The console's Health: what is live and why, what is called and how fast, what was dropped, as of seconds ago."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.activating import sent
from tests.browser.console import Console, OpenConsole, OpenedConsole, serve_console
from tests.browser.pack import DESK, late

EVERY = 5_000
"""Milliseconds from one look to the next."""
DRAWN = 200
"""Milliseconds within which a page that was drawn anew has done all that follows."""
CALLS = 24
"""So many that both of two workers are called: chance leaves one out once in eight million times."""
AGAIN = 20_000
"""Milliseconds within which the page has looked again by itself."""


@pytest.fixture(scope="module")
def own(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Console]:
    """A service of this module's own: its numbers are counted here."""
    with serve_console(tmp_path_factory.mktemp("health"), "--no-watch", packs={"desk": DESK}) as serving:
        yield serving


@pytest.fixture
def opening(browser: Browser, own: Console) -> Iterator[OpenConsole]:
    opening = OpenConsole(browser, own)
    yield opening
    opening.close()


def ended(opened: OpenedConsole, method: str) -> int:
    """How many calls of a method have ended, as the page shows it."""
    row = opened.page.get_by_role("table", name="Calls").get_by_role("row", name=method)
    return int(row.get_by_role("cell").nth(0).inner_text())


def test_it_counts_what_is_called_and_looks_again_by_itself(own: Console, opening: OpenConsole) -> None:
    """The numbers are those of the service, and grow on the page without anybody asking it to look."""
    own.decided(late("first"))
    opened = opening("#/health")
    row = opened.page.get_by_role("table", name="Calls").get_by_role("row", name="Decide")
    expect(row).to_be_visible()
    before = ended(opened, "Decide")
    opened.page.clock.install()
    opened.page.get_by_role("button", name="Look again").click()
    expect(opened.page.get_by_text("calls a second since the look before")).to_be_visible()

    for at in range(3):
        own.decided(late(f"case {at}"))
    opened.page.clock.fast_forward(EVERY)

    expect(row.get_by_role("cell").nth(0)).to_have_text(str(before + 3), timeout=AGAIN)
    expect(row).to_contain_text("ms")
    expect(opened.page.get_by_role("row", name="Decisions lost 0")).to_be_visible()
    expect(opened.page.get_by_text("calls a second since the look before")).to_be_visible()
    assert opened.complaints == []


def test_it_counts_over_all_workers(browser: Browser, tmp_path: Path) -> None:
    """Whichever of them answers: each call came over a connection of its own."""
    with serve_console(tmp_path, "--workers", "2", packs={"desk": DESK}) as serving:
        for at in range(CALLS):
            serving.decided(late(f"case {at}"))
        opening = OpenConsole(browser, serving)
        opened = opening("#/health")

        expect(opened.page.get_by_role("table", name="Calls").get_by_role("row", name="Decide")).to_be_visible()
        assert ended(opened, "Decide") == CALLS
        called = {line["pid"] for line in serving.server.lines("call") if line["method"] == "Decide"}
        assert called == {line["worker_pid"] for line in serving.server.lines("worker_started")}
        opening.close()


def test_it_asks_nothing_while_nobody_sees_it_or_it_was_told_not_to(opening: OpenConsole) -> None:
    """Hidden, it waits until it is seen again; without its tick, until it is told to look."""
    opened = opening("#/health")
    page, asked = opened.page, list[str]()
    expect(page.get_by_role("table", name="Calls")).to_be_visible()
    page.clock.install()
    page.on("request", lambda request: asked.append(request.url))

    page.evaluate("Object.defineProperty(document, 'hidden', {value: true, configurable: true})")
    page.get_by_role("button", name="Look again").click()
    expect(page.get_by_text("calls a second since the look before")).to_be_visible()
    asked.clear()
    page.clock.fast_forward(2 * EVERY)
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    page.clock.fast_forward(2 * EVERY)
    assert asked == []

    page.get_by_label("Look every 5 seconds").uncheck()
    page.clock.run_for(DRAWN)
    page.evaluate("delete document.hidden; document.dispatchEvent(new Event('visibilitychange'))")
    page.clock.fast_forward(2 * EVERY)
    assert asked == []

    with page.expect_request("**/metrics"):
        page.get_by_label("Look every 5 seconds").check()
        page.clock.run_for(DRAWN)
        page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")


def test_it_says_what_is_live_and_why_something_newer_is_not(own: Console, opening: OpenConsole) -> None:
    """A pack that was refused stands there with the reason, linked to its activation; the last good pack decides."""
    refused = sent(own, DESK.replace("shipping_fee}", "shiping_fee}"))
    assert refused["state"] == "ACTIVATION_STATE_REFUSED"

    opened = opening("#/health", who="watcher")
    row = opened.page.get_by_role("row", name="desk desk 1.0.0")
    expect(row).to_contain_text("Something newer was refused", timeout=AGAIN)
    expect(row).to_contain_text("shiping_fee")
    row.get_by_role("link", name="Refused").click()
    expect(opened.page.get_by_role("heading", name=f"Activation {refused['activationId']}")).to_be_visible()
    assert opened.complaints == []


def test_who_may_not_read_learns_so(opening: OpenConsole) -> None:
    """Without permission to read, nothing is shown but why."""
    opened = opening("#/health", who="clerk")
    expect(opened.page.get_by_role("alert")).to_contain_text("read")
    expect(opened.page.get_by_role("table")).to_have_count(0)


def test_a_service_that_is_away_is_told_and_found_again(own: Console, opening: OpenConsole) -> None:
    """What was seen last still stands there, called old; once the service answers again the trouble goes."""
    opened = opening("#/health")
    expect(opened.page.get_by_role("table", name="Calls")).to_be_visible()
    opened.page.context.set_offline(True)
    opened.page.get_by_role("button", name="Look again").click()
    expect(opened.page.get_by_role("alert")).to_contain_text("does not answer")
    expect(opened.page.get_by_role("table", name="Calls")).to_be_visible()
    opened.shoot("health_away")

    opened.page.context.set_offline(False)
    opened.page.get_by_role("button", name="Ask again").click()
    expect(opened.page.get_by_role("alert")).to_have_count(0)
    assert own.decided(late("still there"))


def test_an_expired_token_asks_to_sign_in(opening: OpenConsole) -> None:
    """A key that counts no more brings the sign-in; nothing is asked on and on meanwhile."""
    opened = opening("#/health")
    expect(opened.page.get_by_role("table", name="Calls")).to_be_visible()
    refused = {"status": 401, "content_type": "application/json", "body": json.dumps({"code": "unauthenticated"})}
    opened.page.route("**/amends.v1.RulePackService/*", lambda route: route.fulfill(**refused))
    opened.page.get_by_role("button", name="Look again").click()
    expect(opened.page.get_by_role("heading", name="Sign in")).to_be_visible()


@pytest.mark.parametrize(("dark", "width"), [(False, 1280), (True, 1280), (False, 320)])
def test_it_is_accessible(opening: OpenConsole, dark: bool, width: int) -> None:  # noqa: FBT001 -- a parameter of pytest's
    """Light, dark and on a narrow screen: axe-core finds nothing, nothing is cut off, and nothing breaks the policy."""
    opened = opening("#/health", dark=dark, width=width)
    expect(opened.page.get_by_role("table", name="Calls")).to_be_visible()
    opened.page.get_by_role("button", name="Look again").click()
    expect(opened.page.get_by_text("calls a second since the look before")).to_be_visible()
    opened.page.get_by_role("button", name="Look again").click()
    expect(opened.page.locator("svg")).to_be_visible()
    opened.shoot(f"health_{'dark' if dark else 'light'}_{width}")
    assert opened.violations() == []
    assert opened.fits()
    assert opened.complaints == []
