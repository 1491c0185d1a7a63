"""Who may do what with which policy, over a real TLS server, and what they see of others' decisions."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import grpc
import httpx
import pytest

from amends.server.api_keys import new_key
from amends.v1 import (
    action_pb2,
    decision_service_pb2_grpc,
    record_pb2,
    rule_pack_service_pb2,
)
from amends.v1 import decision_service_pb2 as service_pb2
from tests.service.callers import make_callers
from tests.service.guarded import Guarded, guarded_server
from tests.service.packs import SHOP
from tests.service.requests import late, refusal, refusal_of
from tests.service.running import RunningServer, write_pack


@pytest.fixture(scope="module")
def guarded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Guarded]:
    with guarded_server(tmp_path_factory.mktemp("guarded")) as made:
        yield made


def as_(guarded: Guarded, caller: str) -> dict[str, Any]:
    return {"metadata": guarded.callers.said(caller), "timeout": 60}


def test_a_policy_of_others_decides_nothing(guarded: Guarded) -> None:
    """Whether or not it is there; one item of a batch fails alone, and a preview is a permission of its own."""
    request = late(policy="brand-x")
    with pytest.raises(grpc.RpcError) as caught:
        guarded.decisions.Decide(request, **as_(guarded, "helpdesk"))
    assert refusal(caught.value).reason == "PERMISSION_DENIED"

    items = [service_pb2.BatchDecideItem(request=late(policy=policy)) for policy in ("default", "brand-x", "none")]
    results = guarded.decisions.BatchDecide(
        service_pb2.BatchDecideRequest(items=items), **as_(guarded, "helpdesk")
    ).results
    assert results[0].response.recorded
    assert [refusal_of(one.error).reason for one in results[1:]] == ["PERMISSION_DENIED"] * 2

    preview = late()
    preview.preview = True
    assert guarded.decisions.Decide(preview, **as_(guarded, "watcher")).decision.actions
    with pytest.raises(grpc.RpcError):
        guarded.decisions.Decide(late(), **as_(guarded, "watcher"))


def test_the_acting_role_is_capped_by_who_calls(guarded: Guarded) -> None:
    """The helpdesk is trusted as the front line: it may not grant what the owner may, whatever it says."""
    request = late()
    request.situation.shipping_fee.units = 60
    request.actor.role = "owner"

    capped = guarded.decisions.Decide(request, **as_(guarded, "helpdesk"))
    request.policy = "brand-x"
    trusted = guarded.decisions.Decide(request, **as_(guarded, "other-brand"))

    def refund(answer: service_pb2.DecideResponse) -> action_pb2.Action:
        return next(one for one in answer.decision.actions if one.WhichOneof("kind") == "refund")

    assert not refund(capped).may_grant_now
    assert refund(capped).approval_needed
    assert refund(trusted).may_grant_now


def test_decisions_of_other_policies_are_not_there(guarded: Guarded) -> None:
    """Neither to get, nor to list, count, replay or report on; nor does asking for them by name help."""
    ours = guarded.decisions.Decide(late(case_id="ours"), **as_(guarded, "helpdesk"))
    theirs = guarded.decisions.Decide(late(case_id="theirs", policy="brand-x"), **as_(guarded, "other-brand"))
    watcher = as_(guarded, "watcher")

    guarded.decisions.GetDecision(service_pb2.GetDecisionRequest(decision_id=ours.decision_id), **watcher)
    with pytest.raises(grpc.RpcError) as caught:
        guarded.decisions.GetDecision(service_pb2.GetDecisionRequest(decision_id=theirs.decision_id), **watcher)
    assert refusal(caught.value).reason == "UNKNOWN_DECISION"
    with pytest.raises(grpc.RpcError) as caught:
        guarded.decisions.ReplayDecision(service_pb2.ReplayDecisionRequest(decision_id=theirs.decision_id), **watcher)
    assert refusal(caught.value).reason == "UNKNOWN_DECISION"
    again = late(case_id="theirs")
    again.supersedes = theirs.decision_id
    with pytest.raises(grpc.RpcError) as caught:
        guarded.decisions.Decide(again, **as_(guarded, "helpdesk"))
    assert refusal(caught.value).reason == "UNKNOWN_DECISION"
    report = service_pb2.RecordOutcomeRequest(
        decision_id=theirs.decision_id,
        action_id=theirs.decision.actions[0].action_id,
        kind=record_pb2.OUTCOME_KIND_OFFERED,
    )
    with pytest.raises(grpc.RpcError) as caught:
        guarded.decisions.RecordOutcome(report, **as_(guarded, "helpdesk"))
    assert refusal(caught.value).reason == "UNKNOWN_DECISION"

    listed = guarded.decisions.ListDecisions(service_pb2.ListDecisionsRequest(page_size=200), **watcher).decisions
    assert ours.decision_id in {one.decision_id for one in listed}
    assert {one.policy for one in listed} == {"default"}
    counted = guarded.decisions.GetRuleStatistics(service_pb2.GetRuleStatisticsRequest(), **watcher).statistics
    everything = guarded.decisions.GetRuleStatistics(
        service_pb2.GetRuleStatisticsRequest(), **as_(guarded, "other-brand")
    ).statistics
    assert sum(one.applied for one in counted) == len(listed)
    assert sum(one.applied for one in everything) >= 1
    with pytest.raises(grpc.RpcError) as caught:
        guarded.decisions.ListDecisions(service_pb2.ListDecisionsRequest(policy="brand-x"), **watcher)
    assert refusal(caught.value).reason == "PERMISSION_DENIED"


def test_each_caller_has_request_ids_of_their_own(guarded: Guarded) -> None:
    """The same id of two callers is two requests; the same of one is answered once."""
    request = late(case_id="own ids", policy="")
    request.request_id = "order 7"
    first = guarded.decisions.Decide(request, **as_(guarded, "helpdesk"))
    again = guarded.decisions.Decide(request, **as_(guarded, "helpdesk"))
    request.policy = "brand-x"
    other = guarded.decisions.Decide(request, **as_(guarded, "other-brand"))

    assert first.decision_id == again.decision_id != other.decision_id


def test_only_packs_of_their_policies_are_shown(guarded: Guarded) -> None:
    """With those of their policies that point to them."""
    listed = guarded.packs.ListRulePacks(
        rule_pack_service_pb2.ListRulePacksRequest(), **as_(guarded, "other-brand")
    ).rule_packs

    assert [(one.pack_id, list(one.policies)) for one in listed] == [("shop", ["brand-x"])]


def test_everybody_is_told_what_they_may_do(guarded: Guarded) -> None:
    """In the order of the contract, with the policies that they see."""
    listed = guarded.packs.ListRulePacks(rule_pack_service_pb2.ListRulePacksRequest(), **as_(guarded, "watcher"))

    assert listed.permissions == [rule_pack_service_pb2.PERMISSION_PREVIEW, rule_pack_service_pb2.PERMISSION_READ]
    assert {one.policy for one in listed.policy_statuses} <= {"shop", "default"}


def test_who_calls_too_often_is_told_when_to_come_back(guarded: Guarded) -> None:
    """Two calls a second: the third of a moment is refused, with a delay."""
    refused = []
    for _ in range(4):
        try:
            guarded.packs.ListRulePacks(rule_pack_service_pb2.ListRulePacksRequest(), **as_(guarded, "busy"))
        except grpc.RpcError as error:
            refused.append(refusal(error))

    assert refused
    assert {(one.code, one.reason) for one in refused} == {("RESOURCE_EXHAUSTED", "RATE_LIMITED")}


def test_calls_are_counted_over_both_roads(tmp_path: Path) -> None:
    """What a caller has used up by gRPC is used up by HTTP, and the other way round; the delay is in both forms."""
    with guarded_server(tmp_path) as guarded:
        request = rule_pack_service_pb2.ListRulePacksRequest()
        said = dict(guarded.callers.said("busy"))
        codes = []
        for _ in range(10):
            try:
                guarded.packs.ListRulePacks(request, **as_(guarded, "busy"))
            except grpc.RpcError as error:
                codes.append(refusal(error).reason)
            answer = guarded.web.get("/v1/rulePacks", headers=said)
            if answer.status_code == httpx.codes.TOO_MANY_REQUESTS:
                codes.append(next(one["reason"] for one in answer.json()["details"] if "reason" in one))
                assert int(answer.headers["retry-after"]) >= 1

    # Two at once and two a second: of twenty calls in a moment most are refused, by whichever road they come.
    assert len(codes) > 10
    assert set(codes) == {"RATE_LIMITED"}


def test_no_secret_is_logged_or_told(tmp_path: Path) -> None:
    """Of keys, hashes and tokens, taken or refused, by either road and at every level: nothing, nor in an answer."""
    with guarded_server(tmp_path, "--log-level", "debug") as guarded:
        callers = guarded.callers
        stranger, forged = new_key().key, callers.token("watcher@example.com", aud="others")
        taken = [callers.keys[name].key for name in ("helpdesk", "publisher", "other-brand")]
        tokens = [callers.token("watcher@example.com"), callers.token("nobody@example.com"), forged]
        told = []
        for number, secret in enumerate((*taken, stranger, stranger[:-1], *tokens, f"{tokens[0]}x")):
            for headers in ({"authorization": f"Bearer {secret}"}, {"x-api-key": secret}, {"authorization": secret}):
                said = {**headers, "x-request-id": f"secret-{number}"}
                for method, path in (("POST", "/v1/decisions:decide"), ("GET", "/metrics"), ("GET", "/readyz")):
                    answer = guarded.web.request(method, path, json={} if method == "POST" else None, headers=said)
                    told.append(f"{answer.headers} {answer.text}")
                try:
                    guarded.decisions.Decide(late(), metadata=tuple(said.items()), timeout=60)
                except grpc.RpcError as error:
                    call: Any = error
                    told.append(f"{call.details()} {call.trailing_metadata()} {call.debug_error_string()}")
            guarded.server.wait_for("call", request_id=f"secret-{number}", count=6)
        with grpc.insecure_channel(guarded.server.target) as channel, pytest.raises(grpc.RpcError):
            decision_service_pb2_grpc.DecisionServiceStub(channel).Decide(late(), timeout=2)
        callers.access.write_text(f'[[identity]]\nname = "x"\napi_keys = ["{taken[0]}"]', encoding="utf-8")
        guarded.server.wait_for("access_file_refused")
        everything = guarded.server.text + "".join(told)

    for secret in (*taken, stranger, *tokens):
        # A key's id is no secret, nor is what every token of a kind begins with.
        parts = [secret.split("_", 2)[-1]] if secret.startswith("amk_") else secret.split(".")
        assert not [part for part in parts if part in everything]
    assert not [key for key in callers.keys.values() if key.kept.rsplit(":", maxsplit=1)[-1] in everything]
    assert "BEGIN" not in everything


def test_no_page_may_call_unless_it_is_named(guarded: Guarded) -> None:
    """Without origins in the settings there is no CORS: a browser is told nothing that would let it go on."""
    asked = {"origin": "https://desk.example.com", "access-control-request-method": "POST"}

    answers = [
        guarded.web.options("/v1/decisions:decide", headers=asked),
        guarded.web.options("/amends.v1.DecisionService/Decide", headers=asked),
        guarded.web.get("/healthz", headers=asked),
    ]

    assert not [name for answer in answers for name in answer.headers if name.startswith("access-control")]


def test_a_certificate_of_the_connection_is_who_calls(tmp_path: Path) -> None:
    """With an authority for clients every caller shows a certificate, and its name is the caller."""
    write_pack(tmp_path / "rules", "shop", SHOP)
    callers = make_callers(tmp_path)
    options = ("--policies", "brand-x=shop", *callers.options, "--tls-client-ca", str(tmp_path / "ca.pem"))
    with RunningServer("--rules", str(tmp_path / "rules"), *options) as server:
        with callers.channel(server.target, certificate="other.example.com") as channel:
            decisions = decision_service_pb2_grpc.DecisionServiceStub(channel)
            assert decisions.Decide(late(policy="brand-x"), timeout=60).decision.actions
        with callers.channel(server.target, certificate="stranger.example.com") as channel:
            decisions = decision_service_pb2_grpc.DecisionServiceStub(channel)
            with pytest.raises(grpc.RpcError) as caught:
                decisions.Decide(late(policy="brand-x"), timeout=60)
            assert refusal(caught.value).reason == "UNAUTHENTICATED"
        with callers.channel(server.target) as channel, pytest.raises(grpc.RpcError) as caught:
            decision_service_pb2_grpc.DecisionServiceStub(channel).Decide(late(policy="brand-x"), timeout=5)
        assert caught.value.code() == grpc.StatusCode.UNAVAILABLE


def test_files_that_change_are_followed(tmp_path: Path) -> None:
    """A key that is taken out counts no more, a broken file changes nothing, a renewed certificate is shown."""
    write_pack(tmp_path / "rules", "shop", SHOP)
    callers = make_callers(tmp_path)
    with RunningServer("--rules", str(tmp_path / "rules"), *callers.options) as server:
        with callers.channel(server.target) as channel:
            decisions = decision_service_pb2_grpc.DecisionServiceStub(channel)
            said = callers.said("helpdesk")
            assert decisions.Decide(late(), metadata=said, timeout=60).decision.actions

            text = callers.access.read_text(encoding="utf-8")
            callers.access.write_text(text + "\n[[identity", encoding="utf-8")
            server.wait_for("access_file_refused")
            assert decisions.Decide(late(), metadata=said, timeout=60).decision.actions

            callers.access.write_text(text.replace(callers.keys["helpdesk"].kept, ""), encoding="utf-8")
            server.wait_for("access_file_refused", count=2)
            line = f'api_keys = ["{callers.keys["helpdesk"].kept}"]'
            callers.access.write_text(text.replace(line, 'certificates = ["none"]'), encoding="utf-8")
            server.wait_for("access_file_read")
            with pytest.raises(grpc.RpcError) as caught:
                decisions.Decide(late(), metadata=said, timeout=60)
            assert refusal(caught.value).reason == "UNAUTHENTICATED"

        callers.certify("renewed.example.com")
        options = (("grpc.ssl_target_name_override", "renewed.example.com"), ("grpc.use_local_subchannel_pool", 1))
        credentials = grpc.ssl_channel_credentials(callers.authority.cert_pem.bytes())
        with grpc.secure_channel(server.target, credentials, options) as channel:
            grpc.channel_ready_future(channel).result(timeout=60)
