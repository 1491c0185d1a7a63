"""The console's Map: each cell as the service decides it; what the checks found is marked and listed."""

import shutil
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.console import Console, OpenConsole, serve_console
from tests.browser.pack import DESK

RULES: Final = Path(__file__).parents[2] / "rules"
CHECKED: Final = 60_000
"""Milliseconds within which the packs of these tests are checked, on a machine that is busy."""
MAPPED: Final = (
    DESK.replace("main: [fault]", "main: [severity, fault]")
    + """\
  - id: small-things
    title: A gesture for small things
    when: {fault: company, severity: [low, medium]}
    then: [{goodwill: {kind: credit, amount: 5 USD}}]
    because: {agent: A small thing., customer: "Please take {amount}."}
    source: [house rule 4]
"""
)
"""A gap wherever it was not our fault, and a gesture that falls away where it is worse than medium."""
DEEP: Final = (
    DESK.replace("pack: desk", "pack: deep").replace("main: [fault]", "main: [severity, fault, stage, sentiment]")
    + """\
  - id: small-things
    title: A gesture for small things, to some
    when:
      any:
        - {fault: shared, stage: advocate, sentiment: calm, severity: medium}
        - {fault: customer, stage: use, sentiment: furious, severity: medium}
    then: [{goodwill: {kind: credit, amount: 5 USD}}]
    because: {agent: A small thing., customer: "Please take {amount}."}
    source: [house rule 4]
"""
)
"""A break of a few cells among many, whose values are not all found together."""
MAP: Final = "#/policy/desk/map"
SEVERITIES: Final = ("low", "medium", "high", "critical", "not known")
FAULTS: Final = ("company", "customer", "shared", "third party", "nobody", "not known")
MONEY: Final = {"amountPaid": "100", "amountAffected": "100", "shippingFee": "10", "amountRefunded": "0"}


@pytest.fixture(scope="module")
def console(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Console]:
    """A service of a desk with a known gap and a known break, and of one of the repository's own packs."""
    folder = tmp_path_factory.mktemp("shelf")
    for pack_id in ("foundation", "retail"):
        shutil.copytree(RULES / pack_id, folder / "rules" / pack_id)
    with serve_console(folder, packs={"desk": MAPPED, "deep": DEEP}) as serving:
        yield serving


def grid(page: Page) -> Locator:
    return page.get_by_role("grid")


def drawn(page: Page) -> Locator:
    """The map, once all of it is drawn, and checked."""
    expect(grid(page)).to_be_visible(timeout=CHECKED)
    expect(page.get_by_text("Deciding")).to_have_count(0, timeout=CHECKED)
    expect(page.get_by_text("The pack is being checked")).to_have_count(0, timeout=CHECKED)
    return grid(page)


def cells(page: Page) -> dict[tuple[str, str], str]:
    """The text of every cell, by the heads of its row and its column."""
    columns = [head.inner_text() for head in drawn(page).locator("thead th").all()][1:]
    found: dict[tuple[str, str], str] = {}
    for row in grid(page).locator("tbody tr").all():
        name = row.locator("th").inner_text()
        texts = [" ".join(cell.inner_text().split()) for cell in row.locator("td").all()]
        found |= {(name, column): text for column, text in zip(columns, texts, strict=True)}
    return found


def situation(severity: str, fault: str) -> dict[str, Any]:
    """A cell as a case: what its row and column say, the money of every map, and nothing given before."""
    said = {
        "severity": f"SEVERITY_{severity.replace(' ', '_').upper()}",
        "fault": f"FAULT_{fault.replace(' ', '_').upper()}",
    }
    known = {path: value for path, value in said.items() if not value.endswith("_KNOWN")}
    money = {path: {"currencyCode": "USD", "units": units} for path, units in MONEY.items()}
    return {"caseId": "cell", "granted": {}, **known, **money}


def decided(console: Console, asked: Mapping[tuple[str, str], dict[str, Any]]) -> dict[tuple[str, str], dict[str, Any]]:
    """What the service decides in each cell, past the page."""
    items = [{"request": {"situation": one}} for one in asked.values()]
    answer = console.call("decisions:batchDecide", {"items": items, "policy": "desk", "preview": True})
    return {cell: one["response"]["decision"] for cell, one in zip(asked, answer["results"], strict=True)}


