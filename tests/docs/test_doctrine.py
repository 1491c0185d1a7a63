"""The doctrine that rules cite can be looked up, and every row of it is encoded and tested."""

import re
from typing import Final

import pytest

from amends.application.compiled_pack import CompiledPack
from amends.domain.action_kinds import KINDS, Justice
from amends.domain.facts import NANOS_PER_SECOND
from amends.engines.bitmap import BitmapEngine
from amends.packs.checks import stale_review
from amends.packs.conditions import Has, SetTest, atoms, paths
from amends.packs.load import load_pack
from amends.packs.pack_test_file import load_pack_tests
from tools.doctrine.rows import Row, cited, parts, row_of, rows
from tools.generate_doctrine import ROOT, doctrine

FOUNDATION: Final = load_pack(ROOT / "rules", "foundation")
TESTS: Final = load_pack_tests(ROOT / "rules" / "foundation", FOUNDATION)
ROWS: Final = rows()
PACKS: Final = sorted(path.parent.name for path in (ROOT / "rules").glob("*/pack.yaml"))
HISTORY: Final = {"sentiment", "customer.relationship", "customer.loyalty_tier", "customer.claims_365d"}


def test_the_page_is_the_one_that_is_generated() -> None:
    """`make doctrine` was run after the last change of a rule or a test of the foundation."""
    assert (ROOT / "docs" / "doctrine.md").read_text(encoding="utf-8") == doctrine()


def test_every_row_is_there() -> None:
    """D1 to D32 and R1 to R9, each once."""
    wanted = [*(f"D{number}" for number in range(1, 33)), *(f"R{number}" for number in range(1, 10))]
    assert [row.ident for row in ROWS] == wanted


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.ident)
def test_every_row_is_encoded_and_tested_by_its_name(row: Row) -> None:
    """By rules that cite it or by what stands beside them; and a test is named after it, as `d07_...`."""
    assert row.beside or any(row.ident in cited(rule) for rule in FOUNDATION.rules)
    assert set(row.beside) <= parts(FOUNDATION)
    assert any(row_of(test) == row.ident for test in TESTS)


def test_every_test_named_after_a_row_is_named_after_one_that_there_is() -> None:
    """A slip in a number would hide a row that nothing tests."""
    assert {row_of(test) for test in TESTS} - {""} == {row.ident for row in ROWS}
    assert [test.name for test in TESTS if re.match(r"[dr]\d", test.name) and not row_of(test)] == []


@pytest.mark.parametrize("pack_id", PACKS)
def test_every_row_that_a_rule_cites_is_described(pack_id: str) -> None:
    """Whoever reads `[D11]` in a decision of whatever pack finds what it asks for."""
    known = {row.ident for row in ROWS}
    assert {ident for rule in load_pack(ROOT / "rules", pack_id).rules for ident in cited(rule)} <= known


def test_every_limit_requirement_guardrail_is_of_a_row_or_of_a_hold() -> None:
    """Nothing of the foundation stands there without a reason; liability belongs to the flags."""
    named = {part for row in ROWS for part in row.beside}
    there = {part for part in parts(FOUNDATION) if part.startswith(("limit", "requirement", "guardrail"))}
    assert there - named == {"guardrail no-admission-of-liability"}


def test_every_flag_has_its_answer() -> None:
    """Some rule asks for each, and all but suspected fraud hold something for a team."""
    flags = FOUNDATION.vocabulary.specs["flags"].values
    asked = {
        value: rule.hold is not None
        for rule in sorted(FOUNDATION.rules, key=lambda rule: rule.hold is not None)
        for atom in atoms(rule.when)
        if isinstance(atom, Has) and atom.path == "flags" and atom.test is SetTest.ANY
        for value in atom.values
    }
    assert asked == {flag: flag != "fraud_suspected" for flag in flags}


def test_d08_no_rule_weighs_a_failure_by_a_good_history() -> None:
    """What reads how bad it was reads nothing of how they were before: neither tier nor mood nor relationship."""
    reading = [rule for rule in FOUNDATION.rules if "severity" in paths(rule.when)]
    assert reading
    assert all(not HISTORY & paths(rule.when) for rule in reading)
    derived = next(derive for derive in FOUNDATION.derives if derive.path == "severity")
    assert all(not HISTORY & paths(case.when) for case in derived.cases)


def test_d32_yesterdays_classes_are_told_when_their_review_is_due() -> None:
    """Reviewed on 2026-11-01, for 180 days: neither late on the last of them, nor silent on the day after."""
    last = 1_793_491_200 * NANOS_PER_SECOND + 180 * 24 * 3600 * NANOS_PER_SECOND
    assert not list(stale_review.check(FOUNDATION, today=last))
    told = " ".join(found.message for found in stale_review.check(FOUNDATION, today=last + 1))
    assert "facts.priority_class was last reviewed on 2026-11-01" in told
    assert "the referral of rule say-that-we-do-not-fit" in told


def test_r01_what_is_given_comes_in_a_fair_way_and_with_fair_treatment() -> None:
    """Wherever a test of the doctrine gives anything, something tells how it goes on, and something shows respect."""
    compiled = CompiledPack(FOUNDATION, BitmapEngine())
    given = 0
    for test in TESTS:
        if row_of(test):
            decision = compiled.decide(test.situation, role=test.role).decision
            justices = {justice for action in decision.actions for justice in KINDS[action.kind].justices}
            given += Justice.DISTRIBUTIVE in justices
            assert {Justice.PROCEDURAL, Justice.INTERACTIONAL} <= justices, test.name
    assert given > len(ROWS)
