"""Coverage: what counts as reached, what as missing, and of whom."""

from pathlib import Path

import pytest

from amends.application.compiled_pack import CompiledPack
from amends.engines.reference import ReferenceEngine
from amends.packs.diagnostics import Severity
from amends.packs.load import load_pack
from amends.packs.pack_test_file import load_pack_tests
from amends.proving.coverage import Aspect, Coverage, Tally, unexercised
from amends.proving.measure import measure
from amends.proving.pack_tests import run_pack_tests

PACK = """\
pack: shop
version: 2026.1.0
title: A shop
currency: USD
facts: {days: {type: integer, min: 0}}
guardrails: [{id: no-eta, unless: {incident.eta_known: true}, never: a time, instead: the next news}]
rules:
  - id: back
    title: Money back
    when: {fault: company, any: [{facts.days: {at_least: 3}}, {severity: critical}]}
    then: [{refund: 9 USD}]
    because: {customer: You get it back.}
  - id: gift
    title: A gift
    when: {facts.days: {at_least: 9}}
    then: [{goodwill: {kind: gift, amount: 5 USD}}]
    because: {customer: For you.}
  - id: no-gift
    title: No gift
    when: {fault: [customer, company]}
    forbid: [goodwill]
"""
CHILD = """\
pack: branch
version: 2026.1.0
title: A branch
extends: [shop]
currency: USD
rules: [{id: sorry, title: Say sorry, then: [{apology: {literal: true}}]}]
"""
FILE = "clock: 2026-01-01\ntests:\n"
PAID = "amount_paid: 90 USD, amount_refunded: 0 USD"


class Shop:
    """Measures what lines of tests reach in a pack."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        for pack_id, text in {"shop": PACK, "branch": CHILD}.items():
            (folder / pack_id / "tests").mkdir(parents=True)
            (folder / pack_id / "pack.yaml").write_text(text, encoding="utf-8")

    def coverage(self, *situations: str, pack_id: str = "shop") -> Coverage:
        lines = [
            f"  - {{name: test {number}, with: {{{situation}}}, expect: {{never: [escalate]}}}}\n"
            for number, situation in enumerate(situations)
        ]
        tests = "".join(lines) or "  []\n"
        (self.folder / pack_id / "tests" / "a_test.yaml").write_text(FILE + tests, encoding="utf-8")
        pack = load_pack(self.folder, pack_id)
        compiled = CompiledPack(pack, ReferenceEngine())
        return measure(compiled, run_pack_tests(compiled, load_pack_tests(self.folder / pack_id, pack)))


@pytest.fixture
def shop(tmp_path: Path) -> Shop:
    return Shop(tmp_path)


def words(coverage: Coverage) -> list[str]:
    return [missing.words for missing in coverage.missing()]


def test_without_tests_nothing_is_reached(shop: Shop) -> None:
    """Every rule is missing, and a guardrail that nobody saw."""
    coverage = shop.coverage()

    assert coverage.tenths == 0
    assert words(coverage) == [
        "guardrail no-eta: it is never shown",
        "back: no test applies it",
        "gift: no test applies it",
        "no-gift: no test applies it",
    ]
    assert not coverage.reaches(1)
    assert coverage.reaches(0)


def test_a_rule_that_was_overruled_applied_but_decided_nothing(shop: Shop) -> None:
    """The gift was forbidden in the only test that reaches it; the forbid decided by removing it."""
    coverage = shop.coverage(f"fault: company, facts: {{days: 10}}, {PAID}")

    assert coverage.tally(Aspect.APPLIED) == Tally(3, 3)
    assert coverage.tally(Aspect.DECIDED) == Tally(2, 3)
    assert "gift: nothing of it shows in a decision" in words(coverage)


def test_a_condition_counts_only_where_it_matters(shop: Shop) -> None:
    """After ten days the severity changes nothing; on a customer's fault neither it nor the days do."""
    hidden = shop.coverage(f"fault: company, facts: {{days: 10}}, severity: critical, {PAID}", "fault: customer")
    seen = shop.coverage(f"fault: company, facts: {{days: 1}}, severity: critical, {PAID}", "fault: customer")

    assert "back: `severity: critical` is never true or false or unknown where it matters" in words(hidden)
    assert "back: `severity: critical` is never false or unknown where it matters" in words(seen)


def test_all_that_can_be_reached_is_a_hundred_percent(shop: Shop) -> None:
    """Each condition true, false and unknown where it matters, each rule applied and deciding, the guardrail shown."""
    coverage = shop.coverage(
        f"fault: company, facts: {{days: 3}}, severity: low, {PAID}",
        f"fault: company, facts: {{days: 2}}, severity: critical, {PAID}",
        f"fault: company, facts: {{days: 2}}, severity: low, {PAID}",
        "fault: company, severity: low",
        "fault: company, facts: {days: 2}",
        "fault: nobody, facts: {days: 9}, severity: low",
        "facts: {days: 9}",
        f"fault: company, facts: {{days: 9}}, {PAID}",
    )

    assert coverage.missing() == ()
    assert (coverage.tenths, coverage.total.seen) == (1000, coverage.total.of)


