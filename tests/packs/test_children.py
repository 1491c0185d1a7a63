"""The foundation as a parent: a pack that extends it changes amounts by id, and nothing else moves."""

from pathlib import Path
from shutil import copytree
from typing import Final

import pytest

from amends.application.compiled_pack import CompiledPack
from amends.domain.action import Action
from amends.domain.action_kinds import ActionKind
from amends.domain.money import Money
from amends.engines.bitmap import BitmapEngine
from amends.packs.diagnostics import PackError
from amends.packs.load import load_pack
from amends.packs.situation_file import read_situation

RULES: Final = Path(__file__).parents[2] / "rules"
NOON: Final = 1_767_528_000_000_000_000
"""2026-01-04T12:00:00Z."""
FACTS: Final = """{
  fault: company, cause: people, severity: medium, pain_type: emotional, failure_reality: actual, flags: [],
  contact_reason: something_else, obvious_mistake: false, requested: [], reporter: customer,
  amount_paid: 60 USD, amount_affected: 0 USD, amount_refunded: 0 USD,
  customer: {goodwill_granted_365d: 40 USD, apologies_90d: 0}
}"""
CHILDREN: Final = {
    "nothing": ("", 1000),
    "the gesture": (
        """\
rules:
  - id: show-you-care
    title: A larger gesture
    when: {cause: [people, process]}
    then: [{goodwill: {kind: credit, amount: 15 USD}}]
    because: {agent: As above., customer: "Please accept {amount}."}
""",
        1500,
    ),
    "what is given in a year": (
        "limits: [{id: goodwill-a-year, of: [goodwill], at_most: 45 USD, minus: customer.goodwill_granted_365d}]\n",
        500,
    ),
    "what is given beside a refund": (
        "limits: [{id: over-compensation, of: [refund, goodwill], at_most: 4 USD}]\n",
        400,
    ),
    "no limit a year": ("disable: [goodwill-a-year]\n", 1000),
}


def decide(folder: Path, changed: str, facts: str) -> tuple[Action, ...]:
    rules = folder / "rules"
    copytree(RULES / "foundation", rules / "foundation")
    (rules / "child").mkdir()
    (rules / "child" / "pack.yaml").write_text(
        f"pack: child\nversion: 1\ntitle: A child\nextends: [foundation]\ncurrency: USD\n{changed}",
        encoding="utf-8",
    )
    compiled = CompiledPack(load_pack(rules, "child"), BitmapEngine())
    situation = read_situation(facts, file="child", pack=compiled.pack, default_observe_time=NOON)
    return tuple(compiled.decide(situation, role="frontline").decision.actions)


@pytest.mark.parametrize("changed", CHILDREN)
def test_a_child_changes_an_amount_by_its_id(tmp_path: Path, changed: str) -> None:
    """The gesture, the measure of a year and the cap on all of it are a child's to set."""
    text, units = CHILDREN[changed]
    (gesture,) = [action for action in decide(tmp_path, text, FACTS) if action.kind is ActionKind.GOODWILL]
    assert gesture.amount == Money("USD", units)
    assert not gesture.unsettled


def test_a_child_may_say_sorry_without_end(tmp_path: Path) -> None:
    """What research says of the third apology is foundation's; a child that disables it says it again."""
    facts = FACTS.replace("cause: people", "cause: external").replace("apologies_90d: 0", "apologies_90d: 2")
    parent = decide(tmp_path / "as-it-is", "", facts)
    child = decide(tmp_path / "disabled", "disable: [no-third-bare-apology]\n", facts)
    assert ActionKind.APOLOGY not in {action.kind for action in parent}
    assert ActionKind.APOLOGY in {action.kind for action in child}


def test_a_child_cannot_let_go_of_a_hold(tmp_path: Path) -> None:
    """Who looks before anything is paid is not a child's to leave out."""
    with pytest.raises(PackError, match="flags-go-to-the-duty-manager"):
        decide(tmp_path, "disable: [flags-go-to-the-duty-manager]\n", FACTS)


SHOP: Final = """\
contact_reasons: [late_order]
rules:
  - id: mend-it
    title: Send somebody who mends it
    when: {contact_reason: [arrived_damaged, late_order]}
    then: [{remedy: {kind: repair}}]
    because: {agent: As above., customer: We are sending somebody who mends it.}
  - id: a-scratch-is-worth-something
    title: A discount for a scratch that they can live with
    when: {contact_reason: arrived_damaged, facts.put_right: {not: money}}
    then: [{goodwill: {kind: discount, amount: 50 EUR}}]
    because: {agent: As above., customer: "Please accept {amount} off."}
  - id: cancelled-orders-are-owed
    title: What they paid for a late order that they cancel
    when: {contact_reason: late_order, requested: {has_any: [cancellation]}}
    then: [{entitlement: {percent: 100, of: amount_paid, basis: cancelled-order, covers: [refund]}}]
    because: {agent: As above., customer: "You get {amount} back."}
"""
SOFA: Final = """{
  contact_reason: arrived_damaged, fault: company, cause: external, pain_type: physical, flags: [], granted: [],
  amount_paid: 800 EUR, amount_affected: 800 EUR, amount_refunded: 0 EUR, REQUESTED
  customer: {goodwill_granted_365d: 0 EUR, apologies_90d: 0}
}"""
THING_FIRST: Final = """\
derive:
  - fact: facts.put_right
    type: enum
    values: [thing, money, open]
    cases:
      - {when: {all: [{requested: {present: true}}, {requested: {has_any: [refund, cancellation]}}]}, value: money}
      - {value: thing}
"""
PUT_RIGHT: Final = {ActionKind.ENTITLEMENT, ActionKind.REFUND, ActionKind.REMEDY}


@pytest.mark.parametrize(
    ("facts", "kinds"),
    [
        (SOFA.replace("REQUESTED", ""), {ActionKind.REFUND}),
        (SOFA.replace("REQUESTED", "requested: [],"), {ActionKind.REFUND}),
        (SOFA.replace("REQUESTED", "requested: [refund],"), {ActionKind.REFUND}),
        (SOFA.replace("REQUESTED", "requested: [replacement],"), {ActionKind.REMEDY}),
        (
            SOFA.replace("REQUESTED", "requested: [cancellation],").replace("arrived_damaged", "late_order"),
            {ActionKind.ENTITLEMENT},
        ),
        (SOFA.replace("REQUESTED", "requested: [],").replace("arrived_damaged", "late_order"), {ActionKind.REMEDY}),
    ],
    ids=["nobody said", "nothing asked", "money asked", "a new one asked", "late and cancelled", "late"],
)
def test_a_child_gives_the_thing_or_the_money(tmp_path: Path, facts: str, kinds: set[ActionKind]) -> None:
    """D24 and R2: what a child repairs or owes does not stand beside the other of the two."""
    actions = decide(tmp_path, SHOP, facts)
    assert {action.kind for action in actions} & PUT_RIGHT == kinds
    if ActionKind.REFUND in kinds:
        assert ActionKind.GOODWILL not in {action.kind for action in actions}, "the discount is in place of the money"


def test_a_child_may_mend_before_it_pays_back(tmp_path: Path) -> None:
    """Which of the two goes first where nobody asked is one derived fact, and a child's to set."""
    facts = SOFA.replace("REQUESTED", "requested: [],")
    actions = decide(tmp_path, THING_FIRST + SHOP, facts)
    assert {action.kind for action in actions} & PUT_RIGHT == {ActionKind.REMEDY}
