"""Where the product and the language were found to part; the random comparison leaves these out."""

from typing import Final

from amends.domain.action import Span
from amends.domain.action_kinds import ActionKind
from amends.domain.facts import Value
from amends.domain.money import Money
from amends.domain.situation import Granted, Situation
from amends.packs.amounts import Fixed
from amends.packs.conditions import ALWAYS
from amends.packs.model import FactParameter, Pack, Parameter, Proposal
from tests.agreement.generators import HOUR, NOON, pack_of, rule_of
from tests.agreement.plain_model import Plain
from tests.agreement.plain_resolution import decide
from tests.agreement.test_plain_resolution import product

PAID: Final = Money("USD", 499)
REFUND: Final = Proposal(ActionKind.REFUND, amount=Fixed((Money("USD", 1980),)))


def test_a_refund_never_exceeds_what_was_paid_whatever_was_refunded() -> None:
    """Bound: never above amount_paid less amount_refunded, whatever a pack says; not even while the latter is open."""
    (refund,) = both(pack_of([rule_of(1, ALWAYS, then=(REFUND,))]), situation({"amount_paid": PAID})).actions
    assert refund.amount == PAID
    assert refund.unsettled == (("", ("amount_refunded",)),)


def test_what_was_refunded_is_asked_where_a_granted_refund_does_not_say_its_amount() -> None:
    """Needed facts are sufficient: those that a bound lacks are asked, so that the refund can be settled."""
    asked = situation({"amount_paid": Money("USD", 5000)}, granted=(Granted("refund", incident_id="incident-1"),))
    assert [need.path for need in both(pack_of([rule_of(1, ALWAYS, then=(REFUND,))]), asked).needed_facts] == [
        "amount_refunded",
    ]


def test_the_owner_of_a_promise_is_a_team_of_the_pack_by_its_name() -> None:
    """As the contract says of an obligation's owner: a team, `same_person` or `assigned`; its label is for people."""
    promised = both(pack_of([rule_of(1, ALWAYS, then=promises("it"))]), situation({}))
    assert [one.owner for one in promised.obligations] == ["it"]


def test_a_promise_has_no_owner_while_the_team_is_not_known() -> None:
    """Nobody is named: the owner is empty."""
    promised = both(pack_of([rule_of(1, ALWAYS, then=promises(FactParameter("facts.team")))]), situation({}))
    assert [one.owner for one in promised.obligations] == [""]


def promises(team: Parameter) -> tuple[Proposal, ...]:
    """A team, and a check later on."""
    check = Proposal(ActionKind.VERIFY_FOLLOWUP, (("in", Span(nanos=HOUR)),))
    return (Proposal(ActionKind.ASSIGN_OWNER, (("to", team),)), check)


def situation(facts: dict[str, Value], *, granted: tuple[Granted, ...] | None = None) -> Situation:
    """A situation at noon."""
    return Situation("case-1", NOON, {**facts, "observe_time": NOON}, granted=granted)


def both(pack: Pack, asked: Situation) -> Plain:
    """The decision of both resolvers, once they agree."""
    expected = decide(pack, asked, role="frontline")
    assert product(pack, asked, role="frontline") == expected
    return expected
