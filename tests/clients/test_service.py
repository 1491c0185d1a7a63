"""Both clients against the real service: what comes back is what the service said, typed."""

from pathlib import Path
from typing import Any

import pytest

from amends_client import (
    Actor,
    AmendsClient,
    AmendsError,
    AsyncAmendsClient,
    DecideRequest,
    DecideResponse,
    DiagnosticSeverity,
    Explain,
    InvalidSituation,
    NotRecording,
    Outcome,
    PackChoice,
    PackFilesOrigin,
    Permission,
    PolicyState,
    RequestTooLarge,
    Situation,
    UnknownPolicy,
    UnknownRole,
    UnknownRulePack,
    kind_of,
    pack_files,
    sent_pack,
    situation,
)
from tests.service.running import RunningServer

ROOT = Path(__file__).parents[2]
LATE = situation(
    case_id="case-1",
    contact_reason="late_delivery",
    fault="company",
    shipping_fee="9.90 USD",
    amount_paid="59.90 USD",
    amount_refunded="0.00 USD",
    facts={"delay_days": 4},
)
WRONG = situation(
    case_id="case-2",
    contact_reason="late_delivry",
    shipping_fee="9.901 USD",
    amount_paid="1.00 XYZ",
    facts={"delay_day": 4},
)


async def test_both_clients_bring_the_same_decision(service: str) -> None:
    """Sync and async say the same; ids and times apart, the decision is one."""
    with AmendsClient(service) as client:
        answer = client.decide(LATE, policy="starter")
    async with AsyncAmendsClient(service) as async_client:
        awaited = await async_client.decide(LATE, policy="starter")

    assert answer.decision.outcome == Outcome.OUTCOME_ACTIONS_RECOMMENDED
    assert "refund" in [kind_of(action) for action in answer.decision.actions]
    assert awaited.decision == answer.decision
    assert awaited.decision_id != answer.decision_id


def test_the_actor_and_the_preview_reach_the_decision(service: str) -> None:
    """Who acts decides who may grant; a preview has no id."""
    expensive = situation(
        case_id="case-3",
        contact_reason="late_delivery",
        fault="company",
        shipping_fee="80.00 USD",
        amount_paid="500.00 USD",
        amount_refunded="0.00 USD",
        facts={"delay_days": 4},
    )
    with AmendsClient(service) as client:
        front = client.decide(expensive, policy="starter", preview=True)
        owner = client.decide(expensive, policy="starter", preview=True, actor=Actor(role="owner"))

    may_grant = [
        next(action.may_grant_now for action in answer.decision.actions if kind_of(action) == "refund")
        for answer in (front, owner)
    ]
    assert may_grant == [False, True]
    assert front.decision_id == ""


async def test_how_policies_stand_arrives(service: str) -> None:
    """With the digest that decides, in both clients."""
    with AmendsClient(service) as client:
        found = client.policy_statuses()
        starter = client.get_rule_pack("starter")
    async with AsyncAmendsClient(service) as async_client:
        awaited = await async_client.policy_statuses()

    assert awaited == found
    (one,) = (one for one in found if one.policy == "starter")
    assert (one.digest, one.state) == (starter.digest, PolicyState.POLICY_STATE_UNPROVED)


async def test_what_one_may_do_arrives(service: str) -> None:
    """A server that tells nobody apart lets everybody do everything."""
    everything = [Permission.Value(name) for name in Permission.keys()[1:]]
    with AmendsClient(service) as client:
        assert client.permissions() == everything
    async with AsyncAmendsClient(service) as async_client:
        assert await async_client.permissions() == everything


def test_an_error_names_the_id_of_the_servers_log(service: str) -> None:
    """The one that was sent where the server could take it over, and else the one that it made."""
    with AmendsClient(service) as client:
        ids = []
        for request_id in ("r-1", "no id of a log line"):
            with pytest.raises(InvalidSituation) as raised:
                client.decide(WRONG, policy="starter", request_id=request_id)
            ids.append(raised.value.request_id)

    assert ids[0] == "r-1"
    assert ids[1] not in {"", "no id of a log line"}


async def test_every_violation_arrives_typed(service: str) -> None:
    """All that is wrong with a situation, at once, each with its field, in both clients."""
    with AmendsClient(service) as client, pytest.raises(InvalidSituation) as raised:
        client.decide(WRONG, policy="starter", request_id="r-1")
    async with AsyncAmendsClient(service) as async_client:
        with pytest.raises(InvalidSituation) as awaited:
            await async_client.decide(WRONG, policy="starter", request_id="r-1")

    fields = {violation.field: violation.description for violation in raised.value.violations}
    in_facts = next(field for field in fields if field.startswith("situation.facts"))
    assert "delay_day" in in_facts
    assert set(fields) - {in_facts} == {
        "situation.contact_reason",
        "situation.shipping_fee",
        "situation.amount_paid",
    }
    assert "did you mean 'late_delivery'" in fields["situation.contact_reason"]
    assert awaited.value.failure == raised.value.failure
    assert raised.value.request_id == "r-1"


