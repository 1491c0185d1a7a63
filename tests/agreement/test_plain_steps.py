"""The plain resolver itself, a step at a time, by examples worked out from the language: it does not agree in vain."""

from dataclasses import replace
from decimal import Decimal
from typing import Final

from amends.domain.action import Span
from amends.domain.action_kinds import ActionKind
from amends.domain.decision import ObligationKind, Outcome, Step, Verdict
from amends.domain.facts import Value
from amends.domain.money import Money
from amends.domain.situation import Granted, Situation
from amends.packs.amounts import Amount, AmountRow, AmountTable, Fixed, PercentOf
from amends.packs.conditions import ALWAYS, Condition, Has, OneOf, SetTest
from amends.packs.model import (
    Calendar,
    Case,
    Derive,
    Forbid,
    Hit,
    Holding,
    Limit,
    Pack,
    Parameter,
    Position,
    Proposal,
    Requirement,
    Role,
    Row,
    Text,
)
from tests.agreement.generators import HOUR, NOON, pack_of, rule_of
from tests.agreement.plain_model import Plain, PlainAction
from tests.agreement.plain_resolution import decide

HERE: Final = Position("plain.yaml", 1, 1)
FREE: Final[dict[str, Value]] = {"amount_paid": Money("USD", 100_000), "amount_refunded": Money("USD", 0)}
HIGH: Final = OneOf("severity", ("high",))
SORRY: Final = Proposal(ActionKind.APOLOGY)


def usd(units: int) -> Money:
    return Money("USD", units)


def money(kind: ActionKind, amount: int | Amount, /, **parameters: Parameter) -> Proposal:
    fixed = Fixed((usd(amount),)) if isinstance(amount, int) else amount
    return Proposal(kind, tuple(parameters.items()), amount=fixed)


def refund(amount: int | Amount) -> Proposal:
    return money(ActionKind.REFUND, amount)


def gift(amount: int | Amount) -> Proposal:
    return money(ActionKind.GOODWILL, amount, kind="gift")


def owed(amount: int | Amount, **parameters: Parameter) -> Proposal:
    return money(ActionKind.ENTITLEMENT, amount, basis="eu-261", **parameters)


def pack(*proposals: Proposal, when: Condition = ALWAYS) -> Pack:
    return pack_of([rule_of(1, when, then=proposals)])


def told(
    packed: Pack,
    facts: dict[str, Value] | None = None,
    *,
    granted: tuple[Granted, ...] = (),
    role: str = "frontline",
) -> Plain:
    known = {**(FREE if facts is None else facts), "observe_time": NOON}
    return decide(packed, Situation("case-1", NOON, known, granted=granted), role=role)


def amounts(decision: Plain) -> dict[ActionKind, int | None]:
    return {action.kind: action.amount.minor_units if action.amount else None for action in decision.actions}


def only(decision: Plain) -> PlainAction:
    (action,) = decision.actions
    return action


def test_the_first_case_gives_the_fact_unless_one_before_it_is_open() -> None:
    """First hit: an open case before the first that holds leaves the fact missing, and its sources are asked."""
    cases = (Case(OneOf("fault", ("company",)), "high", HERE), Case(ALWAYS, "low", HERE))
    packed = replace(pack(gift(500), when=HIGH), derives=(Derive("severity", cases, Hit.FIRST, None, HERE),))
    assert told(packed, {"fault": "company"}).outcome is Outcome.ACTIONS_RECOMMENDED
    assert told(packed, {"fault": "customer"}).outcome is Outcome.NO_RULE_MATCHED
    assert [need.path for need in told(packed, {}).needed_facts] == ["fault"]
    assert told(packed, {"severity": "high"}).outcome is Outcome.ACTIONS_RECOMMENDED


def test_rows_after_the_first_that_holds_do_not_match() -> None:
    """A table hit first: an open row before the first that holds makes both undetermined."""
    open_row = replace(rule_of(1, HIGH, then=(gift(900),)), row=Row("table", Hit.FIRST, 1))
    rows = [replace(rule_of(n, ALWAYS, then=(gift(n),)), row=Row("table", Hit.FIRST, n)) for n in (2, 3)]
    packed = pack_of([open_row, *rows])
    assert amounts(told(packed, {"severity": "low"})) == {ActionKind.GOODWILL: 2}
    undetermined = [(one.rule_id, one.missing) for one in told(packed, {}).verdicts]
    assert undetermined == [("rule-001", ("severity",)), ("rule-002", ("severity",))]


