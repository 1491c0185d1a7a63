"""Decide, asked of a real server over a real channel."""

import uuid
from pathlib import Path

import grpc
import pytest

from amends import __version__
from amends.v1 import action_pb2, decision_pb2, situation_pb2
from amends.v1 import decision_service_pb2 as service_pb2
from amends.v1.decision_service_pb2_grpc import DecisionServiceStub
from tests.service.requests import late, refusal
from tests.service.running import RunningServer


def test_a_situation_goes_in_and_an_explained_decision_comes_out(decisions: DecisionServiceStub) -> None:
    """The main job: what to do, how much, by which rule, and in what words."""
    response = decisions.Decide(late())

    decision = response.decision
    kinds = {str(action.WhichOneof("kind")): action for action in decision.actions}
    assert decision.outcome == decision_pb2.OUTCOME_ACTIONS_RECOMMENDED
    assert set(kinds) == {"refund", "apology"}
    refund: action_pb2.Action = kinds["refund"]
    assert (refund.amount.units, refund.amount.nanos, refund.amount.currency_code) == (9, 900_000_000, "USD")
    assert list(refund.rule_ids) == ["shipping-back"]
    assert "9.90" in refund.reason_for_customer
    assert [(rule.rule_id, rule.verdict) for rule in decision.trace.rules] == [
        ("shipping-back", decision_pb2.VERDICT_APPLIED)
    ]


def test_the_envelope_says_when_by_what_and_under_which_id(decisions: DecisionServiceStub) -> None:
    """An id of version 7, the server's clock, its software, the policy; nothing claims to be recorded."""
    response = decisions.Decide(late())

    assert uuid.UUID(response.decision_id).version == 7
    assert response.decided_at.seconds > 1_700_000_000
    assert (response.policy, response.software_version, response.recorded) == ("default", __version__, False)


def test_a_missing_fact_is_asked_for(decisions: DecisionServiceStub) -> None:
    """A missing fact is not a false one: the rule stays open, and the question is in the answer."""
    request = late()
    del request.situation.facts["delay_days"]

    decision = decisions.Decide(request).decision

    assert decision.outcome == decision_pb2.OUTCOME_NEEDS_FACTS
    assert (decision.ask_next.path, decision.ask_next.question) == ("facts.delay_days", "How many days late was it?")


def test_a_preview_has_no_id(decisions: DecisionServiceStub) -> None:
    """What may not be carried out cannot be referred to."""
    request = late()
    request.preview = True

    assert decisions.Decide(request).decision_id == ""


def test_a_policy_decides_by_its_pack_and_is_named(decisions: DecisionServiceStub) -> None:
    """Every loaded pack is a policy of its own name beside those that were set."""
    named = [decisions.Decide(late(policy=policy)) for policy in ("brand-x", "shop")]

    assert [response.policy for response in named] == ["brand-x", "shop"]
    assert {response.decision.pack_id for response in named} == {"shop"}


def test_an_unknown_policy_is_not_found(decisions: DecisionServiceStub) -> None:
    """And the answer lists those that there are."""
    with pytest.raises(grpc.RpcError) as caught:
        decisions.Decide(late(policy="brand-z"))

    said = refusal(caught.value)
    assert (said.code, said.reason) == ("NOT_FOUND", "UNKNOWN_POLICY")
    assert "brand-x" in said.message


def test_a_policy_whose_pack_did_not_load_says_so(decisions: DecisionServiceStub, server: RunningServer) -> None:
    """A broken pack never hands its policy to another; the caller and the log hear which pack is missing."""
    with pytest.raises(grpc.RpcError) as caught:
        decisions.Decide(late(policy="brand-y"))

    said = refusal(caught.value)
    assert (said.code, said.reason) == ("NOT_FOUND", "UNKNOWN_RULE_PACK")
    assert "'lost'" in said.message
    assert {(line["policy"], line["pack"]) for line in server.lines("policy_unavailable")} == {
        ("brand-y", "lost"),
        ("lost", "lost"),
    }


def test_a_broken_pack_is_logged_with_its_place_and_the_others_serve(server: RunningServer) -> None:
    """Its owner finds the line and the word to mend in the log."""
    [line] = [line for line in server.lines("rule_pack_diagnostic") if line["level"] == "error"]

    assert line["pack"] == "lost"
    assert line["position"].startswith("lost/pack.yaml:8:")
    assert "faultt" in line["message"]
    assert [line["pack"] for line in server.lines("rule_pack_loaded")] == ["shop"]


def test_a_service_of_several_packs_says_that_none_is_the_default(rules: Path) -> None:
    """Better in its first lines than in the first caller's error."""
    with RunningServer("--rules", str(rules)) as server:
        server.wait_for("ready")
        assert server.lines("no_default_policy")


