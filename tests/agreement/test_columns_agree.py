"""Columns decide exactly as single cases do: rows that look and count alike share all but identifiers and times."""

from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from amends.application.compiled_pack import CompiledPack
from amends.domain.decision import Decision
from amends.domain.situation import Situation
from amends.engines.bitmap import BitmapEngine
from amends.packs.load import load_pack
from amends.packs.model import Pack
from amends.proving.boundaries import Boundaries
from amends.rescoring.decide_rows import RowDecider
from amends.rescoring.rows_of_situations import rows_of
from amends.resolution.fill import fill
from amends.resolution.words import Times
from tests.agreement.effort import EXAMPLES, thorough
from tests.agreement.generators import NOON
from tests.agreement.pack_generators import full_packs
from tests.agreement.situation_generators import situations

RULES = Path(__file__).parents[2] / "rules"


def by_columns(pack: Pack, asked: Sequence[Situation], *, role: str, batches: int = 1) -> list[Decision]:
    """What rows come to, each completed with its own identifiers and times."""
    decider = RowDecider(CompiledPack(pack, BitmapEngine()), role=role)
    size = -(-len(asked) // batches)
    found = []
    for start in range(0, len(asked), size):
        batch = asked[start : start + size]
        decided = decider.decide(rows_of(batch, pack.vocabulary))
        for situation, place in zip(batch, decided.places.tolist(), strict=True):
            one = decided.alike[place]
            found.append(fill(one.settled, one.plan, pack, situation, times=Times(pack.timezone)))
    return found


def plainly(situation: Situation) -> Situation:
    """As a row is: in the pack's own words."""
    return situation._replace(locale="")


@settings(thorough, max_examples=EXAMPLES // 4)
@given(pack=full_packs(), asked=st.lists(situations(), min_size=2, max_size=8), data=st.data())
def test_rows_are_decided_as_single_cases_are(pack: Pack, asked: list[Situation], data: st.DataObject) -> None:
    """Whatever the pack, the values and the moments; each situation comes twice, at another time the second time."""
    role = data.draw(st.sampled_from([role.role for role in pack.authority]))
    once = [plainly(situation) for situation in asked]
    later = [
        one._replace(observe_time=moment, facts={**one.facts, "observe_time": moment})
        for one in once
        for moment in (one.observe_time + 3 * 86_400 * 10**9,)
    ]
    rows = [*once, *later]
    compiled = CompiledPack(pack, BitmapEngine())

    found = by_columns(pack, rows, role=role, batches=2)

    assert found == [compiled.decide(situation, role=role).decision for situation in rows]


@pytest.mark.parametrize("pack_id", sorted(path.parent.name for path in RULES.glob("*/pack.yaml")))
def test_shipped_packs_decide_their_edges_by_columns(pack_id: str) -> None:
    """On the edges of all conditions, each decided for one role: all roles decide by the same columns."""
    pack = load_pack(RULES, pack_id)
    asked = [plainly(case.situation) for case in Boundaries(pack, now=NOON, most=2 * EXAMPLES)]
    compiled = CompiledPack(pack, BitmapEngine())
    for first, role in enumerate(pack.authority):
        mine = asked[first :: len(pack.authority)]
        found = by_columns(pack, mine, role=role.role, batches=3)
        assert found == [compiled.decide(situation, role=role.role).decision for situation in mine]
