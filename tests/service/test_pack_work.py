"""Packs that need not be live: their files, their tests, what they would decide, how they differ. Nothing is kept."""

import threading
from collections.abc import Iterator, Mapping
from pathlib import Path

import grpc
import httpx
import pytest

from amends.v1 import decision_service_pb2, rule_pack_words_pb2
from amends.v1 import rule_pack_service_pb2 as service_pb2
from amends.v1.decision_service_pb2_grpc import DecisionServiceStub
from amends.v1.rule_pack_service_pb2_grpc import RulePackServiceStub
from amends.v1.situation_pb2 import FAULT_COMPANY, FactValue, Situation
from tests.service.activating import TESTS, Publisher, shop
from tests.service.guarded import Guarded, guarded_server
from tests.service.packs import BROKEN, SHOP
from tests.service.recording import recording_server, sqlite_url
from tests.service.requests import late, refusal
from tests.service.running import PATIENCE, RunningServer, write_pack

HOSTILE = "pack: shop\nversion: 1\ntitle: T\nrules: [" + "{" * 50_000
LIVE = service_pb2.PackChoice(policy="default")


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[RunningServer, Path]]:
    """A recording server, with the shop and a test of it in its folder."""
    rules, home = tmp_path_factory.mktemp("rules"), tmp_path_factory.mktemp("home")
    write_pack(rules, "shop", SHOP)
    (rules / "shop" / "tests").mkdir()
    (rules / "shop" / "tests" / "late_test.yaml").write_text(TESTS)
    with recording_server(rules, sqlite_url(home), "--http-port", "0") as running:
        yield running, rules


@pytest.fixture(scope="module")
def packs(served: tuple[RunningServer, Path]) -> Iterator[RulePackServiceStub]:
    with served[0].channel() as channel:
        yield RulePackServiceStub(channel)


def files(text: str, *, tests: str = TESTS, pack_id: str = "shop") -> service_pb2.PackFiles:
    contents: Mapping[str, str] = {"pack.yaml": text} | ({"tests/late_test.yaml": tests} if tests else {})
    return service_pb2.PackFiles(
        pack_id=pack_id,
        files=[service_pb2.PackFile(path=path, content=held.encode()) for path, held in contents.items()],
    )


def edited(days: int = 5) -> service_pb2.PackChoice:
    """The shop that is late from so many days on."""
    return service_pb2.PackChoice(files=files(shop(days)))


def waiting(days: int) -> Situation:
    return Situation(case_id="c", fault=FAULT_COMPANY, facts={"delay_days": FactValue(integer=days)})


def kinds(tried: rule_pack_words_pb2.TriedSituation) -> list[str | None]:
    return [action.WhichOneof("kind") for action in tried.decision.actions]


def test_the_files_of_a_pack_make_the_pack_that_decides(packs: RulePackServiceStub) -> None:
    """Taken as they are given they check as what is live, its tests included."""
    given = packs.GetRulePackFiles(service_pb2.GetRulePackFilesRequest(name="rulePacks/shop"))
    live = packs.GetRulePack(service_pb2.GetRulePackRequest(name="rulePacks/shop")).rule_pack

    [own] = given.packs
    assert (given.origin, given.with_tests, given.note) == (service_pb2.PACK_FILES_ORIGIN_FOLDER, True, "")
    assert [file.path for file in own.files] == ["pack.yaml", "tests/late_test.yaml"]
    checked = packs.CheckRulePack(service_pb2.CheckRulePackRequest(pack_id=own.pack_id, files=own.files))
    assert checked.digest == given.digest == live.digest


