"""CheckRulePack: an editor or a build that has no checkout is told what `amends check` tells."""

import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import grpc
import pytest

from amends.packs.load import load_rules
from amends.v1 import rule_pack_service_pb2 as service_pb2
from amends.v1.decision_service_pb2_grpc import DecisionServiceStub
from amends.v1.rule_pack_service_pb2_grpc import RulePackServiceStub
from tests.service.packs import BROKEN, SHOP
from tests.service.requests import late, refusal
from tests.service.running import RunningServer

FOLDER = Path(__file__).parents[1] / "unit" / "packs" / "broken"
ERROR = service_pb2.DIAGNOSTIC_SEVERITY_ERROR
CASES = (
    "unknown-fact",
    "shapes",
    "anchors",
    "duplicate-rule",
    "extends-cycle",
    "extends-broken",
    "inherited-twice",
    "not-utf-8",
    "tabs",
    "type-mismatch",
    "weakens",
)
"""Cases with parents, several files, unreadable text: whatever the way to the server could change."""


def request(pack_id: str, files: Mapping[str, str | bytes]) -> service_pb2.CheckRulePackRequest:
    contents = {path: text.encode() if isinstance(text, str) else text for path, text in files.items()}
    return service_pb2.CheckRulePackRequest(
        pack_id=pack_id,
        files=[service_pb2.PackFile(path=path, content=content) for path, content in contents.items()],
    )


def sent(folder: Path) -> service_pb2.CheckRulePackRequest:
    paths = [path for path in folder.rglob("*") if path.suffix in {".yaml", ".csv"}]
    files = {path.relative_to(folder).as_posix(): path.read_bytes() for path in paths}
    return request(folder.name, files)


def shown(found: service_pb2.Diagnostic) -> str:
    """As `amends check` prints it."""
    severity = service_pb2.DiagnosticSeverity.Name(found.severity).removeprefix("DIAGNOSTIC_SEVERITY_").lower()
    lines = [f"{found.file}:{found.line}:{found.column}: {severity}[{found.code}]: {found.message}"]
    if found.excerpt:
        lines += [f"    {found.excerpt}", f"    {' ' * (found.column - 1)}^"]
    if found.hint:
        lines.append(f"    hint: {found.hint}")
    return "\n".join(lines)


def test_a_pack_that_compiles_comes_with_its_digest(
    rule_packs: RulePackServiceStub, decisions: DecisionServiceStub
) -> None:
    """The digest that it would decide by; and nothing is wrong with it."""
    answer = rule_packs.CheckRulePack(request("shop", {"pack.yaml": SHOP}))

    assert answer.compiles
    assert answer.version == "1.2.3"
    assert [found for found in answer.diagnostics if found.severity == ERROR] == []
    assert answer.digest == decisions.Decide(late()).decision.pack_digest


def test_a_pack_that_is_checked_changes_nothing(rules: Path, rule_packs: RulePackServiceStub) -> None:
    """What is sent stands in for the loaded pack in the check alone: neither server nor folder has it after."""
    other = SHOP.replace("at_least: 3", "at_least: 5")
    before = rule_packs.GetRulePack(service_pb2.GetRulePackRequest(name="rulePacks/shop"))

    answer = rule_packs.CheckRulePack(request("shop", {"pack.yaml": other, "more.yaml": "rules: []\n"}))

    assert answer.compiles
    assert answer.digest != before.rule_pack.digest
    assert rule_packs.GetRulePack(service_pb2.GetRulePackRequest(name="rulePacks/shop")) == before
    assert [path.name for path in (rules / "shop").iterdir()] == ["pack.yaml"]


def test_a_pack_may_extend_one_of_the_server(rule_packs: RulePackServiceStub) -> None:
    """The sender need not have the parents; a broken one is told as such."""
    child = "pack: child\nversion: 1\ntitle: A child\nextends: [{}]\n"

    inherited = rule_packs.CheckRulePack(request("child", {"pack.yaml": child.format("shop")}))
    broken = rule_packs.CheckRulePack(request("child", {"pack.yaml": child.format("lost")}))

    assert inherited.compiles
    assert [found.code for found in broken.diagnostics] == ["broken-parent"]


