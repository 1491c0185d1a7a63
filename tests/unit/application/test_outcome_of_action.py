"""What is reported of actions: what is refused, what is filled in, what is remarked upon, and what it settles."""

import pytest

from amends.domain.action import Hold, Scope, Unsettled
from amends.domain.action_kinds import ActionKind
from amends.domain.errors import FieldViolation, InvalidSituationError
from amends.domain.money import Money
from amends.domain.record import Actor, ObligationState, OutcomeKind
from amends.domain.situation import Granted
from amends.packs.files import SentFiles
from amends.packs.load import load_as_read
from amends.packs.model import Role
from tests.unit.application.desk import ANN, BOB, HOUR, MINUTE, NOW, ORDER, Desk, a_cadence, an_action, promise_id, usd
from tests.unit.resolution.building import pack as a_pack

REFUND = an_action(ActionKind.REFUND, usd("50"))
APOLOGY = an_action(ActionKind.APOLOGY, parameters=[("literal", True)])
GIFT = an_action(ActionKind.GOODWILL, parameters=[("kind", "gift")])
OUTAGE = """\
pack: outage
version: 1
title: A notice with something of the customer's in it
currency: USD
facts: {phone: {type: text, ask: Which number?}}
actions: {notice: {parameters: {text: text, to: text}}}
rules:
  - id: tell
    title: Tell them
    when: {incident.ongoing: true}
    then: [{custom: {name: notice, text: hello, to: {fact: facts.phone}, scope: incident}}]
    because: {agent: Tell them., customer: We tell you.}
"""
ROLES = (Role("frontline", {}), Role("supervisor", {}), Role("director", {}))


async def test_executed_without_an_amount_is_all_that_is_left() -> None:
    """What is not said is what is left: all of it first, the rest after a part."""
    desk = Desk(REFUND)
    part = await desk.report(OutcomeKind.EXECUTED, REFUND, amount=usd("20"))
    rest = await desk.report(OutcomeKind.EXECUTED, REFUND)
    assert (part.outcome.amount, rest.outcome.amount) == (usd("20"), usd("30"))
    assert part.remarks == rest.remarks == ()


async def test_what_is_executed_is_what_the_customer_has() -> None:
    """The log keeps what was given so that the next decision of the case can take it off."""
    desk = Desk(REFUND)
    reported = await desk.report(OutcomeKind.EXECUTED, REFUND, amount=usd("20"), time=NOW - MINUTE)
    assert desk.codec.read_granted(reported.outcome.granted) == Granted(
        kind="refund", action_id="action-refund", subject=ORDER, amount=usd("20"), time=NOW - MINUTE
    )


async def test_an_entitlement_is_given_with_its_basis_and_a_goodwill_with_its_kind() -> None:
    """What proposals of a kind are combined by is kept: without it nobody could tell what was given."""
    owed = an_action(ActionKind.ENTITLEMENT, usd("250"), parameters=[("basis", "eu261"), ("jurisdiction", "EU")])
    desk = Desk(owed, GIFT)
    paid = desk.codec.read_granted((await desk.report(OutcomeKind.EXECUTED, owed)).outcome.granted)
    gift = desk.codec.read_granted((await desk.report(OutcomeKind.EXECUTED, GIFT)).outcome.granted)
    assert (paid.basis, dict(paid.parameters)) == ("eu261", {})
    assert (gift.basis, dict(gift.parameters)) == ("", {"kind": "gift"})


async def test_of_kinds_that_stand_side_by_side_all_that_is_said_is_kept() -> None:
    """One declined wish is not every declined wish."""
    decline = an_action(ActionKind.DECLINE, parameters=[("what", "compensation"), ("instead", "a call")])
    desk = Desk(decline)
    granted = desk.codec.read_granted((await desk.report(OutcomeKind.EXECUTED, decline)).outcome.granted)
    assert dict(granted.parameters) == {"what": "compensation", "instead": "a call"}


async def test_a_cadence_that_was_begun_is_not_given() -> None:
    """Updates go on until they are closed: the next decision must not take them for done."""
    cadence = a_cadence()
    desk = Desk(cadence)
    reported = await desk.report(OutcomeKind.EXECUTED, cadence)
    assert reported.outcome.granted == b""
    assert reported.obligations == ()


async def test_what_was_given_for_an_incident_says_so() -> None:
    """A broadcast is sent once for all of an incident's cases, so it names the incident."""
    broadcast = an_action(ActionKind.BROADCAST, scope=Scope.INCIDENT)._replace(incident_id="outage-7")
    desk = Desk(broadcast)
    reported = await desk.report(OutcomeKind.EXECUTED, broadcast)
    assert reported.outcome.incident_id == "outage-7"
    assert desk.codec.read_granted(reported.outcome.granted).incident_id == "outage-7"


