"""The decision log as input: its open cases, each as its latest decision was made on it, with what was given since."""

import asyncio
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Final

import numpy as np
import pyarrow as pa

from amends.application.log_errors import LogUnavailableError
from amends.application.open_cases import FindOpenCases, OpenCase
from amends.application.ports.standing_decisions import StandingFilter
from amends.domain.situation import Situation
from amends.rescoring.inputs import Times
from amends.rescoring.read_rows import Done, InputError
from amends.rescoring.rows_of_situations import rows_of
from amends.rescoring.score_rows import Rejected, RowScorer, ScoredBatch

_PAGE: Final = 500


@dataclass(frozen=True, slots=True)
class LogRows:
    """The open cases of a policy, as the log was when the run began, decided at `since` (None: ever) or later.

    All of them are looked at now, whatever time they were decided on. The mark of a batch is the last decision that was
    looked at for it.
    """

    cases: Callable[[], AbstractContextManager[FindOpenCases]]
    policy: str
    since: Callable[[int], int | None]
    identity: str
    total: int | None = None

    def scored(self, scorer: RowScorer, done: Done, times: Times, *, size: int) -> Generator[ScoredBatch]:
        """In the order in which they were decided."""
        position, is_empty = done.position, not done.mark
        for cases, last in self._gathered(scorer, done, times, size):
            is_empty = False
            yield _scored(cases, scorer, position, mark=last)
            position += len(cases)
        if is_empty:
            yield _scored((), scorer, position, mark="")

    def _gathered(
        self, scorer: RowScorer, done: Done, times: Times, size: int
    ) -> Iterator[tuple[Sequence[OpenCase], str]]:
        wanted = StandingFilter(self.policy, self.since(times.began), times.began)
        waiting: list[OpenCase] = []
        last = done.mark
        try:
            with self.cases() as find, asyncio.Runner() as runner:
                while True:
                    asking = find(wanted, scorer.pack, observe_time=times.observe_time, after=last, limit=_PAGE)
                    page = runner.run(asking)
                    if not page.last:
                        break
                    last = page.last
                    waiting += page.cases
                    if len(waiting) >= size:
                        yield waiting, last
                        waiting = []
        except LogUnavailableError as error:
            raise InputError(f"the log: {error}") from error
        if waiting:
            yield waiting, last


def _scored(cases: Sequence[OpenCase], scorer: RowScorer, before: int, *, mark: str) -> ScoredBatch:
    positions = range(before + 1, before + 1 + len(cases))
    known = [(place, one.situation) for place, one in zip(positions, cases, strict=True) if one.situation is not None]
    situations = [situation for _, situation in known]
    table = scorer.table(
        np.array([place for place, _ in known], dtype=np.int64),
        _names(situations),
        rows_of(situations, scorer.pack.vocabulary),
    )
    rejected = tuple(
        Rejected(place, (one.why,), {"decision_id": one.entry.decision_id, "case_id": one.entry.case_id})
        for place, one in zip(positions, cases, strict=True)
        if one.situation is None
    )
    return ScoredBatch(table, rejected, Done(before + len(cases), mark))


def _names(situations: Sequence[Situation]) -> list[pa.Array]:
    """The columns of `NAMES`."""
    told = (
        [one.case_id for one in situations],
        [one.subject.order_id for one in situations],
        [one.subject.item_id for one in situations],
        [one.incident_id for one in situations],
    )
    return [pa.array([name or None for name in names], pa.string()) for names in told]
