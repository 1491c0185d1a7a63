"""What the log keeps becomes messages whole: nothing is lost, and what is not there is left unset."""

from dataclasses import replace
from pathlib import Path
from typing import Final

from google.protobuf.json_format import MessageToJson
from google.type.money_pb2 import Money as MoneyMessage

from amends.application.get_decision import Remembered
from amends.application.list_decisions import DecisionPage
from amends.application.list_obligations import ObligationPage
from amends.application.report import Reported
from amends.domain.decision import ObligationKind, Outcome
from amends.domain.log_queries import ObligationPlace, RuleCounts
from amends.domain.money import Money
from amends.domain.record import (
    Actor,
    ActorKind,
    DecisionEntry,
    ObligationState,
    OutcomeEntry,
    OutcomeKind,
    Promised,
    Supplied,
    TrackedObligation,
)
from amends.domain.situation import Granted, Subject
from amends.v1 import decision_pb2, record_pb2, situation_pb2
from amends.v1 import decision_service_pb2 as service_pb2
from amends.wire.codec import Codec
from amends.wire.decode_log_request import decode_list_decisions, decode_list_obligations
from amends.wire.encode import Encoder
from amends.wire.encode_record import (
    encode_decisions,
    encode_obligations,
    encode_remembered,
    encode_reported,
    encode_statistics,
    in_short,
)
from tests.wire.samples import NOW

GOLDEN: Final = Path(__file__).parent / "golden" / "recorded_decision.json"
HOUR: Final = 3_600_000_000_000
SUBJECT: Final = Subject("order-1", "item-1")
CREDIT: Final = Granted(
    kind="goodwill", subject=SUBJECT, parameters={"kind": "credit"}, amount=Money("USD", 1500), time=NOW
)
ENTRY: Final = DecisionEntry(
    decision_id="01990000-0000-7000-8000-000000000001",
    decided_at=NOW,
    caller="shop",
    request_id="r-1",
    policy="default",
    pack_id="retail",
    pack_version="2026.11.1",
    pack_digest="ab" * 32,
    semantics=1,
    software_version="0.1.0",
    actor=Actor("a-7", "supervisor", ActorKind.AI),
    case_id="case-1",
    subject=SUBJECT,
    incident_id="",
    customer_id="customer-1",
    account_id="account-1",
    observe_time=NOW,
    outcome=Outcome.ACTIONS_RECOMMENDED,
    supersedes="01990000-0000-7000-8000-000000000000",
    supplied=Supplied(observe_time=True, granted=1, granted_unset=True, facts=("customer.claims_365d",)),
    situation=situation_pb2.Situation(case_id="case-1").SerializeToString(),
    decision=decision_pb2.Decision(pack_id="retail").SerializeToString(),
    rule_ids=("late", "gold"),
    superseded_by="01990000-0000-7000-8000-000000000002",
)
PAID: Final = OutcomeEntry(
    outcome_id="01990000-0000-7000-8000-000000000003",
    decision_id=ENTRY.decision_id,
    action_id="action-1",
    obligation_id="",
    kind=OutcomeKind.EXECUTED,
    actor=Actor("a-7", "supervisor", ActorKind.HUMAN),
    time=NOW - HOUR,
    recorded_at=NOW,
    amount=Money("USD", 990),
    external_reference="payment-1",
    reason="as agreed",
    granted=b"",
    caller="shop",
    request_id="r-2",
    policy="default",
    case_id="case-1",
    customer_id="customer-1",
    action_kind="refund",
    rule_ids=("late",),
)
OVERRIDDEN: Final = replace(
    PAID,
    kind=OutcomeKind.OVERRIDDEN,
    amount=None,
    granted=Codec(Encoder(software_version="")).granted(CREDIT),
)
KEPT: Final = replace(PAID, action_id="", obligation_id="promise-1", kind=OutcomeKind.KEPT, amount=None, actor=Actor())
PROMISE: Final = TrackedObligation(
    promised=Promised(
        obligation_id="promise-1",
        kind=ObligationKind.NEXT_UPDATE,
        action_id="action-2",
        due=NOW + HOUR,
        owner="same_person",
        team="it",
        incident_id="outage-7",
    ),
    decision_id=ENTRY.decision_id,
    policy="default",
    case_id="case-1",
    subject=SUBJECT,
    state=ObligationState.KEPT,
    settled_at=NOW + 1,
    settled_by=Actor("bob", "frontline", ActorKind.HUMAN),
    same_person_broken=True,
    follows="promise-0",
)


def test_a_recorded_decision_is_written_whole() -> None:
    """The golden file shows every field of the message: what a caller reads today is what was read yesterday."""
    message = encode_remembered(Remembered(ENTRY, (PAID, OVERRIDDEN, KEPT), (PROMISE,)))
    assert MessageToJson(message, preserving_proto_field_name=True) + "\n" == GOLDEN.read_text(encoding="utf-8")


