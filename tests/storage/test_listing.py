"""The laws of the list of decisions, held in memory, on SQLite and on PostgreSQL alike."""

import pytest

from amends.domain.decision import Outcome
from amends.domain.log_queries import DecisionFilter
from amends.domain.record import DecisionEntry
from tests.storage.entries import T0
from tests.storage.records import MINUTE, SECOND, Records, decision


async def _asked(records: Records, wanted: DecisionFilter) -> list[str]:
    return [one.decision_id for one in await records.listing.decisions(wanted, before="", limit=100)]


def _newest_first(*entries: DecisionEntry) -> list[str]:
    return sorted((one.decision_id for one in entries), reverse=True)


async def test_a_decision_is_shown_as_it_was_written(records: Records) -> None:
    """In short: what it is of, and which one has taken its place."""
    older = await records.decide()
    newer = await records.decide(supersedes=older.decision_id, decided_at=T0 + SECOND)
    first, second = await records.listing.decisions(DecisionFilter(), before="", limit=9)
    for shown, written in ((first, newer), (second, older)):
        for name in shown._fields:
            if name != "superseded_by":
                assert getattr(shown, name) == getattr(written, name)
    assert (first.superseded_by, second.superseded_by) == ("", newer.decision_id)


async def test_each_filter_holds(records: Records) -> None:
    """Alone and together."""
    one = await records.decide(case_id="case-1", customer_id="customer-1", policy="p1", rule_ids=("late", "gold"))
    two = await records.decide(
        case_id="case-2", customer_id="customer-2", policy="p2", rule_ids=("late",), outcome=Outcome.CARE_ONLY
    )
    for wanted, found in (
        (DecisionFilter(), (one, two)),
        (DecisionFilter(case_id="case-1"), (one,)),
        (DecisionFilter(customer_id="customer-2"), (two,)),
        (DecisionFilter(policy="p1"), (one,)),
        (DecisionFilter(outcome=Outcome.CARE_ONLY), (two,)),
        (DecisionFilter(rule_id="late"), (one, two)),
        (DecisionFilter(rule_id="gold"), (one,)),
        (DecisionFilter(rule_id="gold", policy="p2"), ()),
        (DecisionFilter(rule_id="late", case_id="case-2", outcome=Outcome.CARE_ONLY), (two,)),
        (DecisionFilter(rule_id="gol"), ()),
    ):
        assert await _asked(records, wanted) == _newest_first(*found)


async def test_time_is_that_of_deciding_to_the_nanosecond(records: Records) -> None:
    """From `since` on, up to and without `until`; ids, which know milliseconds, only find the way."""
    moments = [T0 - MINUTE, T0 - 1, T0, T0 + 1, T0 + 1_500_000, T0 + 30 * MINUTE]
    written = [await records.decide(decided_at=moment) for moment in moments]
    for since, until in ((T0, None), (None, T0), (T0, T0 + 1), (T0 - 1, T0 + 1_500_000), (T0 + 1, T0), (0, 2**63 - 1)):
        found = [
            one
            for one in written
            if (since is None or one.decided_at >= since) and (until is None or one.decided_at < until)
        ]
        assert await _asked(records, DecisionFilter(since=since, until=until)) == _newest_first(*found)
        by_rule = DecisionFilter(since=since, until=until, rule_id=written[0].rule_ids[0])
        assert await _asked(records, by_rule) == _newest_first(*found)


async def test_an_id_of_a_little_earlier_is_found_too(records: Records) -> None:
    """An id is made before the decision has its moment, and clocks are put right: a minute makes no difference."""
    early = decision(decided_at=T0 - 10 * SECOND)
    written = await records.decide(decision_id=early.decision_id, decided_at=T0)
    assert await _asked(records, DecisionFilter(since=T0)) == [written.decision_id]


@pytest.mark.parametrize("wanted", [DecisionFilter(), DecisionFilter(rule_id="late"), DecisionFilter(case_id="case-1")])
async def test_what_is_decided_meanwhile_moves_no_page(records: Records, wanted: DecisionFilter) -> None:
    """The pages hold what was there when the first was given, each once, in order."""
    written = [await records.decide(decided_at=T0 + number * SECOND, rule_ids=("late",)) for number in range(7)]
    found: list[str] = []
    before = ""
    while True:
        page = await records.listing.decisions(wanted, before=before, limit=3)
        if not page:
            break
        found += [one.decision_id for one in page]
        before = page[-1].decision_id
        await records.decide(decided_at=T0 + 100 * SECOND + len(found) * SECOND, rule_ids=("late",))
    assert found == _newest_first(*written)
