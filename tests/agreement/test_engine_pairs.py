"""The short run of what `make agreement` does for long: no two engines disagree, and if they did, it would be told."""

from collections.abc import Sequence
from random import Random

import pytest

from amends.application.ports import Engine, Matcher
from amends.domain.facts import Facts, Vocabulary
from amends.engines.bitmap import BitmapEngine
from amends.engines.reference import ReferenceEngine
from amends.packs.conditions import AllOf, Condition, OneOf
from amends.resolution.matches import Matches
from tests.agreement.comparing import DisagreementError, compare, compare_decisions
from tests.agreement.engine_pairs import (
    PAIRS_A_PART,
    SHORT_RUN,
    SHORT_SEED,
    Part,
    drawn,
    durable_engine,
    run_part,
    tell,
)
from tests.agreement.generators import pack_of, rule_of


class HastyMatcher:
    """Takes what is unknown for false."""

    def __init__(self, honest: Matcher) -> None:
        self.honest = honest

    def match(self, facts: Facts) -> Matches:
        """What may hold is forgotten."""
        true = self.honest.match(facts).true
        return Matches(true, true)


class HastyEngine:
    """An engine that errs."""

    def compile(self, vocabulary: Vocabulary, conditions: Sequence[Condition]) -> Matcher:
        """A matcher that errs."""
        return HastyMatcher(ReferenceEngine().compile(vocabulary, conditions))


@pytest.mark.parametrize("number", SHORT_RUN)
def test_the_engines_agree_on_every_pair_of_the_short_run(number: int) -> None:
    """Random packs, and situations on and beside every bound of theirs; half of them by durable-rules too."""
    part = run_part(number, SHORT_SEED)

    assert part.disagreement == ""
    assert part.counts["pairs"] == PAIRS_A_PART
    assert part.counts["by durable"] == (0 if durable_engine() is None else PAIRS_A_PART * 13 // 25)
    assert part.counts["decisions"] == PAIRS_A_PART // 10
    assert min(part.counts[truth] for truth in ("true", "unknown", "false")) > PAIRS_A_PART


def test_a_part_follows_from_its_seed_and_number() -> None:
    """Whoever finds a disagreement can have it again."""
    first, again, another = (
        [(pack, situations) for pack, situations, _ in drawn(number, of_seed=7)] for number in (3, 3, 4)
    )
    assert first == again
    assert first != another


def test_a_disagreement_names_the_rule_the_facts_and_who_says_what() -> None:
    """What is needed to look for the cause, and nothing of rules on which they agree."""
    pack = pack_of([rule_of(0, AllOf(())), rule_of(1, OneOf("facts.count", (5,)))])
    engines: dict[str, Engine] = {"reference": ReferenceEngine(), "bitmap": BitmapEngine(), "hasty": HastyEngine()}

    assert compare(pack, [{"facts.count": 5}, {"facts.count": 6}], engines)["pairs"] == 2
    with pytest.raises(DisagreementError) as told:
        compare(pack, [{"facts.count": 5}, {"facts.word": "5"}], engines)

    assert str(told.value).startswith("situation 1: {'facts.word': '5'}\n")
    assert "rule-001 is unknown by reference, unknown by bitmap, false by hasty: OneOf(" in str(told.value)
    assert "rule-000" not in str(told.value)


def test_decisions_that_differ_are_told_by_their_parts() -> None:
    """What the rules that match are made to mean, and nothing on which they agree."""
    pack = pack_of([rule_of(0, OneOf("facts.count", (5,)))])
    engines: dict[str, Engine] = {"reference": ReferenceEngine(), "hasty": HastyEngine()}
    chance = Random(1)  # noqa: S311  # it is to be the same again

    assert compare_decisions(pack, [{"facts.count": 5}] * 3, engines, chance) == 3
    with pytest.raises(DisagreementError) as told:
        compare_decisions(pack, [{"facts.count": 5}, {}], engines, chance)

    assert str(told.value).startswith("decision 1 for frontline: Situation(")
    assert "\n  rules is (RuleTrace(rule_id='rule-000'" in str(told.value)
    assert "pack_id is" not in str(told.value)


def test_a_run_ends_with_the_first_disagreement(capsys: pytest.CaptureFixture[str]) -> None:
    """Its exit code says so, and it is the last thing that is printed."""
    counts = compare(pack_of([rule_of(0, AllOf(()))]), [{}], {"reference": ReferenceEngine()})
    good, bad = Part(0, counts), Part(1, counts, "rule-007 is true by one")

    assert tell([good]) == 0
    assert "0 disagreements in 1 pairs" in capsys.readouterr().out
    assert tell(iter([good, bad, good])) == 1
    assert capsys.readouterr().out.endswith("rule-007 is true by one\n")