def test_an_uploaded_pack_is_given_as_it_is_kept(tmp_path: Path) -> None:
    """Without its tests, and it says so; one that was live before is no longer among the loaded ones."""
    rules = tmp_path / "rules"
    rules.mkdir()
    write_pack(rules, "shop", SHOP)
    with recording_server(rules, sqlite_url(tmp_path)) as running, running.channel() as channel:
        publisher, stub = Publisher(channel), RulePackServiceStub(channel)
        before = stub.GetRulePack(service_pb2.GetRulePackRequest(name="rulePacks/shop")).rule_pack.digest
        done = publisher.settled(publisher.upload(shop(5), tests=TESTS, allow_unverified=True))
        assert done.state == service_pb2.ACTIVATION_STATE_LIVE, done

        packs_now = stub.ListRulePacks(service_pb2.ListRulePacksRequest()).rule_packs
        name = next(one.name for one in packs_now if one.digest == done.digest)
        given = stub.GetRulePackFiles(service_pb2.GetRulePackFilesRequest(name=name))
        compared = stub.CompareRulePacks(
            service_pb2.CompareRulePacksRequest(before=service_pb2.PackChoice(digest=before), after=LIVE)
        )

    assert given.origin == service_pb2.PACK_FILES_ORIGIN_KEPT
    assert not given.with_tests
    assert "its tests are not here" in given.note
    assert [file.content.decode() for file in given.packs[0].files] == [shop(5)]
    assert {one.part_id for one in compared.differences} == {"version", "shipping-back"}


def test_the_tests_of_a_pack_are_run_and_what_they_reach_is_measured(packs: RulePackServiceStub) -> None:
    """Of what is live by the files of its folder; of an edited pack by those that were sent."""
    live = packs.RunPackTests(service_pb2.RunPackTestsRequest(pack=LIVE))
    broken = packs.RunPackTests(service_pb2.RunPackTestsRequest(pack=edited(days=8)))

    [test], [rule] = live.tests, live.rules
    assert (test.name, test.file, test.line, test.passed) == ("a week late", "shop/tests/late_test.yaml", 8, True)
    assert list(test.rule_ids) == ["shipping-back"]
    assert (rule.rule_id, rule.applied, rule.decided) == ("shipping-back", True, True)
    assert 0 < rule.condition_values_seen < rule.condition_values
    assert any("fault: company" in line for line in rule.missing)
    assert 0 < live.covered_permille < 1000
    assert not broken.tests[0].passed
    assert any("expected refund, came none" in line for line in broken.tests[0].differences)


def test_where_no_tests_can_be_had_the_answer_says_why(packs: RulePackServiceStub) -> None:
    """A pack without any, with some that cannot be read, and one that does not compile."""
    notes = [
        packs.RunPackTests(service_pb2.RunPackTestsRequest(pack=service_pb2.PackChoice(files=sent))).note
        for sent in (files(SHOP, tests=""), files(SHOP, tests="tests: {"), files(BROKEN, pack_id="lost"))
    ]

    assert notes[0] == "Among its files are no tests."
    assert notes[1].startswith("Its tests cannot be read:")
    assert notes[2] == "The pack does not compile."


def test_an_edited_pack_decides_without_being_live(
    served: tuple[RunningServer, Path], packs: RulePackServiceStub
) -> None:
    """In the order of the situations, by the files that were sent; what is live is as before, and nothing is kept."""
    asked = service_pb2.TryRulePackRequest(pack=edited(), situations=[waiting(days) for days in (4, 5, 6)])
    tried = packs.TryRulePack(asked)

    assert tried.pack.version == "2.0.0"
    assert [kinds(one) for one in tried.results] == [[], ["apology", "refund"], ["apology", "refund"]]
    assert {one.decision.pack_digest for one in tried.results} == {tried.pack.digest}
    asked.pack.CopyFrom(LIVE)
    assert [kinds(one) for one in packs.TryRulePack(asked).results] == [["apology", "refund"]] * 3
    with served[0].channel() as channel:
        log = DecisionServiceStub(channel).ListDecisions(decision_service_pb2.ListDecisionsRequest(case_id="c"))
    assert not log.decisions


def test_a_trial_decides_what_decide_decides(served: tuple[RunningServer, Path], packs: RulePackServiceStub) -> None:
    """The same message, whatever the level of explanation; a brief one is that without its why and its questions."""
    with served[0].channel() as channel:
        request = late()
        request.explain, request.preview = decision_service_pb2.EXPLAIN_FULL, True
        decided = DecisionServiceStub(channel).Decide(request).decision
    asked = service_pb2.TryRulePackRequest(pack=LIVE, situations=[request.situation], explain=request.explain)
    [whole] = packs.TryRulePack(asked).results
    asked.brief = True
    [brief] = packs.TryRulePack(asked).results

    assert whole.decision == decided
    for field in ("trace", "needed_facts", "ask_next", "guardrails"):
        decided.ClearField(field)
    assert brief.decision == decided


