"""Tests that a pack keeps beside its rules: read exactly, and never passing by a misspelling."""

from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from amends.domain.action_kinds import ActionKind
from amends.domain.decision import ChangeKind, Effect, ObligationKind, Outcome, Step
from amends.domain.money import Money
from amends.packs.diagnostics import PackError
from amends.packs.load import load_pack
from amends.packs.model import Forbid
from amends.packs.pack_test import (
    Earlier,
    Expectation,
    ExpectedAction,
    ExpectedAdjustment,
    ExpectedChange,
    ExpectedNearMisses,
    ExpectedObligation,
    PackTest,
)
from amends.packs.pack_test_file import EARLIER_KEYS, FILE_KEYS, TEST_KEYS, load_pack_tests
from amends.packs.read_expectation import ACTION_KEYS, EXPECT_KEYS
from amends.packs.read_expected_trace import ADJUSTMENT_KEYS, CHANGE_KEYS, OBLIGATION_KEYS

PACK = """\
pack: shop
version: 2026.1.0
title: A shop
currency: USD
tiers: [none, gold]
facts: {delay_days: {type: integer, min: 0}}
teams: {it: {label: Support}}
authority:
  - {role: clerk, refund: 10 USD}
  - {role: owner, refund: unlimited}
guardrails: [{id: no-eta, never: a time, instead: the next news}]
rules:
  - id: back
    title: Money back
    when: {fault: company}
    then: [{refund: {percent: 100, of: shipping_fee}}]
    because: {agent: Ours., customer: You get it back.}
"""

Read = Callable[[str], tuple[PackTest, ...]]


@pytest.fixture
def read(write: Callable[[Mapping[str, str]], Path]) -> Read:
    def _read(text: str) -> tuple[PackTest, ...]:
        folder = write({"shop/pack.yaml": PACK, "shop/tests/back_test.yaml": text})
        return load_pack_tests(folder / "shop", load_pack(folder, "shop"))

    return _read


def codes(read: Read, text: str) -> list[str]:
    with pytest.raises(PackError) as caught:
        read(text)
    return [f"{found.position.line} {found.code}" for found in caught.value.diagnostics]


