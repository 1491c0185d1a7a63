"""The laws of the statistics of rules, held in memory, on SQLite and on PostgreSQL alike."""

from typing import Final

from amends.domain.log_queries import RuleCounts, RuleFilter
from amends.domain.money import Money
from amends.domain.record import DecisionEntry, OutcomeEntry, OutcomeKind, Recording
from tests.storage.entries import T0
from tests.storage.records import DAY, Records, outcome

WHOLE: Final = (T0, T0 + 30 * DAY)


async def _counted(records: Records, wanted: RuleFilter, *, limit: int = 1_000) -> list[RuleCounts]:
    return list(await records.statistics.rule_statistics(wanted, limit=limit))


async def _report(records: Records, about: DecisionEntry, kind: OutcomeKind, **said: object) -> OutcomeEntry:
    known = await records.outcomes.outcomes_of_case(about.case_id)
    action_id = said.get("action_id", "action-1")
    seen = sum(one.action_id == action_id for one in known)
    written = outcome(about, **{"kind": kind, "amount": None, **said})
    await records.outcomes.record(Recording(written, seen=seen))
    return written


def _nothing(rule_id: str, period_start: int, applied: int) -> RuleCounts:
    return RuleCounts(rule_id, period_start, applied, 0, 0, 0, 0, 0, ())


async def test_rules_are_counted_where_they_applied(records: Records) -> None:
    """By rule, in the order of their names; what applied nowhere is not there."""
    await records.decide(rule_ids=("late", "gold"))
    await records.decide(rule_ids=("late",))
    assert await _counted(records, RuleFilter("", (), WHOLE)) == [
        _nothing("gold", T0, 1),
        _nothing("late", T0, 2),
    ]
    assert await _counted(records, RuleFilter("", ("late", "other", "late"), WHOLE)) == [_nothing("late", T0, 2)]


async def test_periods_follow_each_other_without_a_gap(records: Records) -> None:
    """A decision is in the period in which it was made; a period without any is not there."""
    for days in (0, 0, 1, 3):
        await records.decide(decided_at=T0 + days * DAY, rule_ids=("late",))
    await records.decide(decided_at=T0 - DAY, rule_ids=("late",))
    await records.decide(decided_at=T0 + 4 * DAY, rule_ids=("late",))
    boundaries = tuple(T0 + days * DAY for days in range(5))
    assert await _counted(records, RuleFilter("", (), boundaries)) == [
        _nothing("late", T0, 2),
        _nothing("late", T0 + DAY, 1),
        _nothing("late", T0 + 3 * DAY, 1),
    ]


async def test_a_policy_has_statistics_of_its_own(records: Records) -> None:
    """Of its decisions and of what was done about them alone."""
    for policy, case_id in (("p1", "case-1"), ("p2", "case-2"), ("p2", "case-3")):
        about = await records.decide(policy=policy, case_id=case_id, rule_ids=("late",))
        await _report(records, about, OutcomeKind.EXECUTED, amount=Money("USD", 100))
    (one,) = await _counted(records, RuleFilter("p1", (), WHOLE))
    (two,) = await _counted(records, RuleFilter("p2", (), WHOLE))
    assert (one.applied, one.executed, one.paid) == (1, 1, (Money("USD", 100),))
    assert (two.applied, two.executed, two.paid) == (2, 2, (Money("USD", 200),))
    assert await _counted(records, RuleFilter("p3", (), WHOLE)) == []


async def test_actions_are_counted_once_and_money_in_full(records: Records) -> None:
    """Offered twice is offered; paid in two parts is one action and the sum of both, by currency."""
    about = await records.decide(rule_ids=("late",))
    for _ in range(2):
        await _report(records, about, OutcomeKind.OFFERED)
    await _report(records, about, OutcomeKind.OFFERED, action_id="action-2")
    await _report(records, about, OutcomeKind.CUSTOMER_ACCEPTED)
    await _report(records, about, OutcomeKind.CUSTOMER_DECLINED, action_id="action-2")
    await _report(records, about, OutcomeKind.EXECUTED, amount=Money("USD", 100))
    await _report(records, about, OutcomeKind.EXECUTED, amount=Money("USD", 50))
    await _report(records, about, OutcomeKind.EXECUTED, amount=Money("EUR", 7), action_id="action-3")
    await _report(records, about, OutcomeKind.EXECUTED, action_id="action-4")
    await _report(records, about, OutcomeKind.OVERRIDDEN, action_id="action-5")
    await _report(records, about, OutcomeKind.FAILED, action_id="action-5")
    assert await _counted(records, RuleFilter("", (), WHOLE)) == [
        RuleCounts(
            rule_id="late",
            period_start=T0,
            applied=1,
            offered=2,
            accepted=1,
            declined=1,
            executed=3,
            overridden=1,
            paid=(Money("EUR", 7), Money("USD", 150)),
        )
    ]


async def test_an_action_counts_for_each_rule_that_asked_for_it(records: Records) -> None:
    """And for no other that applied in the same decision."""
    about = await records.decide(rule_ids=("gold", "late", "sorry"))
    await _report(records, about, OutcomeKind.EXECUTED, amount=Money("USD", 100), rule_ids=("gold", "late"))
    await _report(records, about, OutcomeKind.OFFERED, action_id="action-2", rule_ids=("late",))
    counted = {
        one.rule_id: (one.offered, one.executed, one.paid) for one in await _counted(records, RuleFilter("", (), WHOLE))
    }
    paid = (Money("USD", 100),)
    assert counted == {"gold": (0, 1, paid), "late": (1, 1, paid), "sorry": (0, 0, ())}


async def test_what_is_done_later_counts_for_the_period_of_the_decision(records: Records) -> None:
    """Statistics tell what became of what was decided then."""
    about = await records.decide(rule_ids=("late",))
    await _report(records, about, OutcomeKind.EXECUTED, time=T0 + 60 * DAY, amount=Money("USD", 100))
    (counted,) = await _counted(records, RuleFilter("", (), (T0, T0 + DAY)))
    assert counted.executed == 1


async def test_no_more_than_asked_for_come(records: Records) -> None:
    """The first of them, in order."""
    for days in range(3):
        await records.decide(decided_at=T0 + days * DAY, rule_ids=("a", "b"))
    boundaries = tuple(T0 + days * DAY for days in range(4))
    counted = await _counted(records, RuleFilter("", (), boundaries), limit=4)
    assert [(one.rule_id, one.period_start) for one in counted] == [
        ("a", T0),
        ("a", T0 + DAY),
        ("a", T0 + 2 * DAY),
        ("b", T0),
    ]
