"""A customer's ledger: what they were given, and what is set aside for them until it is done or its time is up.

Under a pack with `history: ledger` the facts of a customer's history come from here where the caller says nothing of
them. Goodwill that a limit bounds by such a fact is set aside in the commit of its decision, if the ledger is still the
one that was read: of many decisions at once each counts those before it.
"""

from collections.abc import Mapping, Sequence
from typing import Final, NamedTuple

from amends.application.asked import Asked
from amends.application.ports import CustomerLedger, OutcomeCodec, SetAside
from amends.application.read_recorded import read_granted
from amends.domain.action import Action, Scope
from amends.domain.action_kinds import ActionKind
from amends.domain.decision import Decision
from amends.domain.facts import Value
from amends.domain.history import APOLOGIES, GOODWILL_GRANTED, SUPPLIED_BY_THE_LOG
from amends.domain.money import Money
from amends.domain.record import LedgerGuard, OutcomeEntry, Reserved
from amends.domain.situation import Granted, Situation
from amends.packs.model import LEDGER, Pack
from amends.resolution.identify import place

RESERVED_FOR: Final = 7 * 24 * 3_600_000_000_000
"""How long an amount stays set aside where the action says no other time: as long as an offer usually stands."""


class History(NamedTuple):
    """What the log supplies of a customer's history, and the state of the ledger that it was read from."""

    facts: Mapping[str, Value]
    guard: LedgerGuard


def is_supplied(asked: Asked, pack: Pack) -> bool:
    """Whether the log has something to supply to this request."""
    situation = asked.situation
    return (
        pack.history == LEDGER
        and bool(situation.customer_id)
        and any(_is_unsaid(path, situation) for path in SUPPLIED_BY_THE_LOG)
    )


async def history(asked: Asked, pack: Pack, ledger: CustomerLedger, codec: OutcomeCodec, *, now: int) -> History:
    """What the log knows. May raise LogUnavailableError."""
    situation = asked.situation
    since = situation.observe_time - max(SUPPLIED_BY_THE_LOG.values())
    state = await ledger.ledger(situation.customer_id, since=since, now=now)
    own = own_places(situation)
    # What an earlier decision set aside at the same place is not spent beside this one: this one takes its place.
    set_aside = [
        one for one in state.set_aside if one.decision_id != asked.supersedes and not one.action_id.startswith(own)
    ]
    given = [(outcome, read_granted(outcome, codec)) for outcome in state.given]
    facts: dict[str, Value] = {}
    if _is_unsaid(GOODWILL_GRANTED, situation):
        goodwill = _goodwill(given, set_aside, currency=_currency(situation, pack))
        if goodwill is not None:
            facts[GOODWILL_GRANTED] = goodwill
    if _is_unsaid(APOLOGIES, situation):
        recent = situation.observe_time - SUPPLIED_BY_THE_LOG[APOLOGIES]
        facts[APOLOGIES] = sum(one.kind == ActionKind.APOLOGY and outcome.time >= recent for outcome, one in given)
    return History(facts, LedgerGuard(situation.customer_id, state.version))


def reservations(decision: Decision, supplied: Mapping[str, Value], pack: Pack, *, now: int) -> tuple[Reserved, ...]:
    """What the decision spends of a history that the log supplied."""
    if GOODWILL_GRANTED not in supplied or not _is_bounded(pack):
        return ()
    return tuple(
        Reserved(action.action_id, action.kind.value, action.amount, _expires(action, now))
        for action in decision.actions
        if action.kind is ActionKind.GOODWILL and action.amount is not None and not action.already_given
    )


def own_places(situation: Situation) -> tuple[str, ...]:
    """How the ids of this situation's actions begin, and of those that it shares with its incident."""
    return place(situation, Scope.CASE), place(situation, Scope.INCIDENT)


def _is_unsaid(path: str, situation: Situation) -> bool:
    """Who says that a fact cannot be had has said something of it, and no situation holds such a fact's value."""
    return path not in situation.facts and path not in situation.unobtainable


def _goodwill(
    given: Sequence[tuple[OutcomeEntry, Granted]], set_aside: Sequence[SetAside], *, currency: str
) -> Money | None:
    """All of it in its one currency. None where it is of several, or of an unknown amount: a sum would not be true."""
    amounts = [one.amount for _, one in given if one.kind == ActionKind.GOODWILL]
    amounts += [one.amount for one in set_aside if one.action_kind == ActionKind.GOODWILL]
    known = [amount for amount in amounts if amount is not None]
    currencies = {amount.currency for amount in known} or ({currency} if currency else set())
    if len(known) < len(amounts) or len(currencies) != 1:
        return None
    return Money(currencies.pop(), sum(amount.minor_units for amount in known))


def _currency(situation: Situation, pack: Pack) -> str:
    """The case's currency, in which nothing was given if nothing was."""
    for path in ("amount_affected", "amount_paid"):
        amount = situation.facts.get(path)
        if isinstance(amount, Money):
            return amount.currency
    return pack.currency


def _is_bounded(pack: Pack) -> bool:
    return any(limit.minus == GOODWILL_GRANTED and ActionKind.GOODWILL in limit.of for limit in pack.limits)


def _expires(action: Action, now: int) -> int:
    return now + RESERVED_FOR if action.valid_until is None else max(action.valid_until, now)