def test_a_test_is_a_situation_and_what_must_come_of_it(read: Read) -> None:
    """Everything that a test may say comes to its place."""
    (test,) = read(
        """
        clock: 2026-01-01T12:00:00Z
        situations:
          late: {fault: company, shipping_fee: 9.90 USD, customer: {loyalty_tier: gold}, facts: {delay_days: 4}}
        tests:
          - name: we were late
            given: late
            with: {fault: null, customer: {country: DE}, facts: {delay_days: 5}}
            role: owner
            supersedes: {given: late, with: {shipping_fee: 1 USD}, offered: [refund], executed: [apology]}
            expect:
              outcome: needs_facts
              actions:
                - refund:
                    amount: 9.90 USD
                    authority: owner
                    due_at: 2026-01-02
                    amount_needs: [shipping_fee]
                    valid_until: 2026-01-02
                    granted: 5 USD
                    unsettled_by: [back]
                    waits_for: [fault]
                    said: ""
                    unsettled: true
                - update_cadence: {every: 30m, scope: incident}
              only: true
              never: [goodwill, {goodwill: [credit, gift]}]
              order: [refund, apology]
              applied: [back]
              undetermined: [back]
              limited: [back]
              overruled: [back]
              not_matched: [back]
              needed_facts: [fault]
              asks: []
              ask_next: fault
              unobtainable: [fault]
              guardrails: [no-eta]
              lifted: [no-eta]
              unanswered: []
              adjustments:
                - bound: {kind: refund, effect: changed, rule: back, by: amount_paid, before: 9.90 USD, after: 9 USD}
                - net: {by: granted}
              obligations: [{verify: {due_at: 2026-01-02, owner: same_person}}, {pay: {owner: it}}]
              changes: [{higher: {kind: refund, before: 1 USD, after: 9.90 USD}}, {gone: {}}]
              near_misses: {back: {facts.delay_days: from 3 days}}
        """
    )
    assert test.name == "we were late"
    assert test.role == "owner"
    assert test.situation.facts == {
        "observe_time": 1_767_268_800_000_000_000,
        "shipping_fee": Money("USD", 990),
        "customer.loyalty_tier": "gold",
        "customer.country": "DE",
        "facts.delay_days": 5,
    }
    refund, cadence = test.expect.actions
    assert refund == ExpectedAction(
        ActionKind.REFUND,
        amount=Money("USD", 990),
        amount_needs=("shipping_fee",),
        authority="owner",
        due_at=1_767_312_000_000_000_000,
        valid_until=1_767_312_000_000_000_000,
        granted=Money("USD", 500),
        unsettled_by=("back",),
        waits_for=("fault",),
        said="",
        unsettled=True,
    )
    assert [name for name, _ in cadence.parameters] == ["every"]
    assert test.expect == Expectation(
        outcome=Outcome.NEEDS_FACTS,
        actions=(refund, cadence),
        only=True,
        never=(Forbid(ActionKind.GOODWILL), Forbid(ActionKind.GOODWILL, ("credit", "gift"))),
        order=(ActionKind.REFUND, ActionKind.APOLOGY),
        applied=("back",),
        limited=("back",),
        undetermined=("back",),
        overruled=("back",),
        not_matched=("back",),
        needed_facts=("fault",),
        asks=(),
        ask_next="fault",
        unobtainable=("fault",),
        guardrails=("no-eta",),
        lifted=("no-eta",),
        unanswered=(),
        adjustments=(
            ExpectedAdjustment(
                Step.BOUND,
                kind=ActionKind.REFUND,
                effect=Effect.CHANGED,
                rule="back",
                by="amount_paid",
                before=Money("USD", 990),
                after=Money("USD", 900),
            ),
            ExpectedAdjustment(Step.NET, by="granted"),
        ),
        obligations=(
            ExpectedObligation(ObligationKind.VERIFY, due_at=1_767_312_000_000_000_000, owner="same_person"),
            ExpectedObligation(ObligationKind.PAY, owner="it"),
        ),
        changes=(
            ExpectedChange(ChangeKind.HIGHER, ActionKind.REFUND, before=Money("USD", 100), after=Money("USD", 990)),
            ExpectedChange(ChangeKind.GONE),
        ),
        near_misses=(ExpectedNearMisses("back", (("facts.delay_days", "from 3 days"),)),),
    )


def test_what_a_test_supersedes_is_a_situation_of_its_own(read: Read) -> None:
    """Given and changed as the test's, with what was offered and carried out of it."""
    text = """
        clock: 2026-01-01
        situations: {late: {fault: company, shipping_fee: 9.90 USD}}
        tests:
          - name: a
            supersedes: {given: late, with: {fault: null}, offered: [refund], executed: [apology]}
            expect: {changes: []}
        """
    (test,) = read(text)
    assert isinstance(test.supersedes, Earlier)
    assert set(test.supersedes.situation.facts) == {"observe_time", "shipping_fee"}
    assert (test.supersedes.offered, test.supersedes.executed) == ((ActionKind.REFUND,), (ActionKind.APOLOGY,))
    assert test.expect.changes == ()


def test_changes_are_from_something(read: Read) -> None:
    """Without a decision that is superseded nothing changes, and a test of it could not fail as it should."""
    text = """\
clock: 2026-01-01
tests:
  - {name: a, expect: {changes: []}}
  - {name: b, supersedes: {given: late}, expect: {changes: [{more: {}}]}}
  - {name: c, supersedes: {offer: [refund], offered: [gift]}, expect: {changes: [{new: {kinds: refund}}]}}
"""
    assert codes(read, text) == [
        "3 missing-key",
        "4 unknown-name",
        "4 unknown-name",
        "5 unknown-key",
        "5 unknown-action",
        "5 unknown-key",
    ]