def test_an_honest_referral_removes_what_would_keep_the_customer() -> None:
    """Refer: retention goes, what is owed stays, and the outcome says that we do not fit."""
    parameters = (("outcome", "not_a_fit"), ("target", "none_known"), ("evidence", ("fit",)))
    keeping = replace(gift(500), retention=True)
    decision = told(pack(Proposal(ActionKind.REFERRAL, parameters), keeping, replace(owed(5), retention=True)))
    assert decision.outcome is Outcome.NOT_A_FIT
    assert [action.kind for action in decision.actions] == [ActionKind.REFERRAL, ActionKind.ENTITLEMENT]
    assert [found.step for found in decision.adjustments] == [Step.REFER]


def test_a_forbid_acts_whatever_the_priorities() -> None:
    """Forbid: all at once; nothing stands, so everything was overruled."""
    rules = [
        rule_of(1, ALWAYS, then=(gift(5),), priority=9),
        rule_of(2, ALWAYS, forbids=(Forbid(ActionKind.GOODWILL),)),
    ]
    decision = told(pack_of(rules))
    assert decision.outcome is Outcome.ALL_OVERRULED
    assert decision.verdicts[0].verdict is Verdict.OVERRULED


def test_the_highest_stands_and_an_open_one_leaves_it_as_a_floor() -> None:
    """Combine: of known amounts the highest; one that is not known may yet raise it."""
    assert amounts(told(pack(refund(3), refund(7)))) == {ActionKind.REFUND: 7}
    action = only(told(pack(gift(7), gift(PercentOf(Decimal(10), "shipping_fee")))))
    assert action.amount == usd(7)
    assert action.amount_needs == ("shipping_fee",)
    assert action.approval_needed


def test_what_an_entitlement_covers_is_reduced_to_the_excess() -> None:
    """Cover: 20 owed, covering refunds, leave 30 of 50."""
    assert amounts(told(pack(owed(20, covers=("refund",)), refund(50)))) == {
        ActionKind.ENTITLEMENT: 20,
        ActionKind.REFUND: 30,
    }


def test_what_was_granted_is_taken_off_once() -> None:
    """Net: 15 granted of 50 leave 35; all of it granted leaves nothing to do."""
    assert amounts(told(pack(refund(50)), granted=(Granted("refund", amount=usd(15)),))) == {ActionKind.REFUND: 35}
    given = told(pack(refund(50)), granted=(Granted("refund", amount=usd(60)),))
    assert given.outcome is Outcome.ALREADY_SETTLED
    assert only(given).already_given


def test_a_refund_is_bounded_by_what_was_paid() -> None:
    """Bound: 100 paid, 40 refunded: at most 60."""
    bounded = told(pack(refund(90)), {"amount_paid": usd(100), "amount_refunded": usd(40)})
    assert amounts(bounded) == {ActionKind.REFUND: 60}
    assert bounded.verdicts[0].verdict is Verdict.LIMITED


def test_a_limit_cuts_the_last_kind_first_and_never_what_is_owed() -> None:
    """Limit: of 10 owed, 30 refund and 30 gift at most 50 in all: the gift is cut to 10."""
    of = (ActionKind.ENTITLEMENT, ActionKind.REFUND, ActionKind.GOODWILL)
    limited = replace(pack(owed(10), refund(30), gift(30)), limits=(Limit("most", of, Fixed((usd(50),)), "", HERE),))
    assert amounts(told(limited)) == {ActionKind.ENTITLEMENT: 10, ActionKind.REFUND: 30, ActionKind.GOODWILL: 10}


def test_a_history_is_taken_off_the_cap_and_a_missing_one_lifts_it_not_silently() -> None:
    """Limit: with `minus` the fact goes off the cap; without the fact nothing is cut, and a person must approve."""
    year = "customer.goodwill_granted_365d"
    limited = replace(pack(gift(30)), limits=(Limit("a-year", (ActionKind.GOODWILL,), Fixed((usd(40),)), year, HERE),))
    assert amounts(told(limited, {year: usd(25)})) == {ActionKind.GOODWILL: 15}
    unknown = told(limited, {})
    assert only(unknown).unsettled == (("", (year,)),)
    assert only(unknown).approval_needed
    assert [need.path for need in unknown.needed_facts] == [year]