def test_a_child_answers_for_its_own_rules_only(shop: Shop) -> None:
    """What it inherits is tested where it was written."""
    coverage = shop.coverage(pack_id="branch")

    assert [rule.rule_id for rule in coverage.rules] == ["sorry"]
    assert words(coverage) == ["sorry: no test applies it"]
    assert shop.coverage("fault: company", pack_id="branch").tenths == 1000


def test_what_no_test_exercises_is_a_warning(shop: Shop) -> None:
    """For a rule that no test applies, and for a condition of another that never mattered; with the rule's place."""
    found = unexercised(shop.coverage(f"fault: company, facts: {{days: 3}}, severity: critical, {PAID}"))

    assert [(str(one.position), one.severity, one.message) for one in found] == [
        (
            "shop/pack.yaml:8:5",
            Severity.WARNING,
            "in no test does the condition `facts.days: at least 3` of the rule back matter",
        ),
        (
            "shop/pack.yaml:8:5",
            Severity.WARNING,
            "in no test does the condition `severity: critical` of the rule back matter",
        ),
        ("shop/pack.yaml:13:5", Severity.WARNING, "no test applies the rule gift"),
    ]


PARTS = """\
pack: parts
version: 2026.1.0
title: Every part that a test can reach
currency: USD
facts: {days: {type: integer, min: 0}, class: {type: enum, values: [minor, major]}, need: {type: text}}
teams: {billing: {label: Billing}}
limits: [{id: cap, of: [goodwill], at_most: 8 USD}]
requires: [{id: no-bare, kind: apology, when: {customer.apologies_90d: {at_least: 2}}, one_of: [goodwill]}]
derive: [{fact: facts.class, cases: [{when: {facts.days: {at_least: 9}}, value: major}, {value: minor}]}]
rules:
  - id: gift
    title: A gift
    when: {facts.class: major}
    then: [{goodwill: {kind: gift, table: tables/gift.csv}}]
    because: {customer: For you.}
  - id: sorry
    title: Say sorry
    then: [{apology: {literal: true}}]
    because: {customer: Sorry.}
  - id: wait
    title: Wait
    when: {flags: {has_any: [chargeback_open]}}
    hold: {kinds: [goodwill], for: billing, because: Chargeback open.}
  - id: refer
    title: Refer
    when: {fit: none}
    then: [{referral: {outcome: not_a_fit, need: {fact: facts.need}, table: tables/others.csv, evidence: [fit]}}]
    because: {customer: Others do it better.}
"""
OTHERS = "need,target\nhosting,A host\ndesign,A designer\n"
GIFTS = "severity,value\nhigh|critical,20 USD\n-,5 USD\n"
NEVER = [
    "limit cap: it cuts nothing",
    "requirement no-bare: it removes nothing",
    "derived fact facts.class: case 1 is never hit",
    "derived fact facts.class: case 2 is never hit",
    "gift: row 1 of its table of amounts is never hit",
    "gift: row 2 of its table of amounts is never hit",
    "wait: it holds nothing back",
    "refer: row 1 of its table of referrals is never looked up",
    "refer: row 2 of its table of referrals is never looked up",
]


@pytest.mark.parametrize(
    ("situation", "reached"),
    [
        ("facts: {days: 9}, severity: high, flags: []", [0, 2, 4]),
        ("facts: {days: 9}, severity: low, flags: []", [2, 5]),
        ("facts: {days: 1}, severity: high, flags: [], customer: {apologies_90d: 3}", [1, 3]),
        ("facts: {days: 9}, severity: low, flags: [chargeback_open]", [2, 5, 6]),
        ("facts: {class: major}, flags: []", []),
        ("facts: {days: 1, need: design}, flags: [], fit: none", [3, 8]),
        ("facts: {days: 1, need: design}, flags: []", [3]),
    ],
)
def test_each_part_is_reached_where_it_acts(situation: str, reached: list[int], shop: Shop) -> None:
    """A limit that cuts, a requirement that removes, a case or row that is hit, a hold; not what the caller said."""
    folder = shop.folder / "parts"
    (folder / "tests").mkdir(parents=True)
    (folder / "tables").mkdir()
    (folder / "pack.yaml").write_text(PARTS, encoding="utf-8")
    (folder / "tables" / "gift.csv").write_text(GIFTS, encoding="utf-8")
    (folder / "tables" / "others.csv").write_text(OTHERS, encoding="utf-8")

    coverage = shop.coverage(situation, pack_id="parts")

    lacking = {part.lack: part.seen for part in coverage.parts}
    assert sorted(lacking) == sorted(NEVER)
    assert [NEVER.index(lack) for lack in NEVER if lacking[lack]] == reached
