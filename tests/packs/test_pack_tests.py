"""Every pack's own tests, on every engine that decides."""

from pathlib import Path
from typing import Final

import pytest

from amends.application.compiled_pack import CompiledPack
from amends.bootstrap.engines import make_engines
from amends.packs.load import load_pack
from amends.packs.pack_test import PackTest
from amends.packs.pack_test_file import load_pack_tests
from amends.proving.pack_tests import run_pack_test

RULES: Final = Path(__file__).parents[2] / "rules"
PACKS: Final = {
    folder.name: load_pack(RULES, folder.name) for folder in sorted(RULES.glob("*/")) if folder.name != "schema"
}
ENGINES: Final = make_engines().usable
COMPILED: Final = {
    (pack_id, name): CompiledPack(pack, engine) for pack_id, pack in PACKS.items() for name, engine in ENGINES.items()
}
TESTS: Final = [
    pytest.param(pack_id, test, id=f"{pack_id}: {test.name}")
    for pack_id, pack in PACKS.items()
    for test in load_pack_tests(RULES / pack_id, pack)
]


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize(("pack_id", "test"), TESTS)
def test_what_a_pack_promises_holds(pack_id: str, test: PackTest, engine: str) -> None:
    """A pack does what its own tests, written from the doctrine and the law, say it does."""
    result = run_pack_test(COMPILED[pack_id, engine], test)
    assert result.passed, "\n" + result.render()


@pytest.mark.parametrize("pack_id", PACKS)
def test_every_rule_of_a_pack_is_tested(pack_id: str) -> None:
    """No rule of a pack is without a test of that pack that names it: as applied, overruled or undetermined."""
    pack = PACKS[pack_id]
    tests = load_pack_tests(RULES / pack_id, pack)
    named = {
        rule_id
        for test in tests
        for rule_id in (*test.expect.applied, *test.expect.overruled, *test.expect.undetermined)
    }
    own = {rule.rule_id for rule in pack.rules if rule.position.file.startswith(f"{pack_id}/")}
    assert own - named == set()


@pytest.mark.parametrize("pack_id", PACKS)
def test_words_about_money_stand_beside_the_money_alone(pack_id: str) -> None:
    """A rule whose customer text names {amount} proposes nothing else: where the money falls away, so do the words."""
    talkative = {
        rule.rule_id
        for rule in PACKS[pack_id].rules
        if rule.because_customer is not None
        and any("{amount}" in text for text in rule.because_customer.by_locale.values())
        and len(rule.then) > 1
    }
    assert talkative == set()


def test_a_rule_of_the_template_says_its_sentence_once() -> None:
    """The words of a rule stand beside each of its actions: what newcomers copy asks for one thing a rule."""
    assert {rule.rule_id: len(rule.then) for rule in PACKS["starter"].rules if len(rule.then) != 1} == {}
    assert len(PACKS["starter"].rules) <= 3
