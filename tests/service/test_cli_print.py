"""`amends print`: the whole policy in plain words, as a page that is safe and that everybody can read."""

import re
from collections.abc import Iterator
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path
from typing import Final

import pytest
from typer.testing import CliRunner, Result

from amends.cli.exit_codes import ExitCode
from amends.cli.main import app
from amends.packs.load import load_pack
from tests.service.packs import BROKEN
from tests.service.running import write_pack

EVIL: Final = "</td><script>alert(1)</script> & | *x* [y](z)"
PACK: Final = """\
pack: shop
version: 2026.1.0
title: A <shop>
currency: USD
tiers: [none, gold]
facts:
  days: {type: integer, unit: days, min: 0, ask: How many days late was it}
  class: {type: enum, values: [minor, major]}
contact_reasons: [late]
teams: {billing: {label: Billing & more}}
calendars: {support: {zone: America/New_York, hours: {mon-fri: "08:00-20:00"}, closed: [2026-12-25]}}
authority:
  - {role: clerk, refund: 10 USD}
  - {role: owner, refund: unlimited, goodwill: [50 USD, 45 EUR]}
limits:
  - id: over
    of: [refund, goodwill]
    at_most: {percent: 150, of: amount_affected}
    minus: customer.goodwill_granted_365d
requires: [{id: no-bare, kind: apology, when: {customer.apologies_90d: {at_least: 2}}, one_of: [remedy, refund]}]
guardrails: [{id: no-eta, unless: {incident.eta_known: true}, never: a time, instead: the next news}]
review_every: 180d
derive:
  - fact: facts.class
    reviewed: 2026-11-01
    cases: [{when: {facts.days: {at_least: 9}}, value: major}, {value: minor}]
rules:
  - id: back
    title: Money back
    priority: 50
    when: {facts.class: major, any: [{severity: critical}, {all: [{fault: company}, {stage: use}]}]}
    then: [{refund: {percent: 12.50, of: amount_paid}}, {apology: {literal: true}}]
    forbid: [offer_perspective, {goodwill: [credit, discount]}]
    because: {agent: {en: Ours., de: Unsere Schuld.}, customer: {en: "EVIL", de: Sie bekommen es zurück.}}
    source: [D1, "14 CFR 260"]
  - id: owed
    title: The law
    effective: {from: 2026-01-01, until: 2027-01-01, by: observe_time}
    when: {fault: company}
    then: [{entitlement: {amount: 9 USD, basis: the-act, jurisdiction: US, due: 7bd, calendar: support}}]
    because: {customer: It is yours.}
    source: [The Act]
  - id: wait
    title: Wait for billing
    when: {flags: {has_any: [chargeback_open]}}
    hold: {kinds: [goodwill], for: billing, because: Chargeback open.}
  - id: gift
    title: A gift by tier
    table: tables/gift.csv
    hit: first
    because: {customer: For you.}
""".replace("EVIL", EVIL)
GIFTS: Final = """\
customer.loyalty_tier,severity,goodwill.kind,goodwill.amount
gold,high|critical,gift,20 USD
-,critical,gift,10 USD
"""
VOID: Final = frozenset({"meta"})


class Page(HTMLParser):
    """A page as a browser reads it: elements that close what they open, and the text of each table."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.headings: list[str] = []
        self.tables: dict[str, list[list[str]]] = {}
        self._caption = ""
        self._words: list[str] = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)
        if tag == "tr":
            self.tables.setdefault(self._caption, []).append([])
        self._words = []

    def handle_data(self, data: str) -> None:
        self._words.append(data)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag
        if re.fullmatch("h[1-6]", tag):
            self.headings.append("".join(self._words))
        if tag == "caption":
            self._caption = "".join(self._words)
        if tag in {"td", "th"}:
            self.tables[self._caption][-1].append("".join(self._words))
        if tag in {"code", "span", "strong"}:
            return
        self._words = []

    def all(self, tag: str) -> Iterator[dict[str, str | None]]:
        return (attributes for name, attributes in self.tags if name == tag)


@pytest.fixture(scope="module")
def rules(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A rules folder with a pack that uses the whole language, and texts that would break a careless page."""
    folder = tmp_path_factory.mktemp("rules")
    write_pack(folder, "shop", PACK)
    (folder / "shop" / "tables").mkdir()
    (folder / "shop" / "tables" / "gift.csv").write_text(GIFTS, encoding="utf-8")
    write_pack(folder, "lost", BROKEN)
    return folder


def run(rules: Path, *arguments: str) -> Result:
    return CliRunner().invoke(app, ["print", *arguments, "--rules", str(rules)], env={"AMENDS_RULES": None})


@pytest.fixture(scope="module")
def page(rules: Path) -> Page:
    result = run(rules, "shop")
    assert result.exit_code == ExitCode.OK
    return Page(result.stdout)


