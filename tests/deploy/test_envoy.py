"""docs/deploy/envoy.yaml in front of two real replicas, called as a plugin of a CRM calls: JSON and a token."""

import random
import signal
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, Final

import grpc
import httpx
import pytest
from google.api import annotations_pb2
from google.protobuf import json_format
from google.protobuf.descriptor import MethodDescriptor

from amends.v1.decision_service_pb2_grpc import DecisionServiceStub
from tests.deploy.envoy import Envoy, client, envoy, issuer
from tests.deploy.whole_request import broken, filled, objects, strictly_taken, with_one_more
from tests.service.callers import Callers
from tests.service.packs import BROKEN, SHOP
from tests.service.recording import recording_server, sqlite_url
from tests.service.requests import late
from tests.service.running import RunningServer, write_pack
from tools import generate_proxy_files

DECIDE: Final = "/v1/decisions:decide"
FLAT: Final = "/v1/decisions:decideFlat"


def asked(case: str = "case-1", **more: object) -> dict[str, Any]:
    """What a form of a CRM sends."""
    form = {
        "caseId": case,
        "contactReason": "late_delivery",
        "fault": "company",
        "currency": "USD",
        "amountPaid": "59.90",
        "amountRefunded": "0",
        "shippingFee": "9.90",
        "knownEmpty": ["granted"],
        "facts": [{"path": "facts.delay_days", "value": "4"}],
    }
    return {**form, **more}


class Behind:
    """Two replicas on one log, with Envoy in front."""

    def __init__(self, replicas: list[RunningServer], running: Envoy, callers: Callers) -> None:
        self.replicas = replicas
        self.envoy = running
        self.callers = callers

    def calls(self) -> list[int]:
        """How many calls each replica has logged; lines of calls are written a few at a time."""
        return [len(replica.lines("call")) for replica in self.replicas]


def replica(folder: Path, callers: Callers, rules: str = "rules") -> RunningServer:
    options = ("--policies", "default=shop", *callers.options)
    return recording_server(folder / rules, f"sqlite:///{folder}/amends.db", *options)


@pytest.fixture(scope="module")
def behind(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Behind]:
    folder = tmp_path_factory.mktemp("envoy")
    write_pack(folder / "rules", "shop", SHOP)
    sqlite_url(folder)
    callers = issuer(folder)
    with replica(folder, callers) as one, replica(folder, callers) as two, envoy(folder, (one, two)) as running:
        yield Behind([one, two], running, callers)


def reason(answer: httpx.Response) -> str:
    """The reason of the service's own errors, in words that Envoy has found in the contract."""
    return next(str(one["reason"]) for one in answer.json()["details"] if one["@type"].endswith("google.rpc.ErrorInfo"))


def test_the_configuration_has_nothing_that_envoy_gives_up(behind: Behind) -> None:
    """No field that a later version will not know any more."""
    assert [line for line in behind.envoy.said.splitlines() if "deprecated" in line.lower()] == []


def test_a_plugin_gets_its_decision(behind: Behind) -> None:
    """Asked and answered in JSON, recorded, and found again by its id; false and zero are written out."""
    with client(behind.envoy, behind.callers) as crm:
        answer = crm.post(FLAT, json=asked(requestId="run-1"))
        again = crm.post(FLAT, json=asked(requestId="run-1"))
        found = crm.get(f"/v1/decisions/{answer.json()['decisionId']}")
        listed = crm.get("/v1/decisions", params={"caseId": "case-1", "pageSize": 5})

    assert answer.status_code == 200
    assert answer.json()["outcome"] == "actions_recommended"
    assert answer.json()["needsFacts"] is False
    assert [one["kind"] for one in answer.json()["actions"]] == ["apology", "refund"]
    assert answer.json()["recorded"] is True
    assert again.json()["decisionId"] == answer.json()["decisionId"]
    assert found.json()["decision"]["summary"]["decisionId"] == answer.json()["decisionId"]
    assert [one["decisionId"] for one in listed.json()["decisions"]] == [answer.json()["decisionId"]]


def test_both_replicas_are_called(behind: Behind) -> None:
    """One connection of a caller, and its calls go to both."""
    with client(behind.envoy, behind.callers) as crm:
        for number in range(40):
            assert crm.post(FLAT, json=asked(f"many-{number}")).status_code == 200

    for one in behind.replicas:
        one.wait_for("call", count=5, method="DecideFlat")