def in_words(decision: Mapping[str, Any]) -> str:
    """What a cell of the desk has to say of a decision."""
    if decision["outcome"] == "OUTCOME_NO_RULE_MATCHED":
        return "∅ No rule matches"
    actions = decision.get("actions", [])
    care = sum("apology" in action for action in actions)
    given = [f"Goodwill ${action['amount']['units']}.00" for action in actions if "goodwill" in action]
    assert len(given) + care == len(actions)
    cared = [f"{'with care' if given else 'Care'} ({care})"] if care else []
    waits = (
        ["and asks for more" if actions else "Asks for more"] if decision["outcome"] == "OUTCOME_NEEDS_FACTS" else []
    )
    return f"{'●' if given else '…' if waits else '○'} {' '.join([*given, *cared, *waits])}"


def test_every_cell_says_what_the_service_decides_there(open_console: OpenConsole) -> None:
    """Each of the thirty, by a call of its own past the page; gaps and the break are marked where they are."""
    opened = open_console(MAP)
    shown = cells(opened.page)
    asked = {(fault, severity): situation(severity, fault) for fault in FAULTS for severity in SEVERITIES}
    decisions = decided(open_console.console, asked)

    assert list(shown) == list(asked)
    assert {cell: text.split(" ⚠ ")[0] for cell, text in shown.items()} == {
        cell: in_words(one) for cell, one in decisions.items()
    }
    silent = {cell for cell, one in decisions.items() if one["outcome"] == "OUTCOME_NO_RULE_MATCHED"}
    assert {cell for cell, text in shown.items() if "1 gap" in text} == silent
    assert len(silent) == 20
    assert {cell for cell, text in shown.items() if "3 break" in text} == {("company", "medium")}
    expect(opened.page.get_by_text("30 cells; gaps: 20; where more gives less: 1.")).to_be_visible()
    opened.shoot("map")
    assert opened.violations() == []
    assert opened.complaints == []


def test_a_cell_is_opened_by_keys(open_console: OpenConsole) -> None:
    """One stop of the Tab key, the arrows within; Enter opens the whole decision, which Decide makes as well."""
    opened = open_console(MAP)
    page = opened.page
    buttons = drawn(page).locator("td > button")
    expect(grid(page).locator("button[tabindex='0']")).to_have_count(1)
    buttons.nth(0).focus()
    for key, place in (("ArrowRight", 1), ("ArrowDown", 6), ("ArrowLeft", 5), ("End", 9), ("Home", 5), ("ArrowUp", 0)):
        page.keyboard.press(key)
        expect(buttons.nth(place)).to_be_focused()
    page.keyboard.press("Control+End")
    expect(buttons.last).to_be_focused()
    page.keyboard.press("Control+Home")
    page.keyboard.press("Enter")

    whole = page.get_by_role("region", name="One cell")
    expect(whole.get_by_role("article", name="Goodwill")).to_contain_text("$5.00")
    expect(whole).to_contain_text("Severity: low")
    expect(buttons.nth(0)).to_have_attribute("aria-expanded", "true")
    whole.get_by_text("Rule by rule (4)").click()
    opened.shoot("map-opened")
    assert opened.violations() == []
    whole.get_by_role("button", name="How many days late was it?").click()
    days = page.get_by_role("combobox", name="Delay days")
    expect(days).to_be_focused()
    options = ["not known", "below 3 days", "3 days", "between 3 days and 10 days", "10 days", "above 10 days"]
    assert days.locator("option").all_inner_texts() == options
    days.select_option("above 10 days")
    expect(grid(page).locator("td").first).to_contain_text("Refund $10.00")
    grid(page).locator("td > button").first.click()
    expect(whole).to_contain_text("Delay days: 188 days")
    whole.get_by_role("link", name="Try it in Decide").click()
    expect(page.get_by_role("region", name="Would be decided").get_by_role("article", name="Refund")).to_contain_text(
        "$10.00"
    )
    assert opened.complaints == []


def test_a_map_is_shared_by_its_address(open_console: OpenConsole) -> None:
    """Other facts on its axes, another held: who is sent the address sees the same."""
    opened = open_console(MAP)
    page = opened.page
    drawn(page)
    page.get_by_role("combobox", name="Across").select_option("facts.delay_days")
    page.get_by_role("combobox", name="Severity").select_option("high")
    expect(page.get_by_text("36 cells")).to_be_visible()
    shown = cells(page)
    assert shown["company", "between 3 days and 10 days"] == "● Refund $10.00 with care (1)"
    other = open_console(page.url.partition("/console/")[2]).page

    assert cells(other) == shown
    expect(other.get_by_role("combobox", name="Severity")).to_have_value("high")
    # A fact that is chosen for the axis on which it is not changes places.
    other.get_by_role("combobox", name="Across").select_option("fault")
    expect(other.get_by_role("combobox", name="Down")).to_have_value("facts.delay_days")


