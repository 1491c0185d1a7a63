"""The sidebar in a helpdesk's page, in a real browser: it asks, decides as is typed, and records what was done."""

import json
from contextlib import suppress
from pathlib import Path
from typing import Any, Final

import httpx
import pytest
from playwright.sync_api import Browser, Route, expect
from playwright.sync_api import Error as PlaywrightError

from amends.v1.decision_service_pb2 import DecideRequest
from amends_client import Outcome, OutcomeKind
from tests.browser.conftest import OpenDesk, Opened, Serving
from tests.browser.pack import late

AXE: Final = Path(__file__).parents[2] / "clients" / "node_modules" / "axe-core" / "axe.min.js"
RULES: Final = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice")


def test_an_answer_decides_as_it_is_typed(open_desk: OpenDesk) -> None:
    """Each key shows what would be decided; nothing can be done about it before it is decided."""
    opened = open_desk(situation=late("typed"))
    sidebar = opened.sidebar
    question = sidebar.get_by_label("How many days late was it? (days)")
    expect(sidebar.get_by_role("heading", level=3)).to_have_text(["Apology"])

    question.type("4")
    expect(sidebar.get_by_role("heading", level=3)).to_have_text(["Apology", "Refund"])
    expect(sidebar.locator("article", has_text="Refund")).to_contain_text("$9.90")
    question.type("x")
    expect(sidebar.locator("#mistake")).to_have_text("Not yet an answer: a whole number is expected.")
    question.fill("12")
    goodwill = sidebar.locator("article", has_text="Goodwill")
    expect(goodwill).to_contain_text("$15.00")
    expect(goodwill).to_contain_text("team lead")
    expect(sidebar.locator("details", has_text="Overruled")).to_contain_text("$20.00 → $15.00")

    expect(sidebar.get_by_role("button", name="Accept")).to_have_count(0)
    assert opened.heard() == [{"type": "amends.ready"}]
    assert opened.complaints == []


def test_it_is_used_by_the_keyboard_alone(open_desk: OpenDesk, serving: Serving) -> None:
    """Answer, decide, accept, override with a reason: each is recorded, and told to the page around."""
    opened = open_desk(situation=late("keyboard"), actor={"actorId": "agent-7", "kind": "ACTOR_KIND_HUMAN"})
    sidebar, keyboard = opened.sidebar, opened.page.keyboard
    sidebar.get_by_label("How many days late was it? (days)").focus()
    keyboard.type("4")
    expect(sidebar.get_by_role("heading", level=3)).to_have_text(["Apology", "Refund"])
    keyboard.press("Enter")
    expect(sidebar.get_by_text("Delay days: 4")).to_be_visible()
    expect(sidebar.get_by_role("heading", name="Would be decided")).to_be_focused()

    sidebar.get_by_role("button", name="Decide").focus()
    keyboard.press("Enter")
    expect(sidebar.get_by_role("heading", name="Decided", exact=True)).to_be_focused()
    sidebar.get_by_role("button", name="Accept (refund)").focus()
    keyboard.press("Space")
    expect(sidebar.get_by_text("Accepted: offered to the customer")).to_be_visible()
    sidebar.get_by_role("button", name="Override… (apology)").focus()
    keyboard.press("Enter")
    expect(sidebar.get_by_role("textbox")).to_be_focused()
    keyboard.press("Escape")
    expect(sidebar.get_by_role("button", name="Override… (apology)")).to_be_focused()
    keyboard.press("Enter")
    expect(sidebar.get_by_role("textbox")).to_be_focused()
    keyboard.type("They do not want to hear it again")
    keyboard.press("Tab")
    keyboard.press("g")
    expect(sidebar.get_by_label("Amount given")).to_be_visible()
    keyboard.press("Tab")
    keyboard.type("5")
    keyboard.press("Enter")
    expect(sidebar.get_by_text("Overridden: They do not want to hear it again")).to_be_visible()
    expect(sidebar.get_by_text("Given instead: Goodwill $5.00")).to_be_visible()

    ready, decided, *outcomes = opened.heard()
    assert (ready["type"], decided["type"]) == ("amends.ready", "amends.decided")
    assert [one["kind"] for one in outcomes] == ["OFFERED", "OVERRIDDEN"]
    assert (outcomes[1]["instead"], outcomes[1]["amount"]) == ("GOODWILL", "5 USD")
    recorded = _recorded(serving, decided["decisionId"])
    assert recorded["summary"]["outcome"] == Outcome.Name(Outcome.OUTCOME_ACTIONS_RECOMMENDED)
    assert [(one["kind"], one["reason"], one["actor"]["actorId"]) for one in recorded["outcomes"]] == [
        (OutcomeKind.Name(OutcomeKind.OUTCOME_KIND_OFFERED), "", "agent-7"),
        (OutcomeKind.Name(OutcomeKind.OUTCOME_KIND_OVERRIDDEN), "They do not want to hear it again", "agent-7"),
    ]
    assert opened.complaints == []


