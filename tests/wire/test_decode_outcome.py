"""Reports out of their requests: read as they are, and everything that is wrong with their form told at once."""

import pytest
from google.protobuf.timestamp_pb2 import Timestamp
from google.type.money_pb2 import Money as MoneyMessage

from amends.application.report import Report
from amends.domain.errors import InvalidSituationError
from amends.domain.money import Money
from amends.domain.record import Actor, ActorKind, OutcomeKind
from amends.domain.situation import Granted
from amends.v1 import decision_service_pb2 as service_pb2
from amends.v1 import record_pb2, situation_pb2
from amends.wire.decode_outcome import decode_outcome
from tests.wire.samples import NOW

SECONDS = NOW // 1_000_000_000
NOBODY = Actor()


def violations(request: service_pb2.RecordOutcomeRequest) -> dict[str, str]:
    """By field, however they are told."""
    try:
        found = decode_outcome(request, caller="", now=NOW).violations
    except InvalidSituationError as error:
        found = error.violations
    return {one.field: one.description for one in found}


def of_action(kind: str, **said: object) -> service_pb2.RecordOutcomeRequest:
    number = record_pb2.OutcomeKind.Value(f"OUTCOME_KIND_{kind}")
    return service_pb2.RecordOutcomeRequest(decision_id="d", action_id="a", kind=number, **said)  # type: ignore[arg-type]  # its fields, by name


def test_a_whole_report_is_read() -> None:
    """Nothing that was said is lost."""
    request = of_action(
        "EXECUTED",
        actor=record_pb2.Actor(actor_id="a-7", role="supervisor", kind=record_pb2.ACTOR_KIND_AI),
        time=Timestamp(seconds=SECONDS - 60, nanos=5),
        amount=MoneyMessage(currency_code="USD", units=9, nanos=900_000_000),
        external_reference="payment-1",
        reason="as agreed",
        request_id="r-1",
    )
    decoded = decode_outcome(request, caller="shop", now=NOW)
    assert decoded.violations == ()
    assert decoded.report == Report(
        decision_id="d",
        action_id="a",
        obligation_id="",
        kind=OutcomeKind.EXECUTED,
        actor=Actor("a-7", "supervisor", ActorKind.AI),
        time=(SECONDS - 60) * 1_000_000_000 + 5,
        amount=Money("USD", 990),
        external_reference="payment-1",
        reason="as agreed",
        caller="shop",
        request_id="r-1",
    )


def test_what_is_not_said_is_not_there() -> None:
    """No moment, no amount, nobody: not zero, not now."""
    request = service_pb2.RecordOutcomeRequest(decision_id="d", obligation_id="o", kind=record_pb2.OUTCOME_KIND_KEPT)
    report = decode_outcome(request, caller="", now=NOW).report
    assert report == Report("d", "", "o", OutcomeKind.KEPT)
    assert (report.actor, report.time, report.amount, report.instead) == (NOBODY, None, None, None)


def test_an_override_says_what_was_given_instead() -> None:
    """Read as anything that was granted."""
    instead = situation_pb2.GrantedAction(
        kind=situation_pb2.ACTION_KIND_GOODWILL,
        parameters={"kind": "credit"},
        amount=MoneyMessage(currency_code="USD", units=15),
    )
    report = decode_outcome(of_action("OVERRIDDEN", instead=instead, reason="why"), caller="", now=NOW).report
    assert report.instead == Granted(kind="goodwill", parameters={"kind": "credit"}, amount=Money("USD", 1500))