def test_the_page_is_whole_and_safe(page: Page, rules: Path) -> None:
    """Every element is closed; no script, no resource from elsewhere, nothing of a text taken for markup."""
    text = run(rules, "shop").stdout

    assert page.open == []
    assert not {"script", "img", "link", "iframe", "object", "form"} & {tag for tag, _ in page.tags}
    assert not any(
        name.startswith("on") or name in {"src", "style"} for _, attributes in page.tags for name in attributes
    )
    assert all(str(link["href"]).startswith("#") for link in page.all("a"))
    assert "url(" not in text
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in text


def test_the_page_can_be_read_by_everybody(page: Page) -> None:
    """A language, a title, one main heading, no level left out, links that lead somewhere, tables with heads."""
    levels = [int(tag[1]) for tag, _ in page.tags if re.fullmatch("h[1-6]", tag)]
    names = [attributes["id"] for _, attributes in page.tags if "id" in attributes]

    assert next(page.all("html")) == {"lang": "en"}
    assert levels.count(1) == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))
    assert len(names) == len(set(names))
    assert {str(link["href"])[1:] for link in page.all("a")} <= set(names)
    assert all(head.get("scope") in {"col", "row"} for head in page.all("th"))
    assert sum(1 for _ in page.all("caption")) == sum(1 for _ in page.all("table"))


@pytest.mark.parametrize(
    ("caption", "row"),
    [
        ("What this is", ["Version", "2026.1.0"]),
        ("What this is", ["Reviewed every", "180 days"]),
        ("Bands of authority", ["clerk", "up to 10.00 USD", "nothing"]),
        ("Bands of authority", ["owner", "unlimited", "up to 50.00 USD or 45.00 EUR"]),
        (
            "Limits; cuts start at the last kind of a limit",
            ["over", "refund and goodwill", "150 % of amount_affected", "customer.goodwill_granted_365d"],
        ),
        ("Requirements", ["no-bare", "apology", "remedy or refund", "customer.apologies_90d: at least 2"]),
        ("Guardrails", ["a time", "the next news", "incident.eta_known: true", "no-eta"]),
        ("Holds", ["Wait for billing", "goodwill", "Billing & more", "Chargeback open.", "wait"]),
        ("facts.class: the first case that holds, reviewed 2026-11-01", ["1", "facts.days: at least 9", "major"]),
        ("facts.class: the first case that holds, reviewed 2026-11-01", ["2", "always", "minor"]),
        (
            "Entitlements",
            [
                *("The law", "9.00 USD", "the-act", "US", "7 business days (support)", "", ""),
                *("observe_time: at least 2026-01-01, below 2027-01-01", "The Act", "owed"),
            ],
        ),
        (
            "A gift by tier: rows",
            [
                *("1", "customer.loyalty_tier: gold; severity: high or critical", "Goodwill: gift; 20.00 USD"),
                *("", "“For you.”"),
            ],
        ),
        ("Teams", ["Billing & more", "billing"]),
        ("Calendar support, America/New_York", ["Friday", "08:00–20:00"]),
        ("Calendar support, America/New_York", ["Closed besides", "2026-12-25"]),
        ("Facts", ["facts.days", "How many days late was it", "a whole number, in days"]),
    ],
)
def test_every_part_of_a_policy_has_its_table(caption: str, row: list[str], page: Page) -> None:
    """What the pack says, row by row."""
    assert row in page.tables[caption]


def test_what_decides_over_what_is_owed_is_asked_first(page: Page) -> None:
    """Then what is held back, then what most rules read; derived facts are asked by what they are worked out from."""
    _, *rows = page.tables["What to ask first"]

    asked = [row[1] for row in rows]
    assert asked[:3] == ["fault", "flags", "severity"]
    assert "facts.days" in asked
    assert "facts.class" not in asked


def test_a_rule_reads_as_when_then_because(rules: Path) -> None:
    """In Markdown: nested conditions, actions, what is forbidden, and the texts in the language asked for."""
    text = run(rules, "shop", "--format", "markdown", "--locale", "de").stdout

    assert (
        "#### Money back\n\n`back`, priority 50, by D1, 14 CFR 260\n\n"
        "- **When**\n"
        "  - facts.class: major\n"
        "  - any of\n"
        "    - severity: critical\n"
        "    - all of\n"
        "      - fault: company\n"
        "      - stage: use\n"
        "- **Then**\n"
        "  - Refund: 12.5 % of amount_paid\n"
        "  - Apologise: in the words “I am sorry”\n"
        "  - Forbidden: offer perspective or goodwill: credit or discount\n"
        "- **Because:** Unsere Schuld.\n"
        "- **Said to the customer:** “Sie bekommen es zurück.”\n"
    ) in text


def test_words_of_another_language_say_so(rules: Path) -> None:
    """A page of English words with a German text: who reads it aloud changes the voice."""
    assert '<span lang="de">Sie bekommen es zurück.</span>' in run(rules, "shop", "--locale", "de").stdout


def test_markdown_takes_no_text_for_markup(rules: Path) -> None:
    """Signs of a text are shown, not obeyed; a bar does not end a cell."""
    text = run(rules, "shop", "--format", "markdown").stdout

    assert r"\</td\>\<script\>alert(1)\</script\> \& \| \*x\* \[y\](z)" in text
    assert text.startswith("# A \\<shop\\>: playbook\n")


