"""The console as a whole: signing in, getting about, what it loads, and what a browser holds it to."""

import sys
from collections.abc import Iterator
from pathlib import Path
from statistics import median
from typing import Final

import httpx
import pytest
from playwright.sync_api import Browser, Page, Request, expect

from amends.server.api_keys import new_key
from tests.browser.console import PROMISING, Console, OpenConsole, access_text, serve_console
from tests.browser.pack import late
from tests.browser.tokens import TokenIssuer

LARGEST_LOAD: Final = 150_000
"""Bytes of the first load, compressed."""
SOONEST_MS: Final = 1_000
LOADS: Final = 5
MOST_TABS: Final = 80
SOON_SECONDS: Final = 8
"""Long enough to sign in with a token, short enough to wait until it has run out."""


def test_it_is_gone_about_in_by_the_keyboard_alone(open_console: OpenConsole) -> None:
    """The first key skips the navigation; a page chosen there has the focus, its title and its mark."""
    page = open_console("#/decide").page
    expect(page.get_by_role("heading", name="What would be decided?")).to_be_visible()
    page.get_by_role("link", name="Log").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Recorded decisions")).to_be_visible()
    expect(page.get_by_role("main")).to_be_focused()
    expect(page.get_by_role("link", name="Log")).to_have_attribute("aria-current", "page")
    expect(page).to_have_title("Log · Amends console")
    page.get_by_role("link", name="Skip to the page").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("main")).to_be_focused()


def _tab_to(page: Page, says: str) -> None:
    """To the link, button or field that says this, by the one key: what has the focus on the way gives it up again."""
    focused = "(({activeElement: at}) => at.matches('a, button, input') ? at.outerHTML : '')(document)"
    for _ in range(MOST_TABS):
        page.keyboard.press("Tab")
        if says in page.evaluate(focused):
            return
    raise AssertionError(f"{says!r} is not reached by {MOST_TABS} tabs")


def test_a_case_is_followed_without_a_mouse(console: Console, open_console: OpenConsole) -> None:
    """From the list to a decision, its replay, and other facts, by Tab and Enter alone."""
    decision_id = console.decided(late("by keys", facts={"delay_days": {"integer": "4"}}))["decisionId"]
    page = open_console("#/log").page
    expect(page.get_by_role("row", name="by keys")).to_be_visible()
    _tab_to(page, f"#/log/{decision_id}")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text(f"Decision {decision_id}")
    expect(page.get_by_role("main")).to_be_focused()

    _tab_to(page, "Replay")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Decided again by the same rules it is the same.")).to_be_visible()
    _tab_to(page, "Try them with other facts")
    page.keyboard.press("Enter")

    expect(page.get_by_role("heading", level=1)).to_have_text("What would be decided?")
    _tab_to(page, "<input")
    page.keyboard.type("late")
    expect(page.get_by_label("Find a fact")).to_have_value("late")


def test_an_address_of_nothing_says_so(open_console: OpenConsole) -> None:
    """A page that there is not is named as such, and the way out stands above it."""
    opened = open_console("#/decide")
    opened.go("#/nowhere")
    expect(opened.page.get_by_role("heading", name="There is no such page")).to_be_visible()
    expect(opened.page.get_by_role("link", name="Decide")).to_be_visible()


@pytest.fixture
def own(tmp_path: Path) -> Iterator[Console]:
    """A service of a test's own, for what others would suffer from."""
    with serve_console(tmp_path, packs={"desk": PROMISING}) as serving:
        yield serving


def test_who_is_not_known_any_more_signs_in_anew_and_goes_on(browser: Browser, own: Console) -> None:
    """A key that is taken back is asked for at the next call; what was typed is still there for the next key."""
    opening = OpenConsole(browser, own)
    page = opening("#/decide").page
    page.get_by_label("Case", exact=True).fill("kept")
    expect(page.get_by_role("heading", name="Would be decided", exact=True)).to_be_visible()
    fresh = {**own.keys, "owner": new_key()}
    own.access.write_text(access_text(fresh), encoding="utf-8")
    own.server.wait_for("access_file_read")

    page.get_by_label("Case", exact=True).fill("kept here")
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
    page.get_by_label("API key or token").fill(fresh["owner"].key)
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_label("Case", exact=True)).to_have_value("kept here")
    expect(page.get_by_role("heading", name="Sign in")).to_have_count(0)

    own.server.process.kill()
    own.server.end()
    page.get_by_label("Case", exact=True).fill("away")
    # Whatever of the page asks just then tells it, so there may be several.
    expect(page.get_by_role("alert").first).to_contain_text("The service does not answer.")
    expect(page.get_by_role("button", name="Ask again").first).to_be_visible()
    opening.close()


