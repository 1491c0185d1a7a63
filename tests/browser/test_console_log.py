"""The console's Log: decisions found, one opened with all that is recorded of it, and decided again."""

from playwright.sync_api import expect

from tests.browser.console import Console, OpenConsole
from tests.browser.pack import late


def test_it_is_narrowed_down_and_can_be_linked_to(console: Console, open_console: OpenConsole) -> None:
    """By case and outcome; the filter stands in the address."""
    console.decided(late("log one", facts={"delay_days": {"integer": "4"}}))
    console.decided(late("log other", facts={"delay_days": {"integer": "4"}}))
    opened = open_console("#/log")
    page = opened.page
    table = page.get_by_role("table", name="Decisions")
    expect(table.get_by_role("row", name="log other")).to_be_visible()
    page.get_by_label("Case", exact=True).fill("log one")
    page.keyboard.press("Enter")
    expect(table.get_by_role("row", name="log other")).to_have_count(0)
    expect(table.get_by_role("row", name="log one")).to_have_count(1)
    assert "case=log+one" in page.url
    page.get_by_label("Outcome").select_option("NOT_A_FIT")
    page.get_by_role("button", name="Show").click()
    expect(page.get_by_text("None.")).to_be_visible()
    assert opened.complaints == []


def test_one_is_opened_with_all_that_is_recorded_and_replayed(console: Console, open_console: OpenConsole) -> None:
    """Its cards, each rule's verdict, what was done and is promised, the case's line; replayed it is the same."""
    first = console.decided(late("line", facts={"delay_days": {"integer": "4"}}))
    second = console.decided(late("line", facts={"delay_days": {"integer": "12"}}), supersedes=first["decisionId"])
    refund = next(one["actionId"] for one in second["decision"]["actions"] if "refund" in one)
    console.call(
        f"decisions/{second['decisionId']}:recordOutcome",
        {"actionId": refund, "kind": "OUTCOME_KIND_OVERRIDDEN", "reason": "They want a new one"},
    )
    opened = open_console(f"#/log/{first['decisionId']}")
    page = opened.page
    expect(page.get_by_text("Superseded by")).to_be_visible()
    page.get_by_role("link", name=second["decisionId"]).click()

    expect(page.get_by_role("article", name="Goodwill")).to_contain_text("$15.00")
    expect(page.get_by_role("table", name="What was done")).to_contain_text("They want a new one")
    expect(page.get_by_role("table", name="Promises")).to_contain_text("Next update")
    expect(page.get_by_role("table", name="Decisions").get_by_role("row")).to_have_count(3)
    page.get_by_text("Rule by rule").click()
    gesture = page.locator("details", has_text="A gesture when it was very late").last
    expect(gesture).to_contain_text("limited")
    expect(gesture).to_contain_text("facts.delay_days: at least 10")
    page.get_by_role("button", name="Replay").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_text("Decided again by the same rules it is the same.")).to_be_visible()
    opened.shoot("log-one")
    assert opened.violations() == []
    page.get_by_role("link", name="Try them with other facts").click()
    expect(page.get_by_label("How many days late was it? (days)")).to_have_value("12")
    assert opened.complaints == []


def test_a_decision_that_there_is_not_is_told(open_console: OpenConsole) -> None:
    """With the service's words, and a button to ask again."""
    page = open_console("#/log/01a00000-0000-7000-8000-000000000000").page
    expect(page.get_by_role("alert")).to_contain_text("01a00000-0000-7000-8000-000000000000")
    expect(page.get_by_role("button", name="Ask again")).to_be_visible()


def test_who_may_not_read_is_told_so(open_console: OpenConsole) -> None:
    """And sees no decision."""
    page = open_console("#/log", who="clerk").page
    expect(page.get_by_role("alert")).to_contain_text("may not")
    expect(page.get_by_role("table")).to_have_count(0)
