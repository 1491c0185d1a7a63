"""What two packs decide differently is found where they differ, and only there."""

from dataclasses import replace
from pathlib import Path

import pytest

from amends.application.compiled_pack import CompiledPack
from amends.application.pack_work import Compared
from amends.engines.bitmap import BitmapEngine
from amends.packs.amounts import AmountTable
from amends.packs.load import load_pack
from amends.packs.model import Pack
from amends.proving.compare_packs import compare_packs
from tests.unit.packs.playbook.test_parts import TABLE, shop
from tests.unit.resolution.building import NOW

RULES = Path(__file__).parents[3] / "rules"
HOUR = 3600 * 1_000_000_000


def compared(before: Pack, after: Pack, *, examples: int = 20) -> Compared:
    first, second = (CompiledPack(pack, BitmapEngine()) for pack in (before, after))
    return compare_packs(first, second, now=NOW, examples=examples, locale="")


@pytest.mark.parametrize(
    "changes",
    [
        (("version: 1", "version: 2"),),
        (("title: Late", "title: Too late"),),
        (("id: late", "id: belated"), ("id: a-case", "id: in-a-case")),
    ],
)
def test_what_changes_no_decision_is_decided_alike(changes: tuple[tuple[str, str], ...]) -> None:
    """Another version, title or name of a rule: hundreds of situations, and no difference."""
    found = compared(shop(), shop(*changes))

    assert found.parts
    assert found.situations > 50
    assert (found.differing, list(found.examples)) == (0, [])


@pytest.mark.parametrize(
    ("after", "days"),
    [
        (shop(("at_least: 3", "at_least: 4")), {3}),
        (shop(table=TABLE.replace(">=9", ">=12")), {9, 10, 11}),
        (shop(table=TABLE.replace("10 USD", "11 USD")), set(range(3, 9))),
    ],
)
def test_a_moved_bound_is_found_in_the_situations_between(after: Pack, days: set[int]) -> None:
    """Each example is one that either pack decides by itself, and they are decided otherwise."""
    found = compared(shop(), after)

    assert 0 < found.differing < found.situations
    assert found.examples
    for one in found.examples:
        assert one.situation.facts["facts.delay_days"] in days
        before, after_it = one.before.decision, one.after.decision
        assert (before.actions, before.needed_facts) != (after_it.actions, after_it.needed_facts)


def test_one_row_of_a_large_pack_is_not_lost_among_its_rules() -> None:
    """An amount that depends on several facts, in one of 142 rules: the situations of what changed reach it."""
    before = load_pack(RULES, "airline")
    place, rule = next((at, one) for at, one in enumerate(before.rules) if one.rule_id == "meal-while-waiting")
    [proposal] = rule.then
    assert isinstance(proposal.amount, AmountTable)
    first, second, last = proposal.amount.rows
    amount = AmountTable((first, replace(second, amount=last.amount), last))
    changed = replace(rule, then=(replace(proposal, amount=amount),))
    after = replace(before, rules=(*before.rules[:place], changed, *before.rules[place + 1 :]))

    found = compared(before, after)

    assert [one.after.ident for one in found.parts if one.after] == ["meal-while-waiting"]
    hours = {one.situation.facts["facts.arrival_delay"] for one in found.examples}
    assert found.differing
    assert all(isinstance(delay, int) and 5 * HOUR <= delay < 8 * HOUR for delay in hours)


def test_no_more_examples_are_given_than_were_asked_for() -> None:
    """The count is of all."""
    found = compared(shop(), shop(("at_least: 3", "at_least: 300")), examples=1)

    assert len(found.examples) == 1
    assert found.differing > 1


def test_packs_that_share_no_fact_are_compared_all_the_same() -> None:
    """A fact that the other does not have is not known to it."""
    found = compared(shop(), load_pack(RULES, "starter"))

    assert found.differing
    assert {part.before.section for part in found.parts if part.before} >= {"rules", "facts"}
