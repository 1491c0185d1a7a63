"""What the log supplies of a customer's history: true sums only, and nothing that the decision itself replaces."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from amends.application.asked import Asked, supplied
from amends.application.compiled_pack import CompiledPack
from amends.application.ledger import RESERVED_FOR, history, is_supplied, own_places, reservations
from amends.application.log_errors import UnreadableDecisionError
from amends.application.ports import LedgerState, SetAside
from amends.domain.facts import Value
from amends.domain.history import APOLOGIES, GOODWILL_GRANTED, SUPPLIED_BY_THE_LOG
from amends.domain.money import Money
from amends.domain.record import Actor, LedgerGuard, OutcomeEntry
from amends.domain.situation import Granted, Situation
from amends.engines.bitmap import BitmapEngine
from amends.packs.load import load_rules
from amends.packs.model import Pack
from tests.agreement.recorded import CODEC as REAL_CODEC
from tests.fakes.outcome_codec import FakeOutcomeCodec
from tests.service.packs import GENEROUS
from tests.service.running import write_pack
from tests.storage.records import decision, outcome

NOW = 2_000_000_000_000_000_000
DAY = 24 * 3_600_000_000_000
CODEC = FakeOutcomeCodec()


class FakeLedger:
    """Says what a test put there, and remembers since when it was asked."""

    def __init__(self, given: Sequence[OutcomeEntry] = (), set_aside: Sequence[SetAside] = ()) -> None:
        self.state = LedgerState(7, given, set_aside)
        self.since = 0

    async def ledger(self, customer_id: str, *, since: int, now: int) -> LedgerState:
        assert (customer_id, now) == ("customer-1", NOW)
        self.since = since
        return self.state


def asked(facts: dict[str, Value] | None = None, **said: Any) -> Asked:  # noqa: ANN401  # any of a request's fields
    situation = Situation("case-1", NOW, facts or {}, customer_id="customer-1")
    return Asked(situation, b"", "default", Actor(), supplied(observe_time=True, role=True), **said)


def given(kind: str, amount: Money | None = None, *, days_ago: int = 0) -> OutcomeEntry:
    raw = CODEC.granted(Granted(kind=kind, amount=amount))
    return outcome(decision(), time=NOW - days_ago * DAY, granted=raw)


def set_aside(minor_units: int, *, action_id: str = "f" * 48, decision_id: str = "other") -> SetAside:
    return SetAside(decision_id, action_id, "goodwill", Money("USD", minor_units))


@pytest.fixture
def pack(tmp_path: Path) -> Pack:
    write_pack(tmp_path, "generous", GENEROUS)
    return load_rules(tmp_path).packs["generous"]


async def known(pack: Pack, ledger: FakeLedger, request: Asked | None = None) -> dict[str, Value]:
    found = await history(request or asked(), pack, ledger, CODEC, now=NOW)
    assert found.guard == LedgerGuard("customer-1", 7)
    return dict(found.facts)


async def test_history_is_what_was_given_and_what_is_set_aside(pack: Pack) -> None:
    """Goodwill of a year, apologies of 90 days, and no other kind."""
    ledger = FakeLedger(
        [
            given("goodwill", Money("USD", 500), days_ago=300),
            given("refund", Money("USD", 10_000)),
            given("apology", days_ago=90),
            given("apology", days_ago=91),
        ],
        [set_aside(250)],
    )

    assert await known(pack, ledger) == {GOODWILL_GRANTED: Money("USD", 750), APOLOGIES: 1}
    assert ledger.since == NOW - SUPPLIED_BY_THE_LOG[GOODWILL_GRANTED]


async def test_nothing_given_is_nothing_in_the_currency_of_the_case(pack: Pack) -> None:
    """That of what is affected or was paid, else the pack's."""
    assert (await known(pack, FakeLedger()))[GOODWILL_GRANTED] == Money("USD", 0)
    euros = asked({"amount_paid": Money("EUR", 5)})
    assert (await known(pack, FakeLedger(), euros))[GOODWILL_GRANTED] == Money("EUR", 0)


async def test_what_cannot_be_read_is_told_and_not_left_out(pack: Pack) -> None:
    """A limit that does not count it would be overspent."""
    damaged = outcome(decision(), granted=b"\xff")
    with pytest.raises(UnreadableDecisionError, match=f"{damaged.decision_id} cannot be read: not a GrantedAction"):
        await history(asked(), pack, FakeLedger([damaged]), REAL_CODEC, now=NOW)


@pytest.mark.parametrize("other", [Money("EUR", 5), None])
async def test_what_has_no_true_sum_stays_unknown(pack: Pack, other: Money | None) -> None:
    """Two currencies, or a gift of which nobody said how much it was: then somebody has to look."""
    ledger = FakeLedger([given("goodwill", Money("USD", 500)), given("goodwill", other)])

    assert GOODWILL_GRANTED not in await known(pack, ledger)


async def test_what_gives_way_to_this_decision_does_not_count(pack: Pack) -> None:
    """What was set aside at its own place, and by the decision whose place it takes."""
    request = asked(supersedes="earlier")
    own, _ = own_places(request.situation)
    ledger = FakeLedger(
        (), [set_aside(1, action_id=own + "0" * 16), set_aside(20, decision_id="earlier"), set_aside(300)]
    )

    assert (await known(pack, ledger, request))[GOODWILL_GRANTED] == Money("USD", 300)


async def test_the_callers_word_is_taken(pack: Pack) -> None:
    """What is said is not supplied, and where both are said, or nobody is named, the log is not asked."""
    said: dict[str, Value] = {GOODWILL_GRANTED: Money("USD", 1)}
    assert await known(pack, FakeLedger(), asked(said)) == {APOLOGIES: 0}

    assert is_supplied(asked(said), pack)
    assert not is_supplied(asked({**said, APOLOGIES: 0}), pack)
    nobody = asked()
    assert not is_supplied(nobody._replace(situation=nobody.situation._replace(customer_id="")), pack)


async def test_only_what_spends_supplied_history_is_set_aside(pack: Pack) -> None:
    """New goodwill that the limit bounds, for as long as an offer stands; none where the caller said the history."""
    facts: dict[str, Value] = {GOODWILL_GRANTED: Money("USD", 0)}
    situation = Situation("case-1", NOW, {**facts, "fault": "company", "observe_time": NOW})
    decided = CompiledPack(pack, BitmapEngine()).decide(situation, role="frontline").decision
    (action,) = [one for one in decided.actions if one.kind == "goodwill"]

    found = reservations(decided, facts, pack, now=NOW)

    assert [(one.action_id, one.amount, one.expires) for one in found] == [
        (action.action_id, Money("USD", 2_000), NOW + RESERVED_FOR)
    ]
    assert reservations(decided, {}, pack, now=NOW) == ()
