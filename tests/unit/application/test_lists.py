"""Recorded decisions, obligations and statistics are found: by id, by page and by period."""

import pytest

from amends.application.get_decision import GetDecision
from amends.application.list_decisions import ListDecisions
from amends.application.list_obligations import ListObligations
from amends.application.log_errors import UnknownDecisionError
from amends.application.obligation_state import as_of
from amends.application.rule_statistics import DAY, MOST_COUNTS, GetRuleStatistics, periods
from amends.domain.action_kinds import ActionKind
from amends.domain.errors import InvalidSituationError
from amends.domain.log_queries import DecisionFilter, ObligationFilter, RuleCounts, RuleFilter
from amends.domain.record import ObligationState, OutcomeKind
from tests.fakes.clock import FakeClock
from tests.unit.application.desk import ANN, HOUR, NOW, Desk, a_cadence, an_action, promise_id, usd
from tests.unit.resolution.building import pack as a_pack

REFUND = an_action(ActionKind.REFUND, usd("50"))
CADENCE = a_cadence()


async def test_a_decision_is_given_with_its_life() -> None:
    """What was done about it in the order of recording, and its obligations as they stand now."""
    desk = Desk(REFUND, CADENCE, pack=a_pack())
    offered = await desk.report(OutcomeKind.OFFERED, REFUND)
    kept = await desk.report(OutcomeKind.KEPT, promise_id(CADENCE), actor=ANN)
    get = GetDecision(decisions=desk.decisions, outcomes=desk.records, obligations=desk.records, clock=desk.clock)
    found = await get("decision-1")
    assert found.entry.decision_id == "decision-1"
    assert found.outcomes == (offered.outcome, kept.outcome)
    assert [one.state for one in found.obligations] == [ObligationState.KEPT, ObligationState.OPEN]
    desk.clock.nanoseconds += HOUR
    later = await get("decision-1")
    assert [one.state for one in later.obligations] == [ObligationState.KEPT, ObligationState.MISSED]
    with pytest.raises(UnknownDecisionError):
        await get("decision-9")


async def test_only_what_is_open_turns_into_missed() -> None:
    """And only once its time has come."""
    desk = Desk(CADENCE)
    await desk.open()
    tracked = await desk.records.obligation(promise_id(CADENCE))
    assert tracked is not None
    assert [one.state for one in as_of(NOW - 1, [tracked])] == [ObligationState.OPEN]
    assert [one.state for one in as_of(NOW, [tracked])] == [ObligationState.MISSED]


@pytest.mark.parametrize(
    ("size", "pages"), [(1, [["c"], ["b"], ["a"]]), (2, [["c", "b"], ["a"]]), (3, [["c", "b", "a"]])]
)
async def test_the_last_page_of_decisions_says_so(size: int, pages: list[list[str]]) -> None:
    """A page that is full but last has no next one."""
    desk = Desk()
    for name in "abc":
        await desk.decided(name)
    desk.decisions.entries.pop("decision-1")
    found, before = [], ""
    while True:
        page = await ListDecisions(desk.records)(DecisionFilter(), before=before, size=size)
        found.append([one.decision_id for one in page.decisions])
        before = page.next_before
        if not before:
            break
    assert found == pages


async def test_the_last_page_of_obligations_says_so() -> None:
    """Two open ones on pages of one; none for who has none."""
    desk = Desk(CADENCE, an_action(ActionKind.VERIFY_FOLLOWUP), pack=a_pack())
    await desk.open()
    listed = ListObligations(desk.records, desk.clock)
    first = await listed(ObligationFilter(), after=None, size=1)
    second = await listed(ObligationFilter(), after=first.next_after, size=1)
    assert [one.state for one in (*first.obligations, *second.obligations)] == [ObligationState.MISSED] * 2
    assert first.obligations != second.obligations
    assert second.next_after is None
    nothing = await listed(ObligationFilter(case_id="case-9"), after=None, size=1)
    assert (nothing.obligations, nothing.next_after) == ((), None)


def test_periods_lie_between_midnights() -> None:
    """Whole days of UTC, but for the first and the last, which the moments asked for cut."""
    midnight = NOW - NOW % DAY
    assert periods(NOW, NOW + 1, days=0) == (NOW, NOW + 1)
    assert periods(midnight, midnight + 2 * DAY, days=1) == (midnight, midnight + DAY, midnight + 2 * DAY)
    assert periods(NOW, NOW + 2 * DAY, days=1) == (NOW, midnight + DAY, midnight + 2 * DAY, NOW + 2 * DAY)
    assert periods(NOW, NOW + HOUR, days=7) == (NOW, NOW + HOUR)
    assert periods(NOW, NOW + 8 * DAY, days=7) == (NOW, midnight + 7 * DAY, NOW + 8 * DAY)


def test_periods_are_bounded() -> None:
    """Four hundred are given, one more is refused, and so is time that runs backwards."""
    midnight = NOW - NOW % DAY
    assert len(periods(midnight, midnight + 400 * DAY, days=1)) == 401
    for start, end, days, field in (
        (midnight, midnight + 400 * DAY + 1, 1, "period_days"),
        (0, 2**63 - 1, 1, "period_days"),
        (NOW, NOW, 0, "since"),
        (NOW, NOW - DAY, 1, "since"),
    ):
        with pytest.raises(InvalidSituationError) as refused:
            periods(start, end, days=days)
        assert [one.field for one in refused.value.violations] == [field]


class _Asked:
    """Remembers what it was asked, and answers with as much as it is said to."""

    def __init__(self, count: int = 0) -> None:
        self.wanted: list[RuleFilter] = []
        self._count = count

    async def rule_statistics(self, wanted: RuleFilter, *, limit: int) -> list[RuleCounts]:
        self.wanted.append(wanted)
        return [RuleCounts("late", NOW, 1, 0, 0, 0, 0, 0, ())] * min(self._count, limit)


async def test_statistics_are_usually_of_the_last_thirty_days() -> None:
    """Until now, unless another end is asked for."""
    asked = _Asked()
    count = GetRuleStatistics(asked, FakeClock(NOW))
    await count(policy="", rule_ids=(), since=None, until=None, period_days=0)
    await count(policy="shop", rule_ids=("a",), since=None, until=NOW - DAY, period_days=0)
    await count(policy="", rule_ids=(), since=NOW - HOUR, until=None, period_days=0)
    assert asked.wanted == [
        RuleFilter("", (), (NOW - 30 * DAY, NOW)),
        RuleFilter("shop", ("a",), (NOW - 31 * DAY, NOW - DAY)),
        RuleFilter("", (), (NOW - HOUR, NOW)),
    ]


async def test_too_much_at_once_is_refused_and_not_cut() -> None:
    """A cut answer would look whole."""
    full = GetRuleStatistics(_Asked(MOST_COUNTS), FakeClock(NOW))
    assert len(await full(policy="", rule_ids=(), since=None, until=None, period_days=0)) == MOST_COUNTS
    beyond = GetRuleStatistics(_Asked(MOST_COUNTS + 1), FakeClock(NOW))
    with pytest.raises(InvalidSituationError, match="period_days: gives more than 10000 statistics"):
        await beyond(policy="", rule_ids=(), since=None, until=None, period_days=1)
