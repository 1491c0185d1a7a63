"""Rules change while the service runs: asked for over a channel or by the folder, followed by workers and replicas."""

import os
import signal
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import grpc
import pytest

from amends.application.request_folder import FIRST_REASON
from amends.server.health_check import check_health
from amends.v1 import decision_service_pb2 as decision_pb2
from amends.v1 import record_pb2
from amends.v1 import rule_pack_service_pb2 as service_pb2
from amends.v1.decision_service_pb2_grpc import DecisionServiceStub
from tests.service.activating import TESTS, Publisher, shop, state
from tests.service.packs import SHOP
from tests.service.recording import (
    database_url,
    postgresql_programs,
    postgresql_server,
    postgresql_session,
    postgresql_url,
    recording_server,
    sqlite_url,
)
from tests.service.requests import late, refusal
from tests.service.running import PATIENCE, RunningServer, write_pack

__all__ = ["database_url", "postgresql_programs", "postgresql_server", "postgresql_session", "postgresql_url"]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the shop, and a database of this module's own."""
    folder = tmp_path_factory.mktemp("activation")
    write_pack(folder / "rules", "shop", SHOP)
    return folder


@pytest.fixture(scope="module")
def running(folder: Path) -> Iterator[RunningServer]:
    """One server, whose folder nobody watches."""
    with recording_server(folder / "rules", sqlite_url(folder), "--no-watch") as server:
        yield server


@pytest.fixture
def publisher(running: RunningServer) -> Iterator[Publisher]:
    with running.channel() as channel:
        yield Publisher(channel)


def digest_of(server: RunningServer) -> str:
    """By which pack the server decides, over a connection of its own."""
    with server.channel() as channel:
        return str(DecisionServiceStub(channel).Decide(late(), wait_for_ready=True).decision.pack_digest)


def test_a_pack_that_is_sent_goes_live(running: RunningServer, publisher: Publisher) -> None:
    """Checked, tested and proved by engines of several hands; who asked, why and where stays on record."""
    before = digest_of(running)

    actor = record_pb2.Actor(actor_id="anna", kind=record_pb2.ACTOR_KIND_HUMAN)
    asked = publisher.upload(shop(4, "2.4.0"), tests=TESTS, actor=actor, reason="spring", ticket="CR-1")
    live = publisher.settled(asked)

    assert state(live) == "live"
    assert (live.tests_passed, live.previous_digest, live.pack_id, live.version) == (1, before, "shop", "2.4.0")
    assert live.situations_agreed > 1
    assert set(live.engines) >= {"bitmap", "reference"}
    assert (live.actor, live.reason, live.ticket, live.origin) == (actor, "spring", "CR-1", "upload")
    running.wait_for("policy_changed", policy="default", pack_digest=live.digest)
    assert digest_of(running) == live.digest


def test_a_pack_can_be_rolled_back_to(running: RunningServer, publisher: Publisher) -> None:
    """By the digest of one that decided before; its proof is known."""
    first = publisher.settled(publisher.upload(shop(5)))
    second = publisher.settled(publisher.upload(shop(6)))

    back = publisher.settled(publisher.digest(first.digest))

    assert (state(back), back.digest, back.previous_digest) == ("live", first.digest, second.digest)
    assert (back.situations_agreed, back.origin) == (first.situations_agreed, "digest")
    running.wait_for("policy_changed", policy="default", activation_id=back.activation_id)
    assert digest_of(running) == first.digest
    assert state(publisher.get(second.activation_id)) == "replaced"


@pytest.mark.parametrize(
    ("text", "tests", "problem"),
    [
        (SHOP.replace("fault: company", "faultt: company"), "", "unknown-fact"),
        (shop(7), TESTS.replace("delay_days: 7", "delay_days: 1"), "a week late"),
        (shop(7), TESTS.replace("given: week-late", "givven: week-late"), "its tests cannot be read"),
    ],
)
def test_a_bad_pack_never_goes_live(
    running: RunningServer, publisher: Publisher, text: str, tests: str, problem: str
) -> None:
    """One that does not compile, whose tests fail or cannot be read: refused with its reasons, and nothing changes."""
    before = digest_of(running)

    refused = publisher.settled(publisher.upload(text, tests=tests))

    assert state(refused) == "refused"
    assert any(problem in told for told in refused.problems), refused.problems
    assert running.wait_for("activation_refused", activation_id=refused.activation_id)["problems"]
    assert digest_of(running) == before


