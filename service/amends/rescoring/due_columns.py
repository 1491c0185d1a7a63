"""Due times by columns: what rows promise, and when each promise falls due, from each row's own observe_time."""

from datetime import date, datetime, time, timedelta
from typing import Final, NamedTuple
from zoneinfo import ZoneInfo

import numpy as np
import pyarrow as pa

from amends.domain.action import Span
from amends.domain.decision import ObligationKind
from amends.domain.facts import NANOS_PER_SECOND
from amends.packs.model import Pack
from amends.rescoring.columns import Integers
from amends.rescoring.decide_rows import Alike, DecidedRows
from amends.resolution.due import due_time, promise_due
from amends.resolution.promise import Promise

_MOST_REMEMBERED: Final = 50_000
_MOST_OWING: Final = 8_192
"""Kinds of rows of which it is kept what they owe; with each, all that it comes to stays in memory."""
_DAY: Final = timedelta(days=1)


class _Owed(NamedTuple):
    """An obligation but for when it falls due: by a promise, or (`review`) when the action is to be looked at again."""

    kind: ObligationKind
    owner: str
    promise: Promise | None
    review: Span | None


class DueColumns:
    """When the promises of one pack fall due. Those that count days are remembered (bounded), by day or by moment."""

    __slots__ = ("_due", "_later", "_owed", "_pack")

    def __init__(self, pack: Pack) -> None:
        self._pack = pack
        self._due: dict[tuple[_Owed, int], int] = {}
        self._later: dict[_Owed, dict[date, int | None]] = {}
        self._owed: dict[Alike, list[_Owed]] = {}

    def obligations(self, decided: DecidedRows, observed: Integers, form: pa.StructType) -> pa.ListArray:
        """Of each row its obligations, in the order in which a single decision tells them."""
        owed = [self._of(alike) for alike in decided.alike]
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

    def _of(self, alike: Alike) -> list[_Owed]:
        found = self._owed.get(alike)
        if found is None:
            if len(self._owed) >= _MOST_OWING:
                self._owed.clear()
            found = self._owed[alike] = _owed(alike)
        return found

    def _dues(self, flat: list[_Owed], which: Integers, starts: Integers) -> Integers:
        # Many rows owe the same.
        kinds: dict[_Owed, int] = {}
        kind = np.array([kinds.setdefault(one, len(kinds)) for one in flat], dtype=np.int64)[which]
        dues = np.zeros(len(which), dtype=np.int64)
        for owed, place in kinds.items():
            rows = np.flatnonzero(kind == place)
            later = _plain(owed)
            if later is not None:
                dues[rows] = starts[rows] + later
                continue
            moments, back = np.unique(starts[rows], return_inverse=True)
            dues[rows] = np.array(self._counted(owed, moments.tolist()), dtype=np.int64)[back]
        return dues

    def _counted(self, owed: _Owed, starts: list[int]) -> list[int]:
        zone = _zone_of_days(owed, self._pack)
        if zone is None:
            return [self._remembered(owed, start) for start in starts]
        later = self._later.setdefault(owed, {})
        found = []
        for start in starts:
            day = datetime.fromtimestamp(start // NANOS_PER_SECOND, tz=zone).date()
            if day not in later:
                if len(later) >= _MOST_REMEMBERED:
                    later.clear()
                later[day] = self._later_on(day, owed, zone)
            nanos = later[day]
            found.append(self._remembered(owed, start) if nanos is None else start + nanos)
        return found

    def _later_on(self, day: date, owed: _Owed, zone: ZoneInfo) -> int | None:
        """By how much later all that begins on a day falls due; None where clocks change on it, or on the due day."""
        begins = datetime.combine(day, time(), tzinfo=zone)
        start = int(begins.timestamp()) * NANOS_PER_SECOND
        due = self._worked_out(owed, start)
        falls_due = datetime.fromtimestamp(due // NANOS_PER_SECOND, tz=zone)
        return None if _changes_clocks(begins) or _changes_clocks(falls_due) else due - start

    def _remembered(self, owed: _Owed, start: int) -> int:
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


def _zone_of_days(owed: _Owed, pack: Pack) -> ZoneInfo | None:
    """By whose days it is counted, if by nothing but days: then all that begins on one falls due on one."""
    if owed.promise is None:
        return ZoneInfo(pack.timezone)
    if owed.promise.hours:
        return None
    calendar = pack.calendars.get(owed.promise.calendar)
    return ZoneInfo(pack.timezone if calendar is None else calendar.zone)


def _changes_clocks(moment: datetime) -> bool:
    midnight = datetime.combine(moment.date(), time(), tzinfo=moment.tzinfo)
    return midnight.utcoffset() != (midnight + _DAY).utcoffset()


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
