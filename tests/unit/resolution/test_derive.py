"""Derive: what to ask for where a derived fact is missing."""

from typing import Final

from amends.packs.conditions import ALWAYS, AnyOf, Condition, OneOf
from amends.packs.model import Derive, Hit
from amends.resolution.derive import Sources
from tests.unit.resolution.building import derive, pack

_DEEP: Final = 3_000


def _true(path: str) -> OneOf:
    return OneOf(path, (True,))


def _derive(path: str, when: Condition) -> Derive:
    return derive(path, (when, True), (ALWAYS, False))


def test_a_long_chain_of_derived_facts_ends_in_its_source() -> None:
    """However many derived facts lie between, the one that a person can tell is asked for."""
    chain = [_derive("facts.d0", _true("obvious_mistake"))]
    chain += [_derive(f"facts.d{n}", _true(f"facts.d{n - 1}")) for n in range(1, _DEEP)]
    assert Sources(pack(derives=chain), {}).of((f"facts.d{_DEEP - 1}",)) == ("obvious_mistake",)


def test_a_fact_that_many_ways_lead_to_is_looked_at_once() -> None:
    """With two ways a step there are 2 to the 60th ways: the answer comes at once, each source once, in order."""
    steps = [_derive("facts.a0", _true("obvious_mistake")), _derive("facts.b0", _true("kept_service"))]
    for n in range(1, 60):
        both = AnyOf((_true(f"facts.a{n - 1}"), _true(f"facts.b{n - 1}")))
        steps += [_derive(f"facts.a{n}", both), _derive(f"facts.b{n}", both)]
    assert Sources(pack(derives=steps), {}).of(("facts.b59",)) == ("obvious_mistake", "kept_service")


def test_where_nothing_that_is_missing_decides_the_fact_itself_is_asked_for() -> None:
    """A table without a row for what is known waits for nothing else."""
    open_table = derive("facts.derived", (_true("obvious_mistake"), True), hit=Hit.UNIQUE)
    found = Sources(pack(derives=[open_table]), {"obvious_mistake": False}).of(("facts.derived",))
    assert found == ("facts.derived",)
