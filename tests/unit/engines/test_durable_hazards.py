"""What durable-rules does wrong as it comes, and that the cage keeps every bit of it away.

Each hazard is shown first, so that the test of the cage tests something; all of it in processes of their own.
"""

import itertools
import json
import random
import sys
import threading
from collections.abc import Iterator, Mapping, Sequence
from types import FrameType
from typing import Any

import durable_rules_engine
import pytest

from amends.application.engine_errors import EngineFailedError
from amends.domain.facts import Facts, FactSpec, FactType, Value, Vocabulary
from amends.domain.money import Money
from amends.domain.vocabulary import vocabulary
from amends.engines.durable import DurableEngine, DurableMatcher
from amends.engines.reference import ReferenceEngine
from amends.packs.conditions import AllOf, AnyOf, Between, Bound, Condition, NoneOf, OneOf, Present, Truth
from tests.unit.engines.apart import apart, resident_bytes
from tests.unit.engines.raw_durable import asserted, fired

MEBIBYTE = 1024 * 1024
LONG, OTHER = "a" * 65_537, "a" + "b" * 65_536
VOCABULARY = vocabulary(
    (),
    (
        FactSpec("severity", FactType.ENUM, values=("low", "high")),
        FactSpec("facts.count", FactType.INTEGER),
        FactSpec("facts.price", FactType.MONEY),
        FactSpec("facts.word", FactType.TEXT),
        FactSpec("facts.refused", FactType.BOOLEAN),
    ),
)
STEPS = vocabulary((), (FactSpec("facts.step", FactType.ENUM, values=("ab", "ab!", "aa"), ordered=True),))


def compiled(*conditions: Condition, names: Vocabulary = VOCABULARY) -> DurableMatcher:
    return DurableEngine().compile(names, conditions)


def values(conditions: Sequence[Condition], facts: Facts, names: Vocabulary = VOCABULARY) -> list[Truth]:
    """What the caged engine says of each condition."""
    found = compiled(*conditions, names=names).match(facts)
    return [True if found.true >> i & 1 else None if found.may >> i & 1 else False for i in range(len(conditions))]


def at_least(path: str, value: Value) -> Between:
    return Between(path, Bound(value, inclusive=True), None)


@pytest.mark.parametrize(
    ("rule", "facts"),
    [
        ({"k": LONG}, {"k": OTHER}),
        ({"k": "5"}, {"k": 5}),
        ({"k": 1}, {"k": True}),
        ({"$gt": {"k": "ab!"}}, {"k": "ab"}),
        ({"k": 2**63}, {"k": 10**22}),
        ({"k": 2**53 + 1}, {"k": float(2**53)}),
    ],
    ids=["64 KiB", "5", "true", "order", "digits", "double"],
)
def test_it_takes_what_differs_for_equal(rule: Mapping[str, Any], facts: Mapping[str, Any]) -> None:
    """The hazards of values: none of these should fire."""
    assert apart(fired, {"r": rule}, facts) == ["r"]


@pytest.mark.parametrize(
    ("condition", "facts", "expected"),
    [
        (OneOf("facts.word", (LONG,)), {"facts.word": OTHER}, False),
        (OneOf("facts.word", (LONG,)), {"facts.word": LONG}, True),
        (OneOf("facts.word", (LONG, "b")), {"facts.word": OTHER}, False),
        (OneOf("facts.word", ("5",)), {"facts.word": "5.0", "facts.count": 5}, False),
        (OneOf("facts.count", (5,)), {"facts.word": "5", "facts.count": 6}, False),
        (OneOf("facts.refused", (True,)), {"facts.refused": False, "facts.count": 1}, False),
        (OneOf("facts.count", (1,)), {"facts.refused": True}, None),
        (OneOf("facts.count", (2**63,)), {"facts.count": 10**22}, False),
        (OneOf("facts.count", (10**22,)), {"facts.count": 10**22}, True),
        (at_least("facts.count", 2**53 + 1), {"facts.count": 2**53}, False),
        (at_least("facts.count", 10**22), {"facts.count": 10**22 - 1}, False),
        (at_least("facts.price", Money("USD", 2**80)), {"facts.price": Money("USD", 2**80 - 1)}, False),
        (at_least("facts.price", Money("USD", 1)), {"facts.price": Money("EUR", 2)}, None),
    ],
)
def test_the_cage_keeps_values_apart(condition: Condition, facts: Facts, expected: Truth) -> None:
    """Texts, numbers of any length, booleans and money are told apart, to the last character and digit."""
    denied = None if expected is None else not expected
    assert values([condition, NoneOf((condition,))], facts) == [expected, denied]


@pytest.mark.parametrize(("step", "expected"), [("ab", False), ("ab!", True), ("aa", True)])
def test_order_is_that_of_the_scale(step: str, *, expected: bool) -> None:
    """And never that of letters."""
    condition = Between("facts.step", Bound("ab!", inclusive=True), None, scale=STEPS.specs["facts.step"].values)
    assert values([condition], {"facts.step": step}, STEPS) == [expected]


