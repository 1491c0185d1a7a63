"""What is smallest of all situations for which something holds."""

from decimal import Decimal

from amends.domain.facts import Facts, Value
from amends.domain.money import Money
from amends.domain.situation import FactSource, Granted, Situation, Subject
from amends.proving.shrink import smallest
from tests.agreement.generators import VOCABULARY
from tests.unit.resolution.building import HOUR, NOW, usd

LARGE: Facts = {
    "fault": "customer",
    "severity": "critical",
    "requested": frozenset({"refund", "apology", "callback"}),
    "amount_paid": Money("USD", 987_654),
    "waited": 77 * HOUR + 12_345,
    "customer.apologies_90d": 987,
    "obvious_mistake": True,
    "brand": "zebra",
    "observe_time": NOW + 54_321,
}
SITUATION = Situation(
    "case",
    NOW + 54_321,
    LARGE,
    subject=Subject("o"),
    incident_id="i",
    customer_id="c",
    granted=(Granted("refund", amount=usd("1")), Granted("apology")),
    unobtainable=frozenset({"stage"}),
    fact_sources={"fault": FactSource.AGENT},
    locale="de",
)


def shrunk(path: str, least: Value) -> Facts:
    """Where it matters only that the fact is at least so much."""

    def holds(situation: Situation) -> bool:
        value = situation.facts.get(path)
        return value is not None and (value.minor_units if isinstance(value, Money) else value) >= least  # type: ignore[operator]

    found = smallest(SITUATION, holds, VOCABULARY.specs)
    assert holds(found)
    return found.facts


def test_what_does_not_matter_is_left_out() -> None:
    """All facts but the moment, and all that stands beside the facts."""
    found = smallest(SITUATION, lambda _: True, VOCABULARY.specs)
    day = NOW - NOW % (24 * HOUR)
    assert found.observe_time == found.facts["observe_time"]
    assert found == Situation("case", found.observe_time, {"observe_time": found.observe_time}, granted=())
    assert found.observe_time <= day


def test_numbers_come_down_to_the_bound() -> None:
    """Whole ones, amounts and lengths of time, to the last unit."""
    assert shrunk("customer.apologies_90d", 131).get("customer.apologies_90d") == 131
    assert shrunk("amount_paid", 1_234)["amount_paid"] == Money("USD", 1_234)
    assert shrunk("waited", 2 * HOUR + 1)["waited"] == 2 * HOUR + 1
    assert set(shrunk("waited", HOUR)) == {"waited", "observe_time"}


def test_words_come_down_to_the_first_that_will_do() -> None:
    """Enums in their order, sets by their members, text to one letter, yes to no."""

    def holds(situation: Situation) -> bool:
        facts = situation.facts
        asked = facts.get("requested")
        return (
            {"severity", "brand", "obvious_mistake"} <= set(facts)
            and isinstance(asked, frozenset)
            and "refund" in asked
        )

    found = smallest(SITUATION, holds, VOCABULARY.specs).facts
    assert dict(found) | {"observe_time": 0} == {
        "severity": "low",
        "brand": "a",
        "obvious_mistake": False,
        "requested": frozenset({"refund"}),
        "observe_time": 0,
    }


def test_decimals_lose_digits() -> None:
    """Of the fractions first."""
    path = next(spec.path for spec in VOCABULARY if spec.type == "decimal")
    known = Situation("case", NOW, {"observe_time": NOW, path: Decimal("12.3456789")}, granted=())
    found = smallest(known, lambda one: one.facts.get(path, 0) >= Decimal("12.34"), VOCABULARY.specs)  # type: ignore[operator]
    assert found.facts[path] == Decimal("12.35")


def test_it_ends_where_it_is_told_to() -> None:
    """What is smallest after so many tries."""
    tries = []

    def holds(situation: Situation) -> bool:
        tries.append(situation)
        return len(tries) % 2 == 0

    smallest(SITUATION, holds, VOCABULARY.specs, most=9)
    assert len(tries) == 9
