"""The engine durable: what it answers, what it refuses, and what it lets the C engine see."""

import json
import re
import sys
from collections.abc import Callable, Sequence
from decimal import Decimal
from types import ModuleType

import pytest

from amends.application.engine_errors import (
    ConditionTooLargeError,
    EngineContradictionError,
    EngineUnavailableError,
)
from amends.domain.facts import Facts, FactSpec, FactType
from amends.domain.money import Money
from amends.domain.vocabulary import vocabulary
from amends.engines.durable import DurableEngine
from amends.engines.durable_forms import RULESET_COLUMNS, Says, Share
from amends.engines.reference import ReferenceEngine
from amends.packs.conditions import (
    ALWAYS,
    AllOf,
    AnyOf,
    Between,
    Bound,
    Condition,
    Has,
    NoneOf,
    OneOf,
    Present,
    SetTest,
)
from amends.resolution.matches import Matches

PATHS = [f"facts.n{number}" for number in range(RULESET_COLUMNS + 1)]
NAMES = vocabulary(
    (),
    (
        *(FactSpec(path, FactType.INTEGER) for path in PATHS),
        FactSpec("facts.price", FactType.MONEY),
        FactSpec("facts.ratio", FactType.DECIMAL),
        FactSpec("facts.word", FactType.TEXT),
        FactSpec("facts.labels", FactType.SET),
    ),
)


def match(facts: Facts, *conditions: Condition) -> Matches:
    """What it says, which is what the reference engine says."""
    found = DurableEngine().compile(NAMES, conditions).match(facts)
    assert (found.true, found.may) == ReferenceEngine().compile(NAMES, conditions).match(facts)[:2]
    return found


def test_nothing_is_asked_and_nothing_is_needed() -> None:
    """No condition at all; and conditions that always or never hold, without any fact."""
    assert match({}) == Matches(0, 0)
    assert match({}, ALWAYS, AnyOf(()), NoneOf(()), NoneOf((ALWAYS,))) == Matches(0b0101, 0b0101)


def test_it_has_no_witness() -> None:
    """It does not say why a condition is unknown, so nothing may be remembered of it."""
    assert match({}, OneOf("facts.word", ("a",))).witness is None


def test_the_same_condition_is_answered_at_each_of_its_places() -> None:
    """What conditions have in common is given to the C engine once."""
    one, two = OneOf(PATHS[0], (1,)), OneOf(PATHS[1], (2,))
    found = match({PATHS[0]: 1}, one, two, AllOf((one, two)), AnyOf((two, one)), one, NoneOf((one,)))
    assert (found.true, found.may) == (0b011001, 0b011111)


def alternatives(count: int) -> Condition:
    return AnyOf(tuple(OneOf(path, (1,)) for path in PATHS[:count]))


@pytest.mark.parametrize(
    ("fits", "too_large", "says"),
    [
        (alternatives(64), alternatives(65), "it stands for more than 64 conjunctions"),
        (NoneOf((alternatives(64),)), NoneOf((alternatives(65),)), "its denial stands for more than 64 conjunctions"),
        (AllOf((alternatives(8), alternatives(8))), AllOf((alternatives(13), alternatives(14))), "more than 64"),
    ],
)
def test_a_condition_that_is_too_large_is_refused_by_name(fits: Condition, too_large: Condition, says: str) -> None:
    """When it is compiled, whatever stands beside it: 64 conjunctions a side are taken, one more is not."""
    match(dict.fromkeys(PATHS, 1), fits)

    with pytest.raises(ConditionTooLargeError, match=says) as caught:
        DurableEngine().compile(NAMES, [ALWAYS, fits, too_large])

    assert caught.value.condition == too_large
    assert "condition 3, which reads facts.n0, facts.n1" in str(caught.value)


def test_bounds_that_are_denied_count_twice() -> None:
    """Outside is below or above: 33 such alternatives of one fact each are 66."""
    outside = [Between(path, Bound(0, inclusive=True), Bound(9, inclusive=True), negated=True) for path in PATHS]
    match({PATHS[3]: 10, PATHS[4]: -1, PATHS[5]: 5}, AnyOf(tuple(outside[:32])), *outside[:8])
    with pytest.raises(ConditionTooLargeError):
        DurableEngine().compile(NAMES, [AnyOf(tuple(outside[:33]))])


