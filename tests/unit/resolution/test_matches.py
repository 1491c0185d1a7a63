from hypothesis import given
from hypothesis import strategies as st

from amends.resolution.matches import places


@given(numbers=st.frozensets(st.integers(0, 5000), max_size=40))
def test_places_are_the_set_bits_in_rising_order(numbers: frozenset[int]) -> None:
    """Whatever is set is found once, lowest first, among few bits or many."""
    assert places(sum(1 << number for number in numbers)) == sorted(numbers)
