"""A pack's own tests fail where they should, and say what was expected and what came."""

from pathlib import Path
from textwrap import indent
from typing import Protocol

import pytest

from amends.application.compiled_pack import CompiledPack
from amends.engines.reference import ReferenceEngine
from amends.packs.load import load_pack
from amends.packs.pack_test_file import load_pack_tests
from amends.proving.pack_tests import PackTestResult, run_pack_tests

PACK = """\
pack: shop
version: 2026.1.0
title: A shop
currency: USD
teams: {it: {label: IT}, billing: {label: Billing}}
actions: {accept_return: {parameters: {label_url: text, parcels: integer}}}
facts: {delay_days: {type: integer, min: 0}}
authority:
  - {role: clerk, refund: 10 USD}
  - {role: owner, refund: unlimited}
guardrails: [{id: no-eta, unless: {incident.eta_known: true}, never: a time, instead: the next news}]
rules:
  - id: back
    title: Money back
    when: {facts.delay_days: {at_least: 3}}
    then:
      - refund: {percent: 100, of: shipping_fee}
      - verify_followup: {in: 2bd}
    because: {agent: Ours., customer: You get it back.}
  - id: sorry
    title: Say sorry
    then: [{apology: {literal: true}}]
  - id: audit
    title: Look at it
    then:
      - audit_step: {owner: it, step: the clock}
      - audit_step: {owner: it, step: the calendar}
  - id: no-gift
    title: No gift
    when: {facts.delay_days: {at_least: 3}}
    forbid: [goodwill]
  - id: wait
    title: Wait for billing
    when: {facts.delay_days: {at_least: 30}}
    then:
      - entitlement: {basis: law, amount: 5 USD, covers: [refund]}
      - custom: {name: accept_return, label_url: here, parcels: {fact: facts.delay_days}}
    hold: {kinds: [refund], for: billing, because: A chargeback is open.}
    because: {agent: Ours., customer: You can send it back.}
  - id: gift
    title: A gift
    when: {facts.delay_days: {at_least: 3}}
    then: [{goodwill: {kind: gift, amount: 5 USD}}]
    because: {agent: Nice., customer: For you.}
"""
GIVEN = """\
clock: 2026-01-01T12:00:00Z
situations:
  late:
    shipping_fee: 9.90 USD
    amount_paid: 50 USD
    amount_refunded: 0 USD
    requested: [refund, callback]
    facts: {delay_days: 4}
tests:
  - name: late
    given: late
    supersedes: {given: late, with: {shipping_fee: 5 USD, facts: {delay_days: 30}}, offered: [custom]}
    expect:
"""


class Run(Protocol):
    def __call__(self, expect: str, *, days: int = 4) -> PackTestResult: ...


@pytest.fixture
def run(tmp_path: Path) -> Run:
    """Runs one test of what is expected of a delivery four days late, or later."""

    def _run(expect: str, *, days: int = 4) -> PackTestResult:
        (tmp_path / "shop" / "tests").mkdir(parents=True, exist_ok=True)
        (tmp_path / "shop" / "pack.yaml").write_text(PACK, encoding="utf-8")
        test = GIVEN.replace("delay_days: 4", f"delay_days: {days}") + indent(expect, "      ") + "\n"
        (tmp_path / "shop" / "tests" / "late_test.yaml").write_text(test, encoding="utf-8")
        pack = load_pack(tmp_path, "shop")
        tests = load_pack_tests(tmp_path / "shop", pack)
        (result,) = run_pack_tests(CompiledPack(pack, ReferenceEngine()), tests)
        return result

    return _run


@pytest.mark.parametrize(
    "expect",
    [
        "outcome: actions_recommended",
        "actions: [{refund: {amount: 9.90 USD, authority: clerk, unsettled: false, approval_needed: false}}]",
        "actions: [{audit_step: {step: the calendar}}, {audit_step: {step: the clock}}]",
        "actions: [{verify_followup: {in: 2bd}}, {apology: {literal: true, may_grant_now: true, scope: case}}]",
        "actions: [{apology: {}}, {refund: {}}, {audit_step: {}}, {audit_step: {}}, {verify_followup: {}}]\nonly: true",
        "actions: [{apology: {rules: [sorry]}}]",
        "never: [goodwill, escalate]",
        "order: [apology, refund]",
        "applied: [back, sorry, no-gift]\noverruled: [gift]",
        "guardrails: [no-eta]",
        "unanswered: [callback]",
        (
            "changes:\n  - new: {kind: refund, after: 9.90 USD}\n"
            "  - gone: {kind: entitlement}\n  - withdraw: {kind: custom}"
        ),
        "asks: []",
        "actions: [{refund: {said: You get it back.}}]",
        "obligations: [{verify: {due_at: 2026-01-05T12:00:00Z}}]",
        "adjustments: [{forbid: {kind: goodwill, effect: removed, rule: gift, by: no-gift}}, {forbid: {}}]",
        "near_misses: {wait: {facts.delay_days: from 30}, gift: {}}",
    ],
)
def test_what_came_passes(run: Run, expect: str) -> None:
    """Only what is written is compared, and what is written and came passes."""
    result = run(expect)
    assert result.passed, result.render()
    assert result.differences == ()


