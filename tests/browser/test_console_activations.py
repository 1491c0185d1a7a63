"""The console's Activations: what was asked for and what became of it; roll back, approval and calling off."""

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.activating import kept, sent, settled
from tests.browser.console import Console, OpenConsole, serve_console
from tests.browser.pack import DESK, late

PROVED = 30_000
"""Milliseconds within which a pack of these tests is checked and proved."""


def desk(version: str, *, days: int = 3) -> str:
    """The desk in another version, late from so many days on."""
    return DESK.replace("version: 1.0.0", f"version: {version}").replace("{at_least: 3}", f"{{at_least: {days}}}")


@pytest.fixture(scope="module")
def alone(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Console]:
    """A service whose packs go live once they are in order."""
    with serve_console(tmp_path_factory.mktemp("alone"), "--no-watch", packs={"desk": DESK}) as serving:
        yield serving


@pytest.fixture(scope="module")
def by_two(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Console]:
    """A service whose packs go live once a second person has approved them."""
    folder = tmp_path_factory.mktemp("by_two")
    with serve_console(folder, "--no-watch", "--approvals", packs={"desk": DESK}) as serving:
        yield serving


@pytest.fixture
def opening(browser: Browser, alone: Console) -> Iterator[OpenConsole]:
    opening = OpenConsole(browser, alone)
    yield opening
    opening.close()


@pytest.fixture
def opening_by_two(browser: Browser, by_two: Console) -> Iterator[OpenConsole]:
    opening = OpenConsole(browser, by_two)
    yield opening
    opening.close()


@pytest.fixture(scope="module")
def history(alone: Console) -> tuple[dict[str, Any], dict[str, Any]]:
    """The activation of the folder's pack, and the one of the pack that took its place."""
    [first] = [one for one in alone.get("activations?policy=desk")["activations"] if one["origin"] == "folder"]
    return first, sent(alone, desk("3.0.0", days=5), reason="summer")


def digest_that_decides(console: Console, case_id: str) -> str:
    return str(console.decided(late(case_id))["decision"]["packDigest"])


def test_rolling_back_changes_which_pack_decides(
    alone: Console, opening: OpenConsole, history: tuple[dict[str, Any], dict[str, Any]]
) -> None:
    """It says what will change, wants a reason and follows the new activation; once it is live the old pack decides."""
    first, summer = history
    assert digest_that_decides(alone, "before") == summer["digest"]

    opened = opening("#/activations?policy=desk")
    page = opened.page
    page.get_by_role("row", name="the folder of packs").get_by_role("link").click()
    expect(page.get_by_role("heading", name=f"Activation {first['activationId']}")).to_be_visible()
    form = page.get_by_role("form", name="Roll back")
    expect(form).to_contain_text(f"from desk 3.0.0 ({summer['digest'][:8]}) to desk 1.0.0 ({first['digest'][:8]})")
    form.get_by_role("button", name="Roll back").click()
    expect(form.get_by_label("Why")).to_be_focused()  # a reason is required
    form.get_by_label("Why").fill("summer was too mean")
    form.get_by_label("Ticket").fill("CR-7")
    opened.shoot("activation_roll_back")
    form.get_by_role("button", name="Roll back").click()

    expect(page.get_by_role("cell", name="summer was too mean")).to_be_visible(timeout=PROVED)
    expect(page.get_by_role("status")).to_have_text("Live", timeout=PROVED)
    expect(page.get_by_role("cell", name="CR-7")).to_be_visible()
    alone.server.wait_for("policy_changed", activation_id=page.url.rpartition("/")[2])
    assert digest_that_decides(alone, "after") == first["digest"]
    opened.go(f"#/activations/{first['activationId']}")
    expect(page.get_by_text("decides by this pack")).to_be_visible()
    expect(page.get_by_role("form", name="Roll back")).to_have_count(0)
    assert opened.complaints == []


def test_a_refused_pack_is_shown_with_its_findings(alone: Console, opening: OpenConsole) -> None:
    """Where it is wrong, what, and how to mend it; there is nothing to roll back to."""
    refused = sent(alone, desk("9.0.0").replace("of: shipping_fee", "of: shiping_fee"))
    assert refused["state"] == "ACTIVATION_STATE_REFUSED"

    opened = opening(f"#/activations/{refused['activationId']}", who="watcher")
    expect(opened.page.get_by_role("status")).to_have_text("Refused")
    found = opened.page.get_by_role("table", name="Found in its files")
    [first, *_] = refused["diagnostics"]
    expect(found).to_contain_text(f"{first['file']}:{first['line']}:{first['column']}")
    expect(found).to_contain_text(first["message"])
    expect(opened.page.get_by_role("heading", name="What keeps it from going live")).to_be_visible()
    expect(opened.page.get_by_role("form", name="Roll back")).to_have_count(0)
    opened.shoot("activation_refused")
    assert opened.violations() == []
    assert opened.complaints == []