def test_who_shows_no_token_does_not_reach_the_service(behind: Behind) -> None:
    """Nor one that is false, of another audience or of the past; told in JSON. Another header makes nobody somebody."""
    key = {"x-api-key": behind.callers.keys["helpdesk"].key}
    with client(behind.envoy, behind.callers, "") as nobody:
        assert nobody.post(FLAT, json=asked()).status_code == 401
        assert nobody.post(FLAT, json=asked(), headers=key).status_code == 401
        refused = nobody.post(FLAT, json=asked(), headers={"authorization": "Bearer of.no.thing"})
    with client(behind.envoy, behind.callers, aud="others") as other:
        assert other.post(FLAT, json=asked()).status_code == 403
    with client(behind.envoy, behind.callers, exp=1) as late_one:
        assert late_one.post(FLAT, json=asked()).status_code == 401

    assert refused.status_code == 401
    assert refused.json()["code"] == 16
    assert "Jwt" in refused.json()["message"]
    assert [line for one in behind.replicas for line in one.lines("call") if line["code"] == "UNAUTHENTICATED"] == []


def test_a_true_token_of_a_stranger_is_refused_by_the_service(behind: Behind) -> None:
    """Being let in by the issuer is not being let in here: the token comes through, and its owner is looked up."""
    with client(behind.envoy, behind.callers, "stranger@example.com") as stranger:
        unknown = stranger.post(FLAT, json=asked())
    with client(behind.envoy, behind.callers, "watcher@example.com") as watcher:
        forbidden = watcher.post(FLAT, json=asked())

    assert (unknown.status_code, reason(unknown)) == (401, "UNAUTHENTICATED")
    assert (forbidden.status_code, reason(forbidden)) == (403, "PERMISSION_DENIED")


def test_what_is_misspelt_is_refused(behind: Behind) -> None:
    """An unknown name in the body, in a message of it, in the query, and a path that is none: a fact is never lost."""
    with client(behind.envoy, behind.callers) as crm:
        body = crm.post(FLAT, json=asked(contactReson="late_delivery"))
        inside = crm.post(DECIDE, json={"situation": {"caseId": "case-1", "faultt": "FAULT_COMPANY"}})
        query = crm.get("/v1/decisions", params={"casId": "case-1"})
        path = crm.post("/v1/decisions:decideFlt", json=asked())
        no_json = crm.post(FLAT, content=b"{", headers={"content-type": "application/json"})

    assert [one.status_code for one in (body, inside, query, path, no_json)] == [400, 400, 400, 404, 400]
    assert "contactReson" in body.json()["message"]
    assert "faultt" in inside.json()["message"]
    assert "casId" in query.json()["message"]
    assert [one.json()["code"] for one in (body, inside, query, path, no_json)] == [3, 3, 3, 5, 3]


@pytest.mark.parametrize(
    "method", [method for method, _ in generate_proxy_files.posts()], ids=lambda one: str(one.name)
)
def test_every_name_of_the_contract_is_taken_and_no_other(behind: Behind, method: MethodDescriptor) -> None:
    """In each object of a request that has every field, in both spellings: one name more is refused by its place."""
    path = method.GetOptions().Extensions[annotations_pb2.http].post.replace("{", "").replace("}", "")
    request = filled(method.input_type)
    with client(behind.envoy, behind.callers) as crm:
        for proto_names in (False, True):
            body = json_format.MessageToDict(request, preserving_proto_field_name=proto_names)
            assert "there is no such name" not in crm.post(path, json=body).text
            for place in objects(body):
                refused = crm.post(path, json=with_one_more(body, place))
                told = ".".join([*(step for step in place if isinstance(step, str)), "misspelt"])
                assert (refused.status_code, refused.json()) == (
                    400,
                    {"code": 3, "message": f"{told}: there is no such name"},
                )


@pytest.mark.parametrize(
    ("path", "kind", "body"),
    [
        ("/v1/activations/", "application/json", '{"misspelt": 1}'),
        ("/v1/decisions:decide?x=1", "application/json", '{"misspelt": 1}'),
        (DECIDE, "text/plain", '{"misspelt": 1}'),
        (DECIDE, "", '{"misspelt": 1}'),
        (DECIDE, "application/grpcjson", '{"misspelt": 1}'),
        (DECIDE, "application/grpc; json", '{"misspelt": 1}'),
        (DECIDE, "application/json", "{misspelt: 1}"),
        (DECIDE, "application/json", "{'misspelt': 1}"),
        (DECIDE, "application/json", '{"preview": true,}'),
        (DECIDE, "application/json", '{"preview": true} {"misspelt": 1}'),
        (DECIDE, "application/json", '{"p\\u0072eview": true}'),
        (DECIDE, "application/json", '{"situation": ' + "[" * 200 + "]" * 200 + "}"),
        (DECIDE, "application/json", '{"preview": true, "preview": false}'),
        (DECIDE, "application/json", '{"requestId": "a", "request_id": "b"}'),
    ],
)
def test_no_way_leads_around_the_names(behind: Behind, path: str, kind: str, body: str) -> None:
    """Another path or type of the same request, and what is JSON only for who reads it leniently."""
    with client(behind.envoy, behind.callers) as crm:
        refused = crm.post(path, content=body, headers={"content-type": kind} if kind else {})

    assert refused.status_code in {400, 404}
    assert refused.json()["code"] in {3, 5}