def test_what_is_not_there_has_a_type_of_its_own(service: str) -> None:
    """A wrong policy, role or pack, and what is not built yet, can be told apart without reading messages."""
    with AmendsClient(service) as client:
        with pytest.raises(UnknownPolicy) as policy:
            client.decide(LATE, policy="nowhere")
        with pytest.raises(UnknownRole):
            client.decide(LATE, policy="starter", actor=Actor(role="emperor"))
        with pytest.raises(UnknownRulePack):
            client.get_rule_pack("nowhere")
        with pytest.raises(NotRecording):
            client.decide(LATE, policy="starter", supersedes="0190")

    assert "starter" in policy.value.failure.metadata["known"]


async def test_both_clients_can_ask_for_everything(service: str) -> None:
    """Every rule of the pack, each with what its conditions saw."""
    with AmendsClient(service) as client:
        full = client.decide(LATE, policy="starter", explain=Explain.EXPLAIN_FULL).decision.trace.rules
        pack = client.get_rule_pack("starter")
    async with AsyncAmendsClient(service) as async_client:
        awaited = await async_client.decide(LATE, policy="starter", explain=Explain.EXPLAIN_FULL)

    assert [rule.rule_id for rule in full] == [rule.rule_id for rule in pack.rules]
    assert any(condition.saw.WhichOneof("value") for rule in full for condition in rule.conditions)
    assert list(awaited.decision.trace.rules) == list(full)


async def test_a_batch_brings_each_item_its_answer(service: str) -> None:
    """The bad item has its typed error with every violation; the others their decisions, in order."""
    items: list[Situation | DecideRequest] = [LATE, DecideRequest(situation=WRONG, request_id="r-2"), LATE]
    with AmendsClient(service) as client:
        answers = client.batch_decide(items, policy="starter")
    async with AsyncAmendsClient(service) as async_client:
        awaited = await async_client.batch_decide(items, policy="starter")

    for first, bad, last in (answers, awaited):
        assert isinstance(first, DecideResponse)
        assert isinstance(last, DecideResponse)
        assert first.decision == last.decision
        assert isinstance(bad, InvalidSituation)
        assert len(bad.violations) == 4
        assert bad.request_id == "r-2"


async def test_the_packs_are_listed_and_shown(service: str) -> None:
    """A list is short; one pack comes with its facts and rules. Both clients give the same."""
    with AmendsClient(service) as client:
        packs = client.list_rule_packs()
        pack = client.get_rule_pack("starter")
    async with AsyncAmendsClient(service) as async_client:
        assert await async_client.list_rule_packs() == packs
        assert await async_client.get_rule_pack("starter") == pack

    assert [found.pack_id for found in packs] == sorted(found.pack_id for found in packs)
    assert "starter" in [found.pack_id for found in packs]
    assert all(not found.rules for found in packs)
    assert "facts.delay_days" in [fact.path for fact in pack.facts]
    assert [rule.rule_id for rule in pack.rules]


def test_one_client_serves_many_calls(service: str) -> None:
    """After an error the connection is as good as before."""
    with AmendsClient(service) as client:
        for _ in range(3):
            with pytest.raises(AmendsError):
                client.decide(WRONG, policy="starter")
            assert client.decide(LATE, policy="starter").decision.actions


async def test_a_request_that_is_too_large_is_refused_with_both_sizes() -> None:
    """Who meets the limit learns it, in both clients, and the server's log has a line of it."""
    large = situation(case_id="case-1", facts={f"note_{number}": "x" * 500 for number in range(9)})
    options = ("--rules", str(ROOT / "rules"), "--max-request-bytes", "2048")
    with RunningServer(*options) as running:
        with AmendsClient(running.target) as client, pytest.raises(RequestTooLarge) as raised:
            client.decide(large, policy="starter", request_id="r-1")
        async with AsyncAmendsClient(running.target) as async_client:
            with pytest.raises(RequestTooLarge):
                await async_client.decide(large, policy="starter")

        assert running.wait_for("call")["code"] == "RESOURCE_EXHAUSTED"
    metadata = raised.value.failure.metadata
    assert metadata["limit"] == "2048"
    assert int(metadata["bytes"]) > 4_500
    assert metadata["bytes"] in raised.value.failure.message


def test_far_too_large_a_request_is_refused_by_grpc_itself() -> None:
    """More than four times the limit is not even received; no reason comes with that, but the code does."""
    huge = situation(case_id="case-1", facts={f"note_{number}": "x" * 900 for number in range(10)})
    options = ("--rules", str(ROOT / "rules"), "--max-request-bytes", "2048")
    with (
        RunningServer(*options) as running,
        AmendsClient(running.target) as client,
        pytest.raises(AmendsError) as raised,
    ):
        client.decide(huge, policy="starter")

    assert (raised.value.code.name, raised.value.reason) == ("RESOURCE_EXHAUSTED", "")


