"""The console's Policy, read: the packs, one with its rules and parts and the search in it, and a rule."""

import json
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path
from statistics import median
from typing import Final

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.console import PROMISING, Console, OpenConsole, serve_console
from tests.browser.pack import late

RULES: Final = Path(__file__).parents[2] / "rules"
MANY: Final = 1_000
SOONEST_MS: Final = 100
KEYS: Final = ("p", "pa", "par", "part", "part 7", "part 77", "part 778", "")
"""What stands in the search, one key after the other."""

TWO_LANGUAGES: Final = """\
pack: laden
version: 1.0.0
title: A small shop
currency: EUR
main: [fault]
authority:
  - {role: frontline, refund: unlimited, goodwill: unlimited}
rules:
  - id: sorry
    title: Say sorry
    when: {any: [{fault: company}, {all: [{severity: critical}, {none: [{fault: customer}]}]}]}
    then: [{apology: {literal: true}}]
    because: {agent: It was our fault., customer: {de: Das tut uns leid., fr: Nous sommes navrés.}}
    source: [house rule 1]
"""


@pytest.fixture(scope="module")
def policy(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Console]:
    """A service of the shop and what it extends, of the desk, and of a pack with a thousand rules."""
    folder = tmp_path_factory.mktemp("policy")
    for pack_id in ("foundation", "retail"):
        shutil.copytree(RULES / pack_id, folder / "rules" / pack_id)
    with serve_console(folder, packs={"desk": PROMISING, "many": many()}) as serving:
        yield serving


@pytest.fixture
def open_policy(browser: Browser, policy: Console) -> Iterator[OpenConsole]:
    opening = OpenConsole(browser, policy)
    yield opening
    opening.close()


def many() -> str:
    """A pack with that many rules, each about one part."""
    parts = ", ".join(f"part{number}" for number in range(MANY))
    rules = "".join(
        f"""\
  - id: rule-{number}
    title: Part {number} came late, and what it cost to send goes back
    when: {{fault: company, facts.part: part{number}, severity: critical}}
    then: [{{refund: {{percent: 100, of: shipping_fee}}}}]
    because: {{agent: We were late with it., customer: "We were late. You get {{amount}} back."}}
    source: [house rule {number}]
"""
        for number in range(MANY)
    )
    return f"""\
pack: many
version: 1.0.0
title: Very many rules
currency: USD
main: [fault]
facts:
  part: {{type: enum, values: [{parts}], ask: Which part was it?}}
authority:
  - {{role: frontline, refund: unlimited, goodwill: unlimited}}
rules:
{rules}"""


def test_each_pack_is_there_with_what_decides_by_it(policy: Console, open_policy: OpenConsole) -> None:
    """Its title, version and digest, how its policies stand, and the way to its parts."""
    opened = open_policy("#/policy")
    page = opened.page
    row = page.get_by_role("table", name="Packs").get_by_role("row", name="Retail service recovery")
    digest = policy.get("rulePacks/retail")["rulePack"]["digest"]
    expect(row).to_contain_text(digest[:8])
    expect(row).to_contain_text("foundation")
    expect(row).to_contain_text("retail: Decides")
    expect(row.get_by_role("link", name="Compare of Retail service recovery")).to_be_visible()
    page.get_by_role("link", name="Retail service recovery", exact=True).focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1, name="Retail service recovery")).to_be_visible()
    assert opened.complaints == []


def test_who_may_not_read_is_told_so(open_policy: OpenConsole) -> None:
    """And sees no pack."""
    page = open_policy("#/policy", who="clerk").page
    expect(page.get_by_role("alert")).to_contain_text("may not")
    expect(page.get_by_role("table")).to_have_count(0)


def test_rules_and_parts_are_found_while_one_types(policy: Console, open_policy: OpenConsole) -> None:
    """Every word has to occur, wherever a rule says it; what is found is counted, and stands in the address."""
    opened = open_policy("#/policy/retail")
    page = opened.page
    count = len(policy.get("rulePacks/retail")["rulePack"]["rules"])
    status = page.get_by_role("status").first
    expect(status).to_have_text(f"{count} of {count} rules")
    page.get_by_role("link", name="Compare", exact=True).focus()
    page.keyboard.press("Tab")
    page.keyboard.type("2011/83 ended")
    expect(
        page.get_by_role("link", name="An order that is much too late may be ended for the whole price")
    ).to_be_visible()
    expect(page.get_by_role("link", name="What touches safety, law")).to_be_hidden()
    assert "find=2011%2F83+ended" in page.url
    expect(page.get_by_label("Find in rules and parts")).to_be_focused()

    page.get_by_label("Find in rules and parts").fill("supervisor")
    expect(page.get_by_role("table", name="Bands of authority").get_by_role("row", name="supervisor")).to_be_visible()
    expect(page.get_by_role("table", name="Bands of authority").get_by_role("row", name="director")).to_be_hidden()
    expect(status).to_contain_text("of other parts")
    page.get_by_label("Find in rules and parts").fill("xyzzy")
    expect(status).to_have_text(f"0 of {count} rules")
    assert opened.complaints == []
    page.reload()
    page.get_by_label("API key or token").fill(policy.key("owner"))
    page.keyboard.press("Enter")
    expect(page.get_by_label("Find in rules and parts")).to_have_value("xyzzy")


