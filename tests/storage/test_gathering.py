"""How many entries are waited for: as many as come in time, found by trying for a few more, and forgotten slowly."""

from itertools import pairwise

from amends.storage.gathering import Gathering


def enough(gathering: Gathering) -> int:
    return next(waiting for waiting in range(1, 1000) if gathering.is_enough(waiting))


def test_with_a_crowd_groups_grow_to_a_bound() -> None:
    """Each group that was full in time asks for a little more, but never for more than a loop can spare."""
    gathering, sizes = Gathering(), list[int]()
    for _ in range(400):
        sizes.append(enough(gathering))
        gathering.came()

    assert sizes == sorted(sizes)
    assert sizes[-1] == 32
    assert all(after - before <= 1 for before, after in pairwise(sizes))


def test_who_calls_in_eights_is_seldom_waited_for_in_vain() -> None:
    """Of eight callers a ninth never comes: after that was tried, many groups are written before it is tried again."""
    gathering, in_vain = Gathering(), 0
    for _ in range(300):
        if enough(gathering) <= 8:
            gathering.came()
        else:
            gathering.stayed_away(8)
            in_vain += 1

    assert 0 < in_vain <= 300 / 10
    assert 7 <= enough(gathering) <= 9


def test_a_crowd_that_leaves_is_soon_not_waited_for() -> None:
    """A few times in vain, and then no more; but one quiet moment does not undo what a crowd has taught."""
    gathering = Gathering()
    for _ in range(400):
        gathering.came()
    gathering.stayed_away(1)
    assert enough(gathering) >= 20

    for _ in range(15):
        gathering.stayed_away(1)
    assert enough(gathering) == 1
