"""Decisions are on disk before their answers leave, each request is answered once, and a case has a memory."""

import signal
import subprocess
import sys
from functools import partial
from pathlib import Path

import grpc
import pytest

from amends.domain.record import DecisionEntry
from amends.storage.opened import OpenedLog
from amends.v1 import decision_service_pb2 as service_pb2
from amends.v1 import situation_pb2
from amends.v1.decision_service_pb2_grpc import DecisionServiceStub
from tests.service.packs import SHOP
from tests.service.recording import (
    RecordingShop,
    database_url,
    look,
    postgresql_programs,
    postgresql_server,
    postgresql_session,
    postgresql_url,
    recording,
    recording_server,
    recording_shop,
    shop,
    sqlite_url,
)
from tests.service.requests import late, refusal, refusal_of
from tests.service.running import RunningServer, write_pack

__all__ = [
    "database_url",
    "postgresql_programs",
    "postgresql_server",
    "postgresql_session",
    "postgresql_url",
    "recording",
    "recording_shop",
    "shop",
]


def asked(request_id: str, days: int = 4) -> service_pb2.DecideRequest:
    request = late(days)
    request.request_id = request_id
    return request


def same(answer: service_pb2.DecideResponse) -> bytes:
    return answer.SerializeToString(deterministic=True)


def refund_of(answer: service_pb2.DecideResponse) -> str:
    (found,) = [action.action_id for action in answer.decision.actions if action.WhichOneof("kind") == "refund"]
    return found


def test_an_answer_is_what_the_log_holds(recording: RecordingShop) -> None:
    """The decision's bytes, the situation with the moment filled in, who asked, and what was left to the server."""
    request = recording.late(request_id="r-1")
    request.actor.actor_id, request.actor.role = "a-7", "owner"

    answer = recording.decisions.Decide(request)

    entry = recording.entry(answer.decision_id)
    assert entry is not None
    assert answer.recorded
    assert entry.decision == answer.decision.SerializeToString(deterministic=True)
    situation = situation_pb2.Situation.FromString(entry.situation)
    assert situation.HasField("observe_time")
    assert entry.supplied.observe_time
    situation.ClearField("observe_time")
    assert situation == request.situation
    assert (entry.request_id, entry.policy) == (request.request_id, "default")
    assert (entry.actor.actor_id, entry.actor.role) == ("a-7", "owner")
    assert entry.rule_ids == ("shipping-back",)


def test_a_preview_leaves_no_trace(recording: RecordingShop) -> None:
    """It has no id, is not recorded, and its request id may be used for the real thing."""
    request = recording.late(request_id="r-1")
    request.preview = True
    preview = recording.decisions.Decide(request)
    request.preview = False
    answer = recording.decisions.Decide(request)

    assert (preview.decision_id, preview.recorded) == ("", False)
    assert answer.recorded


def test_a_request_sent_again_gets_the_recorded_answer(recording: RecordingShop) -> None:
    """The same bytes, id and time included; explained in full, the same decision with every condition."""
    first = recording.decisions.Decide(recording.late(request_id="r-1"))
    again = recording.decisions.Decide(recording.late(request_id="r-1"))
    request = recording.late(request_id="r-1")
    request.explain = service_pb2.EXPLAIN_FULL
    in_full = recording.decisions.Decide(request)

    assert same(again) == same(first)
    assert in_full.decision.trace.rules[0].conditions
    del in_full.decision.trace.rules[0].conditions[:]
    assert same(in_full) == same(first)


def test_a_request_without_an_id_is_a_new_one_each_time(recording: RecordingShop) -> None:
    """Nothing says that the two are the same."""
    ids = {recording.decisions.Decide(recording.late()).decision_id for _ in range(2)}

    assert len(ids) == 2