def test_the_front_line_is_the_role_of_a_test_that_names_none(read: Read) -> None:
    """Without `role`, the first role of the pack's authority sees the decision."""
    (test,) = read("clock: 2026-01-01\ntests: [{name: a, expect: {outcome: care_only}}]")
    assert test.role == "clerk"


def test_nothing_in_a_test_can_be_misspelt_unseen(read: Read) -> None:
    """Every unknown rule, fact, guardrail, kind, parameter, role, request, situation and key is told, all at once."""
    text = """\
clock: 2026-01-01
situations:
  late: {falt: company}
tests:
  - name: a
    given: lat
    expect: {outcome: care_only}
  - name: b
    given: late
    role: clark
    expect: {outcome: fine}
  - name: b
    expects: {outcome: care_only}
    expect:
      action: []
      actions: [{refnd: {}}, {refund: {colour: red}}, {refund: {authority: boss}}, {apology: {amount: 1 USD}}]
      never: [gift, {goodwill: [gifts]}]
      applied: [bak]
      needed_facts: [falt]
      guardrails: [no-etas]
      lifted: [no-etas]
      unanswered: [refunds]
      only: yes
  - name: c
    expect: {}
  - expect: {only: true}
  - name: d
    expect:
      ask_next: falt
      asks: [falt]
      adjustments: [{cut: {}}, {limit: {by: bak, rules: [back]}}, {bound: {before: lots}}, limit]
      obligations: [{verify: {owner: boss}}, {news: {}}]
      near_misses: {bak: {}, back: {falt: near}}
"""
    assert codes(read, text) == [
        "3 unknown-fact",
        "6 unknown-name",
        "10 unknown-name",
        "11 unknown-value",
        "12 duplicate-name",
        "13 unknown-key",
        "15 unknown-key",
        "16 unknown-action",
        "16 unknown-key",
        "16 unknown-name",
        "16 unknown-key",
        "17 unknown-action",
        "17 unknown-name",
        "18 unknown-name",
        "19 unknown-name",
        "20 unknown-name",
        "21 unknown-name",
        "22 unknown-name",
        "23 type-mismatch",
        "25 empty",
        "26 missing-key",
        "29 unknown-name",
        "30 unknown-name",
        "31 unknown-name",
        "31 unknown-name",
        "31 unknown-key",
        "31 type-mismatch",
        "31 wrong-shape",
        "32 unknown-name",
        "32 unknown-name",
        "33 unknown-name",
        "33 unknown-name",
    ]


@pytest.mark.parametrize(
    ("text", "code"), [("", "1 empty"), ("tests: []", "1 missing-key"), ("clock: noon", "1 type-mismatch")]
)
def test_a_file_of_tests_needs_its_clock(read: Read, text: str, code: str) -> None:
    """Without a moment that is written down, a test would depend on the day it is run."""
    assert codes(read, text) == [code]


def test_unsetting_what_is_misspelt_is_told(read: Read) -> None:
    """`null` for a fact that does not exist is a mistake, not a fact unset."""
    text = "clock: 2026-01-01\ntests: [{name: a, with: {falt: null}, expect: {outcome: care_only}}]"
    assert codes(read, text) == ["2 unknown-fact"]


@pytest.mark.parametrize(
    "key",
    [
        *FILE_KEYS,
        *TEST_KEYS,
        *EXPECT_KEYS,
        *ACTION_KEYS,
        *ADJUSTMENT_KEYS,
        *OBLIGATION_KEYS,
        *CHANGE_KEYS,
        *EARLIER_KEYS,
    ],
)
def test_every_key_of_a_test_is_explained(key: str) -> None:
    """Nobody has to read the code to write a test: rules/README.md shows every key."""
    readme = (Path(__file__).parents[3] / "rules" / "README.md").read_text(encoding="utf-8")
    assert f"{key}:" in readme
