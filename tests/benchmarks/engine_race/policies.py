"""The policies of the race: rules in a form that every contender can be given, and situations for them.

A rule is a conjunction of tests on facts, one in eight with an alternative of two. Each rule is as narrow as needed for
about five rules to match a situation at any size, as in a policy that grows by becoming more particular. Situations are
drawn evenly, and know every fact: most contenders know nothing of unknown facts. The same seed gives the same policy.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from random import Random
from typing import Final, TypeAlias

MEAN_MATCHES: Final = 5.0
TOLERANCE: Final = 0.25

Value: TypeAlias = bool | int | str
Situation: TypeAlias = Mapping[str, Value]

_BOOLEAN: Final = (False, True)


@dataclass(frozen=True, slots=True)
class Listed:
    """The fact is one of `values`; with `negated`, none of them."""

    fact: str
    values: tuple[Value, ...]
    negated: bool = False


@dataclass(frozen=True, slots=True)
class Span:
    """A whole number from `low` to below `high`."""

    fact: str
    low: int
    high: int


Test: TypeAlias = Listed | Span


@dataclass(frozen=True, slots=True)
class RaceRule:
    """All `tests` hold, and one of `either` if there are any."""

    name: str
    tests: tuple[Test, ...]
    either: tuple[Test, ...] = ()

    @property
    def branches(self) -> tuple[tuple[Test, ...], ...]:
        """The conjunctions of which one must hold, for engines without alternatives."""
        return tuple((*self.tests, one) for one in self.either) or (self.tests,)


@dataclass(frozen=True, slots=True)
class Policy:
    """Rules, and the values that each fact may take: names, truth values, or a range of whole numbers."""

    facts: Mapping[str, Sequence[Value]]
    rules: tuple[RaceRule, ...]

    def names_first(self, tests: Sequence[Test]) -> list[Test]:
        """Names before ranges, and both in the order of the facts: for engines that share what rules begin with."""
        order = list(self.facts)
        return sorted(tests, key=lambda test: (isinstance(test, Span), order.index(test.fact)))


_FACTS: Final[Mapping[str, Sequence[Value]]] = {
    "fault": ("company", "customer", "shared", "third_party", "nobody"),
    "stage": ("discovery", "consideration", "purchase", "use", "adopt", "advocate"),
    "tier": ("none", "bronze", "silver", "gold", "platinum"),
    "region": tuple(f"region_{number}" for number in range(12)),
    "delay_minutes": range(720),
    "amount_paid": range(1000),
    "pain": ("emotional", "transactional", "physical", "loyalty"),
    "cause": ("people", "process", "technology", "content", "values", "external"),
    "severity": ("low", "medium", "high", "critical"),
    "reporter": ("customer", "company"),
    "channel": ("voice", "chat", "mail", "social", "letter"),
    "packaging": ("original", "opened", "missing"),
    "prior_failures": range(20),
    "waited_minutes": range(240),
    "days_since_purchase": range(365),
    "callback_promised": _BOOLEAN,
    "obvious_mistake": _BOOLEAN,
    "kept_service": _BOOLEAN,
    "vulnerable": _BOOLEAN,
    "chargeback_open": _BOOLEAN,
}
_MEASURES: Final = ("delay_minutes", "amount_paid")
"""What closes a rule: wide ranges, so that it can be made as narrow as it has to be."""
_WEIGHTS: Final = (0.2, 0.5, 1.0, 1.5, 1.8)
"""Some rules match far more often than others; one on the average."""


def write_policy(rules: int, facts: int, *, seed: int = 1) -> Policy:
    """A policy of `rules` rules over the first `facts` facts."""
    known = dict(list(_FACTS.items())[:facts])
    chance = Random(seed)  # noqa: S311  # the same policy each time is what is wanted
    return Policy(known, tuple(_rule(f"r{number}", known, rules, chance) for number in range(rules)))


def draw_situations(policy: Policy, count: int, *, seed: int = 1) -> list[Situation]:
    """`count` situations, no two alike."""
    chance = Random(seed)  # noqa: S311  # the same situations each time are what is wanted
    found: dict[tuple[Value, ...], Situation] = {}
    while len(found) < count:
        one = {fact: chance.choice(values) for fact, values in policy.facts.items()}
        found[tuple(one.values())] = one
    return list(found.values())


def assert_five_match(matched: Sequence[Sequence[str]]) -> float:
    """The mean of matches, which is five at every size or the sizes cannot be compared."""
    mean = sum(map(len, matched)) / len(matched)
    assert abs(mean - MEAN_MATCHES) <= TOLERANCE, f"{mean:.2f} rules match on the average, not {MEAN_MATCHES}"
    return mean


def _rule(name: str, facts: Mapping[str, Sequence[Value]], rules: int, chance: Random) -> RaceRule:
    """Tests until a range of a measure can make the rest of the wanted rarity."""
    wanted = MEAN_MATCHES / rules * chance.choice(_WEIGHTS)
    measure = chance.choice(_MEASURES)
    others = chance.sample([fact for fact in facts if fact != measure], len(facts) - 1)
    share, tests, either = 1.0, list[Test](), tuple[Test, ...]()
    if chance.randrange(8) == 0:
        either = tuple(_test(others.pop(), facts, chance)[0] for _ in range(2))
        share = _share_of_either(either, facts)
    enough = chance.uniform(0.15, 0.85)
    for fact in others:
        if wanted / share >= enough:
            break
        test, part = _test(fact, facts, chance)
        if wanted / (share * part) <= 1:
            tests.append(test)
            share *= part
    return RaceRule(name, (*tests, *_closing(measure, facts, min(1.0, wanted / share), chance)), either)


def _closing(measure: str, facts: Mapping[str, Sequence[Value]], share: float, chance: Random) -> Iterator[Test]:
    size = len(facts[measure])
    # Rounded up or down by chance, so that narrow rules are as rare on the average as they should be.
    width = max(1, int(share * size + chance.random()))
    low = chance.randrange(size - width + 1) if width < size else 0
    yield Span(measure, low, low + min(width, size))


def _test(fact: str, facts: Mapping[str, Sequence[Value]], chance: Random) -> tuple[Test, float]:
    """A test of the fact, and the share of situations that pass it."""
    values = facts[fact]
    if isinstance(values, range):
        low, high = sorted(chance.sample(range(len(values) + 1), 2))
        return Span(fact, low, high), (high - low) / len(values)
    few = chance.randint(1, max(1, len(values) // 3))
    negated = len(values) > 2 and chance.randrange(6) == 0
    share = few / len(values)
    return Listed(fact, tuple(chance.sample(values, few)), negated), 1 - share if negated else share


def _share_of_either(either: tuple[Test, ...], facts: Mapping[str, Sequence[Value]]) -> float:
    """Of situations that pass one test at least; facts are independent."""
    fails = 1.0
    for test in either:
        match test:
            case Span(fact, low, high):
                fails *= 1 - (high - low) / len(facts[fact])
            case Listed(fact, values, negated):
                share = len(values) / len(facts[fact])
                fails *= share if negated else 1 - share
    return 1 - fails
