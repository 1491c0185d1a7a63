"""The app of Zendesk, packed, in a page as Zendesk's: it shows what was decided for the ticket that is open."""

import json
from typing import Any

import httpx
import pytest
from playwright.sync_api import Browser, FrameLocator, Page, expect

from tests.browser.conftest import Serving
from tests.browser.pack import late
from tests.browser.test_sidebar import AXE, RULES
from tests.browser.zendesk import SDK, TICKET, client_script


def decided(serving: Serving, case_id: str, **facts: Any) -> str:  # noqa: ANN401  # JSON
    """As the bridge does: a recorded decision of the case."""
    said = {"policy": "desk", "situation": late(case_id, **facts), "requestId": f"{case_id}/{facts}"}
    answer = httpx.post(
        f"{serving.origin}/v1/decisions:decide", json=said, headers={"x-api-key": serving.key.key}, timeout=60
    )
    assert answer.status_code == 200, answer.text
    return str(answer.json()["decisionId"])


class Ticket:
    """A ticket of Zendesk with the app beside it, and what the browser complained of."""

    def __init__(self, page: Page, serving: Serving, number: int, **settings: str) -> None:
        self.page = page
        self.complaints: list[str] = []
        page.on("console", lambda line: self.complaints.append(line.text) if line.type == "error" else None)
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        script = client_script(
            {"origin": serving.origin, "source": "zendesk", **settings}, {"ticket.id": number, "currentUser.id": 81}
        )
        page.route(SDK, lambda route: route.fulfill(body=script, content_type="text/javascript"))
        serving.desk.page = TICKET.replace("APP", f"{serving.apps}/assets/app.html?origin=https://desk.example.com")
        page.goto(serving.desk.origin)

    @property
    def app(self) -> FrameLocator:
        return self.page.frame_locator("#app")

    @property
    def sidebar(self) -> FrameLocator:
        return self.app.frame_locator("#amends")

    def sign_in(self, key: str) -> None:
        self.sidebar.get_by_label("API key or token").fill(key)
        self.sidebar.get_by_role("button", name="Sign in").click()

    def violations(self) -> list[str]:
        """What axe-core has against the app's own page."""
        page = self.page.frames[1]
        page.evaluate(AXE.read_text(encoding="utf-8"))
        found = page.evaluate(f"axe.run(document, {{iframes: false, runOnly: {json.dumps(RULES)}}})")
        return [one["id"] for one in found["violations"]]

    def happens(self, event: str) -> None:
        """Zendesk tells the app of it."""
        self.page.frames[1].evaluate("(event) => happens(event)", event)


@pytest.fixture
def page(browser: Browser) -> Any:  # noqa: ANN401  # a generator of pages
    opened = browser.new_page(locale="en-US")
    yield opened
    opened.close()


def test_the_packed_app_shows_the_decision_of_the_ticket_and_records_what_the_agent_does(
    page: Page, serving: Serving
) -> None:
    """Whoever signs in sees it; what is given instead is recorded as the agent's, not as the bridge's."""
    decision_id = decided(serving, "zendesk-4711", facts={"delay_days": {"integer": "4"}})
    ticket = Ticket(page, serving, 4711)
    ticket.sign_in(serving.key.key)
    sidebar = ticket.sidebar
    expect(sidebar.get_by_role("heading", level=3)).to_have_text(["Apology", "Refund"])

    sidebar.get_by_role("button", name="Override… (refund)").click()
    sidebar.get_by_label("Why not: refund?").fill("she would rather have a credit")
    sidebar.get_by_label("Given instead").select_option(label="Goodwill")
    sidebar.get_by_label("Amount given (in USD").fill("12.345")
    sidebar.get_by_role("button", name="Save the override").click()
    expect(sidebar.get_by_text("Not yet an amount")).to_be_visible()
    sidebar.get_by_label("Amount given (in USD").fill("12.50")
    sidebar.get_by_role("button", name="Save the override").click()
    expect(sidebar.get_by_text("Given instead: Goodwill $12.50")).to_be_visible()

    headers = {"x-api-key": serving.key.key}
    answer = httpx.get(f"{serving.origin}/v1/decisions/{decision_id}", headers=headers, timeout=60)
    (outcome,) = answer.json()["decision"]["outcomes"]
    assert (outcome["actor"]["actorId"], outcome["instead"]["kind"]) == ("zendesk/81", "ACTION_KIND_GOODWILL")
    assert outcome["instead"]["amount"] == {"currencyCode": "USD", "units": "12", "nanos": 500_000_000}
    assert ticket.violations() == []
    # What is wrong before somebody has signed in is the one thing that is refused.
    assert [one for one in ticket.complaints if "401" not in one] == []


def test_what_the_bridge_decides_meanwhile_is_shown_and_nobody_signs_in_twice(page: Page, serving: Serving) -> None:
    """The ticket tells its app that it was changed; the next ticket in the same tab of the browser asks for no key."""
    decided(serving, "zendesk-1")
    ticket = Ticket(page, serving, 1)
    ticket.sign_in(serving.key.key)
    expect(ticket.sidebar.get_by_role("heading", level=3)).to_have_text(["Apology"])

    decided(serving, "zendesk-1", facts={"delay_days": {"integer": "4"}})
    ticket.happens("ticket.updated")
    expect(ticket.sidebar.get_by_role("heading", level=3)).to_have_text(["Apology", "Refund"])

    decided(serving, "zendesk-2", facts={"delay_days": {"integer": "12"}})
    another = Ticket(page, serving, 2)
    expect(another.sidebar.get_by_role("heading", level=3)).to_have_text(["Apology", "Refund", "Goodwill"])


def test_a_ticket_without_a_decision_and_a_setting_without_an_address_are_told(page: Page, serving: Serving) -> None:
    """Nothing is framed but the service that the setting names, encrypted."""
    ticket = Ticket(page, serving, 3)
    ticket.sign_in(serving.key.key)
    expect(ticket.sidebar.get_by_role("alert")).to_contain_text("No decision of case zendesk-3 is recorded.")

    for wrong in ("amends.example.com", "http://amends.example.com", "javascript:alert(1)"):
        told = Ticket(page, serving, 3, origin=wrong)
        expect(told.app.get_by_role("alert")).to_contain_text("as in https://amends.example.com")
        assert told.violations() == []
        assert len(page.frames) == 3
        assert page.frames[2].url in {"about:blank", ""}