@pytest.mark.parametrize("difference", ["situation", "policy", "role", "actor", "observe_time"])
def test_an_id_of_another_request_is_refused(recording: RecordingShop, difference: str) -> None:
    """Whatever differs: the caller has made a mistake, and gets neither answer."""
    recording.decisions.Decide(recording.late(request_id="r-1"))
    request = recording.late(request_id="r-1")
    match difference:
        case "situation":
            request.situation.facts["delay_days"].integer = 5
        case "policy":
            request.policy = "shop"
        case "role":
            request.actor.role = "owner"
        case "actor":
            request.actor.actor_id = "somebody-else"
        case _:
            request.situation.observe_time.seconds = 1_767_225_600

    with pytest.raises(grpc.RpcError) as caught:
        recording.decisions.Decide(request)

    said = refusal(caught.value)
    assert (said.code, said.reason) == ("ALREADY_EXISTS", "REQUEST_ID_REUSED")


def test_the_order_of_a_set_makes_no_other_request(recording: RecordingShop) -> None:
    """Same is what is meant, not how it is written: a set has no order, and the first role may be named."""
    request = recording.late(request_id="r-1")
    request.situation.flags.values.extend([situation_pb2.FLAG_SAFETY, situation_pb2.FLAG_MEDIA])
    first = recording.decisions.Decide(request)
    request.situation.flags.values.reverse()
    request.actor.role = "frontline"

    assert same(recording.decisions.Decide(request)) == same(first)


def changed_shop(folder: Path) -> Path:
    """The shop a year later: it gives half, and no longer declares `note`."""
    text = SHOP.replace("percent: 100", "percent: 50").replace("1.2.3", "1.3.0")
    write_pack(folder, "shop", "".join(line for line in text.splitlines(keepends=True) if "note:" not in line))
    return folder


def test_a_retry_after_a_change_of_rules_gets_the_recorded_answer(shop: Path, tmp_path: Path) -> None:
    """Also where the situation is no longer one under the new rules; explained in full, by the rules of then."""
    url = sqlite_url(tmp_path)
    noted = asked("r-2")
    noted.situation.facts["note"].text = "said on the phone"
    in_full = asked("r-1")
    in_full.explain = service_pb2.EXPLAIN_FULL
    with recording_server(shop, url) as server, server.channel() as channel:
        before = [DecisionServiceStub(channel).Decide(request) for request in (asked("r-1"), noted)]

    with recording_server(changed_shop(tmp_path / "new"), url) as server, server.channel() as channel:
        server.wait_for("policy_changed", policy="default", version="1.3.0")
        stub = DecisionServiceStub(channel)
        after = [stub.Decide(request) for request in (asked("r-1"), noted)]
        explained = stub.Decide(in_full)
        noted.situation.facts["note"].text = "said by mail"
        with pytest.raises(grpc.RpcError) as caught:
            stub.Decide(noted)

    assert [same(answer) for answer in after] == [same(answer) for answer in before]
    assert explained.decision.trace.rules[0].conditions
    assert explained.decision.pack_version == "1.2.3"
    assert refusal(caught.value).reason == "INVALID_SITUATION"


def test_what_was_executed_is_not_given_again(recording: RecordingShop) -> None:
    """A decision that takes the place of another knows from the log what was paid, though the caller says nothing."""
    first = recording.decisions.Decide(recording.late())
    recording.executed(first, refund_of(first), 990)
    request = recording.late(5)
    request.supersedes = first.decision_id

    second = recording.decisions.Decide(request)

    refund = next(action for action in second.decision.actions if action.WhichOneof("kind") == "refund")
    assert refund.already_given
    entry = recording.entry(second.decision_id)
    assert entry is not None
    assert (entry.supersedes, entry.supplied.granted, entry.supplied.granted_unset) == (first.decision_id, 1, True)
    assert entry.supplied.executed == (refund_of(first),)


def test_a_retry_of_a_later_decision_gets_its_answer_whatever_was_done_since(recording: RecordingShop) -> None:
    """What the log added is no part of what was asked."""
    first = recording.decisions.Decide(recording.late())
    recording.executed(first, refund_of(first), 400)
    request = recording.late(5, request_id="r-2")
    request.supersedes = first.decision_id
    second = recording.decisions.Decide(request)
    recording.executed(second, refund_of(second), 590)

    assert same(recording.decisions.Decide(request)) == same(second)


