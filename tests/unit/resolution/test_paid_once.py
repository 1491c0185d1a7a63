"""Nothing is paid twice over any sequence of re-decisions, whatever is paid first of what a decision recommends."""

from typing import Final

from hypothesis import given, settings
from hypothesis import strategies as st

from amends.domain.action import Action, Scope
from amends.domain.action_kinds import ActionKind, Combine
from amends.domain.decision import Decision
from amends.domain.money import Money
from amends.domain.situation import Granted, Situation
from amends.packs.model import Limit, Pack, Proposal, Rule
from tests.unit.resolution.building import decide, limit, owed, pack, propose, rule, situation, usd

MONEY: Final = st.integers(1, 60).map(lambda units: usd(str(units)))
BOTH: Final = ("refund", "goodwill")
ONE_OR_NONE: Final = ((), (), ("refund",), ("goodwill",))
KINDS: Final = ("refund", "goodwill", "entitlement")
MOST_ROUNDS: Final = 40


@st.composite
def proposals(draw: st.DrawFn, covers: tuple[tuple[str, ...], ...]) -> Proposal:
    """Something with money; an entitlement covers one of these."""
    match draw(st.sampled_from(KINDS)):
        case "refund":
            return propose("refund", draw(MONEY))
        case "goodwill":
            return propose("goodwill", draw(MONEY), kind=draw(st.sampled_from(("credit", "gift"))))
        case _:
            law, covered = draw(st.sampled_from(("law", "contract"))), draw(st.sampled_from(covers))
            # What was paid is told by its basis alone: one basis covers the same wherever it stands.
            return owed(draw(MONEY), basis="-".join((law, *covered)), covers=covered)


@st.composite
def limits(draw: st.DrawFn, *, of_both: bool) -> Limit:
    """At most so much of one kind or several, in any order."""
    listed = st.sampled_from([BOTH, KINDS]).flatmap(st.permutations)
    of = draw(listed if of_both else st.lists(st.sampled_from(KINDS), min_size=1, max_size=3, unique=True))
    return limit(f"limit-{draw(st.integers(0, 99))}", of, draw(MONEY))


@st.composite
def packs(draw: st.DrawFn) -> Pack:
    """Rules that all apply, with a limit or two; refunds may stand apart or add up.

    Where an entitlement covers both kinds, a limit lists both: one on a single kind bounds what was paid of it, and
    which of two payments an entitlement took is not told by the money.
    """
    wide = draw(st.booleans())
    wanted = draw(st.lists(proposals((*ONE_OR_NONE, BOTH) if wide else ONE_OR_NONE), min_size=1, max_size=6))
    rules: list[Rule] = [rule(f"rule-{place}", proposal) for place, proposal in enumerate(wanted)]
    ways = st.sampled_from((Combine.HIGHEST, Combine.SUM, Combine.ALL))
    combine = {ActionKind.REFUND: draw(ways), ActionKind.ENTITLEMENT: draw(ways)}
    return pack(*rules, combine=combine, limits=draw(st.lists(limits(of_both=wide), max_size=2)))


def facts(refunded: int) -> dict[str, Money]:
    return {"amount_paid": usd("10000"), "amount_refunded": Money("USD", refunded)}


def as_granted(action: Action) -> Granted:
    """An action carried out, as callers report it."""
    texts = {name: value for name, value in action.parameters if isinstance(value, str) and name != "basis"}
    return Granted(
        kind=action.kind.value,
        action_id=action.action_id,
        subject=action.subject,
        incident_id=action.incident_id if action.scope is Scope.INCIDENT else "",
        basis=str(action.parameter("basis") or ""),
        parameters=texts,
        amount=action.amount,
    )


def payable(decision: Decision) -> list[Action]:
    return [action for action in decision.actions if action.may_grant_now and action.amount is not None]


def total(actions: list[Action]) -> int:
    return sum(action.amount.minor_units for action in actions if action.amount)


def paid(granted: list[Granted], kind: str = "") -> int:
    return sum(entry.amount.minor_units for entry in granted if entry.amount and kind in {"", entry.kind})


def after(granted: list[Granted]) -> Situation:
    return situation(facts(paid(granted, "refund")), granted=granted)


@settings(max_examples=300, deadline=None)
@given(built=packs(), data=st.data())
def test_whatever_is_paid_first_the_customer_gets_what_was_recommended(built: Pack, data: st.DataObject) -> None:
    """Neither more nor less; and then there is nothing left to pay."""
    granted: list[Granted] = []
    recommended = total(payable(decide(built, after(granted))))
    for _ in range(MOST_ROUNDS):
        waiting = payable(decide(built, after(granted)))
        if not waiting:
            break
        granted += [as_granted(one) for one in data.draw(st.lists(st.sampled_from(waiting), min_size=1, unique_by=id))]
    assert not payable(decide(built, after(granted)))
    assert paid(granted) == recommended


@settings(max_examples=100, deadline=None)
@given(built=packs())
def test_an_action_s_id_is_that_of_the_purchase(built: Pack) -> None:
    """Decided again before anything is paid, each action keeps its id; what is left after a part has its own."""
    first = decide(built, after([]))
    assert [action.action_id for action in decide(built, after([])).actions] == [one.action_id for one in first.actions]
    waiting = payable(first)
    if waiting:
        half = Money("USD", max(total(waiting[:1]) // 2, 1))
        part = as_granted(waiting[0]._replace(amount=half))
        ids = {action.action_id for action in payable(decide(built, after([part])))}
        assert waiting[0].action_id not in ids