def test_who_may_not_roll_back_learns_why(
    alone: Console, opening: OpenConsole, history: tuple[dict[str, Any], dict[str, Any]]
) -> None:
    """Reading does not let anybody change what decides: there is no form to fill in, but what it would take."""
    [not_live, *_] = [one for one in history if one["digest"] != digest_that_decides(alone, "watched")]
    opened = opening(f"#/activations/{not_live['activationId']}", who="watcher")
    expect(opened.page.get_by_text("To roll back you would need the permission to publish.")).to_be_visible()
    expect(opened.page.get_by_role("form", name="Roll back")).to_have_count(0)
    opened.shoot("activation_not_allowed")
    assert opened.violations() == []
    assert opened.complaints == []


def test_a_second_person_approves(by_two: Console, opening_by_two: OpenConsole) -> None:
    """Who asked cannot approve it, and is told why; another one can, and the pack decides then."""
    waits = sent(by_two, desk("2.0.0", days=4))
    assert waits["state"] == "ACTIVATION_STATE_AWAITING_APPROVAL"
    place = f"#/activations/{waits['activationId']}"

    opened = opening_by_two(place)
    opened.page.get_by_role("button", name="Approve").click()
    expect(opened.page.get_by_role("alert")).to_contain_text("another one has to approve it")
    opened.shoot("activation_waits")

    opened = opening_by_two(place, who="approver")
    opened.page.get_by_role("button", name="Approve").click()
    expect(opened.page.get_by_role("status")).to_have_text("Live")
    expect(opened.page.get_by_role("row", name="Settled by approver")).to_be_visible()
    by_two.server.wait_for("policy_changed", activation_id=waits["activationId"])
    assert digest_that_decides(by_two, "approved") == waits["digest"]
    assert opened.complaints == []


def test_who_may_not_settle_it_learns_why(by_two: Console, opening_by_two: OpenConsole) -> None:
    """What waits is shown to readers, without its buttons."""
    waits = kept(by_two, digest_that_decides(by_two, "reading"))
    opened = opening_by_two(f"#/activations/{waits['activationId']}", who="watcher")
    expect(
        opened.page.get_by_text("To approve it or call it off you would need the permission to publish.")
    ).to_be_visible()
    expect(opened.page.get_by_role("button", name="Approve")).to_have_count(0)
    expect(opened.page.get_by_role("button", name="Call off")).to_have_count(0)


def test_what_waits_can_be_called_off(by_two: Console, opening_by_two: OpenConsole) -> None:
    """With the reason on record; it does not go live."""
    decides = digest_that_decides(by_two, "calling off")
    waits = kept(by_two, decides)
    opened = opening_by_two(f"#/activations/{waits['activationId']}")
    form = opened.page.get_by_role("form", name="Call off")
    form.get_by_label("Why it is called off").fill("not yet")
    form.get_by_role("button", name="Call off").click()
    expect(opened.page.get_by_role("status")).to_have_text("Called off")
    expect(opened.page.get_by_role("row", name="Because not yet")).to_be_visible()
    assert settled(by_two, waits["activationId"])["state"] == "ACTIVATION_STATE_CANCELLED"
    assert digest_that_decides(by_two, "called off") == decides


def test_troubles_are_told(opening: OpenConsole) -> None:
    """No such activation, no permission at all, and a service that is away: each in words, with a way on."""
    nowhere = opening("#/activations/00000000-0000-7000-8000-000000000000")
    expect(nowhere.page.get_by_role("alert")).to_be_visible()

    clerk = opening("#/activations", who="clerk")
    expect(clerk.page.get_by_role("alert")).to_contain_text("read")

    away = opening("#/activations")
    expect(away.page.get_by_role("table", name="Asked for")).to_be_visible()
    away.page.context.set_offline(True)
    away.go("#/activations?policy=desk")
    expect(away.page.get_by_role("alert")).to_contain_text("does not answer")
    away.page.context.set_offline(False)
    away.page.get_by_role("button", name="Ask again").click()
    expect(away.page.get_by_role("table", name="Asked for")).to_be_visible()


@pytest.mark.parametrize(("dark", "width"), [(False, 1280), (True, 1280), (False, 320)])
def test_both_pages_are_accessible(
    opening: OpenConsole,
    history: tuple[dict[str, Any], dict[str, Any]],
    dark: bool,  # noqa: FBT001 -- a parameter of pytest's
    width: int,
) -> None:
    """Light, dark and on a narrow screen: axe-core finds nothing, nothing is cut off, and nothing breaks the policy."""
    name = f"{'dark' if dark else 'light'}_{width}"
    opened = opening("#/activations", dark=dark, width=width)
    expect(opened.page.get_by_role("table", name="Asked for")).to_be_visible()
    opened.shoot(f"activations_{name}")
    assert opened.violations() == []
    assert opened.fits()

    opened.go(f"#/activations/{history[1]['activationId']}")
    expect(opened.page.get_by_role("table", name="What is known of it")).to_be_visible()
    opened.shoot(f"activation_{name}")
    assert opened.violations() == []
    assert opened.fits()
    assert opened.complaints == []