def the_error_of(rules: Mapping[str, Any], facts: Mapping[str, Any]) -> str:
    try:
        fired(rules, facts)
    except (durable_rules_engine.error, MemoryError) as error:
        return str(error)
    return ""


def test_a_number_with_an_exponent_is_refused() -> None:
    """By the engine as it comes; the cage never writes one."""
    assert "204" in apart(the_error_of, {"r": {"$gt": {"k": 5}}}, {"k": 1e22})
    assert apart(values, [at_least("facts.count", 5)], {"facts.count": 10**22}) == [True]


def what_an_error_leaves() -> list[str]:
    """Seventy true conditions fail; then another fact is asserted, on which one rule should fire."""
    many = {f"r{i}": {"$and": [{"g": 1}, {"$gte": {"k": -i}}]} for i in range(70)}
    rules = {**many, "before": {"h": 1}, "now": {"k": -200}}
    written = {name: {"all": [{"m": rule}]} for name, rule in rules.items()}
    handle = durable_rules_engine.create_ruleset("raw", json.dumps(written))
    try:
        asserted(handle, {"g": 1, "h": 1, "k": 1})
    except durable_rules_engine.error:
        return asserted(handle, {"id": "another", "k": -200})
    return []


def test_many_true_conditions_are_all_found() -> None:
    """More than 64 are an error that leaves half a match behind; 300 in the cage are 300."""
    assert apart(what_an_error_leaves) == ["before", "now"]
    asked = [at_least("facts.count", -number) for number in range(300)]
    assert apart(values, asked, {"facts.count": 1}) == [True] * 300
    assert apart(values, asked, {"facts.count": -299}) == [False] * 299 + [True]


def test_many_rules_that_end_alike_and_many_facts_are_divided() -> None:
    """300 under one condition and 300 properties of a fact are too many; the cage keeps them apart."""
    assert "108" in apart(the_error_of, {f"r{i}": {"k": 1} for i in range(300)}, {"k": 1})
    assert "302" in apart(the_error_of, {"r": {"k0": 1}}, {f"k{i}": 1 for i in range(300)})
    assert apart(values, [OneOf("severity", ("high",))] * 300, {"severity": "high"}) == [True] * 300
    paths = [f"facts.f{number}" for number in range(300)]
    names = vocabulary((), tuple(FactSpec(path, FactType.INTEGER) for path in paths))
    asked = [AllOf((OneOf(path, (1,)), OneOf(paths[0], (1,)))) for path in paths]
    known: Facts = dict.fromkeys(paths, 1)
    assert apart(values, asked, known, names) == [True] * 300
    assert apart(values, asked, {**known, paths[0]: 2}, names) == [False] * 300


def test_absences_and_alternatives_fire_once_each() -> None:
    """A rule of mere absences also fires on the engine's own messages, an `or` on every path; the cage has neither."""
    assert apart(fired, {"r": {"$nex": {"k": 1}}}, {"g": 1}) == ["r", "r"]
    assert apart(fired, {"r": {"$or": [{"k": 1}, {"j": 1}]}}, {"k": 1, "j": 1}) == ["r", "r"]
    count, word = OneOf("facts.count", (1,)), OneOf("facts.word", ("5",))
    absent = Present("severity", expected=False)
    asked = [absent, AllOf((absent, NoneOf((count,)))), NoneOf((word,)), AnyOf((count, word)), AnyOf((count, count))]
    assert apart(values, asked, {}) == [True, None, None, None, None]
    assert apart(values, asked, {"facts.count": 1, "facts.word": "5"}) == [True, False, False, True, True]
    assert apart(values, asked, {"severity": "low", "facts.count": 2}) == [False, False, None, None, False]


RULES = [
    AllOf(
        (
            at_least("facts.count", number % 7),
            OneOf("facts.word", (str(number % 11),)),
            Present("severity", expected=True),
        )
    )
    for number in range(200)
]


def situation(seed: int) -> Facts:
    draw = random.Random(seed)  # noqa: S311  # reproducible, not secret
    known: dict[str, Any] = {
        "facts.count": draw.randrange(9),
        "facts.word": draw.choice(["5", "1", "x" * 1000]),
        "severity": "low",
    }
    return {path: value for path, value in known.items() if draw.random() < 0.8}


def ten_thousand_in_turn() -> tuple[int, int]:
    """How many answers were wrong, and by how much memory has grown since the first thousand."""
    matcher, reference = compiled(*RULES), ReferenceEngine().compile(VOCABULARY, RULES)
    expected = [reference.match(situation(seed))[:2] for seed in range(100)]
    wrong, before = 0, 0
    for turn in range(10_000):
        if turn == 1_000:
            before = resident_bytes()
        wrong += matcher.match(situation(turn % 100))[:2] != expected[turn % 100]
    return wrong, resident_bytes() - before


def test_ten_thousand_situations_leave_nothing_behind() -> None:
    """Neither in the answers nor in memory; the engine as it comes takes 1,024 sessions at all."""
    wrong, grown = apart(ten_thousand_in_turn)
    assert wrong == 0
    assert grown < MEBIBYTE