@pytest.mark.parametrize(("named", "left"), [(True, 490), (False, 0)])
def test_what_the_caller_names_is_the_callers_word(recording: RecordingShop, *, named: bool, left: int) -> None:
    """An entry with the action's id says all of that action; what the caller does not name is added."""
    first = recording.decisions.Decide(recording.late())
    recording.executed(first, refund_of(first), 990)
    request = recording.late(5)
    request.supersedes = first.decision_id
    given = request.situation.granted.actions.add(kind=situation_pb2.ACTION_KIND_REFUND)
    given.amount.currency_code, given.amount.units = "USD", 5
    if named:
        given.action_id = refund_of(first)

    second = recording.decisions.Decide(request)

    refund = next(action for action in second.decision.actions if action.WhichOneof("kind") == "refund")
    assert refund.amount.units * 100 + refund.amount.nanos // 10_000_000 == left


def test_changes_tell_what_is_gone(recording: RecordingShop) -> None:
    """The later decision says how it differs from the one whose place it takes."""
    first = recording.decisions.Decide(recording.late())
    request = recording.late(0)
    request.supersedes = first.decision_id

    second = recording.decisions.Decide(request)

    assert sorted(situation_pb2.ActionKind.Name(one.action_kind) for one in second.decision.changes) == [
        "ACTION_KIND_APOLOGY",
        "ACTION_KIND_REFUND",
    ]


def test_only_one_decision_takes_the_place_of_another(recording: RecordingShop) -> None:
    """Of the same case, known to the log, and not superseded before: else it is refused, with what is there."""
    first = recording.decisions.Decide(recording.late())
    request = recording.late(5)
    request.supersedes = first.decision_id
    second = recording.decisions.Decide(request)
    elsewhere = recording.late(5, case_id="case-2")
    elsewhere.supersedes = second.decision_id
    unknown = recording.late(5)
    unknown.supersedes = "0190"

    said = []
    for refused in (request, elsewhere, unknown):
        with pytest.raises(grpc.RpcError) as caught:
            recording.decisions.Decide(refused)
        said.append(refusal(caught.value))

    assert [(one.code, one.reason) for one in said] == [
        ("FAILED_PRECONDITION", "CANNOT_SUPERSEDE"),
        ("FAILED_PRECONDITION", "CANNOT_SUPERSEDE"),
        ("NOT_FOUND", "UNKNOWN_DECISION"),
    ]
    assert second.decision_id in said[0].message


def test_a_preview_may_supersede_and_records_nothing(recording: RecordingShop) -> None:
    """It shows what would change; afterwards the first decision is still the newest."""
    first = recording.decisions.Decide(recording.late())
    request = recording.late(0)
    request.supersedes, request.preview = first.decision_id, True

    preview = recording.decisions.Decide(request)

    entry = recording.entry(first.decision_id)
    assert entry is not None
    assert (len(preview.decision.changes), preview.decision_id, entry.superseded_by) == (2, "", "")


def test_text_that_a_database_cannot_keep_is_refused_alone(shop: Path, database_url: str) -> None:
    """PostgreSQL takes no NUL character: its item is told so on either database, and the others are recorded."""
    odd = [late(case_id=f"case-{number}") for number in range(6)]
    odd[0].situation.case_id = odd[1].request_id = odd[2].supersedes = odd[3].actor.actor_id = "a\0b"
    odd[4].situation.customer.customer_id = odd[5].situation.incident.incident_id = "a\0b"
    items = [service_pb2.BatchDecideItem(request=one) for one in (*odd, late())]

    with recording_server(shop, database_url) as server, server.channel() as channel:
        results = DecisionServiceStub(channel).BatchDecide(service_pb2.BatchDecideRequest(items=items)).results

    assert {refusal_of(result.error).code for result in results[:-1]} == {"INVALID_ARGUMENT"}
    assert results[-1].response.recorded


