"""Due times by columns are those of single cases: where clocks are changed, days are closed, and hours are kept."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

import numpy as np
import pytest

from amends.application.compiled_pack import CompiledPack
from amends.domain.facts import NANOS_PER_SECOND
from amends.domain.situation import Situation
from amends.engines.bitmap import BitmapEngine
from amends.packs.load import load_pack
from amends.rescoring.decide_rows import Alike, DecidedRows
from amends.rescoring.due_columns import DueColumns
from amends.rescoring.scored import OBLIGATION
from tests.service.running import write_pack

PACK: Final = """\
pack: bank
version: 1.0.0
title: Money back by business days
currency: USD
timezone: {zone}
calendars:
  open_days: {{zone: {calendar}, hours: {{mon-fri: "09:00-17:00"}}, closed: [2026-03-09, 2026-04-06, 2026-11-02]}}
authority:
  - {{role: clerk, refund: unlimited}}
rules:
  - id: by-a-calendar
    title: Within three of its days
    then: [{{entitlement: {{amount: 5 USD, basis: one, due: 3bd, calendar: open_days}}}}, {{apology: {{}}}}]
    because: {{agent: Sorry., customer: Sorry.}}
  - id: by-weekdays
    title: Within seven days from Monday to Friday
    then: [{{entitlement: {{amount: 6 USD, basis: two, due: 7bd}}}}]
    because: {{agent: Sorry., customer: Sorry.}}
  - id: by-the-clock
    title: Within thirty hours
    then: [{{entitlement: {{amount: 7 USD, basis: three, due: 30h}}}}]
    because: {{agent: Sorry., customer: Sorry.}}
"""


def moments() -> list[int]:
    """All through a year, and each quarter of an hour about the nights in which clocks are changed."""
    year = [datetime(2026, 1, 1, tzinfo=UTC) + timedelta(hours=17, minutes=7) * step for step in range(500)]
    nights = [
        datetime(2026, month, day, tzinfo=UTC) + timedelta(minutes=15) * step
        for month, day in ((2, 25), (3, 4), (3, 7), (3, 28), (4, 4), (10, 3), (10, 24), (10, 29), (10, 31))
        for step in range(3 * 96)
    ]
    return [int(moment.timestamp()) * NANOS_PER_SECOND + 123_000 for moment in (*year, *nights)]


@pytest.mark.parametrize(
    ("zone", "calendar"),
    [
        ("America/New_York", "America/New_York"),
        ("Europe/Berlin", "Australia/Lord_Howe"),  # where clocks are changed by half an hour
        ("Asia/Kolkata", "America/Santiago"),  # where they are changed at midnight
    ],
)
def test_due_times_are_those_of_single_cases(zone: str, calendar: str, tmp_path: Path) -> None:
    """To the microsecond, from whatever moment they count."""
    write_pack(tmp_path, "bank", PACK.format(zone=zone, calendar=calendar))
    compiled = CompiledPack(load_pack(tmp_path, "bank"), BitmapEngine())
    starts = moments()
    cases = [Situation("case", start, {"observe_time": start}) for start in starts]
    alike = Alike(*compiled.settle(cases[0], role="clerk"))
    decided = DecidedRows(np.zeros(len(cases), dtype=np.int64), (alike,))

    found = DueColumns(compiled.pack).obligations(decided, np.array(starts), OBLIGATION)

    dues = [[one["due"].timestamp() for one in row] for row in found.to_pylist()]
    single = [compiled.decide(case, role="clerk").decision.obligations for case in cases]
    assert dues == [[one.due // 1_000 / 1e6 for one in row] for row in single]
    assert {len(row) for row in dues} == {3}