def test_the_golden_decision_says_everything_that_can_be_said() -> None:
    """But for its erasure, no field of what is recorded is left out by the golden file."""
    message = encode_remembered(Remembered(ENTRY, (PAID, OVERRIDDEN, KEPT), (PROMISE,))).decision
    said = {field.name for field, _ in message.summary.ListFields()}
    assert said == {field.name for field in message.summary.DESCRIPTOR.fields} - {"erase_time"}
    assert {field.name for field, _ in message.ListFields()} == {field.name for field in message.DESCRIPTOR.fields}
    assert {field.name for outcome in message.outcomes for field, _ in outcome.ListFields()} == {
        field.name for field in record_pb2.RecordedOutcome.DESCRIPTOR.fields
    }
    assert {field.name for field, _ in message.obligations[0].ListFields()} == {
        field.name for field in record_pb2.TrackedObligation.DESCRIPTOR.fields
    }


def test_an_erased_decision_has_no_situation() -> None:
    """It says when it was erased; an empty situation would say that nothing had been known."""
    erased = ENTRY._replace(situation=b"", decision=b"", erased_at=NOW + 5, case_id="", customer_id="")
    message = encode_remembered(Remembered(erased, (), ())).decision
    assert not message.HasField("situation")
    assert (message.summary.erase_time.seconds, message.summary.erase_time.nanos) == divmod(NOW + 5, 10**9)
    assert (message.summary.case_id, message.summary.customer_id) == ("", "")


def test_nobody_is_left_unset() -> None:
    """Where no actor, subject or settlement was said, the message has none."""
    bare = ENTRY._replace(actor=Actor(), subject=Subject(), supplied=Supplied())
    waiting = replace(PROMISE, subject=Subject(), settled_at=None, settled_by=None, state=ObligationState.OPEN)
    message = encode_remembered(Remembered(bare, (), (waiting,))).decision
    assert not message.HasField("actor")
    assert not message.summary.HasField("subject")
    assert list(message.supplied) == []
    (obligation,) = message.obligations
    assert not obligation.HasField("subject")
    assert not obligation.HasField("settled_at")
    assert not obligation.HasField("settled_by")


def test_an_outcome_keeps_to_itself_what_it_gives() -> None:
    """Only an override shows what was given instead: what an executed action gave is the action."""
    given = replace(PAID, granted=OVERRIDDEN.granted)
    paid, overridden = (encode_reported(Reported(one, (), ())).outcome for one in (given, OVERRIDDEN))
    assert not paid.HasField("instead")
    assert paid.amount == MoneyMessage(currency_code="USD", units=9, nanos=900_000_000)
    assert overridden.instead.parameters == {"kind": "credit"}
    assert not overridden.HasField("amount")


def test_a_report_is_answered_with_all_that_it_did() -> None:
    """The outcome, the obligations, the remarks."""
    message = encode_reported(Reported(KEPT, (PROMISE,), ("it was kept after it fell due",)))
    assert message.outcome.WhichOneof("about") == "obligation_id"
    assert [one.obligation_id for one in message.obligations] == ["promise-1"]
    assert list(message.remarks) == ["it was kept after it fell due"]


def test_pages_lead_on_to_the_next() -> None:
    """The token of a page is read back as the place where it ended; the last page has none."""
    decisions = service_pb2.ListDecisionsRequest(case_id="case-1")
    mark = decode_list_decisions(decisions).mark
    page = encode_decisions(DecisionPage((in_short(ENTRY),), ENTRY.decision_id), mark=mark)
    decisions.page_token = page.next_page_token
    assert decode_list_decisions(decisions).before == ENTRY.decision_id
    assert [one.decision_id for one in page.decisions] == [ENTRY.decision_id]
    assert encode_decisions(DecisionPage((), ""), mark=mark) == service_pb2.ListDecisionsResponse()
    obligations = service_pb2.ListObligationsRequest(team="it")
    mark, place = decode_list_obligations(obligations).mark, ObligationPlace(NOW, "promise-1")
    obligations.page_token = encode_obligations(ObligationPage((PROMISE,), place), mark=mark).next_page_token
    assert decode_list_obligations(obligations).after == place
    assert encode_obligations(ObligationPage((), None), mark=mark) == service_pb2.ListObligationsResponse()


def test_statistics_are_written_whole() -> None:
    """Counts, and money by currency."""
    counts = RuleCounts("late", NOW, 1, 2, 3, 4, 5, 6, (Money("EUR", 7), Money("USD", 150)))
    (message,) = encode_statistics([counts]).statistics
    assert (message.rule_id, message.period_start.seconds) == ("late", NOW // 10**9)
    assert (message.applied, message.offered, message.accepted) == (1, 2, 3)
    assert (message.declined, message.executed, message.overridden) == (4, 5, 6)
    assert [(one.currency_code, one.units, one.nanos) for one in message.paid] == [
        ("EUR", 0, 70_000_000),
        ("USD", 1, 500_000_000),
    ]
