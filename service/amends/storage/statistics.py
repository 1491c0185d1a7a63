"""The RuleStatisticsLog port on a database: bounded counts, by rule and period, over ranges of ids.

A decision belongs to the period in which its id was made. How often rules applied is counted by the key of applied
rules alone; what was done, over the outcomes of the periods' decisions, grouped by the rules that asked for an action
together.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any, Final

from sqlalchemy import ColumnElement, Connection, Select, func, select

from amends.application.log_errors import TooMuchToCountError
from amends.domain.log_queries import RuleCounts, RuleFilter
from amends.domain.money import Money
from amends.domain.record import OutcomeKind
from amends.storage.database import Database
from amends.storage.id_ranges import first_id
from amends.storage.tables import applied_rules, decisions, outcomes
from amends.storage.time_limit import TimeLimit, TimeOverError

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
_SECONDS: Final = 10.0
"""Nobody who waits for a table of numbers waits longer, and a month of a busy service takes a second or two."""


@dataclass(slots=True)
class _Done:
    """What was done about the actions of a rule in a period: how many by kind of outcome, how much by currency."""

    actions: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    paid: dict[str, int] = field(default_factory=lambda: defaultdict(int))


class DatabaseRuleStatistics:
    """Counts over one database."""

    def __init__(self, database: Database, *, seconds: float = _SECONDS) -> None:
        """`seconds` is how long one count may take."""
        self._database = database
        self._seconds = seconds

    async def rule_statistics(self, wanted: RuleFilter, *, limit: int) -> Sequence[RuleCounts]:
        def count(connection: Connection, time_limit: TimeLimit) -> Sequence[RuleCounts]:
            return _count(connection, wanted, limit=limit, time_limit=time_limit)

        try:
            return await self._database.read_long(count, seconds=self._seconds)
        except TimeOverError:
            raise TooMuchToCountError(self._seconds) from None


def _count(connection: Connection, wanted: RuleFilter, *, limit: int, time_limit: TimeLimit) -> Sequence[RuleCounts]:
    applied: dict[tuple[str, int], int] = {}
    done: dict[tuple[str, int], _Done] = defaultdict(_Done)
    # A query a period: joined to all periods at once, each row would be held against each of them.
    ids = [first_id(boundary) for boundary in wanted.boundaries]
    for period, (first, last) in zip(wanted.boundaries, pairwise(ids), strict=False):
        time_limit.go_on(connection)
        for rule_id, count in connection.execute(_applied(wanted, first, last)):
            applied[rule_id, period] = count
        _add_done(
            done,
            connection,
            period,
            (_within(outcomes.c.decision_id, first, last), *_of_policies(outcomes.c.policy, wanted)),
        )
    found = sorted(applied.items())[:limit]
    return [_counts(rule_id, period, count, done[rule_id, period]) for (rule_id, period), count in found]


def _within(decision_id: ColumnElement[str], first: str, last: str) -> ColumnElement[bool]:
    return (decision_id >= first) & (decision_id < last)


def _applied(wanted: RuleFilter, first: str, last: str) -> Select[Any]:
    """In how many decisions each rule applied: one walk over the rows of the period."""
    rule = applied_rules.c.rule_id
    counted = select(rule, func.count()).where(_within(applied_rules.c.decision_id, first, last)).group_by(rule)
    if wanted.rule_ids:
        counted = counted.where(rule.in_(wanted.rule_ids))
    under = tuple(_of_policies(decisions.c.policy, wanted))
    if under:
        counted = counted.join(decisions, decisions.c.decision_id == applied_rules.c.decision_id).where(*under)
    return counted


def _add_done(
    done: dict[tuple[str, int], _Done],
    connection: Connection,
    period: int,
    within: Iterable[ColumnElement[bool]],
) -> None:
    """What was done about a period's decisions, by rule. An action that was offered twice was offered."""
    for rule_ids, kind, count in connection.execute(_actions().where(*within)):
        for rule_id in rule_ids.split():
            done[rule_id, period].actions[kind] += count
    for rule_ids, currency, amount in connection.execute(_paid().where(*within)):
        for rule_id in rule_ids.split():
            done[rule_id, period].paid[currency] += int(amount)


def _actions() -> Select[Any]:
    action = outcomes.c.decision_id + " " + outcomes.c.action_id
    group = outcomes.c.rule_ids, outcomes.c.kind
    return select(*group, func.count(action.distinct())).where(outcomes.c.kind.in_(_COUNTED)).group_by(*group)


def _paid() -> Select[Any]:
    group = outcomes.c.rule_ids, outcomes.c.currency
    done = outcomes.c.kind == OutcomeKind.EXECUTED.value, outcomes.c.amount.is_not(None)
    return select(*group, func.sum(outcomes.c.amount)).where(*done).group_by(*group)


def _of_policies(policy: ColumnElement[str], wanted: RuleFilter) -> Iterator[ColumnElement[bool]]:
    if wanted.policy:
        yield policy == wanted.policy
    if wanted.policies is not None:
        yield policy.in_(sorted(wanted.policies))


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
