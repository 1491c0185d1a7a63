"""The console's Decide: facts typed, what would be decided beside them, and both taken along as text that runs."""

import json
import os
import subprocess
import sys
from typing import Any, Final

from playwright.sync_api import Page, expect

from tests.browser.console import Console, OpenConsole
from tests.browser.pack import late
from tests.service.running import PATIENCE

HOW_LATE: Final = "How many days late was it? (days)"


def with_facts(page: Page, situation: dict[str, Any]) -> None:
    """Load a situation by its JSON."""
    page.get_by_text("Load", exact=True).click()
    page.get_by_label("A situation in JSON").fill(json.dumps(situation))
    page.get_by_role("button", name="Load the JSON").click()
    expect(page.get_by_label("Case", exact=True)).to_have_value(situation["caseId"])


def text_of(page: Page, form: str) -> str:
    """What the page gives to take along, in that form."""
    if not page.get_by_label("The text").is_visible():
        page.get_by_text("Take along", exact=True).click()
    page.get_by_role("combobox", name="As", exact=True).select_option(form)
    text: str = page.get_by_label("The text").input_value()
    return text


def test_it_decides_as_one_types(open_console: OpenConsole) -> None:
    """Cards with amount, authority and reason, what is missing, what was overruled and by what, what nearly applied."""
    opened = open_console("#/decide")
    page = opened.page
    with_facts(page, late("typed"))
    found = page.get_by_role("region", name="Would be decided")
    found.get_by_role("button", name="How many days late was it?").click()
    question = page.get_by_label(HOW_LATE)
    expect(question).to_be_focused()

    page.keyboard.type("2")
    nearly = found.locator("details", has_text="Nearly").get_by_role("listitem")
    expect(nearly.filter(has_text="Give the shipping fee back when we delivered late")).to_contain_text("3")
    page.keyboard.press("Backspace")
    page.keyboard.type("12")
    goodwill = found.get_by_role("article", name="Goodwill")
    expect(goodwill).to_contain_text("$15.00")
    expect(goodwill).to_contain_text("team lead")
    expect(goodwill).to_contain_text("It was very late.")
    expect(found.locator("details", has_text="Overruled")).to_contain_text("$20.00 → $15.00")
    found.get_by_text("Rule by rule").click()
    gesture = found.locator("details details", has_text="A gesture when it was very late")
    gesture.locator("summary").click()
    expect(gesture.locator("code", has_text="facts.delay_days")).to_be_visible()
    question.fill("soon")
    expect(page.locator("#mistake-facts\\.delay_days")).to_contain_text("Left out so far")
    expect(goodwill).to_have_count(0)
    question.fill("12")
    expect(goodwill).to_be_visible()
    opened.shoot("decide-decided")
    assert opened.violations() == []
    assert opened.complaints == []


def test_on_a_phone_what_is_decided_stays_in_sight(open_console: OpenConsole) -> None:
    """A line at the bottom says it while one types, and leads there."""
    opened = open_console("#/decide", width=320, height=640)
    with_facts(opened.page, late("phone"))
    opened.page.get_by_label(HOW_LATE).fill("4")
    line = opened.page.get_by_role("button", name="Refund $9.90")
    expect(line).to_be_in_viewport()
    opened.shoot("decide-phone")
    assert opened.fits()
    line.click()
    expect(opened.page.get_by_role("heading", name="Would be decided", exact=True)).to_be_in_viewport()


def test_what_is_loaded_is_what_the_link_and_the_json_say(open_console: OpenConsole) -> None:
    """Taken apart into fields and put together again it is the same; the link opens it for somebody else."""
    page = open_console("#/decide").page
    situation = {
        **late("shared", facts={"delay_days": {"integer": "4"}}),
        "customer": {"customerId": "anna"},
        "unobtainable": ["severity"],
        "granted": {},
    }
    with_facts(page, situation)
    told = json.loads(text_of(page, "JSON"))
    link = text_of(page, "Link")
    other = open_console(link.partition("/console/")[2]).page
    expect(other.get_by_label(HOW_LATE)).to_have_value("4")

    expect(other.get_by_role("article", name="Refund")).to_contain_text("$9.90")
    assert json.loads(text_of(other, "JSON")) == told
    assert told["customer"] == situation["customer"]
    assert told["unobtainable"] == ["severity"]
    assert told["facts"] == {"delay_days": {"integer": "4"}}
    assert "granted" in told


def test_the_curl_and_the_python_text_run_and_decide_the_same(console: Console, open_console: OpenConsole) -> None:
    """What the page copies is executed as it stands, against this service, and gives what the page shows."""
    page = open_console("#/decide").page
    with_facts(page, late("it's copied", facts={"delay_days": {"integer": "12"}}))
    expect(page.get_by_role("article", name="Goodwill")).to_contain_text("$15.00")
    access = {"AMENDS_TOKEN": console.key("owner"), "AMENDS_ADDRESS": console.server.target}
    runs = {"curl": ["sh", "-c", text_of(page, "curl")], "Python": [sys.executable, "-c", text_of(page, "Python")]}
    said = {
        form: subprocess.run(
            run, env={**os.environ, **access}, capture_output=True, text=True, timeout=PATIENCE, check=True
        )
        for form, run in runs.items()
    }

    actions = json.loads(said["curl"].stdout)["decision"]["actions"]
    ids = [one["actionId"] for one in actions]
    assert len(ids) == page.get_by_role("region", name="Would be decided").get_by_role("article").count()
    assert [one["amount"]["units"] for one in actions if "goodwill" in one] == ["15"]
    assert all(one in said["Python"].stdout for one in ids)


def test_a_recorded_decision_is_tried_with_other_facts(console: Console, open_console: OpenConsole) -> None:
    """Loaded by its id it has the facts that it was made from; an id of nothing is told as such."""
    recorded = console.decided(late("again", facts={"delay_days": {"integer": "4"}}))["decisionId"]
    page = open_console("#/decide").page
    page.get_by_text("Load", exact=True).click()
    for said in ("01a00000-0000-7000-8000-000000000000", recorded):
        page.get_by_label("Id of a recorded decision").fill(said)
        page.get_by_role("button", name="Load the decision").click()
        if said != recorded:
            expect(page.get_by_role("alert")).to_contain_text(said)
    expect(page.get_by_label(HOW_LATE)).to_have_value("4")
    expect(page.get_by_label("Case", exact=True)).to_have_value("again")


def test_an_example_and_text_that_is_no_situation(open_console: OpenConsole) -> None:
    """An example fills the form in the pack's currency; what is no situation is told, and changes nothing."""
    page = open_console("#/decide").page
    page.get_by_text("Load", exact=True).click()
    page.get_by_role("button", name="Delivered late, our fault").click()
    expect(page.get_by_label("Case", exact=True)).to_have_value("example-late")
    page.get_by_text("Load", exact=True).click()
    page.get_by_label("A situation in JSON").fill('{"falut": "FAULT_COMPANY"}')
    page.get_by_role("button", name="Load the JSON").click()
    expect(page.get_by_role("alert")).to_contain_text("falut")
    expect(page.get_by_label("Case", exact=True)).to_have_value("example-late")


def test_who_may_not_is_told_so(open_console: OpenConsole) -> None:
    """Without a permission the service's refusal stands on the page, with what is lacking."""
    page = open_console("#/decide", who="robot").page
    expect(page.get_by_role("alert").first).to_contain_text("may not")