def four_threads() -> int:
    """How many answers were wrong where four share a matcher."""
    matcher, reference = compiled(*RULES), ReferenceEngine().compile(VOCABULARY, RULES)
    expected = [reference.match(situation(seed))[:2] for seed in range(100)]
    wrong: list[int] = []

    def work(first: int) -> None:
        wrong.extend(
            turn
            for turn in range(first, first + 1000)
            if matcher.match(situation(turn % 100))[:2] != expected[turn % 100]
        )

    sys.setswitchinterval(1e-5)
    threads = [threading.Thread(target=work, args=(first,)) for first in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return len(wrong) + threading.active_count() - 1


def test_threads_may_share_a_matcher() -> None:
    """They wait for one another, and nobody gets another's answer."""
    assert apart(four_threads) == 0


def five_hundred_reloads() -> int:
    """By how much memory has grown since the first fifty."""
    before = 0
    for turn in range(550):
        if turn == 50:
            before = resident_bytes()
        matcher = compiled(*RULES[turn % 3 :])
        if turn % 2:
            matcher.match(situation(turn))
    return resident_bytes() - before


def test_five_hundred_reloads_do_not_grow(monkeypatch: pytest.MonkeyPatch) -> None:
    """Matched before they were dropped or not. Fresh memory holds rubbish, so that freeing it unset would crash."""
    monkeypatch.setenv("MALLOC_PERTURB_", "170")
    assert apart(five_hundred_reloads) < 2 * MEBIBYTE


def never_fired() -> str:
    handle = durable_rules_engine.create_ruleset("raw", json.dumps({"r": {"all": [{"m": {"g": 1}}]}}))
    asserted(handle, {"g": 2})
    durable_rules_engine.delete_state(handle, "0")
    return "alive"


def test_freeing_what_never_fired_crashes(monkeypatch: pytest.MonkeyPatch) -> None:
    """The engine as it comes: hence every ruleset of the cage fires once when it is made."""
    monkeypatch.setenv("MALLOC_PERTURB_", "170")
    with pytest.raises(AssertionError, match="the process ended with -"):
        apart(never_fired)


def broken_and_mended(sabotage: str) -> tuple[str, int, list[bool]]:
    """What the failing match says, how many failures were counted, and whether the next ones are right."""
    engine = DurableEngine()
    matcher, reference = engine.compile(VOCABULARY, RULES), ReferenceEngine().compile(VOCABULARY, RULES)
    assert matcher._rulesets is not None
    handle = matcher._rulesets[-1]._handle
    if sabotage == "a ruleset is gone":
        durable_rules_engine.delete_ruleset(handle)
    else:
        asserted(handle, {"g": 1, "k0": 1, "k1": 1, "k2": 1})
    said = ""
    try:
        matcher.match(situation(1))
    except EngineFailedError as error:
        said = str(error)
    right = [matcher.match(situation(seed))[:2] == reference.match(situation(seed))[:2] for seed in range(50)]
    return said, engine.failures, right


@pytest.mark.parametrize(
    ("sabotage", "says"), [("a ruleset is gone", "error code: 111"), ("something was left behind", "status 2")]
)
def test_after_an_error_it_is_set_up_anew(sabotage: str, says: str) -> None:
    """The match that met it fails, is counted, and the following are right."""
    said, failures, right = apart(broken_and_mended, sabotage)
    assert said.startswith("the engine durable failed, failure 1 since it was made: ")
    assert says in said
    assert failures == 1
    assert right == [True] * 50


def interrupted() -> tuple[int, int]:
    """At how many places inside a match it was interrupted, and how many answers afterwards were wrong."""
    matcher, reference = compiled(*RULES), ReferenceEngine().compile(VOCABULARY, RULES)
    expected = [reference.match(situation(seed))[:2] for seed in range(20)]
    wrong = 0
    for place in itertools.count(1):
        calls = itertools.count(1)

        def interrupt(
            _frame: FrameType, event: str, called: object, *, calls: Iterator[int] = calls, place: int = place
        ) -> None:
            module = getattr(called, "__module__", "")
            if event in {"c_call", "c_return"} and module == "durable_rules_engine" and next(calls) == place:
                raise KeyboardInterrupt

        try:
            sys.setprofile(interrupt)
            matcher.match(situation(1))
        except KeyboardInterrupt:
            sys.setprofile(None)
        else:
            sys.setprofile(None)
            return place - 1, wrong
        wrong += [matcher.match(situation(seed))[:2] for seed in range(20)] != expected
    raise AssertionError


def test_an_interrupted_match_leaves_nothing_behind() -> None:
    """Before and after each single call of the C engine."""
    places, wrong = apart(interrupted)
    assert places > 20
    assert wrong == 0


def what_it_loads() -> list[str]:
    compiled(*RULES).match(situation(1))
    return [name for name in sys.modules if name.partition(".")[0] in {"durable", "durable_rules_engine"}]


def test_the_python_part_and_its_timers_are_never_loaded() -> None:
    """The C part is, by the first engine that is made."""
    assert apart(what_it_loads) == ["durable_rules_engine"]
