"""DecideFlat of a real server: it decides and records as Decide does, and names what is wrong as it was said."""

from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import grpc
import pytest

from amends.v1 import decision_service_pb2 as service_pb2
from amends.v1 import flat_decision_pb2 as flat_pb2
from amends.v1.decision_pb2 import Decision, Outcome
from amends.v1.decision_service_pb2_grpc import DecisionServiceStub
from amends_client import AmendsClient
from examples.written_cases import WrittenCase, read_cases
from tests.service.flat import flat_of
from tests.service.packs import SHOP
from tests.service.recording import recording_server, sqlite_url
from tests.service.requests import late, refusal
from tests.service.running import RunningServer, write_pack

ROOT = Path(__file__).parents[2]
OBSERVED = 1_790_000_000


@pytest.fixture(scope="module")
def packs() -> Iterator[RunningServer]:
    """The packs of the repository, each under its own name."""
    with RunningServer("--rules", str(ROOT / "rules")) as running:
        yield running


@pytest.fixture(scope="module")
def cases(packs: RunningServer) -> list[WrittenCase]:
    with AmendsClient(packs.target) as client:
        return list(read_cases(client))


def test_the_written_cases_are_decided_as_decide_decides_them(packs: RunningServer, cases: list[WrittenCase]) -> None:
    """Whether their facts stand in fields or are said by their paths; amounts to the cent, in the same order."""
    assert len(cases) > 10
    with packs.channel() as channel:
        decisions = DecisionServiceStub(channel)
        for case in cases:
            request = service_pb2.DecideRequest()
            request.CopyFrom(case.request)
            request.preview = True
            if not request.situation.HasField("observe_time"):
                request.situation.observe_time.FromSeconds(OBSERVED)
            decision = decisions.Decide(request).decision

            for by_path in (False, True):
                flat = decisions.DecideFlat(flat_of(request, by_path=by_path))
                assert _flat_side(flat) == _side(decision), case.name


def test_a_flat_decision_is_recorded_and_repeated(tmp_path: Path) -> None:
    """Under its request id, by either method: it is the same request."""
    write_pack(tmp_path / "rules", "shop", SHOP)
    asked = late()
    asked.request_id = "once"
    with recording_server(tmp_path / "rules", sqlite_url(tmp_path)) as server, server.channel() as channel:
        decisions = DecisionServiceStub(channel)
        first = decisions.DecideFlat(flat_of(asked))
        again = decisions.DecideFlat(flat_of(asked))
        by_decide = decisions.Decide(asked)
        read = decisions.GetDecision(service_pb2.GetDecisionRequest(decision_id=first.decision_id)).decision

        next_one = flat_of(late(5))
        next_one.supersedes = first.decision_id
        later = decisions.DecideFlat(next_one)

    assert first.recorded
    assert again == first
    assert by_decide.decision_id == first.decision_id
    assert read.situation.facts["delay_days"].integer == 4
    assert later.decision_id != first.decision_id
    assert [change.kind for change in later.changes] == []


def test_what_is_wrong_is_told_under_the_names_that_were_said(decisions: DecisionServiceStub) -> None:
    """All of it at once, of every kind: what cannot be read, and what may not be."""
    flat = flat_pb2.DecideFlatRequest(
        fault="compny",
        severity="low",
        amount_paid="ten",
        shipping_fee="-1",
        waited="soon",
        subject_quantity=-1,
        customer_country="usa",
        requested=["refnd"],
        tags=["a"],
        role="boss",
        actor_kind="robot",
        facts=[
            flat_pb2.FlatFact(path="delay_days", value="4"),
            flat_pb2.FlatFact(path="facts.delay_days", value="many"),
            flat_pb2.FlatFact(path="severity", value="high"),
            flat_pb2.FlatFact(path="flags", value="safety"),
        ],
        known_empty=["tags", "fault", "granted"],
        fact_sources=[
            flat_pb2.FlatFactSource(path="fault", source="agent"),
            flat_pb2.FlatFactSource(path="severity", source="rumour"),
        ],
        unobtainable=["weather"],
        granted=[flat_pb2.FlatGrantedAction(kind="refund", amount="1.001", time="yesterday")],
    )

    with pytest.raises(grpc.RpcError) as caught:
        decisions.DecideFlat(flat)

    told = refusal(caught.value)
    assert (told.code, told.reason) == ("INVALID_ARGUMENT", "INVALID_REQUEST")
    assert set(told.violations) == {
        *("case_id", "fault", "amount_paid", "shipping_fee", "waited", "subject_quantity", "customer_country"),
        *("requested", "role", "actor_kind", "facts[0].path", "facts[1]", "facts[2].path", "facts[3]"),
        *("known_empty[0]", "known_empty[1]", "known_empty[2]", "fact_sources[1].source", "unobtainable[0]"),
        *("granted[0].amount", "granted[0].time"),
    }
    assert "company" in told.violations["fault"]
    assert "facts.delay_days" in told.violations["facts[0].path"]