def test_a_pack_can_be_checked_alone(running: RunningServer, publisher: Publisher) -> None:
    """It does not go live; and is kept, to go live by its digest."""
    before = digest_of(running)

    valid = publisher.settled(publisher.upload(shop(8), validate_only=True))

    assert state(valid) == "valid"
    assert digest_of(running) == before
    assert state(publisher.settled(publisher.digest(valid.digest))) == "live"


def test_a_request_that_is_sent_again_is_the_same_activation(publisher: Publisher) -> None:
    """By its id; with another pack it is refused."""
    first = publisher.upload(shop(9), request_id="once")

    assert publisher.upload(shop(9), request_id="once").activation_id == first.activation_id
    with pytest.raises(grpc.RpcError) as caught:
        publisher.upload(shop(10), request_id="once")
    assert refusal(caught.value).reason == "REQUEST_ID_REUSED"
    publisher.settled(first)


def test_a_policy_of_a_new_name_is_made(running: RunningServer, publisher: Publisher) -> None:
    """And shown with the pack by which it decides, beside the other version of the same pack."""
    live = publisher.settled(publisher.upload(shop(11, "3.0.0"), policy="brand-new"))

    running.wait_for("policy_changed", policy="brand-new")
    with running.channel() as channel:
        request = late(policy="brand-new")
        assert DecisionServiceStub(channel).Decide(request).decision.pack_digest == live.digest
    packs = publisher.stub.ListRulePacks(service_pb2.ListRulePacksRequest()).rule_packs
    (shown,) = [pack for pack in packs if "brand-new" in pack.policies]
    assert (shown.digest, shown.pack_id) == (live.digest, "shop")
    assert len({pack.name for pack in packs}) == len(packs)
    again = publisher.stub.GetRulePack(service_pb2.GetRulePackRequest(name=shown.name)).rule_pack
    assert (again.digest, list(again.policies)) == (live.digest, ["brand-new"])


def test_activations_are_listed(publisher: Publisher) -> None:
    """The newest first, of one policy or of all, page by page, and without what was found."""
    asked = [publisher.settled(publisher.upload(SHOP.replace("fault", "fehler"), policy="listed")) for _ in range(3)]
    ids = [one.activation_id for one in reversed(asked)]

    page = publisher.stub.ListActivations(service_pb2.ListActivationsRequest(policy="listed", page_size=2))
    rest = publisher.listed(policy="listed", page_size=2, page_token=page.next_page_token)

    assert [one.activation_id for one in (*page.activations, *rest)] == ids
    assert not any(one.problems or one.diagnostics for one in page.activations)
    assert set(ids) <= {one.activation_id for one in publisher.listed(page_size=200)}


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"reason": " "}, "reason"),
        ({"policy": ""}, "policy"),
        ({"digest": "abc"}, "digest"),
        ({"digest": ""}, "digest"),
    ],
)
def test_what_is_wrong_with_a_request_is_told(publisher: Publisher, said: dict[str, object], field: str) -> None:
    """Before anything is kept."""
    with pytest.raises(grpc.RpcError) as caught:
        publisher.digest(**({"digest": "a" * 64} | said))  # type: ignore[arg-type]  # as the parameters say

    found = refusal(caught.value)
    assert (found.code, list(found.violations)) == ("INVALID_ARGUMENT", [field])


def test_what_is_not_there_is_told(publisher: Publisher) -> None:
    """A digest that no pack has, an activation of no such id."""
    with pytest.raises(grpc.RpcError) as no_pack:
        publisher.digest("a" * 64)
    with pytest.raises(grpc.RpcError) as no_activation:
        publisher.get("nothing")

    assert refusal(no_pack.value).reason == "UNKNOWN_RULE_PACK"
    assert refusal(no_activation.value).reason == "UNKNOWN_ACTIVATION"


