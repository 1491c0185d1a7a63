"""Ids of decisions are UUIDs of version 7 and ascend within a process, whatever its clock does."""

import uuid
from collections.abc import Callable

import pytest

from amends.server.new_id import NewUuid7, _Supply
from tests.fakes.clock import FakeClock

MILLISECOND = 1_000_000


def constant(byte: int) -> Callable[[int], bytes]:
    return lambda size: bytes([byte]) * size


def test_an_id_is_a_uuid_of_version_7_with_the_time_in_front() -> None:
    """RFC 9562, section 5.7: 48 bits of milliseconds, the version, the variant."""
    clock = FakeClock(0x0123_4567_89AB * MILLISECOND + 999_999)

    made = uuid.UUID(NewUuid7(clock)())

    assert (made.version, made.variant) == (7, uuid.RFC_4122)
    assert made.int >> 80 == 0x0123_4567_89AB


def test_ids_ascend_and_differ_within_one_moment() -> None:
    """Many decisions a millisecond keep their order."""
    new_id = NewUuid7(FakeClock())

    made = [new_id() for _ in range(2000)]

    assert made == sorted(set(made))


def test_ids_ascend_when_the_clock_goes_back() -> None:
    """A clock that was set back makes no id that sorts before one that was given out."""
    clock = FakeClock()
    new_id = NewUuid7(clock)
    before = new_id()
    clock.nanoseconds -= 3_600_000 * MILLISECOND

    assert new_id() > before


@pytest.mark.parametrize("byte", [0x00, 0xFF])
def test_the_worst_random_bytes_keep_the_order(byte: int) -> None:
    """Neither a generator stuck at zero nor the largest steps break the order, the version or the variant."""
    new_id = NewUuid7(FakeClock(), constant(byte))

    made = [new_id() for _ in range(1000)]

    assert made == sorted(set(made))
    assert {(uuid.UUID(one).version, uuid.UUID(one).variant) for one in made} == {(7, uuid.RFC_4122)}


def test_a_full_millisecond_borrows_the_next() -> None:
    """When no number is left in a millisecond, the next one begins early rather than an id repeating."""
    clock = FakeClock()
    new_id = NewUuid7(clock, constant(0xFF))
    first = uuid.UUID(new_id())
    new_id._tail = (1 << 74) - 1

    following = uuid.UUID(new_id())

    assert following.int >> 80 == (first.int >> 80) + 1
    assert following > first


def test_no_random_byte_is_given_twice() -> None:
    """They are fetched many at a time; each id takes its own, in whatever number."""
    asked: list[int] = []

    def numbered(size: int) -> bytes:
        asked.append(size)
        return b"".join(number.to_bytes(2) for number in range(len(asked) * 256, len(asked) * 256 + size // 2))

    supply = _Supply(numbered)
    given = [supply(2 * count) for count in (1, 5, 2, 200, 90, 1, 256, 3)]

    pairs = [taken[place : place + 2] for taken in given for place in range(0, len(taken), 2)]
    assert [len(taken) for taken in given] == [2, 10, 4, 400, 180, 2, 512, 6]
    assert len(pairs) == len(set(pairs))
    assert len(asked) < len(given)
