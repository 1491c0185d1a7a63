"""Moments as ids: UUIDs of version 7 begin with their millisecond, so that a range of time is a range of ids."""

from typing import Final

_NANOSECONDS_PER_MILLISECOND: Final = 1_000_000
_MOST: Final = (1 << 48) - 1


def first_id(moment: int) -> str:
    """What no id of the moment's millisecond, or of a later one, is less than; ids of earlier ones are."""
    milliseconds = min(max(moment // _NANOSECONDS_PER_MILLISECOND, 0), _MOST)
    digits = f"{milliseconds:012x}"
    return f"{digits[:8]}-{digits[8:]}-0000-0000-000000000000"
