"""Lines of cells are filled by runs as they would be cell by cell."""

from hypothesis import given
from hypothesis import strategies as st

from amends.engines.line import spread, stretches

EVERYTHING = (1 << 70) - 1


@st.composite
def covered(draw: st.DrawFn) -> tuple[int, list[tuple[int, int, int]]]:
    """A number of cells, and runs over them; some are empty."""
    cells = draw(st.integers(1, 40))
    runs = []
    for _ in range(draw(st.integers(0, 12))):
        first, end = sorted(draw(st.tuples(st.integers(0, cells), st.integers(0, cells))))
        runs.append((first, end, draw(st.integers(0, EVERYTHING))))
    return cells, runs


@given(line=covered())
def test_a_cell_keeps_what_every_run_over_it_keeps(line: tuple[int, list[tuple[int, int, int]]]) -> None:
    """No run takes anything from a cell that it does not cover, and none is forgotten."""
    cells, runs = line
    expected = []
    for cell in range(cells):
        kept = EVERYTHING
        for first, end, mask in runs:
            if first <= cell < end:
                kept &= mask
        expected.append(kept)

    assert spread(runs, everything=EVERYTHING, cells=cells) == expected


@given(marks=st.sets(st.integers(0, 29)))
def test_a_line_is_cut_at_each_mark_and_nowhere_else(marks: set[int]) -> None:
    """The pieces cover the line in order, each mark alone, and no two pieces without a mark touch."""
    pieces = list(stretches(marks, cells=30))

    assert [cell for first, end in pieces for cell in range(first, end)] == list(range(30))
    assert {first for first, end in pieces if end - first == 1} >= marks
    assert len(pieces) <= 2 * len(marks) + 1