def _recorded(serving: Serving, decision_id: str) -> dict[str, Any]:
    headers = {"x-api-key": serving.key.key}
    answer = httpx.get(f"{serving.origin}/v1/decisions/{decision_id}", headers=headers, timeout=60)
    found: dict[str, Any] = answer.json()["decision"]
    return found


def test_a_preview_that_comes_late_does_not_hide_what_was_decided(open_desk: OpenDesk) -> None:
    """Else it would be decided a second time."""
    opened = open_desk(situation=late("overtaken"))
    expect(opened.sidebar.get_by_role("heading", level=3)).to_have_text(["Apology"])
    held: list[Route] = []
    opened.page.route("**/Decide", lambda route: held.append(route) if _previews(route) else route.continue_())
    opened.sidebar.get_by_label("How many days late was it? (days)").fill("12")
    opened.sidebar.get_by_role("button", name="Keep the answer").click()
    opened.sidebar.get_by_role("button", name="Decide").click()
    expect(opened.sidebar.get_by_role("heading", name="Decided", exact=True)).to_be_visible()
    assert held

    for route in held:
        with suppress(PlaywrightError):  # the page has called it off
            route.fulfill(response=route.fetch())
    opened.page.wait_for_timeout(300)
    expect(opened.sidebar.get_by_role("heading", name="Decided", exact=True)).to_be_visible()


def _previews(route: Route) -> bool:
    return DecideRequest.FromString(route.request.post_data_buffer or b"").preview


def test_what_cannot_be_found_out_is_not_asked_again(open_desk: OpenDesk) -> None:
    """The question goes, what may be promised without it stands, and the answer can be taken back."""
    opened = open_desk(situation=late("unobtainable"))
    opened.sidebar.get_by_role("button", name="Cannot be found out").click()
    expect(opened.sidebar.get_by_text("Delay days: cannot be found out")).to_be_visible()
    expect(opened.sidebar.get_by_role("heading", name="Ask next")).to_have_count(0)

    opened.sidebar.get_by_role("button", name="Undo").click()
    expect(opened.sidebar.get_by_role("heading", name="Ask next")).to_be_visible()


def test_who_only_looks_on_is_shown_no_button_that_would_be_refused(open_desk: OpenDesk, serving: Serving) -> None:
    """What may not be decided or recorded is said in words, not found out by pressing."""
    agent = open_desk(situation=late("watched"))
    agent.sidebar.get_by_role("button", name="Decide").click()
    expect(agent.sidebar.get_by_role("button", name="Done")).to_be_visible()
    decided = agent.heard()[1]["decisionId"]

    before = open_desk(situation=late("watched"), token=serving.watcher.key).sidebar
    expect(before.get_by_text("To decide you would need the permission to decide.")).to_be_visible()
    expect(before.get_by_role("button", name="Decide")).to_have_count(0)
    after = open_desk(situation=late("watched"), token=serving.watcher.key, decisionId=decided).sidebar
    expect(after.get_by_text("you would need the permission to record outcomes.")).to_be_visible()
    expect(after.get_by_role("button", name="Done")).to_have_count(0)
    expect(after.locator("article", has_text="Apology")).to_contain_text("You may do this now.")


def test_a_recorded_decision_is_shown_with_what_was_done(open_desk: OpenDesk) -> None:
    """Opened again by its id, it is the decision that was made, not a new one."""
    first = open_desk(situation=late("again", facts={"delay_days": {"integer": "4"}}))
    first.sidebar.get_by_role("button", name="Decide").click()
    first.sidebar.get_by_role("button", name="Accept (refund)").click()
    expect(first.sidebar.get_by_text("Accepted: offered to the customer")).to_be_visible()

    decision_id = first.heard()[1]["decisionId"]
    again = open_desk(situation=late("again", facts={"delay_days": {"integer": "4"}}), decisionId=decision_id)

    expect(again.sidebar.get_by_role("heading", name="Decided", exact=True)).to_be_visible()
    expect(again.sidebar.get_by_text("Accepted: offered to the customer")).to_be_visible()
    assert again.heard() == [{"type": "amends.ready"}]