def told_by_command(rules: Path) -> str:
    """What `amends check` prints of every pack of a folder."""
    command = [sys.executable, "-m", "amends", "check", "--rules", str(rules)]
    return subprocess.run(command, check=False, capture_output=True, text=True).stdout


def told_by_server(rules: Path) -> list[str]:
    """What CheckRulePack says of every pack of a folder, each sent to a server that has them all."""
    on_disk = load_rules(rules)
    told: list[str] = []
    with RunningServer("--rules", str(rules)) as running, running.channel() as channel:
        stub = RulePackServiceStub(channel)
        for pack_id in on_disk.diagnostics:
            answer = stub.CheckRulePack(sent(rules / pack_id))
            assert answer.compiles == (pack_id in on_disk.packs)
            assert bool(answer.digest) == answer.compiles
            told += [shown(found) for found in answer.diagnostics]
    return told


@pytest.mark.parametrize("case", CASES)
def test_the_server_says_what_the_command_says(case: str) -> None:
    """Every pack of a broken case, beside its fellows: the same diagnostics, to the column and the hint."""
    told = told_by_server(FOLDER / case)

    assert told
    assert told_by_command(FOLDER / case).startswith("\n".join([*told, ""]))


def test_warnings_are_those_of_the_command() -> None:
    """Gaps, what no test exercises and the like: of this repository's packs, exactly what `amends check` prints."""
    rules = FOLDER.parents[3] / "rules"

    assert told_by_command(rules).startswith("\n".join([*told_by_server(rules), ""]))


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("/etc/pack.yaml", "no path in a pack"),
        ("../shop/pack.yaml", "no path in a pack"),
        ("tests/../pack.yaml", "no path in a pack"),
        ("./pack.yaml", "no path in a pack"),
        ("tests//a_test.yaml", "no path in a pack"),
        ("", "no path in a pack"),
        ("C:\\pack.yaml", "a character that no path"),
        ("a\npack.yaml", "a character that no path"),
        ("pack.yml", "ends in .yaml or .csv"),
        ("README.md", "ends in .yaml or .csv"),
        ("a" * 200 + ".yaml", "longer than 200"),
        ("pack.yaml", "stands twice"),
    ],
)
def test_a_path_that_no_pack_has_is_refused(rule_packs: RulePackServiceStub, path: str, said: str) -> None:
    """Each path is judged by its form alone, before anything is read."""
    asked = request("shop", {"pack.yaml": SHOP})
    asked.files.add(path=path)

    with pytest.raises(grpc.RpcError) as caught:
        rule_packs.CheckRulePack(asked)

    refused = refusal(caught.value)
    assert (refused.code, refused.reason) == ("INVALID_ARGUMENT", "INVALID_REQUEST")
    assert list(refused.violations) == ["files[1].path"]
    assert said in refused.violations["files[1].path"]


@pytest.mark.parametrize("pack_id", ["", "../shop", "a/b", ".hidden", "a" * 101])
def test_a_pack_has_the_name_of_a_folder(rule_packs: RulePackServiceStub, pack_id: str) -> None:
    """And is not without files."""
    with pytest.raises(grpc.RpcError) as caught:
        rule_packs.CheckRulePack(service_pb2.CheckRulePackRequest(pack_id=pack_id))

    assert set(refusal(caught.value).violations) == {"pack_id", "files"}


def test_too_many_files_are_refused(rule_packs: RulePackServiceStub) -> None:
    """As many as are read of a folder."""
    with pytest.raises(grpc.RpcError) as caught:
        rule_packs.CheckRulePack(request("shop", {f"{number}.yaml": "" for number in range(1_001)}))

    assert set(refusal(caught.value).violations) == {"files"}


def test_a_file_that_is_too_large_is_a_diagnostic(rule_packs: RulePackServiceStub) -> None:
    """It belongs to the pack's author, not to the caller's program."""
    answer = rule_packs.CheckRulePack(request("shop", {"pack.yaml": SHOP, "big.yaml": b"#" * (1024 * 1024 + 1)}))

    assert [(found.file, found.code) for found in answer.diagnostics] == [("shop/big.yaml", "too-large")]


