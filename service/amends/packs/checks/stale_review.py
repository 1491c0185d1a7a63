"""What was to be reviewed at intervals and was not: a derived fact's table, a referral's."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Final

from amends.domain.action import Span
from amends.domain.facts import NANOS_PER_SECOND
from amends.packs.checks.law import Law
from amends.packs.diagnostics import Diagnostic, Severity
from amends.packs.model import Pack, Position, Proposal, TableParameter

LAW: Final = Law(
    name="stale-review",
    severity=Severity.WARNING,
    says="What carries a date of review was reviewed within the pack's `review_every`.",
    bad="""\
review_every: 180d
derive:
  - fact: stage
    type: enum
    reviewed: 2020-01-01
    cases: [{when: {contact_reason: damaged}, value: use}, {value: purchase}]
""",
    good="""\
review_every: 180d
derive:
  - fact: stage
    type: enum
    cases: [{when: {contact_reason: damaged}, value: use}, {value: purchase}]
""",
)

_DAY: Final = 24 * 3600 * NANOS_PER_SECOND


def check(pack: Pack, *, today: int) -> Iterator[Diagnostic]:
    """`today` is in nanoseconds since the epoch. A pack without `review_every` promises no review."""
    if pack.review_every is None:
        return
    for reviewed in dict.fromkeys(_reviews(pack)):
        due = reviewed.when + _nanos(pack.review_every)
        if due < today:
            message = f"{reviewed.what} was last reviewed on {_day(reviewed.when)}; a review was due on {_day(due)}"
            yield LAW.broken(reviewed.position, message, reviewed.ident, hint="look at it, then set the new date")


@dataclass(frozen=True, slots=True)
class _Review:
    what: str
    ident: str
    when: int
    position: Position


def _reviews(pack: Pack) -> Iterator[_Review]:
    for derive in pack.derives:
        if derive.reviewed is not None:
            yield _Review(derive.path, derive.path, derive.reviewed, derive.position)
    for rule in pack.rules:
        for proposal in rule.then:
            for day in _days(proposal):
                what = f"the {proposal.kind} of rule {rule.rule_id}"
                yield _Review(what, rule.rule_id, day, rule.position)


def _days(proposal: Proposal) -> Iterator[int]:
    for name, parameter in proposal.parameters:
        if name == "reviewed":
            values = [value for _, value in parameter.rows] if isinstance(parameter, TableParameter) else [parameter]
            for value in values:
                if isinstance(value, str):
                    day = datetime.combine(date.fromisoformat(value), datetime.min.time(), UTC)
                    yield int(day.timestamp()) * NANOS_PER_SECOND


def _nanos(span: Span) -> int:
    """Business days as calendar days: five are a week."""
    return span.nanos + -(-span.business_days * 7 // 5) * _DAY


def _day(nanos: int) -> str:
    return f"{datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=nanos // NANOS_PER_SECOND):%Y-%m-%d}"
