"""The console's Obligations: what is promised, by team and owner, and which of it is due, overdue or missed."""

from datetime import UTC, datetime, timedelta

from playwright.sync_api import expect

from tests.browser.console import Console, OpenConsole
from tests.browser.pack import late


def test_what_is_due_and_missed_is_counted_by_team_and_owner(console: Console, open_console: OpenConsole) -> None:
    """Open, overdue where its time has gone by, missed where somebody said so; each leads to its decision."""
    long_ago = (datetime.now(UTC) - timedelta(hours=3)).isoformat()
    console.decided(late("to come"))
    console.decided(late("gone by", observeTime=long_ago))
    missed = console.decided(late("missed", observeTime=long_ago))["decisionId"]
    (promise,) = console.get(f"decisions/{missed}")["decision"]["obligations"]
    report = {"obligationId": promise["obligationId"], "kind": "OUTCOME_KIND_MISSED"}
    console.call(f"decisions/{missed}:recordOutcome", report)
    opened = open_console("#/obligations")
    page = opened.page
    rows = page.get_by_role("table", name="One by one").get_by_role("row")
    for case, stands in (("to come", "open"), ("gone by", "overdue"), ("missed", "missed")):
        expect(rows.filter(has_text=case).filter(has_text=stands)).to_have_count(1)
    counted = page.get_by_role("table", name="By team and owner")
    expect(counted.get_by_role("row", name="Care")).to_have_count(1)
    opened.shoot("obligations")
    assert opened.violations() == []

    page.get_by_label("Case", exact=True).fill("missed")
    page.keyboard.press("Enter")
    expect(rows).to_have_count(2)
    rows.get_by_role("link").click()
    expect(page.get_by_role("heading", name=missed)).to_be_visible()
    assert opened.complaints == []


def test_a_team_that_has_nothing_due(open_console: OpenConsole) -> None:
    """An empty list is said, not shown as an empty table."""
    page = open_console("#/obligations?team=dispatch&case=nobody").page
    expect(page.get_by_text("Nothing is due.")).to_be_visible()


def test_who_may_not_read_is_told_so(open_console: OpenConsole) -> None:
    """And sees no promise."""
    page = open_console("#/obligations", who="clerk").page
    expect(page.get_by_role("alert")).to_contain_text("may not")