def test_a_finding_is_shown_where_it_is(open_console: OpenConsole) -> None:
    """From a map on which none of its cells is to be seen, the axes move; its line is edited by the link."""
    opened = open_console(f"{MAP}?across=facts.delay_days&down=fault&hold=severity%3Dcritical")
    page = opened.page
    drawn(page)
    found = page.get_by_role("region", name="What the checks found in its cells")
    listed = found.get_by_role("listitem").filter(has_text="goodwill is less or none where it is worse")
    expect(listed).to_contain_text("beside it stands severity=high")
    listed.get_by_role("button", name="Show its cells").click()

    marked = grid(page).locator("td[aria-current]")
    expect(marked).to_have_count(1)
    expect(marked).to_contain_text("3 break")
    expect(listed).to_have_attribute("aria-current", "true")
    assert [cell for cell, text in cells(page).items() if "3 break" in text] == [("company", "medium")]
    opened.shoot("map-finding")
    assert opened.violations() == []
    listed.get_by_role("link").click()
    expect(page).to_have_url(f"{open_console.console.origin}/console/#/policy/desk/edit?file=desk%2Fpack.yaml&line=6")


def test_a_finding_whose_values_are_not_all_found_together_is_looked_for(open_console: OpenConsole) -> None:
    """The other facts are held at values at which it is to be seen: the map itself shows that more gives less."""
    page = open_console("#/policy/deep/map").page
    drawn(page)
    found = page.get_by_role("region", name="What the checks found in its cells")
    listed = found.get_by_role("listitem").filter(has_text="goodwill is less or none where it is worse")
    listed.get_by_role("button", name="Show its cells").click()

    sure = grid(page).locator("td[aria-current]").filter(has_text="break").filter(has_not_text="break, perhaps")
    expect(sure.first).to_contain_text("Goodwill $5.00")
    expect(page.get_by_role("combobox", name="Across")).to_have_value("severity")


def test_a_large_map_is_asked_for_in_parts_and_a_larger_one_is_refused(open_console: OpenConsole) -> None:
    """A pack of the repository: 1,518 cells are four calls, more than 2,000 none."""
    opened = open_console("#/policy/retail/map?across=requested&down=contact_reason")
    expect(drawn(opened.page).locator("td > button")).to_have_count(33 * 46)
    opened.shoot("map-retail")
    assert opened.complaints == []
    calls: list[str] = []
    opened.page.on("request", lambda request: calls.append(request.url))
    opened.page.get_by_role("combobox", name="Across").select_option("customer.channels_on_file")
    expect(
        opened.page.get_by_role("status").filter(has_text="5,934 cells, and at most 2,000 are drawn")
    ).to_be_visible()
    expect(grid(opened.page)).to_have_count(0)
    assert calls == []


def test_who_may_not_check_sees_the_map_without_marks(open_console: OpenConsole) -> None:
    """The cells are previews; that nothing is marked is said, and why."""
    watching = open_console(MAP, who="watcher")
    mine = {cell: text.split(" ⚠ ")[0] for cell, text in cells(open_console(MAP).page).items()}

    assert cells(watching.page) == mine
    expect(watching.page.get_by_text("you would need the permission to publish")).to_be_visible()
    expect(watching.page.get_by_text("What the checks found")).to_have_count(0)
    expect(watching.page.get_by_text("30 cells.", exact=True)).to_be_visible()
    # The browser tells of the refusal as well.
    assert [one for one in watching.complaints if "403" not in one] == []


@pytest.mark.parametrize(("dark", "width"), [(False, 320), (True, 320), (True, 1280)])
def test_it_is_read_on_any_page(open_console: OpenConsole, *, dark: bool, width: int) -> None:
    """Light and dark; on a phone only the table scrolls sideways."""
    opened = open_console(MAP, dark=dark, width=width)
    drawn(opened.page).locator("td > button").first.click()
    expect(opened.page.get_by_role("region", name="One cell").get_by_role("article").first).to_be_visible()
    opened.shoot(f"map-{'dark' if dark else 'light'}-{width}")

    assert opened.fits()
    assert opened.violations() == []
    assert opened.complaints == []
