"""What an agent may promise by itself: by case and by day, each action once."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from amends_client.mcp.caps import Promised
from amends_client.mcp.settings import Caps
from amends_client.values import money


@dataclass
class Clock:
    """A moment that a test moves."""

    moment: datetime = datetime(2026, 11, 1, 23, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.moment


def promised(per_case: str | None = None, per_day: str | None = None, *, clock: Clock | None = None) -> Promised:
    caps = Caps(None if per_case is None else money(per_case), None if per_day is None else money(per_day))
    return Promised(caps, clock or Clock())


def test_without_caps_the_service_alone_decides() -> None:
    """Whatever the amount."""
    assert promised().allows("c", "a", money("1000000 USD"), given=(), keep=True) == ""


def test_a_case_counts_each_action_once_and_what_was_given() -> None:
    """Decided again it is the same promise; what was paid before is a part of the case."""
    counted = promised("50 USD")
    for _ in range(3):
        assert counted.allows("c", "a", money("30 USD"), given=(), keep=True) == ""
    assert "in one case" in counted.allows("c", "b", money("20.01 USD"), given=(), keep=True)
    assert counted.allows("c", "b", money("20 USD"), given=(), keep=True) == ""
    assert "in one case" in counted.allows("d", "a", money("20 USD"), given=[money("40 USD")], keep=True)


def test_what_a_newer_decision_does_not_hold_is_free_again_in_its_case() -> None:
    """But not in its day: it was promised."""
    counted = promised("50 USD", "60 USD")
    assert counted.allows("c", "a", money("50 USD"), given=(), keep=True) == ""
    counted.release("c", {"b"})
    assert counted.allows("c", "b", money("10 USD"), given=(), keep=True) == ""
    assert "in a day" in counted.allows("d", "x", money("0.01 USD"), given=(), keep=True)


def test_a_day_ends_at_midnight_of_utc() -> None:
    """And the next begins at nothing."""
    clock = Clock()
    counted = promised(per_day="50 USD", clock=clock)
    assert counted.allows("c", "a", money("50 USD"), given=(), keep=True) == ""
    assert "in a day" in counted.allows("d", "b", money("1 USD"), given=(), keep=True)
    clock.moment += timedelta(hours=1)
    assert counted.allows("d", "b", money("50 USD"), given=(), keep=True) == ""


def test_what_is_only_looked_at_is_not_counted_and_other_money_is_for_people() -> None:
    """A preview promises nothing; no cap is compared with money of another currency."""
    counted = promised("50 USD")
    assert counted.allows("c", "a", money("50 USD"), given=(), keep=False) == ""
    assert counted.allows("c", "b", money("50 USD"), given=(), keep=False) == ""
    assert "USD only" in counted.allows("c", "a", money("1 EUR"), given=(), keep=True)