@pytest.mark.parametrize("in_pack", [True, False])
async def test_what_was_done_for_an_incident_tells_nothing_of_a_customer(*, in_pack: bool) -> None:
    """Neither order nor fact: it outlives the customer in whose case it was done. What the pack itself says is kept."""
    rules = load_as_read([SentFiles("outage", {"pack.yaml": OUTAGE.encode()})], "outage") if in_pack else None
    notice = an_action(
        ActionKind.CUSTOM, scope=Scope.INCIDENT, parameters=[("name", "notice"), ("text", "hello"), ("to", "+43 1")]
    )
    desk = Desk(notice._replace(incident_id="outage-7", rule_ids=("tell",)), pack=rules)

    reported = await desk.report(OutcomeKind.EXECUTED, notice)

    assert (rules is not None) is in_pack
    granted = desk.codec.read_granted(reported.outcome.granted)
    assert (granted.subject, granted.incident_id) == (None, "outage-7")
    assert dict(granted.parameters) == {"name": "notice", **({"text": "hello"} if in_pack else {})}


async def test_more_than_was_decided_is_recorded_and_remarked_upon() -> None:
    """Reality is not refused: what was paid was paid."""
    desk = Desk(REFUND)
    await desk.report(OutcomeKind.EXECUTED, REFUND, amount=usd("40"))
    reported = await desk.report(OutcomeKind.EXECUTED, REFUND, amount=usd("25"))
    assert reported.outcome.amount == usd("25")
    assert reported.remarks == ("more was paid than decided: 65.00 USD in all, of 50.00 USD",)


@pytest.mark.parametrize("action", [REFUND, APOLOGY, GIFT])
async def test_executed_in_full_before_adds_nothing(action: object) -> None:
    """A report that comes twice without a request id does not give twice."""
    assert action in {REFUND, APOLOGY, GIFT}
    desk = Desk(REFUND, APOLOGY, GIFT)
    about = next(one for one in (REFUND, APOLOGY, GIFT) if one == action)
    await desk.report(OutcomeKind.EXECUTED, about)
    again = await desk.report(OutcomeKind.EXECUTED, about)
    assert (again.outcome.amount, again.outcome.granted) == (None, b"")
    assert again.remarks == ("all of it was executed before: nothing was added",)


async def test_an_action_is_the_same_in_every_decision_of_its_case() -> None:
    """The same purchase decided again has the same action: it is paid once."""
    desk = Desk(REFUND)
    await desk.report(OutcomeKind.EXECUTED, REFUND)
    await desk.decided("decision-2", REFUND, supersedes="decision-1")
    again = await desk.report(OutcomeKind.EXECUTED, REFUND, decision_id="decision-2")
    assert again.outcome.amount is None
    assert again.remarks == ("all of it was executed before: nothing was added",)


async def test_a_superseded_decision_says_by_which() -> None:
    """Whoever acts on an old answer learns of the new one."""
    desk = Desk(REFUND)
    await desk.decided("decision-2", supersedes="decision-1")
    reported = await desk.report(OutcomeKind.OFFERED, REFUND)
    assert reported.remarks == ("another decision has taken the place of this one: decision-2",)


async def test_what_is_left_of_an_action_is_found_by_the_id_of_what_was_paid_of_it() -> None:
    """In the newer decision it has an id of its own, and whoever reports under the old one learns which."""
    desk = Desk(REFUND)
    await desk.report(OutcomeKind.EXECUTED, REFUND, amount=usd("20"))
    left = REFUND._replace(action_id="action-left", amount=usd("30"), granted_amount=usd("20"))
    await desk.decided("decision-2", APOLOGY, left, supersedes="decision-1")

    reported = await desk.report(OutcomeKind.EXECUTED, REFUND)

    assert reported.remarks == (
        "another decision has taken the place of this one: decision-2, in which what is left of it is action-left",
    )


async def test_another_currency_and_money_for_what_costs_none_are_refused_together_with_the_rest() -> None:
    """Violations of the form and of the action are told at once."""
    desk = Desk(REFUND, APOLOGY)
    found = (FieldViolation("reason", "is too long"),)
    with pytest.raises(InvalidSituationError) as euros:
        await desk.report(OutcomeKind.EXECUTED, REFUND, amount=Money("EUR", 100), found=found)
    with pytest.raises(InvalidSituationError) as paid:
        await desk.report(OutcomeKind.EXECUTED, APOLOGY, amount=usd("1"))
    assert [(one.field, one.description) for one in euros.value.violations] == [
        ("reason", "is too long"),
        ("amount", "1.00 EUR is in another currency than the action's 50.00 USD"),
    ]
    assert [one.description for one in paid.value.violations] == ["apology is of no money; expected none"]
    assert desk.decisions.outcomes == []


