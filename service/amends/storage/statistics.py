"""The RuleStatisticsLog port on a database: bounded counts, by rule and period, over ranges of ids.

A decision belongs to the period in which its id was made. How often rules applied is counted by the key of applied
rules alone; what was done, over the outcomes of the periods' decisions, grouped
by the rules that asked for an action together.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any, Final

from sqlalchemy import (
    CTE,
    ColumnElement,
    Connection,
    Integer,
    Select,
    Text,
    column,
    func,
    select,
    values,
)

from amends.domain.log_queries import RuleCounts, RuleFilter
from amends.domain.money import Money
from amends.domain.record import OutcomeKind
from amends.storage.database import Database
from amends.storage.id_ranges import first_id
from amends.storage.tables import applied_rules, decisions, outcomes

_COUNTED: Final = tuple(
    kind.value
    for kind in (
        OutcomeKind.OFFERED,
        OutcomeKind.CUSTOMER_ACCEPTED,
        OutcomeKind.CUSTOMER_DECLINED,
        OutcomeKind.EXECUTED,
        OutcomeKind.OVERRIDDEN,
    )
)


@dataclass(slots=True)
class _Done:
    """What was done about the actions of a rule in a period: how many by kind of outcome, how much by currency."""

    actions: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    paid: dict[str, int] = field(default_factory=lambda: defaultdict(int))


class DatabaseRuleStatistics:
    """Counts over one database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def rule_statistics(self, wanted: RuleFilter, *, limit: int) -> Sequence[RuleCounts]:
        return await self._database.read(lambda connection: _count(connection, wanted, limit=limit))


def _count(connection: Connection, wanted: RuleFilter, *, limit: int) -> Sequence[RuleCounts]:
    periods = _periods(wanted)
    counted = connection.execute(_applied(periods, wanted))
    applied = {(rule_id, period): count for rule_id, period, count in counted}
    done = _done(connection, periods, policy=wanted.policy)
    found = sorted(applied.items())[:limit]
    return [
        _counts(rule_id, wanted.boundaries[period], count, done[rule_id, period]) for (rule_id, period), count in found
    ]


def _periods(wanted: RuleFilter) -> CTE:
    """The periods by number, each with the ids between which its decisions' are."""
    ids = [first_id(boundary) for boundary in wanted.boundaries]
    numbered = [(number, first, last) for number, (first, last) in enumerate(pairwise(ids))]
    columns = column("period", Integer), column("first", Text), column("last", Text)
    return values(*columns, name="periods").data(numbered).cte("periods")


def _applied(periods: CTE, wanted: RuleFilter) -> Select[Any]:
    """In how many decisions each rule applied, by period: one walk over the rows of the periods."""
    rule = applied_rules.c.rule_id
    within = (applied_rules.c.decision_id >= periods.c.first) & (applied_rules.c.decision_id < periods.c.last)
    counted = select(rule, periods.c.period, func.count()).join_from(periods, applied_rules, within)
    if wanted.rule_ids:
        counted = counted.where(rule.in_(wanted.rule_ids))
    if wanted.policy:
        counted = counted.join(decisions, decisions.c.decision_id == applied_rules.c.decision_id)
        counted = counted.where(decisions.c.policy == wanted.policy)
    return counted.group_by(rule, periods.c.period)


def _done(connection: Connection, periods: CTE, *, policy: str) -> dict[tuple[str, int], _Done]:
    """What was done, by rule and period. An action that was offered twice was offered."""
    found: dict[tuple[str, int], _Done] = defaultdict(_Done)
    for period, rule_ids, kind, count in connection.execute(_actions(periods, policy)):
        for rule_id in rule_ids.split():
            found[rule_id, period].actions[kind] += count
    for period, rule_ids, currency, amount in connection.execute(_paid(periods, policy)):
        for rule_id in rule_ids.split():
            found[rule_id, period].paid[currency] += int(amount)
    return found


def _actions(periods: CTE, policy: str) -> Select[Any]:
    action = outcomes.c.decision_id + " " + outcomes.c.action_id
    group = periods.c.period, outcomes.c.rule_ids, outcomes.c.kind
    return (
        select(*group, func.count(action.distinct()))
        .join_from(periods, outcomes, _within(periods))
        .where(outcomes.c.kind.in_(_COUNTED), *_under(policy))
        .group_by(*group)
    )


def _paid(periods: CTE, policy: str) -> Select[Any]:
    group = periods.c.period, outcomes.c.rule_ids, outcomes.c.currency
    return (
        select(*group, func.sum(outcomes.c.amount))
        .join_from(periods, outcomes, _within(periods))
        .where(outcomes.c.kind == OutcomeKind.EXECUTED.value, outcomes.c.amount.is_not(None), *_under(policy))
        .group_by(*group)
    )


def _within(periods: CTE) -> ColumnElement[bool]:
    return (outcomes.c.decision_id >= periods.c.first) & (outcomes.c.decision_id < periods.c.last)


def _under(policy: str) -> Iterator[ColumnElement[bool]]:
    if policy:
        yield outcomes.c.policy == policy


def _counts(rule_id: str, period_start: int, applied: int, done: _Done) -> RuleCounts:
    return RuleCounts(
        rule_id=rule_id,
        period_start=period_start,
        applied=applied,
        offered=done.actions[OutcomeKind.OFFERED.value],
        accepted=done.actions[OutcomeKind.CUSTOMER_ACCEPTED.value],
        declined=done.actions[OutcomeKind.CUSTOMER_DECLINED.value],
        executed=done.actions[OutcomeKind.EXECUTED.value],
        overridden=done.actions[OutcomeKind.OVERRIDDEN.value],
        paid=tuple(Money(currency, units) for currency, units in sorted(done.paid.items())),
    )
