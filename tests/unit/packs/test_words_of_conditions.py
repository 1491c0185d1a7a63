"""Conditions in the words of the rule language: what an owner wrote is what is read back."""

from collections.abc import Callable
from decimal import Decimal

import pytest

from amends.domain.facts import FactSpec, FactType, Value, Vocabulary
from amends.domain.money import Money
from amends.domain.vocabulary import built_in_facts, vocabulary
from amends.packs.conditions import ALWAYS, AllOf, AnyOf, Between, Bound, Has, NoneOf, OneOf, SetTest
from amends.packs.model import Rule
from amends.packs.words_of_conditions import boundary_words, condition_words
from amends.packs.words_of_values import duration_words, value_words

ReadOne = Callable[[str], Rule]
DECLARED = (
    FactSpec("facts.delay_days", FactType.INTEGER, unit="days"),
    FactSpec("facts.share", FactType.DECIMAL),
    FactSpec("facts.delivered", FactType.DATE),
    FactSpec("facts.label", FactType.TEXT),
    FactSpec("facts.parts", FactType.SET, values=("lid", "box")),
    FactSpec("facts.notes", FactType.SET),
)
WORDS: Vocabulary = vocabulary(
    built_in_facts(tiers=("none", "silver", "gold"), contact_reasons=("late_delivery", "damaged")), DECLARED
)


def lines(rule: Rule) -> list[str]:
    return ["  " * line.depth + line.words for line in condition_words(rule.when, WORDS, timezone="America/New_York")]


@pytest.mark.parametrize(
    ("written", "words"),
    [
        ("fault: company", "fault: company"),
        ("fault: [company, shared]", "fault: company or shared"),
        ("fault: {not: company}", "fault: not company"),
        ("fault: {not: [company, shared]}", "fault: not company, not shared"),
        ("obvious_mistake: true", "obvious_mistake: true"),
        ("facts.delay_days: {at_least: 3, below: 30}", "facts.delay_days: at least 3, below 30"),
        ("facts.delay_days: {above: 3, at_most: 30}", "facts.delay_days: above 3, at most 30"),
        ("facts.share: {at_least: 12.50}", "facts.share: at least 12.50"),
        ("amount_paid: {below: 50}", "amount_paid: below 50.00 USD"),
        ("waited: {above: 90m}", "waited: above 1h30m"),
        ("severity: {at_least: high}", "severity: at least high"),
        ("facts.delivered: {at_least: 2026-12-01}", "facts.delivered: at least 2026-12-01"),
        ("facts.delivered: {below: 2026-12-01T12:00:00Z}", "facts.delivered: below 2026-12-01T12:00:00Z"),
        ("facts.delivered: {within: 30d, of: observe_time}", "facts.delivered: within 30d before observe_time"),
        (
            "facts.delivered: {within: 1d12h, of: observe_time, ahead: true}",
            "facts.delivered: within 1d12h after observe_time",
        ),
        ("facts.label: {present: true}", "facts.label: present"),
        ("facts.label: {present: false}", "facts.label: not present"),
        ("facts.parts: {has_any: [box, lid]}", "facts.parts: has any of lid, box"),
        ("facts.parts: {has_all: [box]}", "facts.parts: has all of box"),
        ("facts.parts: {has_none: [box]}", "facts.parts: has none of box"),
        ("facts.parts: []", "facts.parts: []"),
        ("facts.parts: [[lid], [box, lid]]", "facts.parts: [lid] or [lid, box]"),
    ],
)
def test_every_operator_has_its_words(read_one: ReadOne, written: str, words: str) -> None:
    """Each form of the language, on each type."""
    rule = read_one(f"when: {{{written}}}\nthen: [apology: {{}}]")
    assert lines(rule) == [words]