def test_one_condition_over_too_many_facts_is_refused() -> None:
    """The C engine is not told more than 200 facts at once, so none may need more at once."""
    combined = AllOf(tuple(OneOf(path, (1,)) for path in PATHS))
    with pytest.raises(ConditionTooLargeError, match="combines more than 200 facts"):
        DurableEngine().compile(NAMES, [combined])


def test_yes_and_no_at_once_is_an_error_of_its_own() -> None:
    """An engine that contradicts itself decides nothing, and is set up anew."""
    matcher = DurableEngine().compile(NAMES, [ALWAYS, OneOf("facts.word", ("a",))])
    right = matcher._shares
    matcher._shares, matcher._rulesets = (*right, Share({(): Says(true=0b11, false=0b10)}, ())), None

    with pytest.raises(EngineContradictionError) as caught:
        matcher.match({"facts.word": "a"})

    assert caught.value.places == (1,)
    matcher._shares = right
    assert matcher.match({"facts.word": "a"}) == Matches(0b11, 0b11)


class Listener:
    """The C module, with everything that it is told written down."""

    def __init__(self, c: ModuleType) -> None:
        self._c = c
        self.told: list[str] = []

    def __getattr__(self, name: str) -> object:
        found = getattr(self._c, name)
        return found if isinstance(found, type) else self._listening(found)

    def _listening(self, function: Callable[..., object]) -> Callable[..., object]:
        def call(*given: object) -> object:
            self.told += [one for one in given if isinstance(one, str)]
            return function(*given)

        return call


def test_the_c_engine_sees_small_numbers_under_our_own_names_alone() -> None:
    """Neither a text nor a number of a pack or a caller, whatever they wrote."""
    engine = DurableEngine()
    listener = engine._c = Listener(engine._c)
    conditions: Sequence[Condition] = [
        OneOf("facts.word", ('vienna"}', "5")),
        OneOf("facts.word", ("secret",)),
        Between("facts.price", Bound(Money("USD", 123_456), inclusive=True), None),
        Between("facts.ratio", None, Bound(Decimal("0.123456"), inclusive=False)),
        Has("facts.labels", SetTest.ALL, frozenset({"vip", "press"})),
        Present(PATHS[0], expected=False),
    ]
    known: Facts = {
        "facts.word": 'vienna"}',
        "facts.price": Money("EUR", 987_654),
        "facts.ratio": Decimal("1e22"),
        "facts.labels": frozenset({"vip", "stranger"}),
        PATHS[0]: 10**30,
    }
    found = engine.compile(NAMES, conditions).match(known)

    assert found[:2] == ReferenceEngine().compile(NAMES, conditions).match(known)[:2]
    words = {word for text in listener.told for word in re.findall(r"[^\W\d]+\d*", text)}
    assert words <= {"durable", "all", "m", "g", "p", "sid", "id", "f", "and", "eq", "neq", "gte", "lte"} | {
        f"{letter}{number}" for letter in "rk" for number in range(20)
    }
    assert {int(number) for text in listener.told for number in re.findall(r"-?\b\d+", text)} <= set(range(-1, 10))
    assert all(json.loads(text) for text in listener.told if text.startswith("{"))


def test_the_names_of_columns_do_not_collide() -> None:
    """The C engine knows a property by 32 bits of its name (FNV-1a): of all that a fact may hold, no two are one."""

    def known_as(name: str) -> int:
        number = 0x811C9DC5
        for byte in name.encode():
            number = (number ^ byte) * 16_777_619 % 2**32
        return number

    names = ["g", "id", "sid", "$s", *(f"k{place}" for place in range(RULESET_COLUMNS))]
    assert known_as("sid") == 3_593_476_751  # as its source has it
    assert len({known_as(name) for name in names}) == len(names)


def test_where_it_cannot_be_imported_it_says_why(monkeypatch: pytest.MonkeyPatch) -> None:
    """An error of ours, with the reason that Python gives."""
    monkeypatch.setitem(sys.modules, "durable_rules_engine", None)
    with pytest.raises(
        EngineUnavailableError, match=r"the engine durable is not available here: .*durable_rules_engine"
    ):
        DurableEngine()