def test_who_is_not_known_signs_in(open_desk: OpenDesk, serving: Serving) -> None:
    """Where the page around says no token, it is asked for; a wrong one is asked for again."""
    opened = open_desk(situation=late("signed"), token="")
    for said, found in (("amk_wrong", "Sign in"), (serving.key.key, "What to do for this customer")):
        opened.sidebar.get_by_label("API key or token").fill(said)
        opened.sidebar.get_by_role("button", name="Sign in").click()
        expect(opened.sidebar.get_by_role("heading", name=found)).to_be_visible()
    expect(opened.sidebar.get_by_role("heading", level=3)).to_have_text(["Apology"])


def test_a_case_that_cannot_be_read_is_told(open_desk: OpenDesk) -> None:
    """A misspelt fact is a mistake of the page around, never a missing fact."""
    opened = open_desk(situation={"caseId": "wrong", "falut": "FAULT_COMPANY"})

    expect(opened.sidebar.get_by_role("alert")).to_contain_text("falut")


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_it_is_accessible_in_every_state(open_desk: OpenDesk, *, dark: bool) -> None:
    """axe-core finds no violation of WCAG 2.2 AA: asked, decided, overridden, signing in; nothing scrolls sideways."""
    assert AXE.exists(), "`make node` installs axe-core"
    opened = open_desk(situation=late(f"axe-{dark}"), dark=dark, width=340)
    opened.sidebar.get_by_label("How many days late was it? (days)").fill("12")
    expect(opened.sidebar.locator("article", has_text="Goodwill")).to_be_visible()
    assert _violations(opened) == []
    opened.sidebar.get_by_role("button", name="Keep the answer").click()
    opened.sidebar.get_by_role("button", name="Decide").click()
    opened.sidebar.get_by_role("button", name="Override… (refund)").click()
    opened.sidebar.get_by_label("Given instead").select_option(label="Refund")
    assert _violations(opened) == []

    signing = open_desk(situation=late("axe"), token="", dark=dark)
    expect(signing.sidebar.get_by_role("heading", name="Sign in")).to_be_visible()
    assert _violations(signing) == []


def _violations(opened: Opened) -> list[str]:
    """What axe-core has against the sidebar, put there past its policy by the tool that drives the browser."""
    sidebar = opened.page.frames[1]
    assert sidebar.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
    sidebar.evaluate(AXE.read_text(encoding="utf-8"))
    found = sidebar.evaluate(f"axe.run(document, {{runOnly: {json.dumps(RULES)}}}).then((told) => told.violations)")
    return [f"{one['id']}: {[node['html'] for node in one['nodes']]}" for one in found]


def test_nobody_else_may_frame_it(browser: Browser, serving: Serving) -> None:
    """A page of another origin gets an empty frame, and the browser says why."""
    serving.desk.opens(serving.origin, {})
    page = browser.new_page()
    complaints: list[str] = []
    page.on("console", lambda line: complaints.append(line.text))
    stranger = serving.desk.origin.replace("127.0.0.1", "localhost")
    page.goto(stranger)
    page.wait_for_function("() => true")
    expect(page.frame_locator("#amends").get_by_role("heading")).to_have_count(0)
    page.close()

    assert any("frame-ancestors" in one for one in complaints)


def test_its_policy_lets_nothing_in(serving: Serving) -> None:
    """No inline script or style, no other origin, no text as code; each of its files says what it is."""
    page = httpx.get(f"{serving.origin}/console/sidebar", timeout=60)
    policy = dict(part.strip().partition(" ")[::2] for part in page.headers["content-security-policy"].split(";"))

    assert policy == {
        "default-src": "'none'",
        **dict.fromkeys(("script-src", "style-src", "connect-src"), "'self'"),
        **dict.fromkeys(("base-uri", "form-action", "trusted-types"), "'none'"),
        "require-trusted-types-for": "'script'",
        "frame-ancestors": f"{serving.desk.origin} {serving.apps}",
    }
    assert "unsafe" not in page.headers["content-security-policy"]
    kinds = {"sidebar": "text/html", "sidebar.css": "text/css", "sidebar.js": "text/javascript"}
    for name, kind in kinds.items():
        answer = httpx.get(f"{serving.origin}/console/{name}", timeout=60)
        assert answer.headers["content-type"].startswith(kind)
        assert answer.headers["x-content-type-options"] == "nosniff"