def test_all_that_is_wrong_is_told_at_once() -> None:
    """A caller mends a report once."""
    request = of_action(
        "OVERRIDDEN",
        actor=record_pb2.Actor(actor_id="x" * 129, role="y" * 129, kind=9),  # type: ignore[arg-type]  # no such kind
        time=Timestamp(seconds=SECONDS + 301),
        amount=MoneyMessage(currency_code="USD", units=1),
        external_reference="z" * 129,
        instead=situation_pb2.GrantedAction(amount=MoneyMessage(currency_code="USX", units=1)),
        request_id="r" * 129,
    )
    assert violations(request) == {
        "actor.actor_id": "has 129 characters; expected at most 128",
        "actor.role": "has 129 characters; expected at most 128",
        "actor.kind": "9 is no number of this enum; expected one of: human, ai, system",
        "time": "is more than 5 minutes ahead of the server's clock; expected when it was done",
        "amount": "is for executed only; overridden pays nothing",
        "external_reference": "has 129 characters; expected at most 128",
        "instead.kind": violations(request)["instead.kind"],
        "instead.amount": "'USX' is not an ISO 4217 currency; expected a code such as 'USD'",
        "reason": "is required for overridden: what did the rule miss?",
        "request_id": "has 129 characters; expected at most 128",
    }
    assert violations(request)["instead.kind"].startswith("is required; expected one of: entitlement, refund")


@pytest.mark.parametrize("field", ["decision_id", "action_id"])
def test_what_no_database_keeps_is_asked_of_none(field: str) -> None:
    """A name with a NUL character is refused before anybody looks for it; so is a reason that has one."""
    request = of_action("OFFERED", reason="a\0b")
    setattr(request, field, "a\0b")
    told = "has a NUL character; expected text without"
    with pytest.raises(InvalidSituationError) as caught:
        decode_outcome(request, caller="", now=NOW)
    assert {one.field: one.description for one in caught.value.violations} == {field: told, "reason": told}


@pytest.mark.parametrize(
    ("request_", "field", "description"),
    [
        (service_pb2.RecordOutcomeRequest(), "decision_id", "is required"),
        (
            service_pb2.RecordOutcomeRequest(decision_id="d"),
            "action_id",
            "is required, or else obligation_id: what the outcome is about",
        ),
        (service_pb2.RecordOutcomeRequest(decision_id="d", obligation_id=""), "obligation_id", "is required"),
        (
            service_pb2.RecordOutcomeRequest(decision_id="d", obligation_id="o", kind=record_pb2.OUTCOME_KIND_OFFERED),
            "kind",
            "offered is not said of an obligation; expected one of: kept, missed, closed",
        ),
        (
            of_action("MISSED"),
            "kind",
            (
                "missed is not said of an action; expected one of: offered, customer_accepted, customer_declined,"
                " approval_requested, approved, approval_refused, executed, failed, overridden, cancelled, expired"
            ),
        ),
        (
            of_action("EXECUTED", amount=MoneyMessage(currency_code="USD", units=-1)),
            "amount",
            "-1.00 USD is negative; expected 0 or more",
        ),
        (
            of_action("EXECUTED", amount=MoneyMessage(currency_code="USD")),
            "amount",
            "0.00 USD is nothing; expected more, or no amount",
        ),
        (
            of_action("EXECUTED", instead=situation_pb2.GrantedAction()),
            "instead",
            "is for overridden only; executed puts nothing in the action's place",
        ),
        (of_action("OVERRIDDEN", reason=" \n"), "reason", "is required for overridden: what did the rule miss?"),
        (of_action("OFFERED", reason="x" * 1001), "reason", "has 1001 characters; expected at most 1000"),
        (of_action("OFFERED", time=Timestamp(nanos=-1)), "time", "nanos -1 is out of range: expected 0 to 999999999"),
    ],
)
def test_each_mistake_is_told(request_: service_pb2.RecordOutcomeRequest, field: str, description: str) -> None:
    """Where it is, and what was expected there."""
    assert violations(request_)[field] == description


def test_a_kind_that_there_is_not_is_told() -> None:
    """By its number; nothing is guessed."""
    told = violations(service_pb2.RecordOutcomeRequest(decision_id="d", action_id="a", kind=99))  # type: ignore[arg-type]  # no such kind
    assert told["kind"].startswith("99 is no number of this enum; expected one of: offered, ")


def test_the_clocks_of_callers_may_go_ahead_a_little() -> None:
    """Five minutes are no mistake."""
    assert violations(of_action("OFFERED", time=Timestamp(seconds=SECONDS + 300))) == {}