def test_groups_stand_above_what_they_hold(read_one: ReadOne) -> None:
    """In the order written, a level deeper; a mapping of one needs no group, and `all` within all is no level."""
    rule = read_one(
        """
        effective: {from: 2026-01-01, until: 2027-01-01}
        when:
          fault: company
          any:
            - severity: {at_least: high}
            - {stage: use, none: [obvious_mistake: true]}
          all:
            - fit: full
        then: [apology: {}]
        """
    )
    assert lines(rule) == [
        "observe_time: at least 2026-01-01, below 2027-01-01",
        "fault: company",
        "any of",
        "  severity: at least high",
        "  all of",
        "    stage: use",
        "    none of",
        "      obvious_mistake: true",
        "fit: full",
    ]


def test_a_rule_without_a_condition_has_no_lines() -> None:
    """Nothing is asked; a group of nothing says what it comes to."""
    assert condition_words(ALWAYS, WORDS) == ()
    assert [line.words for line in condition_words(AnyOf(()), WORDS)] == ["never"]
    assert [line.words for line in condition_words(NoneOf((AllOf(()),)), WORDS)] == ["none of", "always"]


def test_denied_conditions_say_not() -> None:
    """As a normal form has them."""
    between = Between("facts.delay_days", Bound(3, inclusive=True), Bound(9, inclusive=False), negated=True)
    denied = AllOf((between, Has("facts.notes", SetTest.ANY, frozenset("ba"), negated=True)))
    assert [line.words for line in condition_words(denied, WORDS)] == [
        "facts.delay_days: not (at least 3, below 9)",
        "facts.notes: not (has any of a, b)",
    ]


def test_a_line_leads_to_its_condition() -> None:
    """Whoever has the words can ask for the value."""
    atom = OneOf("fault", ("company",))
    assert [line.condition for line in condition_words(AllOf((AllOf((atom,)),)), WORDS)] == [atom]


@pytest.mark.parametrize(
    ("path", "value", "words"),
    [
        ("facts.delay_days", 7, "from 7 days"),
        ("severity", "high", "from severity high"),
        ("customer.loyalty_tier", "gold", "from loyalty tier gold"),
        ("amount_paid", Money("USD", 990), "from 9.90 USD"),
        ("facts.share", Decimal("0.5"), "from 0.5"),
        ("facts.delivered", 1_796_083_200 * 10**9, "from 2026-12-01"),
    ],
)
def test_a_boundary_is_told_with_its_unit(path: str, value: Value, words: str) -> None:
    """From where on a condition holds."""
    assert boundary_words(value, WORDS.specs[path], above=True, inclusive=True, timezone="UTC") == words


def test_a_boundary_has_four_sides() -> None:
    """With and without the value itself, upwards and downwards."""
    spec = WORDS.specs["facts.delay_days"]
    told = [
        boundary_words(7, spec, above=above, inclusive=inclusive, timezone="UTC")
        for above in (True, False)
        for inclusive in (True, False)
    ]
    assert told == ["from 7 days", "above 7 days", "up to 7 days", "below 7 days"]


@pytest.mark.parametrize(
    ("nanos", "words"),
    [(0, "0s"), (1, "0.000000001s"), (-90 * 10**9, "-1m30s"), (129_600 * 10**9, "1d12h"), (500_000_000, "0.5s")],
)
def test_durations_are_exact(nanos: int, words: str) -> None:
    """Nothing is rounded on the way to words."""
    assert duration_words(nanos) == words


def test_a_day_is_one_of_the_packs_zone() -> None:
    """The first moment of a day in New York is five hours later than that of London; a moment keeps its fraction."""
    spec = WORDS.specs["facts.delivered"]
    midnight = 1_796_083_200 * 10**9
    assert value_words(midnight + 5 * 3_600 * 10**9, spec, timezone="America/New_York") == "2026-12-01"
    assert value_words(midnight, spec, timezone="America/New_York") == "2026-12-01T00:00:00Z"
    assert value_words(midnight + 5, spec) == "2026-12-01T00:00:00.000000005Z"