def test_what_is_wrong_with_a_situation_is_told_in_its_place(packs: RulePackServiceStub) -> None:
    """The others are decided; a role that the pack does not have concerns all."""
    wrong = Situation(case_id="c", contact_reason="weather", facts={"delay_days": FactValue(integer=-1)})
    asked = service_pb2.TryRulePackRequest(pack=edited(), situations=[wrong, waiting(5)], role="owner")
    first, second = packs.TryRulePack(asked).results
    asked.role = "emperor"

    assert (first.error.code, kinds(second)) == (3, ["apology", "refund"])
    assert "situation.contact_reason" in first.error.message
    with pytest.raises(grpc.RpcError) as caught:
        packs.TryRulePack(asked)
    assert set(refusal(caught.value).violations) == {"role"}


@pytest.mark.parametrize(
    ("text", "code"), [(BROKEN.replace("lost", "shop"), "unknown-fact"), (HOSTILE, ""), ("\0", "")]
)
def test_a_pack_that_does_not_compile_is_an_answer(packs: RulePackServiceStub, text: str, code: str) -> None:
    """With its errors and without decisions; whatever was sent, the server goes on."""
    broken = service_pb2.PackChoice(files=files(text, tests=""))
    tried = packs.TryRulePack(service_pb2.TryRulePackRequest(pack=broken, situations=[waiting(1)]))
    compared = packs.CompareRulePacks(service_pb2.CompareRulePacksRequest(before=LIVE, after=broken))

    assert (tried.pack.digest, list(tried.results)) == ("", [])
    assert tried.pack.diagnostics
    assert not code or code in {found.code for found in tried.pack.diagnostics}
    assert compared.after.diagnostics
    assert compared.before.digest
    assert (compared.situations_compared, list(compared.differences)) == (0, [])


def test_two_packs_are_compared_in_words_and_in_decisions(packs: RulePackServiceStub) -> None:
    """The live one against an edit: the line that changed, and situations that are decided otherwise."""
    answer = packs.CompareRulePacks(service_pb2.CompareRulePacksRequest(before=LIVE, after=edited(), examples=3))

    assert (answer.before.version, answer.after.version) == ("1.2.3", "2.0.0")
    rule = next(one for one in answer.differences if one.section == "rules")
    assert (rule.kind, rule.part_id) == (rule_pack_words_pb2.PACK_DIFFERENCE_KIND_CHANGED, "shipping-back")
    assert set(rule.before) - set(rule.after) == {"When: facts.delay_days: at least 3"}
    assert set(rule.after) - set(rule.before) == {"When: facts.delay_days: at least 5"}
    assert 0 < answer.situations_differing < answer.situations_compared
    assert len(answer.examples) == 3
    for one in answer.examples:
        assert one.situation.facts["delay_days"].integer in {3, 4}
        assert one.before.pack_digest == answer.before.digest
        again = packs.TryRulePack(service_pb2.TryRulePackRequest(pack=edited(), situations=[one.situation]))
        assert again.results[0].decision == one.after


def test_a_finding_about_cells_says_which(packs: RulePackServiceStub) -> None:
    """A map marks them: where the customer is at fault, or nobody knows whose fault it is, no rule says a word."""
    sent = files(SHOP, tests="")
    found = packs.CheckRulePack(service_pb2.CheckRulePackRequest(pack_id="shop", files=sent.files)).diagnostics
    gaps = [one for one in found if one.code == "gap"]

    assert gaps
    cells = [(fact.path, [value.text for value in fact.values], fact.missing) for one in gaps for fact in one.cells]
    assert ("fault", "customer") in {(path, value) for path, values, _ in cells for value in values}
    assert all(one.cell_count for one in gaps)
    unexercised = next(one for one in found if one.code == "unexercised")
    assert unexercised.about
    assert not unexercised.cells