def test_what_is_wrong_throughout_is_told_in_part(rule_packs: RulePackServiceStub) -> None:
    """An answer stays small enough to be received, and says how much more there is."""
    nonsense = "".join(f"key{number}: 1\n" for number in range(1_200))

    answer = rule_packs.CheckRulePack(request("shop", {"pack.yaml": SHOP, "late.yaml": nonsense}))

    assert len(answer.diagnostics) == 1_001
    assert answer.diagnostics[-1].message == "and 200 more"


def large_pack(files: int) -> service_pb2.CheckRulePackRequest:
    """Each file holds 3,000 rules, a second's work; the whole compiles."""
    rule = "  - {{id: r{0}, title: T, when: {{facts.delay_days: {{at_least: {1}}}}}, then: [{{apology: {{}}}}]}}\n"
    themes = {
        f"theme{file}.yaml": "rules:\n"
        + "".join(rule.format(f"{file}-{number}", number % 300) for number in range(3_000))
        for file in range(files)
    }
    return request("shop", {"pack.yaml": SHOP, **themes})


def test_a_check_holds_up_no_decision(decisions: DecisionServiceStub, rule_packs: RulePackServiceStub) -> None:
    """It runs beside the process that decides: while it reads thousands of rules, decisions are made as ever."""
    checking = rule_packs.CheckRulePack.future(large_pack(2))
    decided = 0
    while not checking.done():
        assert decisions.Decide(late()).decision.actions
        decided += 1

    assert checking.result().compiles
    assert decided >= 20


def test_more_checks_than_are_run_at_once_are_refused(rules: Path) -> None:
    """They are turned away at once and with a reason, instead of waiting in the dark; a place that is free is used."""
    asked = large_pack(2)
    with RunningServer("--rules", str(rules)) as running, running.channel() as channel:
        stub = RulePackServiceStub(channel)
        calls = [stub.CheckRulePack.future(asked) for _ in range(3)]
        errors = [error for call in calls if isinstance(error := call.exception(), grpc.RpcError)]

        assert [refusal(error).reason for error in errors] == ["TOO_MANY_CHECKS"]
        assert refusal(errors[0]).code == "RESOURCE_EXHAUSTED"
        assert stub.CheckRulePack(request("shop", {"pack.yaml": SHOP})).compiles


def test_a_check_that_nobody_waits_for_gives_up_its_place(rules: Path) -> None:
    """Cancelled calls end their checks, so that others can be made: honest cancellation."""
    asked = large_pack(15)
    with RunningServer("--rules", str(rules)) as running, running.channel() as channel:
        stub = RulePackServiceStub(channel)
        for _ in range(2):
            with pytest.raises(grpc.RpcError):
                stub.CheckRulePack(asked, timeout=0.5)
        for number in (1, 2):
            running.wait_for("call", number, code="CANCELLED")

        assert stub.CheckRulePack(request("lost", {"pack.yaml": BROKEN})).diagnostics[0].code == "unknown-fact"


def test_a_pack_that_is_checked_is_given_in_words_where_they_are_asked_for(rule_packs: RulePackServiceStub) -> None:
    """An editor shows what it makes of the files: its rules and the axes of its map, as if it were live."""
    asked = request("shop", {"pack.yaml": SHOP.replace("at_least: 3", "at_least: 5")})
    asked.view = service_pb2.RULE_PACK_VIEW_WORDS
    answer = rule_packs.CheckRulePack(asked)
    bare = rule_packs.CheckRulePack(request("shop", {"pack.yaml": SHOP}))

    assert [line.words for line in answer.rule_pack.rules[0].conditions][1] == "facts.delay_days: at least 5"
    telling = {fact.path: list(fact.telling_values) for fact in answer.rule_pack.facts}
    assert 5 in {value.integer for value in telling["facts.delay_days"]}
    cells = [fact for found in answer.diagnostics for fact in found.cells]
    assert cells
    assert all(value in telling[fact.path] for fact in cells for value in fact.values)
    assert not bare.HasField("rule_pack")
    asked.view, asked.locale = 9, "not a tag"  # type: ignore[assignment]  # no number of the enum
    with pytest.raises(grpc.RpcError) as caught:
        rule_packs.CheckRulePack(asked)
    assert set(refusal(caught.value).violations) == {"view", "locale"}
