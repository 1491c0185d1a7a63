"""What a server keeps does not grow with what it has answered; `make stream` streams a million."""

from tests.faults.long_stream import MEBIBYTE, stream

MOST_GROWTH = 8 * MEBIBYTE


def test_memory_stays_flat_over_a_long_stream() -> None:
    """Every situation is answered in its place, and after the first tenth the process takes on next to nothing."""
    found = stream(20_000)

    assert found.astray == 0
    assert found.growth < MOST_GROWTH