NEST: Final = """\
pack: nest
version: 1
title: Ein Ast
extends: [shop]
disable: [over, back]
actions: {send_crew: {parameters: {hours: integer}}}
rules:
  - {id: wait, title: Wait longer, when: {flags: {has_any: [chargeback_open]}},
     hold: {kinds: [goodwill, refund], for: billing, because: {de: Gesperrt.}}}
  - {id: crew, title: A crew, when: {contact_reason: late}, then: [{custom: {name: send_crew, hours: 2}}],
     because: {customer: {de: Wir kommen.}}}
"""
LATE: Final = "rules: [{id: sorry, title: Sorry, then: [{apology: {}}]}]\n"


@pytest.fixture
def nest(tmp_path: Path) -> Page:
    """The page of a pack that stands on another, takes out and replaces, and writes one theme in two files."""
    for pack_id, text in (("shop", PACK), ("nest", NEST)):
        write_pack(tmp_path, pack_id, text)
    (tmp_path / "shop" / "tables").mkdir()
    (tmp_path / "shop" / "tables" / "gift.csv").write_text(GIFTS, encoding="utf-8")
    (tmp_path / "nest" / "more").mkdir()
    (tmp_path / "nest" / "late.yaml").write_text(LATE, encoding="utf-8")
    (tmp_path / "nest" / "more" / "late.yaml").write_text(LATE.replace("sorry", "also-sorry"), encoding="utf-8")
    result = run(tmp_path, "nest")
    assert result.exit_code == ExitCode.OK, result.stderr
    return Page(result.stdout)


def test_what_was_taken_out_and_replaced_is_told(nest: Page) -> None:
    """Whoever reviews a pack sees what it no longer does, and whose rule that was."""
    assert nest.tables["Taken out"][1:] == [
        ["over", "", "limits", "shop", "nest"],
        ["back", "Money back", "rules", "shop", "nest"],
    ]
    assert nest.tables["Replaced"][1:] == [["wait", "Wait for billing", "rules", "shop", "nest"]]


def test_a_pack_without_departures_has_no_list_of_them(page: Page) -> None:
    """Nothing was taken out: there is no empty table."""
    assert not {"Taken out", "Replaced"} & set(page.tables)


def test_rules_are_found_by_reason_for_contact(nest: Page) -> None:
    """At the front: who has a customer on the line knows why they are in touch."""
    assert nest.tables["Rules by reason for contact"][1:] == [["late", "A crew (crew)"]]


def test_two_files_of_one_theme_are_told_apart(nest: Page) -> None:
    """By their paths."""
    headings = {name for name in nest.headings if name.startswith("Late")}
    assert headings == {"Late: late.yaml", "Late: more/late.yaml"}


def test_the_pages_language_is_english_and_the_texts_say_theirs(nest: Page) -> None:
    """Whatever the pack is written in: its own words are marked, also without --locale."""
    assert next(nest.all("html")) == {"lang": "en"}
    assert {span.get("lang") for span in nest.all("span")} == {"de"}


def test_a_locale_that_is_none_is_refused(rules: Path) -> None:
    """As a situation's is: no page in a language that nobody asked for."""
    result = run(rules, "shop", "--locale", "german!")
    assert (result.exit_code, result.stdout) == (ExitCode.BAD_ARGUMENTS, "")
    assert "--locale: 'german!' is not a language tag; write it as en or de-AT" in result.stderr


@pytest.mark.parametrize("form", ["html", "markdown"])
def test_the_same_pack_gives_the_same_bytes(form: str, rules: Path, tmp_path: Path) -> None:
    """With its digest on it, and in a file as on stdout."""
    printed = run(rules, "shop", "--format", form).stdout
    out = tmp_path / "playbook"

    assert run(rules, "shop", "--format", form, "--out", str(out)).stdout == ""
    assert out.read_text(encoding="utf-8") == printed
    assert load_pack(rules, "shop").digest in printed


def test_shipped_packs_can_be_printed() -> None:
    """Whole, with every rule that they have, inherited ones too."""
    rules = Path(__file__).parents[2] / "rules"
    for pack_id in ("airline", "foundation", "starter"):
        text = run(rules, pack_id).stdout
        page = Page(text)
        assert page.open == []
        for rule in load_pack(rules, pack_id).rules:
            assert f'id="rule-{rule.rule_id if rule.row is None else rule.row.table}"' in text


def test_what_cannot_be_printed_is_told(rules: Path) -> None:
    """A pack that there is not, one that does not compile, a place that cannot be written."""
    assert run(rules, "shp").exit_code == ExitCode.BAD_ARGUMENTS
    assert run(rules, "lost").exit_code == ExitCode.PACK_DOES_NOT_COMPILE
    nowhere = run(rules, "shop", "--out", str(rules / "no" / "where"))
    assert nowhere.exit_code == ExitCode.UNEXPECTED
    assert "cannot be written" in nowhere.stderr
