"""What an agent may promise by itself: by case and by day, each action once."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Barrier, Thread

import pytest

from amends_client.mcp.caps import Promised
from amends_client.mcp.settings import Caps, SettingsError
from amends_client.values import money


@dataclass
class Clock:
    """A moment that a test moves."""

    moment: datetime = datetime(2026, 11, 1, 23, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.moment


def promised(
    per_case: str | None = None, per_day: str | None = None, *, clock: Clock | None = None, ledger: Path | None = None
) -> Promised:
    caps = Caps(None if per_case is None else money(per_case), None if per_day is None else money(per_day))
    return Promised(caps, ledger, clock or Clock())


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


def test_an_action_counts_at_the_most_that_was_said_of_it() -> None:
    """Decided again for less, the customer has heard of more: no cap is passed by deciding again and again."""
    counted = promised("100 USD", "100 USD")
    assert counted.allows("c", "a", money("100 USD"), given=(), keep=True) == ""
    assert counted.allows("c", "a", money("0.01 USD"), given=(), keep=True) == ""
    assert "in one case" in counted.allows("c", "b", money("1 USD"), given=(), keep=True)
    assert "in a day" in counted.allows("d", "b", money("1 USD"), given=(), keep=True)


def test_what_the_customer_was_told_is_not_free_again() -> None:
    """Whatever a newer decision holds."""
    counted = promised("50 USD")
    assert counted.allows("c", "a", money("50 USD"), given=(), keep=True) == ""
    assert counted.hold("c", "a") == ""
    counted.release("c", {"b"})
    assert "in one case" in counted.allows("c", "b", money("1 USD"), given=(), keep=True)


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


def test_servers_of_one_agent_have_one_count(tmp_path: Path) -> None:
    """A program that starts its own server for each conversation has one cap a day, not one a conversation."""
    ledger = tmp_path / "kept" / "promised.db"
    first, second = (promised("50 USD", "60 USD", ledger=ledger) for _ in range(2))
    assert first.allows("c", "a", money("50 USD"), given=(), keep=True) == ""
    assert "in a day" in second.allows("d", "a", money("10.01 USD"), given=(), keep=True)
    first.close()
    assert "in one case" in promised("50 USD", ledger=ledger).allows("c", "b", money("1 USD"), given=(), keep=True)
    assert ledger.stat().st_mode & 0o077 == 0


def test_of_many_servers_that_ask_for_the_rest_one_gets_it(tmp_path: Path) -> None:
    """Asked at the same moment."""
    ledger, answers, together = tmp_path / "promised.db", list[str](), Barrier(8)

    def ask(case: str) -> None:
        together.wait()
        counted = promised(per_day="50 USD", ledger=ledger)
        answers.append(counted.allows(case, "a", money("30 USD"), given=(), keep=True))
        counted.close()

    asking = [Thread(target=ask, args=(f"case-{place}",)) for place in range(8)]
    for one in asking:
        one.start()
    for one in asking:
        one.join()
    assert len(answers) == 8
    assert answers.count("") == 1


def test_where_nothing_can_be_counted_a_person_is_asked(tmp_path: Path) -> None:
    """What is lost after the start; at the start it is told."""
    counted = promised("50 USD", ledger=tmp_path / "promised.db")
    counted.close()
    assert "cannot be counted" in counted.allows("c", "a", money("1 USD"), given=(), keep=True)
    (tmp_path / "else.db").write_text("no database, but a text of some length " * 100)
    with pytest.raises(SettingsError, match=r"else\.db"):
        promised("50 USD", ledger=tmp_path / "else.db")


def test_what_was_given_in_other_money_is_for_people() -> None:
    """Sums of two currencies are none."""
    assert "USD only" in promised("50 USD").allows("c", "a", money("1 USD"), given=[money("1 JPY")], keep=True)


def test_old_cases_are_forgotten(tmp_path: Path) -> None:
    """When a server starts: the file does not grow for ever."""
    clock, ledger = Clock(), tmp_path / "promised.db"
    assert promised("50 USD", clock=clock, ledger=ledger).allows("c", "a", money("50 USD"), given=(), keep=True) == ""
    clock.moment += timedelta(days=399)
    assert promised("50 USD", clock=clock, ledger=ledger).allows("c", "b", money("1 USD"), given=(), keep=True)
    clock.moment += timedelta(days=2)
    assert promised("50 USD", clock=clock, ledger=ledger).allows("c", "b", money("1 USD"), given=(), keep=True) == ""