def test_a_second_person_approves(tmp_path: Path) -> None:
    """Not the one who asked, nor nobody by name; until then nothing changes, and what waits may be ended."""
    write_pack(tmp_path / "rules", "shop", SHOP)
    with (
        recording_server(tmp_path / "rules", sqlite_url(tmp_path), "--approvals") as server,
        server.channel() as channel,
    ):
        publisher = Publisher(channel)
        before = digest_of(server)
        anna, bert = record_pb2.Actor(actor_id="anna"), record_pb2.Actor(actor_id="bert")
        waiting = publisher.settled(publisher.upload(shop(4), actor=anna))
        other = publisher.settled(publisher.upload(shop(5), actor=anna))
        assert [state(waiting), state(other)] == ["awaiting_approval"] * 2

        def approve(activation: service_pb2.Activation, actor: record_pb2.Actor) -> service_pb2.Activation:
            request = service_pb2.ApproveActivationRequest(activation_id=activation.activation_id, actor=actor)
            return publisher.stub.ApproveActivation(request).activation

        for nobody_else in (anna, record_pb2.Actor()):
            with pytest.raises(grpc.RpcError) as caught:
                approve(waiting, nobody_else)
            assert refusal(caught.value).reason == "CANNOT_CHANGE_ACTIVATION"
        assert digest_of(server) == before

        live = approve(waiting, bert)
        assert (state(live), live.settled_by) == ("live", bert)
        server.wait_for("policy_changed", pack_digest=live.digest)
        assert digest_of(server) == live.digest

        cancel = service_pb2.CancelActivationRequest(activation_id=other.activation_id, actor=bert, reason="too much")
        ended = publisher.stub.CancelActivation(cancel).activation
        assert (state(ended), ended.settled_reason) == ("cancelled", "too much")
        with pytest.raises(grpc.RpcError) as caught:
            approve(other, bert)
        assert refusal(caught.value).reason == "CANNOT_CHANGE_ACTIVATION"


def test_a_changed_folder_goes_live_in_all_workers(tmp_path: Path) -> None:
    """Once it has been checked and proved; a bad one does not, and the good one after it does."""
    write_pack(tmp_path / "rules", "shop", SHOP)
    file = tmp_path / "rules" / "shop" / "pack.yaml"
    with recording_server(tmp_path / "rules", sqlite_url(tmp_path), "--workers", "2") as server:
        before = digest_of(server)
        file.write_text(SHOP.replace("fault: company", "faultt: company"), encoding="utf-8")
        refused = server.wait_for("activation_refused", policy="default")
        assert "unknown-fact" in str(refused["problems"])
        assert digest_of(server) == before

        file.write_text(shop(2, "2.0.0"), encoding="utf-8")

        workers = {line["worker_pid"] for line in server.lines("worker_started")}
        changed = [server.wait_for("policy_changed", policy="default", version="2.0.0", pid=pid) for pid in workers]
        assert {digest_of(server) for _ in range(6)} == {line["pack_digest"] for line in changed}
        with server.channel() as channel:
            publisher = Publisher(channel)
            # What is proved beside calls may take longer than all else here.
            listed = [publisher.settled(one) for one in publisher.listed(policy="default")]
        assert [(state(one), one.origin) for one in listed] == [
            ("live", "folder"),
            ("refused", "folder"),
            ("valid", "proof"),
            ("replaced", "folder"),
        ]


def test_what_a_policy_begins_with_is_proved_beside_the_calls(tmp_path: Path) -> None:
    """Once: what is live knows of it then, and the next start has nothing to prove."""
    write_pack(tmp_path / "rules", "shop", SHOP)
    url = sqlite_url(tmp_path)
    with recording_server(tmp_path / "rules", url) as server, server.channel() as channel:
        began = digest_of(server)
        proved = server.wait_for("activation_checked", policy="default", state="valid")
        assert proved["pack_digest"] == began
        (live,) = (one for one in Publisher(channel).listed(policy="default") if state(one) == "live")
        found = Publisher(channel).get(live.activation_id)
        assert (found.origin, found.reason) == ("folder", FIRST_REASON)
        assert set(found.engines) >= {"bitmap", "reference"}
        server.wait_for("activation_checked", policy="shop")
    with recording_server(tmp_path / "rules", url) as again, again.channel() as channel:
        assert digest_of(again) == began
        assert [one.origin for one in Publisher(channel).listed(policy="default")] == ["proof", "folder"]


def test_a_policy_does_not_begin_with_a_pack_that_fails_its_tests(tmp_path: Path) -> None:
    """It is refused, nothing decides and health says so, until the folder is mended."""
    write_pack(tmp_path / "rules", "shop", SHOP)
    tests = tmp_path / "rules" / "shop" / "tests" / "late_test.yaml"
    tests.parent.mkdir()
    tests.write_text(TESTS.replace("delay_days: 7", "delay_days: 1"), encoding="utf-8")
    with recording_server(tmp_path / "rules", sqlite_url(tmp_path)) as server, server.channel() as channel:
        refused = server.wait_for("activation_refused", policy="default")
        assert "a week late" in str(refused["problems"])
        assert server.wait_for("policy_unavailable", policy="default")
        assert not check_health(server.target, service="", timeout=PATIENCE).serving
        with pytest.raises(grpc.RpcError) as caught:
            DecisionServiceStub(channel).Decide(late())
        assert refusal(caught.value).reason == "NO_RULE_PACK"
        with pytest.raises(grpc.RpcError) as caught:
            Publisher(channel).digest(refused["pack_digest"])
        assert refusal(caught.value).reason == "UNKNOWN_RULE_PACK"
        assert any("a week late" in told for told in Publisher(channel).get(refused["activation_id"]).problems)
        assert refused["activation_id"] in {one.activation_id for one in Publisher(channel).listed(policy="default")}

        tests.write_text(TESTS, encoding="utf-8")

        server.wait_for("policy_changed", policy="default")
        assert DecisionServiceStub(channel).Decide(late()).decision.pack_digest