def test_parts_are_gone_to_and_can_be_linked_to(open_policy: OpenConsole) -> None:
    """The list of contents takes the keyboard to a part, and so does an address that names it."""
    opened = open_policy("#/policy/retail?find=refund")
    page = opened.page
    page.get_by_role("navigation", name="On this page").get_by_role("link", name="What is worked out").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="What is worked out from other facts")).to_be_focused()
    expect(page.get_by_label("Find in rules and parts")).to_have_value("refund")
    opened.go("#/policy/retail/rules?part=limits")
    expect(page.get_by_role("heading", name="Limits")).to_be_focused()
    expect(page.get_by_role("heading", name="Limits")).to_be_in_viewport()
    assert opened.complaints == []


def test_rows_of_a_table_of_rules_stand_together(open_policy: OpenConsole) -> None:
    """With what makes one of them hold; one is opened, and says that it is a row."""
    opened = open_policy("#/policy/retail")
    page = opened.page
    table = page.get_by_role("table", name="Table price-dispute: the first row that holds")
    row = table.get_by_role("row", name="Our price dropped within two weeks")
    expect(row).to_contain_text("facts.days_since_order: at most 14")
    row.get_by_role("link").click()
    expect(page.get_by_text("row 2 of the table price-dispute (the first row that holds)")).to_be_visible()
    expect(page.get_by_text("retail/tables/price_disputes.csv:3")).to_be_visible()
    page.get_by_role("link", name="Decides before it: We charged more than we showed").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(
        "We charged more than we showed: the difference goes back"
    )
    expect(page.get_by_role("main")).to_be_focused()
    assert opened.complaints == []


def test_what_became_of_a_rule_is_counted_and_its_overrides_say_why(policy: Console, open_policy: OpenConsole) -> None:
    """In the list and on its page, with what was given instead; the way to the decisions leads to the Log."""
    policy.decided(late("one", facts={"delay_days": {"integer": "4"}}))
    made = policy.decided(late("other", facts={"delay_days": {"integer": "4"}}))
    refund = next(one["actionId"] for one in made["decision"]["actions"] if "refund" in one)
    policy.call(
        f"decisions/{made['decisionId']}:recordOutcome",
        {
            "actionId": refund,
            "kind": "OUTCOME_KIND_OVERRIDDEN",
            "reason": "They want a new one",
            "instead": {"kind": "ACTION_KIND_GOODWILL", "amount": {"currencyCode": "USD", "units": "5"}},
        },
    )
    opened = open_policy("#/policy/desk")
    page = opened.page
    rule = page.get_by_role("article").filter(has_text="Give the shipping fee back")
    expect(rule).to_contain_text("applied 2, overridden 1")
    expect(page.get_by_role("article").filter(has_text="A gesture")).to_contain_text("not applied")
    rule.get_by_role("link").focus()
    page.keyboard.press("Enter")

    counts = page.get_by_role("table", name="How often it applied").get_by_role("row", name="desk").get_by_role("cell")
    expect(counts).to_have_text(["2", "0", "0", "0", "0", "1", "nothing"])
    page.get_by_role("button", name="Why it was overridden").click()
    why = page.get_by_role("table", name="Why it was overridden")
    expect(why).to_contain_text("They want a new one")
    expect(why).to_contain_text("Goodwill $5.00")
    opened.shoot("policy-overridden")
    assert opened.violations() == []
    page.get_by_role("link", name="Decisions in which it applied, by desk").click()
    expect(page.get_by_role("table", name="Decisions").get_by_role("row")).to_have_count(3)
    assert opened.complaints == []


def test_a_rule_says_all_that_it_says(open_policy: OpenConsole) -> None:
    """When, then, why, to the customer, its tables and sources, and where it is written."""
    opened = open_policy("#/policy/retail/rules/right-to-end-a-late-order")
    page = opened.page
    when = page.get_by_role("region", name="When", exact=True)
    expect(when.get_by_role("listitem").filter(has_text="facts.law: EU or UK")).to_be_visible()
    expect(page.get_by_role("table", name="Entitlement: amount")).to_contain_text("100 % of amount_affected")
    expect(page.get_by_role("region", name="Why, for whoever answers")).to_contain_text("The law lets them end it")
    expect(page.get_by_role("region", name="Said to the customer")).to_contain_text(
        "You have the right to end this order"
    )
    expect(page.get_by_role("region", name="It rests on").get_by_role("listitem")).to_have_count(2)
    expect(page.get_by_text("retail/late.yaml:82")).to_be_visible()
    edit = page.get_by_role("link", name="Edit retail")
    expect(edit).to_have_attribute("href", "#/policy/retail/edit?file=retail%2Flate.yaml&line=82")
    expect(page.get_by_role("link", name="The map over")).to_have_text("The map over contact_reason and facts.law")
    page.get_by_role("link", name="The map over").click()
    expect(page.get_by_role("navigation", name="Parts of retail").get_by_role("link", name="Map")).to_have_attribute(
        "aria-current", "page"
    )
    assert opened.complaints == []