def test_whose_token_runs_out_signs_in_anew_and_goes_on(browser: Browser, own: Console) -> None:
    """While the page is open: what was typed is still there for the next token."""
    issuer = TokenIssuer(own.folder)
    own.server.wait_for("ready")
    own.access.write_text(issuer.access, encoding="utf-8")
    own.server.wait_for("access_file_read")
    opening = OpenConsole(browser, own)
    page = opening("#/decide", who="").page
    case, sign_in = page.get_by_label("Case", exact=True), page.get_by_role("heading", name="Sign in")
    page.get_by_label("API key or token").fill(issuer.token(seconds=SOON_SECONDS))
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("heading", name="Would be decided", exact=True)).to_be_visible()

    case.fill("kept")
    page.wait_for_timeout(1000 * SOON_SECONDS)
    case.fill("kept here")
    expect(sign_in).to_be_visible()
    page.get_by_label("API key or token").fill(issuer.token(seconds=600))
    page.get_by_role("button", name="Sign in").click()

    expect(sign_in).to_have_count(0)
    expect(case).to_have_value("kept here")
    opening.close()


@pytest.mark.parametrize(("dark", "width"), [(False, 1280), (True, 320)], ids=["light", "dark phone"])
@pytest.mark.parametrize("place", ["decide", "log", "obligations"])
def test_it_is_accessible(open_console: OpenConsole, place: str, *, dark: bool, width: int) -> None:
    """axe-core finds no violation of WCAG 2.2 AA; nothing scrolls sideways, on a phone or magnified as much."""
    opened = open_console(f"#/{place}", dark=dark, width=width)
    expect(opened.page.get_by_role("heading", level=1)).to_be_visible()
    if place == "decide":
        expect(opened.page.get_by_role("heading", name="Missing, the most useful first")).to_be_visible()
    opened.shoot(f"{place}-{'dark' if dark else 'light'}-{width}")
    assert opened.violations() == []
    assert opened.fits()


def test_a_browser_holds_it_to_a_strict_policy(console: Console, open_console: OpenConsole) -> None:
    """No exception in the policy, nobody may frame it, and the browser has nothing to say against any page."""
    policy = httpx.get(f"{console.origin}/console/", timeout=60).headers["content-security-policy"]
    assert "unsafe" not in policy
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    opened = open_console("#/decide")
    for place in ("log", "obligations", "decide"):
        opened.go(f"#/{place}")
        expect(opened.page.get_by_role("heading", level=1)).to_be_visible()
    assert opened.complaints == []


def _loaded(request: Request) -> dict[str, int]:
    """How many bytes came for a file, by its address."""
    return {request.url: request.sizes()["responseBodySize"]} if "/console/" in request.url else {}


def test_it_is_small_and_there_at_once(browser: Browser, console: Console) -> None:
    """What a first load fetches is under 150 kB compressed, and one can type in it within a second."""
    took: list[float] = []
    sizes: dict[str, int] = {}
    for _ in range(LOADS):
        page = browser.new_page()
        page.on("requestfinished", lambda one: sizes.update(_loaded(one)))
        page.goto(f"{console.origin}/console/")
        page.get_by_label("API key or token").wait_for()
        took.append(page.evaluate("performance.now()"))
        page.close()
    size, usable = sum(sizes.values()), median(took)
    sys.stdout.write(f"first load {size} bytes, usable after {usable:.0f} ms\n")

    assert size < LARGEST_LOAD
    assert usable < SOONEST_MS
    assert len(sizes) > len(("console.js", "shared.js"))


def test_its_files_come_compressed_to_who_takes_that(console: Console) -> None:
    """The same bytes either way, and what stands between is told that there are two."""
    address = f"{console.origin}/console/shared.js"
    plain, packed = (httpx.get(address, headers={"accept-encoding": one}, timeout=60) for one in ("identity", "gzip"))

    assert "content-encoding" not in plain.headers
    assert packed.headers["content-encoding"] == "gzip"
    assert plain.content == packed.content
    assert plain.headers["vary"] == packed.headers["vary"] == "accept-encoding"