def test_a_worker_that_is_started_again_follows_the_database(tmp_path: Path) -> None:
    """Whatever the folder holds by then: it decides as its fellows do, and is not turned away."""
    write_pack(tmp_path / "rules", "shop", SHOP)
    with (
        recording_server(tmp_path / "rules", sqlite_url(tmp_path), "--workers", "2", "--no-watch") as server,
        server.channel() as channel,
    ):
        live = Publisher(channel).settled(Publisher(channel).upload(shop(6)))
        (tmp_path / "rules" / "shop" / "pack.yaml").write_text(shop(2), encoding="utf-8")

        killed, other = (line["worker_pid"] for line in server.lines("worker_started"))
        server.wait_for("policy_changed", policy="default", pack_digest=live.digest, pid=other)
        os.kill(killed, signal.SIGKILL)

        late_worker = server.wait_for("worker_started", 3)["worker_pid"]
        server.wait_for("policy_changed", policy="default", pack_digest=live.digest, pid=late_worker)
        assert {digest_of(server) for _ in range(8)} == {live.digest}
        assert server.lines("rules_changed") == []


def test_a_swapped_link_is_a_changed_folder(tmp_path: Path) -> None:
    """As a mounted ConfigMap changes: the files are links through a folder that is a link, which is swapped."""
    for name, text in (("one", SHOP), ("two", shop(2, "2.0.0"))):
        (tmp_path / "rules" / "shop" / f"..{name}").mkdir(parents=True)
        (tmp_path / "rules" / "shop" / f"..{name}" / "pack.yaml").write_text(text, encoding="utf-8")
    pack = tmp_path / "rules" / "shop"
    (pack / "..data").symlink_to("..one")
    (pack / "pack.yaml").symlink_to("..data/pack.yaml")
    with recording_server(tmp_path / "rules", sqlite_url(tmp_path)) as server:
        digest_of(server)
        (pack / "..new").symlink_to("..two")

        (pack / "..new").rename(pack / "..data")

        server.wait_for("policy_changed", policy="default", version="2.0.0")


def test_replicas_follow_one_database(tmp_path: Path, database_url: str) -> None:
    """What one of them is asked for, both decide by; one that starts later too, whatever its own folder holds."""
    for name in ("one", "two"):
        write_pack(tmp_path / name, "shop", SHOP)
    with (
        recording_server(tmp_path / "one", database_url) as one,
        recording_server(tmp_path / "two", database_url) as two,
        one.channel() as channel,
    ):
        assert digest_of(one) == digest_of(two)
        live = Publisher(channel).settled(Publisher(channel).upload(shop(6)))
        for server in (one, two):
            server.wait_for("policy_changed", policy="default", pack_digest=live.digest)
            assert digest_of(server) == live.digest
        with recording_server(tmp_path / "two", database_url) as three:
            assert digest_of(three) == live.digest
            assert three.wait_for("folder_not_live", policy="default")["pack_digest"] == live.digest
            assert digest_of(three) == live.digest


def test_a_worker_that_dies_over_a_check_loses_nothing(tmp_path: Path) -> None:
    """Another takes it over when its time is up."""
    write_pack(tmp_path / "rules", "shop", SHOP)
    url = sqlite_url(tmp_path)
    with recording_server(tmp_path / "rules", url, "--no-watch") as first, first.channel() as channel:
        digest_of(first)
        asked = Publisher(channel).upload(shop(6))
        while state(Publisher(channel).get(asked.activation_id)) == "requested":
            pass
        os.kill(first.process.pid, signal.SIGKILL)
    with recording_server(tmp_path / "rules", url, "--no-watch") as second, second.channel() as channel:
        assert state(Publisher(channel).settled(asked)) in {"live", "replaced"}


