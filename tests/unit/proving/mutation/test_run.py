"""A whole run: the same in one process and in several, and what the owner has waived."""

import os
from collections.abc import Sequence
from dataclasses import replace

import pytest

from amends.application.compiled_pack import CompiledPack
from amends.domain.facts import Vocabulary
from amends.engines.bitmap import BitmapEngine, BitmapMatcher
from amends.packs.conditions import Condition
from amends.packs.model import Position
from amends.proving.mutation.run import LostProcessError, Outcome, run_mutations
from amends.proving.mutation.trial import Verdict
from amends.proving.pack_checks import pack_warnings
from tests.unit.proving.mutation.shop import BACK, FULL, HEAD, Shop
from tests.unit.resolution.building import NOW

LACKING = FULL[:3]
"""Without the test of the day before the bound."""


def told(outcome: Outcome) -> list[tuple[str, Verdict, str]]:
    return [(one.mutation.words, one.fate.verdict, one.fate.by) for one in outcome.tried]


def test_several_processes_come_to_the_same(shop: Shop) -> None:
    """In the same order: by file and place, whoever was done first."""
    shop.write(HEAD + BACK, *LACKING)

    outcome = shop.outcome(jobs=3)
    assert told(outcome) == told(shop.outcome(jobs=1))
    assert len(outcome.tried) == 9


class DyingEngine(BitmapEngine):
    """Ends the process that compiles with it."""

    def compile(self, vocabulary: Vocabulary, conditions: Sequence[Condition]) -> BitmapMatcher:  # noqa: ARG002  # a port
        os._exit(9)


def test_a_process_that_ends_too_soon_is_told(shop: Shop) -> None:
    """Mutants that nobody tried are not passed over."""
    shop.write(HEAD + BACK, *FULL)
    subject = replace(shop.subject(), engine=DyingEngine())

    with pytest.raises(LostProcessError, match="9 mutants untried"):
        run_mutations(subject, today=NOW, jobs=2, progress=lambda _done, _of: None)


def test_every_mutant_is_told_of_as_it_is_tried(shop: Shop) -> None:
    """Whoever waits sees how far it is."""
    shop.write(HEAD + BACK, *FULL)
    told_of: list[tuple[int, int]] = []

    run_mutations(shop.subject(), today=NOW, jobs=1, progress=lambda done, of: told_of.append((done, of)))

    assert told_of == [(done, 9) for done in range(1, 10)]


def test_a_pack_whose_tests_fail_is_told_before(shop: Shop) -> None:
    """Nothing would tell a mutant from it."""
    shop.write(HEAD + BACK, "fault: customer => actions: [{refund: {}}]")

    assert [result.test.name for result in shop.subject().failed_tests()] == ["test 0"]


@pytest.mark.parametrize(
    ("at", "left"), [("back", []), ("'back, bound'", ["the condition `facts.days: {at_least: 3}` is taken out"])]
)
def test_a_waived_mutant_is_no_survivor(at: str, left: list[str], shop: Shop) -> None:
    """By the rule alone, or by rule and sort of change; the reason is kept with it."""
    waiver = f"waive: [{{check: mutation, at: {at}, because: Two days are never asked for., until: 2100-01-01}}]\n"
    shop.write(HEAD + waiver + BACK, *LACKING)

    outcome = shop.outcome()
    assert [one.mutation.words for one in outcome.of(Verdict.SURVIVED)] == left
    waived = {one.mutation.words: one.fate.by for one in outcome.of(Verdict.WAIVED)}
    assert waived["`facts.days: at_least 3` becomes 2"] == "Two days are never asked for."
    assert outcome.complaints == ()


@pytest.mark.parametrize(
    ("waiver", "complaint"),
    [
        ("at: 'back, amount', until: 2100-01-01", "silences nothing"),
        ("at: back, until: 2020-01-01", "ended on 2020-01-01"),
    ],
)
def test_a_waiver_of_mutants_is_itself_checked(waiver: str, complaint: str, shop: Shop) -> None:
    """It ends, and one that nothing survives for is taken out."""
    shop.write(f"{HEAD}waive: [{{check: mutation, because: For now., {waiver}}}]\n{BACK}", *LACKING)

    outcome = shop.outcome()
    assert len(outcome.of(Verdict.SURVIVED)) == 2
    (found,) = outcome.complaints
    assert complaint in found.message


def test_the_checks_of_the_whole_leave_waivers_of_mutants_alone(shop: Shop) -> None:
    """They cannot know whether such a waiver silences anything; of a check that there is not they tell."""
    waiver = "waive: [{check: CHECK, at: back, because: x, until: 2100-01-01}]\n"
    told = []
    for check in ("mutation", "mutations"):
        shop.write(HEAD + waiver.replace("CHECK", check) + BACK, *FULL)
        subject = shop.subject()
        compiled = CompiledPack(subject.pack, subject.engine)
        main = Position("shop/pack.yaml", 1, 1)
        told += [[one.message for one in pack_warnings(compiled, today=NOW, main=main) if one.code == "waiver"]]

    assert told == [[], ["there is no check 'mutations' whose warnings could be waived"]]