@pytest.mark.parametrize(
    "expect",
    [
        "actions: [{refund: {on_hold: billing, may_grant_now: false}}]",
        "actions: [{entitlement: {covers: [refund], basis: law, amount: 5 USD}}]",
        "actions: [{custom: {name: accept_return, parcels: 40, label_url: here}}]",
        "actions: [{custom: {name: accept_return}}]",
        "actions: [{custom: {}}]",
    ],
)
def test_holds_cover_and_custom_actions_are_compared(run: Run, expect: str) -> None:
    """Who holds an action, what an entitlement covers, and the parameters that the pack declares."""
    assert run(expect, days=40).passed, run(expect, days=40).render()


@pytest.mark.parametrize(
    ("expect", "difference"),
    [
        ("{refund: {on_hold: it}}", "refund: on_hold: expected it, came billing"),
        ("{apology: {on_hold: billing}}", "apology: on_hold: expected billing, came none"),
        ("{entitlement: {covers: [goodwill]}}", "entitlement: covers: expected goodwill, came refund"),
        ("{custom: {name: accept_return, parcels: 4}}", "custom: parcels: expected 4, came 40"),
        ("{custom: {name: accept_return, label_url: there}}", "custom: label_url: expected there, came here"),
    ],
)
def test_what_holds_covers_or_is_declared_can_fail(run: Run, expect: str, difference: str) -> None:
    """Each of them by itself, with what came in its place."""
    assert run(f"actions: [{expect}]", days=40).differences == (f"actions: {difference}",)


@pytest.mark.parametrize(
    ("expect", "difference"),
    [
        ("outcome: care_only", "outcome: expected care_only, came actions_recommended"),
        ("actions: [{escalate: {}}]", "actions: expected escalate, came none"),
        ("actions: [{refund: {amount: 9.91 USD}}]", "actions: refund: amount: expected 9.91 USD, came 9.90 USD"),
        ("actions: [{refund: {authority: owner}}]", "actions: refund: authority: expected owner, came clerk"),
        ("actions: [{refund: {unsettled: true}}]", "actions: refund: unsettled: expected True, came False"),
        ("actions: [{refund: {amount_needs: [fault]}}]", "actions: refund: amount_needs: expected fault, came none"),
        ("actions: [{verify_followup: {in: 3bd}}]", "actions: verify_followup: in: expected 3bd, came 2bd"),
        ("actions: [{apology: {channel: voice}}]", "actions: apology: channel: expected voice, came none"),
        ("actions: [{apology: {}}, {apology: {}}]", "actions: expected apology, came none"),
        ("actions: [{audit_step: {step: other}}]", "actions: audit_step: step: expected other, came 'the clock'"),
        ("actions: [{apology: {rules: [back]}}]", "actions: apology: rules: expected back, came sorry"),
        ("never: [refund]", "never: refund 9.90 USD stands"),
        ("order: [refund, apology]", "order: expected refund, apology, came apology, refund"),
        ("order: [apology, escalate]", "order: expected apology, escalate, came apology"),
        ("applied: [gift]", "applied: expected gift, which is overruled"),
        ("overruled: [back]", "overruled: expected back, which is applied"),
        ("undetermined: [back]", "undetermined: expected back, which is applied"),
        ("not_matched: [back]", "not_matched: expected back, which is applied"),
        ("needed_facts: [fault]", "needed_facts: expected fault, came none"),
        ("unanswered: []", "unanswered: expected none, came callback"),
        ("lifted: [no-eta]", "lifted: expected no-eta, which is shown"),
        ("limited: [back]", "limited: expected back, which is applied"),
        ("asks: [fault]", "asks: expected fault, came none"),
        ("ask_next: fault", "ask_next: expected fault, came none"),
        ("unobtainable: [fault]", "unobtainable: expected fault, came none"),
        ("actions: [{refund: {granted: 1 USD}}]", "actions: refund: granted: expected 1.00 USD, came None"),
        (
            "actions: [{refund: {valid_until: 2026-01-02}}]",
            "actions: refund: valid_until: expected 1767312000000000000, came None",
        ),
        ("actions: [{refund: {unsettled_by: [back]}}]", "actions: refund: unsettled_by: expected back, came none"),
        ("actions: [{refund: {waits_for: [fault]}}]", "actions: refund: waits_for: expected fault, came none"),
        ("actions: [{refund: {said: Here.}}]", "actions: refund: said: expected Here., came You get it back."),
        (
            "obligations: [{verify: {due_at: 2026-01-06}}]",
            "obligations: expected verify at 2026-01-06T00:00:00Z, came verify at 2026-01-05T12:00:00Z",
        ),
        (
            "obligations: [{verify: {owner: it}}]",
            "obligations: expected verify by it, came verify at 2026-01-05T12:00:00Z",
        ),
        ("obligations: [{pay: {}}]", "obligations: expected pay, came verify at 2026-01-05T12:00:00Z"),
        (
            "near_misses: {wait: {facts.delay_days: from 31}}",
            "near_misses: wait: expected facts.delay_days: from 31, came facts.delay_days: from 30",
        ),
        ("near_misses: {wait: {}}", "near_misses: wait: expected none, came facts.delay_days: from 30"),
        *[
            (
                f"adjustments: [{{{step}: {{{compared}}}}}]",
                f"adjustments: expected {words}, came forbid kind=goodwill rule=gift effect=removed by=no-gift",
            )
            for step, compared, words in [
                ("limit", "", "limit"),
                ("forbid", "kind: refund", "forbid kind=refund"),
                ("forbid", "rule: back", "forbid rule=back"),
                ("forbid", "effect: changed", "forbid effect=changed"),
                ("forbid", "by: back", "forbid by=back"),
                ("forbid", "before: 1 USD", "forbid before=1.00 USD"),
                ("forbid", "after: 1 USD", "forbid after=1.00 USD"),
            ]
        ],
    ],
)
def test_what_did_not_come_fails_and_is_said(run: Run, expect: str, difference: str) -> None:
    """Every key can fail, and the difference names what was expected and what came."""
    result = run(expect)
    assert not result.passed
    assert result.differences == (difference,)