def test_what_comes_through_is_what_a_strict_reader_takes(behind: Behind) -> None:
    """Bodies broken in a few places: what protobuf's own reader refuses never reaches the service, all else does."""
    chance = random.Random(4711)  # noqa: S311 -- the same bodies every time
    wrong = []
    with client(behind.envoy, behind.callers) as crm:
        for text in (broken(chance) for _ in range(500)):
            answer = crm.post(DECIDE, content=text.encode(), headers={"content-type": "application/json"})
            reached = answer.status_code == 200 or "details" in answer.json()
            if reached is not strictly_taken(text):
                wrong.append((text, answer.text))

    assert wrong == []


def test_errors_of_the_service_come_through_in_json(behind: Behind) -> None:
    """With their reason, and every violation of wrong input at once."""
    with client(behind.envoy, behind.callers) as crm:
        wrong = crm.post(FLAT, json=asked(fault="nobodyy", amountPaid="much"))
        unknown = crm.get("/v1/decisions/00000000-0000-7000-8000-000000000000")

    assert (wrong.status_code, reason(wrong)) == (400, "INVALID_REQUEST")
    (violations,) = (one["fieldViolations"] for one in wrong.json()["details"] if one["@type"].endswith("BadRequest"))
    assert {one["field"] for one in violations} == {"fault", "amount_paid"}
    assert (unknown.status_code, reason(unknown)) == (404, "UNKNOWN_DECISION")


def test_what_is_too_large_is_refused_by_whoever_it_is_too_large_for(behind: Behind) -> None:
    """The service says with a reason what it takes; of what nobody would take, Envoy keeps no more than it must."""
    with client(behind.envoy, behind.callers) as crm:
        large = crm.post(DECIDE, json={"policy": "x" * 9_000_000})
        huge = crm.post(DECIDE, json={"policy": "x" * 34_000_000})

    assert (large.status_code, reason(large)) == (429, "REQUEST_TOO_LARGE")
    assert (huge.status_code, huge.json()["code"]) == (413, 8)


def test_grpc_goes_through_the_same_door(behind: Behind) -> None:
    """With the same token; a stream too, answered in the order in which it was asked."""
    authority = (behind.callers.folder / "ca.pem").read_bytes()
    said = (("authorization", f"Bearer {behind.callers.token('crm-plugin')}"),)
    with grpc.secure_channel(behind.envoy.address, grpc.ssl_channel_credentials(authority)) as channel:
        answer = DecisionServiceStub(channel).Decide(late(), metadata=said, timeout=60)
        with pytest.raises(grpc.RpcError) as caught:
            DecisionServiceStub(channel).Decide(late(), timeout=60)

    assert answer.recorded
    assert caught.value.code() is grpc.StatusCode.UNAUTHENTICATED


def test_a_replica_that_does_not_serve_gets_no_calls(behind: Behind) -> None:
    """It lives and listens, and its health says NOT_SERVING, as while its database is away: all go to the other."""
    folder = behind.callers.folder
    write_pack(folder / "broken", "lost", BROKEN)
    with (
        replica(folder, behind.callers, "broken") as lame,
        envoy(folder, (behind.replicas[0], lame)) as running,
        client(running, behind.callers) as crm,
    ):
        answers = [crm.post(FLAT, json=asked(f"lame-{number}")).status_code for number in range(20)]

    assert answers == [200] * 20


def test_a_replica_is_replaced_without_a_lost_call(behind: Behind) -> None:
    """Four callers go on while it is told to stop, and until it has: each of their calls is answered."""
    folder = behind.callers.folder
    with (
        replica(folder, behind.callers) as leaving,
        envoy(folder, (behind.replicas[0], leaving)) as running,
        client(running, behind.callers) as crm,
        ThreadPoolExecutor(4) as callers,
    ):
        stopped = threading.Event()

        def call(caller: int) -> list[int]:
            found: list[int] = []
            while not stopped.is_set() or len(found) < 20:
                found.append(crm.post(FLAT, json=asked(f"leaving-{caller}-{len(found)}")).status_code)
            return found

        calling = [callers.submit(call, caller) for caller in range(4)]
        leaving.wait_for("call", count=20)
        leaving.signal(signal.SIGTERM)
        assert leaving.end() == 0
        stopped.set()

    assert {code for one in calling for code in one.result()} == {200}


def test_calls_go_on_when_a_replica_dies(behind: Behind) -> None:
    """Killed without a word, between two calls: the next ones are answered by the other."""
    with client(behind.envoy, behind.callers) as crm:
        assert crm.post(FLAT, json=asked("before")).status_code == 200
        behind.replicas[1].signal(signal.SIGKILL)
        behind.replicas[1].end()
        answers = [crm.post(FLAT, json=asked(f"after-{number}")).status_code for number in range(20)]

    assert answers == [200] * 20