def test_browsers_ask_the_same(served: tuple[RunningServer, Path]) -> None:
    """By plain paths and JSON, as everything else."""
    base = f"http://{served[0].wait_for('ready')['http']}"
    given = httpx.get(f"{base}/v1/rulePacks/shop/files").raise_for_status().json()
    words = httpx.get(f"{base}/v1/rulePacks/shop", params={"view": "RULE_PACK_VIEW_WORDS"}).raise_for_status().json()
    pack = {"files": given["packs"][0]}
    situation = {"caseId": "c", "fault": "FAULT_CUSTOMER"}
    tried = httpx.post(f"{base}/v1/rulePacks:try", json={"pack": pack, "situations": [situation]}, timeout=60)
    run = httpx.post(f"{base}/v1/rulePacks:test", json={"pack": {"policy": "default"}}, timeout=60)
    same = httpx.post(f"{base}/v1/rulePacks:compare", json={"before": {"policy": "default"}, "after": pack}, timeout=60)

    assert words["rulePack"]["rules"][0]["conditions"][0]["words"] == "fault: company"
    assert tried.raise_for_status().json()["results"][0]["decision"]["packDigest"] == given["digest"]
    assert run.raise_for_status().json()["tests"][0]["passed"]
    assert same.raise_for_status().json()["differences"] == []


@pytest.fixture(scope="module")
def guarded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Guarded]:
    with guarded_server(tmp_path_factory.mktemp("guarded")) as made:
        yield made


def test_a_policy_that_is_somebody_elses_cannot_be_meant(guarded: Guarded) -> None:
    """Nor can the pack by which it is decided, where no policy of the caller's is; files of one's own can."""
    other = guarded.callers.said("other-brand")
    theirs = service_pb2.RunPackTestsRequest(pack=LIVE)
    own = service_pb2.RunPackTestsRequest(pack=service_pb2.PackChoice(policy="brand-x"))

    with pytest.raises(grpc.RpcError) as caught:
        guarded.packs.RunPackTests(theirs, metadata=other)
    assert refusal(caught.value).code == "PERMISSION_DENIED"
    guarded.packs.RunPackTests(own, metadata=other)
    unknown = service_pb2.RunPackTestsRequest(pack=service_pb2.PackChoice(digest="ab" * 32))
    for caller in ("other-brand", "publisher"):
        with pytest.raises(grpc.RpcError) as caught:
            guarded.packs.RunPackTests(unknown, metadata=guarded.callers.said(caller))
        assert refusal(caught.value).code == "NOT_FOUND"


def large() -> service_pb2.PackChoice:
    """The shop with 3,000 rules more, a second's work."""
    rule = "  - {{id: r{0}, title: T, when: {{facts.delay_days: {{at_least: {1}}}}}, then: [{{apology: {{}}}}]}}\n"
    more = "rules:\n" + "".join(rule.format(number, number % 300) for number in range(3_000))
    sent = files(SHOP)
    sent.files.add(path="more.yaml", content=more.encode())
    return service_pb2.PackChoice(files=sent)


def test_as_many_run_at_once_as_checks_do(packs: RulePackServiceStub) -> None:
    """One more is turned away at once. What came of the tests of a live pack is remembered, and takes no place."""
    live = service_pb2.RunPackTestsRequest(pack=LIVE)
    before = packs.RunPackTests(live)
    asked = service_pb2.TryRulePackRequest(pack=large(), situations=[waiting(5)])

    calls = [packs.TryRulePack.future(asked) for _ in range(3)]
    one_is_done = threading.Event()
    for call in calls:
        call.add_done_callback(lambda _: one_is_done.set())
    assert one_is_done.wait(PATIENCE)
    again = packs.RunPackTests(live)
    errors = [error for call in calls if isinstance(error := call.exception(), grpc.RpcError)]

    assert again == before
    assert [refusal(error).reason for error in errors] == ["TOO_MANY_CHECKS"]
    assert packs.TryRulePack(service_pb2.TryRulePackRequest(pack=LIVE, situations=[waiting(5)])).results
