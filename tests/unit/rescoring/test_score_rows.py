"""Scoring in memory that does not grow: rows that all differ are decided few at once, and come to the same."""

from pathlib import Path
from typing import Final

import numpy as np
import pyarrow as pa
import pytest

from amends.application.compiled_pack import CompiledPack
from amends.engines.bitmap import BitmapEngine
from amends.packs.load import load_pack
from amends.rescoring import decide_rows, scored
from amends.rescoring.columns import Coded, Numbers, Rows
from amends.rescoring.decide_rows import RowDecider
from amends.rescoring.score_rows import NAMES, RowScorer

RULES: Final = Path(__file__).parents[3] / "rules"
ROWS: Final = 300


def compiled() -> CompiledPack:
    return CompiledPack(load_pack(RULES, "starter"), BitmapEngine())


def differing(pack: CompiledPack) -> Rows:
    """Rows of which each is told apart by what cannot be had, a few without, at times of their own."""
    paths = sorted(pack.pack.vocabulary.specs)[:9]
    sets = [frozenset(path for bit, path in enumerate(paths) if place >> bit & 1) for place in range(1, ROWS + 1)]
    codes = np.arange(ROWS, dtype=np.int64)
    codes[::7] = -1
    times = np.arange(ROWS, dtype=np.int64) * 10**12 + 10**18
    observed = Numbers(times, np.ones(ROWS, dtype=np.bool_))
    return Rows(ROWS, {"observe_time": observed}, Coded(codes, sets))


def scored_table(pack: CompiledPack, rows: Rows) -> pa.Table:
    names = [pa.nulls(rows.count, pa.string()) for _ in NAMES]
    return RowScorer(pack, role=pack.pack.authority[0].role).table(np.arange(rows.count), names, rows)


def test_rows_that_differ_come_to_the_same_a_few_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever is forgotten between one few and the next, row for row."""
    pack = compiled()
    rows = differing(pack)
    whole = scored_table(pack, rows).to_pylist()
    monkeypatch.setattr(decide_rows, "_MOST_KEPT", 20)
    monkeypatch.setattr(decide_rows, "_AT_ONCE", 32)
    monkeypatch.setattr(scored, "_MOST_WRITTEN", 40)

    assert scored_table(pack, rows).to_pylist() == whole


def test_no_more_is_decided_at_once_than_fits(monkeypatch: pytest.MonkeyPatch) -> None:
    """A batch of rows that all differ is cut up; one of rows that are alike is not."""
    pack = compiled()
    rows = differing(pack)
    monkeypatch.setattr(decide_rows, "_MOST_KEPT", 20)
    monkeypatch.setattr(decide_rows, "_AT_ONCE", 32)
    decider = RowDecider(pack, role=pack.pack.authority[0].role)

    found = list(decider.decide_in_parts(rows))

    assert [part.count for part, _ in found] == [32] * 9 + [12]
    assert max(len(decided.alike) for _, decided in found) <= 32
    alike = Rows(ROWS, {"observe_time": rows.facts["observe_time"]})
    assert [part.count for part, _ in decider.decide_in_parts(alike)] == [ROWS]