async def test_an_amount_that_is_not_known_has_to_be_said() -> None:
    """Nothing is left of an unknown amount, so what was paid must be named; it may then be more than the floor."""
    open_refund = REFUND._replace(amount_needs=("shipping_fee",), amount=usd("5"))
    desk = Desk(open_refund)
    with pytest.raises(InvalidSituationError, match="waits for shipping_fee"):
        await desk.report(OutcomeKind.EXECUTED, open_refund)
    reported = await desk.report(OutcomeKind.EXECUTED, open_refund, amount=usd("9"))
    assert reported.remarks == ()


async def test_what_is_held_unsettled_or_too_late_is_remarked_upon() -> None:
    """What should not have been done or said is told to whoever reports it."""
    action = REFUND._replace(
        on_hold=(Hold("billing", "Chargeback open.", ("held",)),),
        unsettled=(Unsettled("maybe", ("stage",), "maybe may forbid it"),),
        valid_until=NOW - MINUTE,
    )
    for kind in (OutcomeKind.OFFERED, OutcomeKind.EXECUTED):
        reported = await Desk(action).report(kind, action)
        assert reported.remarks == (
            "it is on hold for billing: Chargeback open.",
            "it is unsettled: maybe may forbid it",
            "the customer could take it up until an earlier moment only",
        )
    assert (await Desk(action).report(OutcomeKind.CUSTOMER_DECLINED, action)).remarks == ()


async def test_what_was_called_off_and_done_all_the_same_is_remarked_upon() -> None:
    """The last word counts: what was done after a refusal is told, what was refused after it was done is not."""
    desk = Desk(REFUND)
    await desk.report(OutcomeKind.CUSTOMER_DECLINED, REFUND)
    reported = await desk.report(OutcomeKind.EXECUTED, REFUND)
    assert reported.remarks == ("it was recorded as customer_declined before",)


async def test_an_approval_that_is_needed_is_looked_for() -> None:
    """Executed without approval is remarked upon, unless somebody approved or the doer's own role is enough."""
    action = REFUND._replace(approval_needed=True, authority_role="supervisor")
    pack = a_pack(authority=ROLES)
    without = await Desk(action, pack=pack).report(OutcomeKind.EXECUTED, action, actor=BOB)
    assert without.remarks == ("it was executed without the approval it needs, by the role 'supervisor' or above",)
    desk = Desk(action, pack=pack)
    await desk.report(OutcomeKind.APPROVED, action, actor=Actor("eve", "director"))
    assert (await desk.report(OutcomeKind.EXECUTED, action, actor=BOB)).remarks == ()
    own = await Desk(action, pack=pack).report(OutcomeKind.EXECUTED, action, actor=Actor("sue", "supervisor"))
    assert own.remarks == ()


async def test_beyond_every_band_the_highest_role_needs_approval_too() -> None:
    """Where the acting role was high enough and approval is still needed, nobody's role replaces it."""
    action = REFUND._replace(approval_needed=True, authority_role="director")
    director = Actor("dan", "director")
    desk = Desk(action, actor=director, pack=a_pack(authority=ROLES))
    reported = await desk.report(OutcomeKind.EXECUTED, action, actor=director)
    assert reported.remarks == ("it was executed without the approval it needs, by the role 'director' or above",)


async def test_an_approval_by_too_low_a_role_is_remarked_upon() -> None:
    """It is recorded who approved, and that the role was too low."""
    action = REFUND._replace(approval_needed=True, authority_role="supervisor")
    reported = await Desk(action, pack=a_pack(authority=ROLES)).report(OutcomeKind.APPROVED, action, actor=BOB)
    assert reported.remarks == ("approved by the role 'frontline'; the lowest that may grant it is 'supervisor'",)


async def test_a_role_that_the_pack_does_not_know_is_refused() -> None:
    """A role is one of the pack's; without the pack it can't be told and is kept as it is."""
    with pytest.raises(InvalidSituationError, match="'king' is not a role"):
        await Desk(REFUND, pack=a_pack(authority=ROLES)).report(OutcomeKind.OFFERED, REFUND, actor=Actor("x", "king"))
    reported = await Desk(REFUND).report(OutcomeKind.OFFERED, REFUND, actor=Actor("x", "king"))
    assert reported.outcome.actor.role == "king"