@pytest.mark.parametrize(
    ("expect", "differences"),
    [
        ("[{new: {}}, {gone: {}}]", ["changes: did not expect withdraw kind=custom"]),
        (
            "[{new: {}}, {gone: {kind: custom}}, {withdraw: {}}]",
            ["changes: expected gone kind=custom, came (ALL)", "changes: did not expect gone kind=entitlement (GONE)"],
        ),
        (
            "[{new: {after: 9 USD}}, {gone: {before: 5 USD}}, {withdraw: {}}]",
            ["changes: expected new after=9.00 USD, came (ALL)", "changes: did not expect new kind=refund (NEW)"],
        ),
        (
            "[{new: {}}, {gone: {before: 4 USD}}, {withdraw: {}}]",
            [
                "changes: expected gone before=4.00 USD, came (ALL)",
                "changes: did not expect gone kind=entitlement (GONE)",
            ],
        ),
    ],
)
def test_changes_are_told_whole(run: Run, expect: str, differences: list[str]) -> None:
    """Each change expected must be there, and no other."""
    new, gone = "new kind=refund after=9.90 USD", "gone kind=entitlement before=5.00 USD"
    came = {
        "(ALL)": f"{new}; {gone}; withdraw kind=custom",
        "kind=refund (NEW)": new[4:],
        "kind=entitlement (GONE)": gone[5:],
    }
    for short, long in came.items():
        differences = [one.replace(short, long) for one in differences]

    assert list(run(f"changes: {expect}").differences) == differences


def test_only_means_nothing_else(run: Run) -> None:
    """With `only`, each action that was not expected is a difference of its own."""
    result = run("actions: [{refund: {}}, {apology: {}}, {verify_followup: {}}]\nonly: true")
    assert result.differences == (
        "only: did not expect audit_step owner=it step='the clock'",
        "only: did not expect audit_step owner=it step='the calendar'",
    )


def test_a_failed_test_shows_what_came(run: Run) -> None:
    """The report has the test's place and name, the differences, and the whole answer."""
    assert run("outcome: care_only").render() == (
        "shop/tests/late_test.yaml:10:5: late\n"
        "  outcome: expected care_only, came actions_recommended\n"
        "  came: actions_recommended\n"
        "    apology literal=true\n"
        "    refund 9.90 USD\n"
        "    audit_step owner=it step='the clock'\n"
        "    audit_step owner=it step='the calendar'\n"
        "    verify_followup in=2bd"
    )


def test_a_passed_test_says_so_in_one_line(run: Run) -> None:
    """Nothing is shown of a test that passed but its place and name."""
    assert run("outcome: actions_recommended").render() == "shop/tests/late_test.yaml:10:5: late: passed"