def test_conditions_stand_within_each_other_and_texts_in_their_language(browser: Browser, tmp_path: Path) -> None:
    """A list within a list, for who hears it too; a text in another language names it."""
    with serve_console(tmp_path, packs={"laden": TWO_LANGUAGES}) as serving:
        opening = OpenConsole(browser, serving)
        opened = opening("#/policy/laden/rules/sorry")
        page = opened.page
        deepest = page.get_by_role("region", name="When", exact=True).locator("li li li li")
        expect(deepest).to_have_text("fault: customer")
        expect(page.get_by_text("Das tut uns leid.")).to_have_attribute("lang", "de")
        assert opened.violations() == []
        opening.close()


def test_tests_are_run_for_who_may_publish(open_policy: OpenConsole) -> None:
    """Those in which it applied, and how much of it they reach."""
    opened = open_policy("#/policy/retail/rules/price-dispute/row-1")
    page = opened.page
    page.get_by_role("button", name="Run the tests of retail").click()
    tests = page.get_by_role("table", name="Tests in which it applied")
    expect(tests.get_by_role("row", name="in pounds")).to_contain_text("as expected", timeout=60_000)
    expect(page.get_by_text("Tests have seen 6 of 6 values of its conditions.")).to_be_visible()
    opened.shoot("policy-rule")
    assert opened.violations() == []
    opened.go("#/policy/desk/rules/sorry")
    page.get_by_role("button", name="Run the tests of desk").click()
    expect(page.get_by_text("Among its files are no tests.")).to_be_visible()
    assert opened.complaints == []


def test_who_may_not_publish_is_told_so_of_the_tests(open_policy: OpenConsole) -> None:
    """And reads all the rest."""
    page = open_policy("#/policy/desk/rules/sorry", who="watcher").page
    page.get_by_role("button", name="Run the tests of desk").click()
    expect(page.get_by_text("The tests are run for those who may publish, and you may not.")).to_be_visible()
    expect(page.get_by_role("region", name="Said to the customer")).to_contain_text("I am sorry that it came late.")


def test_what_there_is_not_is_told(open_policy: OpenConsole) -> None:
    """A pack, a rule, a part of the console."""
    opened = open_policy("#/policy/nothing")
    page = opened.page
    expect(page.get_by_role("alert")).to_contain_text("nothing")
    opened.go("#/policy/desk/rules/none-such")
    expect(page.get_by_text("has no rule none-such")).to_be_visible()
    opened.go("#/policy/desk/none-such")
    expect(page.get_by_role("heading", name="There is no such page")).to_be_visible()


def test_a_thousand_rules_are_searched_with_every_key(open_policy: OpenConsole) -> None:
    """The page has said how many it found, and has been laid out anew, within a tenth of a second."""
    page = open_policy("#/policy/many").page
    expect(page.get_by_role("status").first).to_have_text(f"{MANY} of {MANY} rules")
    took = [typed(page, said) for _ in range(5) for said in KEYS]
    sys.stdout.write(f"{MANY} rules: half the keys within {median(took):.0f} ms, the slowest {max(took):.0f} ms\n")

    page.get_by_label("Find in rules and parts").fill("part 778 came")
    expect(page.get_by_role("status").first).to_contain_text(f"1 of {MANY} rules")
    assert median(took) < SOONEST_MS


def typed(page: Page, said: str) -> float:
    """Milliseconds from a key to a page that is laid out anew."""
    took: float = page.evaluate(
        f"""async () => {{
          const field = document.querySelector("form[role=search] input"), began = performance.now();
          field.value = {json.dumps(said)};
          field.dispatchEvent(new Event("input", {{ bubbles: true }}));
          await new Promise((after) => setTimeout(after));
          document.body.getBoundingClientRect();
          return performance.now() - began;
        }}"""
    )
    return took


@pytest.mark.parametrize(("dark", "width"), [(False, 1280), (True, 320)], ids=["light", "dark phone"])
@pytest.mark.parametrize("place", ["", "/retail", "/retail/rules/price-dispute/row-2"], ids=["packs", "rules", "rule"])
def test_it_is_accessible(open_policy: OpenConsole, place: str, *, dark: bool, width: int) -> None:
    """axe-core finds no violation of WCAG 2.2 AA; nothing scrolls sideways, on a phone or magnified as much."""
    opened = open_policy(f"#/policy{place}", dark=dark, width=width)
    expect(opened.page.get_by_role("table").first).to_be_visible()
    opened.shoot(f"policy{place.replace('/', '-')}-{'dark' if dark else 'light'}-{width}")
    assert opened.violations() == []
    assert opened.fits()
    assert opened.complaints == []