def test_without_a_log_nothing_is_superseded(decisions: DecisionServiceStub) -> None:
    """A server that records nothing knows no earlier decision: it says so, and never decides as if there were none."""
    request = late()
    request.supersedes = "0190"

    with pytest.raises(grpc.RpcError) as caught:
        decisions.Decide(request)

    assert refusal(caught.value).code == "FAILED_PRECONDITION"
    assert refusal(caught.value).reason == "NOT_RECORDING"


def test_a_rule_that_did_not_match_says_how_near_it_was(decisions: DecisionServiceStub) -> None:
    """Asked for everything, the answer tells every condition, what it saw, and the boundary that was missed."""
    request = late(days=2)
    request.explain = service_pb2.EXPLAIN_FULL

    (rule,) = decisions.Decide(request).decision.trace.rules

    assert (rule.rule_id, rule.verdict) == ("shipping-back", decision_pb2.VERDICT_NOT_MATCHED)
    seen = [(one.condition, one.truth, one.saw.WhichOneof("value")) for one in rule.conditions]
    assert seen == [
        ("fault: company", decision_pb2.TRUTH_TRUE, "text"),
        ("facts.delay_days: at least 3", decision_pb2.TRUTH_FALSE, "integer"),
    ]
    assert rule.conditions[1].saw.integer == 2
    assert [(one.path, one.boundary) for one in rule.near_misses] == [("facts.delay_days", "from 3 days")]


def test_what_is_told_in_full_changes_no_other_answer(decisions: DecisionServiceStub) -> None:
    """The same request as before is answered as before, and in full it decides the same."""
    request = late()
    request.situation.observe_time.GetCurrentTime()
    before = decisions.Decide(request).decision
    request.explain = service_pb2.EXPLAIN_FULL
    full = decisions.Decide(request).decision
    request.explain = service_pb2.EXPLAIN_FIRED

    assert decisions.Decide(request).decision == before
    assert full.trace.rules[0].conditions
    full.trace.CopyFrom(before.trace)
    assert full == before


def test_every_violation_is_told_at_once(decisions: DecisionServiceStub) -> None:
    """A caller mends a request once, not once for every mistake in it."""
    request = late()
    request.situation.customer.loyalty_tier = "gould"
    request.situation.amount_paid.currency_code = "XXQ"
    request.situation.shipping_fee.units = -1
    request.situation.facts["delay_dayz"].integer = 3
    request.situation.ClearField("case_id")

    with pytest.raises(grpc.RpcError) as caught:
        decisions.Decide(request)

    said = refusal(caught.value)
    assert (said.code, said.reason) == ("INVALID_ARGUMENT", "INVALID_SITUATION")
    assert (
        set(said.violations)
        == {
            "situation.customer.loyalty_tier",
            "situation.amount_paid",
            "situation.shipping_fee",
            'situation.facts["delay_dayz"]',
            "situation.case_id",
        }
        or len(said.violations) >= 5
    )
    assert "'gold'" in said.violations["situation.customer.loyalty_tier"]
    assert "delay_days" in said.violations['situation.facts["delay_dayz"]']


def test_a_request_with_hundreds_of_mistakes_still_gets_its_answer(decisions: DecisionServiceStub) -> None:
    """Trailers have a limit: what does not fit is counted, and the status arrives."""
    request = late()
    for number in range(250):
        request.situation.facts[f"no_such_fact_{number}"].integer = number

    with pytest.raises(grpc.RpcError) as caught:
        decisions.Decide(request)

    said = refusal(caught.value)
    assert (said.code, said.reason) == ("INVALID_ARGUMENT", "INVALID_SITUATION")
    assert len(said.violations) > 10


def test_bytes_that_are_no_request_are_the_callers_mistake(channel: grpc.Channel) -> None:
    """Not INTERNAL: nothing of ours is broken."""
    decide: grpc.UnaryUnaryMultiCallable[bytes, bytes] = channel.unary_unary("/amends.v1.DecisionService/Decide")

    with pytest.raises(grpc.RpcError) as caught:
        decide(b"\xff\xff\xff")

    assert refusal(caught.value).code == "INVALID_ARGUMENT"


def test_the_same_request_gives_the_same_bytes(decisions: DecisionServiceStub) -> None:
    """The decision holds no clock and no id; a server-filled observe_time is all that could differ, so it is given."""
    request = late()
    request.situation.observe_time.seconds = 1_767_225_600

    said = {decisions.Decide(request).decision.SerializeToString(deterministic=True) for _ in range(20)}

    assert len(said) == 1


def test_an_enum_number_that_the_contract_does_not_have_is_refused(decisions: DecisionServiceStub) -> None:
    """A newer client's value is not taken for an unknown fact."""
    request = late()
    request.situation.severity = 99  # type: ignore[assignment]  # what a newer client could send

    with pytest.raises(grpc.RpcError) as caught:
        decisions.Decide(request)

    assert "situation.severity" in refusal(caught.value).violations
    assert situation_pb2.Severity.values()[-1] < 99