def test_the_items_of_a_batch_are_recorded_as_single_requests_are(recording: RecordingShop) -> None:
    """Ids work across calls and within the batch, a bad item is alone, and previews leave no trace."""
    alone = recording.decisions.Decide(recording.late(request_id="r-1"))
    first = recording.decisions.Decide(recording.late(case_id="case-3"))
    superseding = recording.late(5, case_id="case-3")
    superseding.supersedes = first.decision_id
    preview = recording.late()
    preview.preview = True
    wrong = recording.late()
    wrong.situation.customer.loyalty_tier = "gould"
    reused = recording.late(7, request_id="r-1")
    requests = [
        recording.late(request_id="r-1"),
        recording.late(request_id="r-2"),
        recording.late(request_id="r-2"),
        wrong,
        reused,
        superseding,
        superseding,
        preview,
        recording.late(),
    ]
    batch = service_pb2.BatchDecideRequest(items=[service_pb2.BatchDecideItem(request=one) for one in requests])

    results = recording.decisions.BatchDecide(batch).results

    answers = [result.response for result in results if result.HasField("response")]
    assert same(answers[0]) == same(alone)
    assert same(answers[1]) == same(answers[2])
    assert [answer.recorded for answer in answers] == [True, True, True, True, False, True]
    refused = [refusal_of(result.error).reason for result in results if result.HasField("error")]
    assert refused == ["INVALID_SITUATION", "REQUEST_ID_REUSED", "CANNOT_SUPERSEDE"]
    assert all(recording.entry(answer.decision_id) for answer in answers if answer.recorded)


def test_a_request_sent_fifty_times_at_once_is_decided_once(shop: Path, database_url: str) -> None:
    """By two workers, whichever gets there first: one decision, and the same bytes for everybody."""
    with recording_server(shop, database_url, "--workers", "2") as server:
        channels = connections(server, 16)
        calls = [DecisionServiceStub(channels[number % 16]).Decide.future(asked("r-1")) for number in range(50)]
        answers = {same(call.result()) for call in calls}
        server.wait_for("call", count=50)
        pids = {line["pid"] for line in server.lines("call")}
        for channel in channels:
            channel.close()

    assert len(answers) == 1
    assert len(pids) == 2


def connections(server: RunningServer, count: int) -> list[grpc.Channel]:
    options = (("grpc.use_local_subchannel_pool", 1),)
    return [grpc.insecure_channel(server.target, options=options) for _ in range(count)]


def test_best_effort_answers_without_waiting_and_writes_all_the_same(shop: Path, tmp_path: Path) -> None:
    """`recorded` says what is known; a stop writes what waits, and request ids work while the log is there."""
    url = sqlite_url(tmp_path)
    with recording_server(shop, url, "--recording", "best_effort") as server, server.channel() as channel:
        stub = DecisionServiceStub(channel)
        plain = [stub.Decide(late(case_id=f"case-{number}")) for number in range(20)]
        first, again = stub.Decide(asked("r-1")), stub.Decide(asked("r-1"))
        server.signal(signal.SIGTERM)
        assert server.end() == 0

    assert {answer.recorded for answer in plain} == {False}
    assert same(first) == same(again)
    ids = [answer.decision_id for answer in (*plain, first)]
    assert len([found for found in look(url, partial(entries, ids)) if found is not None]) == len(ids)


async def entries(ids: list[str], log: OpenedLog) -> list[DecisionEntry | None]:
    return [await log.decisions.decision(one) for one in ids]


def serve(*options: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "amends", "serve", "--port", "0", *options]
    return subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)


@pytest.mark.parametrize("workers", ["1", "2"])
def test_without_tables_nothing_is_served(shop: Path, tmp_path: Path, workers: str) -> None:
    """One line at once, which says what to run, and exit code 1; nothing is created by the attempt."""
    ended = serve("--rules", str(shop), "--data-dir", str(tmp_path / "data"), "--workers", workers)

    assert ended.returncode == 1
    (line,) = ended.stderr.splitlines()
    assert "amends db upgrade" in line
    assert not (tmp_path / "data").exists()


@pytest.mark.parametrize(
    "url", ["mysql://me:hush@localhost/amends", "postgresql://me:hush@127.0.0.1:1/amends", "hush hush"]
)
def test_a_database_that_cannot_be_used_is_told_without_its_password(shop: Path, url: str) -> None:
    """One line on stderr, of which the password is no part."""
    ended = serve("--rules", str(shop), "--database", url)

    (line,) = ended.stderr.splitlines()
    assert ended.returncode in {1, 2}
    assert line.startswith("amends serve: ")
    assert "hush" not in ended.stderr