def test_a_check_is_given_back_by_who_ends_in_good_order(tmp_path: Path) -> None:
    """The next to start takes it at once."""
    write_pack(tmp_path / "rules", "shop", SHOP)
    url = sqlite_url(tmp_path)
    with recording_server(tmp_path / "rules", url, "--no-watch") as first, first.channel() as channel:
        digest_of(first)
        asked = Publisher(channel).upload(shop(6))
        while state(Publisher(channel).get(asked.activation_id)) == "requested":
            pass
        first.signal(signal.SIGTERM)
        assert first.end() == 0
    with recording_server(tmp_path / "rules", url, "--no-watch") as second, second.channel() as channel:
        assert state(Publisher(channel).settled(asked)) == "live"


def test_a_decision_of_a_replaced_pack_is_replayed_the_same(running: RunningServer, publisher: Publisher) -> None:
    """What decided is kept, whatever decides now."""
    publisher.settled(publisher.upload(shop(12)))
    with running.channel() as channel:
        stub = DecisionServiceStub(channel)
        decided = stub.Decide(late(30))
        live = publisher.settled(publisher.upload(shop(13)))
        running.wait_for("policy_changed", policy="default", pack_digest=live.digest)

        replayed = stub.ReplayDecision(decision_pb2.ReplayDecisionRequest(decision_id=decided.decision_id))

    assert decided.decision.pack_digest != live.digest
    assert replayed.result == decision_pb2.REPLAY_RESULT_SAME


def test_a_single_process_without_a_database_follows_its_folder(tmp_path: Path) -> None:
    """By the same checks: a bad pack is refused, and the good one after it decides."""
    write_pack(tmp_path, "shop", SHOP)
    file = tmp_path / "shop" / "pack.yaml"
    with RunningServer("--rules", str(tmp_path)) as server:
        before = digest_of(server)
        file.write_text(SHOP.replace("fault: company", "faultt: company"), encoding="utf-8")
        server.wait_for("activation_refused", policy="default")
        assert digest_of(server) == before

        file.write_text(shop(2, "2.0.0"), encoding="utf-8")

        changed = server.wait_for("policy_changed", policy="default", version="2.0.0")
        assert digest_of(server) == changed["pack_digest"]


def test_workers_without_a_database_follow_their_folder_together(tmp_path: Path) -> None:
    """Every worker, one that is started again too; a bad pack changes nothing. What they share is gone with them."""
    write_pack(tmp_path / "rules", "shop", SHOP)
    file = tmp_path / "rules" / "shop" / "pack.yaml"
    options = ("--rules", str(tmp_path / "rules"), "--workers", "2")
    with RunningServer(*options, environment={"TMPDIR": str(tmp_path)}) as server:
        before = digest_of(server)
        shared = list(tmp_path.glob("amends-policies-*"))
        file.write_text(SHOP.replace("fault: company", "faultt: company"), encoding="utf-8")
        server.wait_for("activation_refused", policy="default")
        assert {digest_of(server) for _ in range(4)} == {before}

        file.write_text(shop(2, "2.0.0"), encoding="utf-8")

        workers = {line["worker_pid"] for line in server.lines("worker_started")}
        changed = [server.wait_for("policy_changed", policy="default", version="2.0.0", pid=pid) for pid in workers]
        moments = sorted(datetime.fromisoformat(line["timestamp"]) for line in changed)
        assert (moments[-1] - moments[0]).total_seconds() < 10  # two by the guide; the machine of a test may be slow
        after = {line["pack_digest"] for line in changed}
        assert {digest_of(server) for _ in range(4)} == after
        os.kill(min(workers), signal.SIGKILL)
        late_worker = server.wait_for("worker_started", 3)["worker_pid"]
        server.wait_for("policy_changed", policy="default", version="2.0.0", pid=late_worker)
        assert {digest_of(server) for _ in range(6)} == after
        server.signal(signal.SIGTERM)
        assert server.end() == 0
    assert shared
    assert not list(tmp_path.glob("amends-policies-*"))


def test_a_server_without_a_database_refuses(folder: Path) -> None:
    """It has nowhere to keep packs, and says so."""
    with (
        RunningServer("--rules", str(folder / "rules")) as server,
        server.channel() as channel,
        pytest.raises(grpc.RpcError) as caught,
    ):
        Publisher(channel).upload(shop(4))

    assert (refusal(caught.value).code, refusal(caught.value).reason) == ("FAILED_PRECONDITION", "CANNOT_ACTIVATE")