def test_the_largest_limit_can_be_served() -> None:
    """Four times a gibibyte is more than gRPC's option holds."""
    with (
        RunningServer("--rules", str(ROOT / "rules"), "--max-request-bytes", str(1024**3)) as running,
        AmendsClient(running.target) as client,
    ):
        assert client.decide(LATE, policy="starter").decision.actions


async def test_the_answer_to_a_full_batch_arrives(service: str) -> None:
    """A thousand decisions are more than gRPC receives by itself (4 MiB), so the client says that it takes more."""
    late = situation(case_id="case-1", fault="company", severity="high", sentiment="furious", amount_paid="59.90 USD")
    items: list[Situation | DecideRequest] = [late] * 1_000
    with AmendsClient(service) as client:
        answers = client.batch_decide(items, policy="foundation")
    async with AsyncAmendsClient(service) as async_client:
        awaited = await async_client.batch_decide(items, policy="foundation")

    for answered in (answers, awaited):
        decided = [answer for answer in answered if isinstance(answer, DecideResponse)]
        assert len(decided) == 1_000
        assert sum(answer.ByteSize() for answer in decided) > 4 * 1024 * 1024


async def test_a_pack_is_checked_as_the_command_checks_it(service: str) -> None:
    """Its folder is sent as it is; a mistake comes with its place and how to mend it. Both clients say the same."""
    files = pack_files(ROOT / "rules" / "starter")
    broken = {
        **files,
        "late.yaml": b"rules:\n  - {id: late, title: T, when: {faultt: company}, then: [{apology: {}}]}\n",
    }
    with AmendsClient(service) as client:
        whole = client.check_rule_pack("starter", files)
        answer = client.check_rule_pack("starter", broken)
        loaded = client.get_rule_pack("starter")
    async with AsyncAmendsClient(service) as async_client:
        assert await async_client.check_rule_pack("starter", broken) == answer

    assert whole.compiles
    assert whole.digest == loaded.digest
    assert "tests/late_delivery_test.yaml" in files
    assert not answer.compiles
    (found,) = [told for told in answer.diagnostics if told.severity == DiagnosticSeverity.DIAGNOSTIC_SEVERITY_ERROR]
    assert (found.file, found.line, found.column, found.code) == ("starter/late.yaml", 2, 33, "unknown-fact")
    assert found.hint == "did you mean 'fault'?"


async def test_packs_are_read_tested_tried_and_compared_without_being_live(service: str) -> None:
    """By policy, by digest or by files: an edit is told from what is live before anybody activates it."""
    live = PackChoice(policy="starter")
    with AmendsClient(service) as client:
        in_words = client.get_rule_pack("starter", in_words=True)
        given = client.get_rule_pack_files("starter")
        files = {file.path: file.content for file in given.packs[0].files}
        edited = sent_pack("starter", {**files, "pack.yaml": files["pack.yaml"].replace(b"version:", b"version: 99 #")})
        run = client.run_pack_tests(PackChoice(digest=given.digest))
        tried = client.try_rule_pack(edited, [LATE], brief=True)
        compared = client.compare_rule_packs(live, edited, examples=1)
    async with AsyncAmendsClient(service) as async_client:
        assert await async_client.get_rule_pack("starter", in_words=True) == in_words
        assert await async_client.get_rule_pack_files("starter") == given
        assert await async_client.run_pack_tests(live) == run
        assert (await async_client.try_rule_pack(edited, [LATE])).pack == tried.pack
        assert (await async_client.compare_rule_packs(live, live)).situations_differing == 0

    assert all(rule.then for rule in in_words.rules)
    assert given.origin == PackFilesOrigin.PACK_FILES_ORIGIN_FOLDER
    assert files == pack_files(ROOT / "rules" / "starter")
    assert run.tests
    assert all(test.passed for test in run.tests)
    assert tried.pack.version == "99"
    assert tried.results[0].decision.actions
    assert [one.part_id for one in compared.differences] == ["version"]
    assert (compared.situations_differing, list(compared.examples)) == (0, [])


def test_files_that_are_none_are_refused_before_anything_is_sent(tmp_path: Path) -> None:
    """A folder's name in place of its files, and hidden files, which no pack has."""
    (tmp_path / ".git").mkdir()
    (tmp_path / ".git" / "pack.yaml").touch()
    (tmp_path / "README.md").touch()
    folder: Any = "rules/starter"
    number: Any = 5
    with AmendsClient("127.0.0.1:1") as client:
        with pytest.raises(TypeError, match="pack_files"):
            client.check_rule_pack("starter", folder)
        with pytest.raises(TypeError, match="text or bytes"):
            client.check_rule_pack("starter", {"pack.yaml": number})

    assert pack_files(tmp_path) == {}
