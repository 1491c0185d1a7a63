"""What the rows of a run are compared with: of each case the latest decision in the log, and what it still owes."""

import asyncio
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from typing import Any, Final, NamedTuple

import pyarrow as pa

from amends.application.log_errors import LogUnavailableError
from amends.application.ports import ObligationLog, OutcomeCodec
from amends.application.ports.standing_decisions import StandingDecision, StandingDecisions, StandingFilter
from amends.application.supersede import superseded_of
from amends.domain.record import ObligationState, TrackedObligation
from amends.rescoring.against import Against
from amends.rescoring.changed_columns import FELL_DUE
from amends.rescoring.changes import Earlier
from amends.rescoring.compare_rows import EARLIER, OFFERED, By
from amends.rescoring.output_file import OUTPUT
from amends.rescoring.parts import Parts
from amends.rescoring.read_rows import InputError
from amends.rescoring.scored import describe

_PAGE: Final = 500
_NANOS: Final = 1_000
_SCHEMA: Final = pa.schema(
    [
        *(pa.field(name, pa.list_(FELL_DUE)) if name == "obligations" else OUTPUT.field(name) for name in EARLIER),
        pa.field(OFFERED, pa.list_(pa.int64())),
    ]
)
_OPEN: Final = (ObligationState.OPEN, ObligationState.MISSED)


class StandingLog(NamedTuple):
    """What is read of a log."""

    decisions: StandingDecisions
    obligations: ObligationLog
    codec: OutcomeCodec


def against_log(opened: Callable[[], AbstractContextManager[StandingLog]], policy: str) -> Against:
    """The decisions of that policy that stood when the run began, and what was open of their promises then."""

    def hand(parts: Parts, use: Callable[[Earlier], None]) -> None:
        use(Earlier(lambda: _tables(opened, StandingFilter(policy, None, parts.began)), By.CASE))

    return hand


def _tables(opened: Callable[[], AbstractContextManager[StandingLog]], wanted: StandingFilter) -> Iterator[pa.Table]:
    position, last = 0, ""
    try:
        with opened() as log, asyncio.Runner() as runner:
            while page := runner.run(_page(log, wanted, last)):
                rows = [
                    _row(log, one, [each for each in owed if _was_open(each, wanted.before)], position + place)
                    for place, (one, owed) in enumerate(page, start=1)
                ]
                yield pa.Table.from_pylist(rows, schema=_SCHEMA)
                position, last = position + len(page), page[-1][0].entry.decision_id
    except LogUnavailableError as error:
        raise InputError(f"the log: {error}") from error


async def _page(
    log: StandingLog, wanted: StandingFilter, after: str
) -> list[tuple[StandingDecision, tuple[TrackedObligation, ...]]]:
    found = await log.decisions.standing(wanted, after=after, limit=_PAGE)
    return [
        (one, tuple(await log.obligations.obligations_of_decision(one.entry.decision_id)) if one.owes else ())
        for one in found
    ]


def _was_open(owed: TrackedObligation, moment: int) -> bool:
    """What was kept or closed since was open then."""
    return owed.state in _OPEN or (owed.settled_at is not None and owed.settled_at >= moment)


def _row(log: StandingLog, one: StandingDecision, owed: Sequence[TrackedObligation], position: int) -> dict[str, Any]:
    entry = one.entry
    superseded = superseded_of(entry, one.outcomes, log.codec)
    actions = [
        # What was carried out since is given: it is not gone where nothing asks for it any more.
        describe(action) | ({"already_given": True} if action.action_id in superseded.executed else {})
        for action in superseded.actions
    ]
    said = {
        "position": position,
        "case_id": entry.case_id,
        "order_id": entry.subject.order_id or None,
        "item_id": entry.subject.item_id or None,
        "incident_id": entry.incident_id or None,
        "pack_digest": entry.pack_digest,
        "observe_time": entry.observe_time // _NANOS,
        "outcome": entry.outcome.value,
        "actions": actions,
        "obligations": [_obligation(one) for one in owed],
        OFFERED: [place for place, one in enumerate(superseded.actions) if one.action_id in superseded.offered],
    }
    return {name: said.get(name) for name in _SCHEMA.names}


def _obligation(one: TrackedObligation) -> dict[str, Any]:
    """It is told only once its time has come, and then one that is open is missed, whoever looks."""
    promised = one.promised
    return {
        "kind": promised.kind.value,
        "owner": promised.team or promised.owner,
        "due": promised.due // _NANOS,
        "state": ObligationState.MISSED.value,
    }
