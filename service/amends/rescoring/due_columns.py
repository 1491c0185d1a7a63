"""Due times by columns: what rows promise, and when each promise falls due, from each row's own observe_time."""

from typing import Final, NamedTuple

import numpy as np
import pyarrow as pa

from amends.domain.action import Span
from amends.domain.decision import ObligationKind
from amends.packs.model import Pack
from amends.rescoring.columns import Integers
from amends.rescoring.decide_rows import Alike, DecidedRows
from amends.resolution.due import due_time, promise_due
from amends.resolution.promise import Promise

_MOST_REMEMBERED: Final = 200_000


class _Owed(NamedTuple):
    """An obligation but for when it falls due: by a promise, or (`review`) when the action is to be looked at again."""

    kind: ObligationKind
    owner: str
    promise: Promise | None
    review: Span | None


class DueColumns:
    """When the promises of one pack fall due. Those that count days are remembered (bounded) by the moment."""

    __slots__ = ("_due", "_pack")

    def __init__(self, pack: Pack) -> None:
        self._pack = pack
        self._due: dict[tuple[_Owed, int], int] = {}

    def obligations(self, decided: DecidedRows, observed: Integers, form: pa.StructType) -> pa.ListArray:
        """Of each row its obligations, in the order in which a single decision tells them."""
        owed = [_owed(alike) for alike in decided.alike]
        flat = [one for each in owed for one in each]
        sizes = np.array([len(each) for each in owed], dtype=np.int64)
        begins = np.concatenate(([0], np.cumsum(sizes)))[:-1]
        counts = sizes[decided.places]
        ends = np.concatenate(([0], np.cumsum(counts)))
        # Of each obligation of each row: which of all the obligations it is, and when its row is looked at.
        which = np.repeat(begins[decided.places] - ends[:-1], counts) + np.arange(ends[-1])
        dues = self._dues(flat, which, np.repeat(observed, counts))
        told = pa.Table.from_pylist(
            [{"kind": one.kind.value, "owner": one.owner} for one in flat],
            schema=pa.schema([form.field("kind"), form.field("owner")]),
        ).take(pa.array(which))
        columns = [
            told["kind"].combine_chunks(),
            told["owner"].combine_chunks(),
            pa.array(dues // 1_000).cast(form.field("due").type),
        ]
        return pa.ListArray.from_arrays(
            pa.array(ends, pa.int32()), pa.StructArray.from_arrays(columns, fields=list(form))
        )

    def _dues(self, flat: list[_Owed], which: Integers, starts: Integers) -> Integers:
        after = [_plain(one) for one in flat]
        dues: Integers = starts + np.array([0 if nanos is None else nanos for nanos in after], dtype=np.int64)[which]
        for place in (place for place, nanos in enumerate(after) if nanos is None):
            rows = np.flatnonzero(which == place)
            moments, back = np.unique(starts[rows], return_inverse=True)
            found = [self._counted(flat[place], moment) for moment in moments.tolist()]
            dues[rows] = np.array(found, dtype=np.int64)[back]
        return dues

    def _counted(self, owed: _Owed, start: int) -> int:
        known = self._due.get((owed, start))
        if known is None:
            if len(self._due) >= _MOST_REMEMBERED:
                self._due.clear()
            known = self._due[(owed, start)] = self._worked_out(owed, start)
        return known

    def _worked_out(self, owed: _Owed, start: int) -> int:
        if owed.promise is not None:
            return promise_due(owed.promise, self._pack, start)
        assert owed.review is not None
        return due_time(start, owed.review, timezone=self._pack.timezone)


def _plain(owed: _Owed) -> int | None:
    """So many nanoseconds later; None where days or hours of a calendar count."""
    span = owed.review if owed.promise is None else owed.promise.span
    hours = "" if owed.promise is None else owed.promise.hours
    return None if span is None or span.business_days or hours else span.nanos


def _owed(alike: Alike) -> list[_Owed]:
    settled, found = alike.settled, list[_Owed]()
    promises = dict(settled.promises)
    for place, ready in enumerate(settled.actions):
        timed = ready.timed
        if timed is None or not timed.owed:
            continue
        if timed.promise is not None and place in promises:
            found.append(_Owed(timed.promise.kind, timed.promise.owner or settled.team, promises[place], None))
        if timed.review_in is not None:
            found.append(_Owed(ObligationKind.REVIEW, settled.team, None, timed.review_in))
    return found
