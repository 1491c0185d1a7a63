"""What no well-meaning caller sends does nothing to a server; `make hostile` sends far more of it."""

import random

from tests.faults.hostile import MEBIBYTE, hostile, is_good
from tests.faults.hostile_bytes import changed, message_frame

MOST_GROWTH = 48 * MEBIBYTE
"""What a process takes on while it warms up, of which a tenth of so few is little."""


def test_a_server_minds_nothing_that_it_is_sent() -> None:
    """On every road: it answers as before, logs no accident, answers nothing with INTERNAL, and holds its memory."""
    found = hostile(2_000, seed=7)

    assert set(found.sent) == {"json", "message", "binary", "query", "stream", "frames", "http1", "http2"}
    assert found.sent.total() >= 2_000
    assert found.accidents == []
    assert is_good(found, most_growth=MOST_GROWTH), found


def test_what_is_sent_is_hostile() -> None:
    """Nearly nothing of it is what it was made of."""
    chance = random.Random(1)  # noqa: S311 -- no secret
    seed = bytes(range(200))

    assert sum(changed(seed, chance) == seed for _ in range(1_000)) < 100
    assert len({message_frame(seed, chance) for _ in range(100)}) > 20