def test_a_kind_without_its_companion_is_removed() -> None:
    """Require: a bare apology goes, one beside a gift stays."""
    requirement = Requirement("no-bare-apology", ActionKind.APOLOGY, ALWAYS, (ActionKind.GOODWILL,), HERE)
    assert told(replace(pack(SORRY), requires=(requirement,))).actions == ()
    assert len(told(replace(pack(SORRY, gift(5)), requires=(requirement,))).actions) == 2


def test_what_is_held_stands_and_is_not_granted_now() -> None:
    """Hold: marked with the team, the reason and the rule; what is owed too."""
    holding = Holding((ActionKind.ENTITLEMENT,), "it", Text({"en": "Ask first."}))
    packed = pack_of([rule_of(1, ALWAYS, then=(owed(5),)), replace(rule_of(2, ALWAYS), hold=holding)])
    action = only(told(packed))
    assert action.on_hold == (("it", "Ask first.", ("rule-002",)),)
    assert not action.may_grant_now


def test_the_lowest_role_whose_band_holds_the_sum() -> None:
    """Authorise: 40 granted and 20 new are 60: above the front line's 50, within the supervisor's 80."""
    bands = [Role(role, {ActionKind.REFUND: (usd(most),)}) for role, most in (("frontline", 50), ("supervisor", 80))]
    packed = pack_of([rule_of(1, ALWAYS, then=(refund(60),))], authority=tuple(bands))
    granted = (Granted("refund", amount=usd(40)),)
    action = only(told(packed, granted=granted))
    assert (action.amount, action.authority_role, action.approval_needed) == (usd(20), "supervisor", True)
    assert only(told(packed, granted=granted, role="supervisor")).may_grant_now


def test_business_days_of_a_calendar_and_the_next_opening() -> None:
    """Oblige: noon of Sunday 2026-11-01; Monday is closed, so two business days end on Wednesday at noon."""
    week = (((540, 1020),),) * 5
    calendars = {"support": Calendar("UTC", (*week, (), ()), ("2026-11-02",))}
    paid = told(replace(pack(owed(5, due=Span(business_days=2), calendar="support")), calendars=calendars))
    assert [(one.kind, one.due) for one in paid.obligations] == [(ObligationKind.PAY, NOON + 72 * HOUR)]
    cadence = (
        ("every", Span(nanos=HOUR)),
        ("channel", "voice"),
        ("owner", "it"),
        ("until", "resolved"),
        ("hours", "support"),
    )
    heard = told(replace(pack(Proposal(ActionKind.UPDATE_CADENCE, cadence)), calendars=calendars))
    assert [one.due for one in heard.obligations] == [NOON + 45 * HOUR]


def test_an_undetermined_rule_unsettles_what_it_could_replace() -> None:
    """Undetermined: nothing changes, the rule and its fact are named, and the fact is asked for."""
    decision = told(pack_of([rule_of(1, ALWAYS, then=(gift(5),)), rule_of(2, HIGH, then=(gift(9),))]))
    assert only(decision).unsettled == (("rule-002", ("severity",)),)
    assert decision.ask_next is not None
    assert decision.ask_next.path == "severity"


def test_an_open_row_leaves_the_amount_open() -> None:
    """A table of amounts: not known while a row before the one that holds is not."""
    table = AmountTable((AmountRow(HIGH, Fixed((usd(9),))), AmountRow(ALWAYS, Fixed((usd(5),)))))
    assert amounts(told(pack(gift(table)), {"severity": "low"})) == {ActionKind.GOODWILL: 5}
    assert only(told(pack(gift(table)))).amount_needs == ("severity",)


def test_a_request_that_nothing_meets_is_unanswered() -> None:
    """Requests: a gift answers compensation; a rule that asks for the request answers it; cancellation stays."""
    asked: dict[str, Value] = {"requested": frozenset({"compensation", "cancellation", "other"})}
    testing = Has("requested", SetTest.ANY, frozenset({"other"}))
    assert told(pack(gift(5), when=testing), asked).unanswered == ("cancellation",)