def test_what_decide_refuses_is_refused_in_flat_names(decisions: DecisionServiceStub) -> None:
    """Where every text can be read, and only what it says may not be."""
    asked = late()
    asked.situation.shipping_fee.units = -9
    asked.situation.shipping_fee.nanos = 0
    flat = flat_of(asked)
    flat.currency = "EUR"
    flat.shipping_fee = "-9"
    flat.unobtainable.append("fault")

    with pytest.raises(grpc.RpcError) as caught:
        decisions.DecideFlat(flat)

    assert set(refusal(caught.value).violations) == {"shipping_fee", "unobtainable[0]"}
    assert "EUR" in refusal(caught.value).violations["shipping_fee"]


def test_what_is_asked_for_is_answered_by_its_path(decisions: DecisionServiceStub) -> None:
    """A tool gives back the path that it was given, and asks no more."""
    flat = flat_of(late())
    fee, flat.shipping_fee = flat.shipping_fee, ""

    open_one = decisions.DecideFlat(flat)
    assert (open_one.needs_facts, open_one.ask_next_path) == (True, "shipping_fee")
    assert open_one.ask_next_question
    flat.facts.add(path=open_one.ask_next_path, value=fee)

    settled = decisions.DecideFlat(flat)
    assert settled.ask_next_path != "shipping_fee"
    assert settled.actions == decisions.DecideFlat(flat_of(late())).actions


def test_an_amount_without_currency_is_of_the_request_or_the_pack(decisions: DecisionServiceStub) -> None:
    """The shop's are dollars; what names its own keeps it."""
    flat = flat_of(late())
    flat.shipping_fee = "9.90"
    assert decisions.DecideFlat(flat).actions == decisions.DecideFlat(flat_of(late())).actions
    flat.currency = "JPY"
    with pytest.raises(grpc.RpcError) as caught:
        decisions.DecideFlat(flat)
    assert "JPY" in refusal(caught.value).violations["shipping_fee"]


def _side(decision: Decision) -> object:
    """What a decision says, as far as a flat one can be held against it without the encoder's help."""
    return (
        decision.pack_digest,
        decision.outcome,
        [
            (
                action.action_id,
                action.WhichOneof("kind"),
                Decimal(action.amount.units) + Decimal(action.amount.nanos).scaleb(-9),
                action.amount.currency_code,
                action.authority_role,
                (action.may_grant_now, action.approval_needed, bool(action.unsettled), bool(action.on_hold)),
                (action.reason_for_agent, action.reason_for_customer),
                list(action.rule_ids),
                action.due_time.ToJsonString() if action.HasField("due_time") else "",
            )
            for action in decision.actions
        ],
        [(one.path, one.question) for one in decision.needed_facts],
        (decision.ask_next.path, decision.ask_next.question),
        [(one.never, one.instead) for one in decision.guardrails],
        [(one.action_id, one.due_time.ToJsonString(), one.owner) for one in decision.obligations],
    )


def _flat_side(flat: flat_pb2.DecideFlatResponse) -> object:
    return (
        flat.pack_digest,
        Outcome.Value(f"OUTCOME_{flat.outcome.upper()}"),
        [
            (
                action.action_id,
                action.kind,
                Decimal(action.amount or 0),
                action.currency,
                action.authority_role,
                (action.may_grant_now, action.approval_needed, action.unsettled, action.on_hold),
                (action.reason_for_agent, action.reason_for_customer),
                list(action.rule_ids),
                action.due_time,
            )
            for action in flat.actions
        ],
        [(one.path, one.question) for one in flat.needed_facts],
        (flat.ask_next_path, flat.ask_next_question),
        [(one.never, one.instead) for one in flat.guardrails],
        [(one.action_id, one.due_time, one.owner) for one in flat.obligations],
    )