async def test_what_was_given_instead_is_of_the_same_subject_and_moment() -> None:
    """An override says what the rule missed; what it gave counts as given for the case."""
    desk = Desk(REFUND)
    instead = Granted(kind="goodwill", parameters={"kind": "credit"}, amount=usd("15"))
    reported = await desk.report(OutcomeKind.OVERRIDDEN, REFUND, instead=instead, reason="the customer preferred it")
    assert desk.codec.read_granted(reported.outcome.granted) == Granted(
        kind="goodwill", subject=ORDER, parameters={"kind": "credit"}, amount=usd("15"), time=NOW
    )
    assert (reported.outcome.amount, reported.outcome.reason) == (None, "the customer preferred it")


async def test_an_entitlement_that_is_paid_in_full_keeps_its_promise() -> None:
    """Who has paid has kept the promise to pay: nobody has to say it twice. A part does not keep it."""
    owed = an_action(ActionKind.ENTITLEMENT, usd("250"), parameters=[("basis", "eu261")])
    desk = Desk(owed)
    part = await desk.report(OutcomeKind.EXECUTED, owed, amount=usd("100"))
    assert part.obligations == ()
    rest = await desk.report(OutcomeKind.EXECUTED, owed, actor=ANN, time=NOW - MINUTE)
    (kept,) = rest.obligations
    assert (kept.state, kept.settled_at, kept.settled_by) == (ObligationState.KEPT, NOW - MINUTE, ANN)
    assert await desk.records.obligation(promise_id(owed)) == kept


async def test_a_floor_that_is_paid_keeps_no_promise() -> None:
    """As long as nobody knows how much is owed, nobody knows that all of it was paid."""
    owed = an_action(ActionKind.ENTITLEMENT, usd("250"), parameters=[("basis", "eu261")])
    owed = owed._replace(amount_needs=("facts.distance",))
    reported = await Desk(owed).report(OutcomeKind.EXECUTED, owed, amount=usd("250"))
    assert reported.obligations == ()


async def test_an_offer_ends_at_its_very_moment() -> None:
    """`valid_until` is the moment from which on it can no longer be taken up."""
    action = REFUND._replace(valid_until=NOW)
    for time, remarks in ((NOW - 1, 0), (NOW, 1)):
        assert len((await Desk(action).report(OutcomeKind.EXECUTED, action, time=time)).remarks) == remarks


@pytest.mark.parametrize(
    ("kind", "state"),
    [
        (OutcomeKind.CUSTOMER_DECLINED, ObligationState.CLOSED),
        (OutcomeKind.CANCELLED, ObligationState.CLOSED),
        (OutcomeKind.EXPIRED, ObligationState.CLOSED),
        (OutcomeKind.OVERRIDDEN, ObligationState.CLOSED),
        (OutcomeKind.APPROVAL_REFUSED, ObligationState.OPEN),
        (OutcomeKind.FAILED, ObligationState.OPEN),
        (OutcomeKind.CUSTOMER_ACCEPTED, ObligationState.OPEN),
    ],
)
async def test_what_ends_an_action_ends_its_promises(kind: OutcomeKind, state: ObligationState) -> None:
    """Nobody is reminded of what was called off. A refused approval changes nothing of what is owed."""
    owed = an_action(ActionKind.ENTITLEMENT, usd("250"), parameters=[("basis", "eu261")])
    desk = Desk(owed)
    await desk.report(kind, owed, reason="so it was")
    tracked = await desk.records.obligation(promise_id(owed))
    assert tracked is not None
    assert tracked.state is state


async def test_the_moment_of_recording_stands_beside_the_moment_of_doing() -> None:
    """What was done yesterday is recorded as of yesterday; what says no moment was done now."""
    desk = Desk(REFUND)
    earlier = await desk.report(OutcomeKind.OFFERED, REFUND, time=NOW - HOUR)
    now = await desk.report(OutcomeKind.CUSTOMER_ACCEPTED, REFUND)
    assert (earlier.outcome.time, earlier.outcome.recorded_at) == (NOW - HOUR, NOW)
    assert (now.outcome.time, now.outcome.recorded_at) == (NOW, NOW)


async def test_an_outcome_carries_what_counts_it() -> None:
    """Case, customer, policy, kind and rules stand in the outcome itself: statistics and the ledger read it alone."""
    outcome = (await Desk(REFUND).report(OutcomeKind.OFFERED, REFUND)).outcome
    assert (outcome.case_id, outcome.customer_id, outcome.policy) == ("case-1", "customer-1", "shop")
    assert (outcome.action_kind, outcome.rule_ids) == ("refund", ("late", "very-late"))
