"""`amends decide`, as a user runs it: in this process, and asking a real server."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from google.protobuf.json_format import MessageToJson, Parse
from typer.testing import CliRunner

from amends.cli.exit_codes import ExitCode
from amends.cli.main import app
from amends.v1.decision_service_pb2 import DecideResponse
from tests.service.requests import late
from tests.service.running import RunningServer

CASE = """\
title: We delivered late
policy: shop
role: owner
situation:
  fault: company
  amount_paid: 100.00 USD
  amount_refunded: 0 USD
  shipping_fee: 60.00 USD
  observe_time: 2026-01-01T12:00:00Z
  facts: {delay_days: 4}
"""


@pytest.fixture(autouse=True)
def no_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    """The settings of whoever runs the tests are not the tests'."""
    for name in [name for name in os.environ if name.startswith("AMENDS_")]:
        monkeypatch.delenv(name)


@pytest.fixture
def case(tmp_path: Path) -> Path:
    path = tmp_path / "case.yaml"
    path.write_text(CASE, encoding="utf-8")
    return path


@pytest.fixture(params=["local", "server"])
def where(request: pytest.FixtureRequest, rules: Path) -> Iterator[list[str]]:
    """The options that choose who decides."""
    if request.param == "local":
        yield ["--rules", str(rules)]
    else:
        server: RunningServer = request.getfixturevalue("server")
        yield ["--server", server.target]


def decided(*arguments: str, stdin: str = "") -> DecideResponse:
    """The answer in the contract's form: stdout holds that and nothing else."""
    result = CliRunner().invoke(app, ["decide", *arguments, "--format", "json"], input=stdin)
    assert result.exit_code == ExitCode.OK, result.stderr
    return Parse(result.stdout, DecideResponse())


def test_a_case_file_becomes_a_decision(case: Path, where: list[str]) -> None:
    """Policy and role stand in the file; a person reads what to do, how much, and who may do it."""
    result = CliRunner().invoke(app, ["decide", str(case), *where])

    assert result.exit_code == ExitCode.OK
    assert result.stderr == ""
    shown = [" ".join(line.split()) for line in result.stdout.splitlines()]
    assert shown[0] == "Actions recommended"
    assert any(line.endswith("✓ Refund 60.00 USD") for line in shown)
    assert "you may grant it now" in shown
    assert "say “We were late. You get 60.00 USD back.”" in shown


def test_a_server_and_this_process_decide_alike(case: Path, rules: Path, server: RunningServer) -> None:
    """The same file gives the same decision, whoever decides; only the envelope differs."""
    here = decided(str(case), "--rules", str(rules))
    there = decided(str(case), "--server", server.target)

    assert here.decision.actions
    assert there.decision == here.decision
    assert there.decision_id != here.decision_id


def test_options_win_over_the_file(case: Path, where: list[str]) -> None:
    """The front line may not grant 60 dollars; the file's owner may."""
    owner = decided(str(case), *where)
    frontline = decided(str(case), *where, "--role", "frontline", "--policy", "shop")

    grants = [[a.may_grant_now for a in d.decision.actions if a.HasField("refund")] for d in (owner, frontline)]
    assert grants == [[True], [False]]


def test_a_preview_has_no_id(case: Path, where: list[str]) -> None:
    """What is only shown cannot be referred to."""
    assert decided(str(case), *where, "--preview").decision_id == ""


def test_stdin_json_and_proto_are_read(where: list[str]) -> None:
    """The same situation in three spellings is the same situation."""
    plain = {
        "case_id": "case-1",
        "fault": "company",
        "amount_paid": "100 USD",
        "amount_refunded": "0 USD",
        "shipping_fee": "9.90 USD",
        "facts": {"delay_days": 4},
    }
    options = [*where, "--policy", "shop"]

    as_yaml = decided("-", *options, stdin=json.dumps(plain))
    as_json = decided("-", *options, "--input-format", "json", stdin=json.dumps(plain))
    as_proto = decided("-", *options, "--input-format", "proto", stdin=MessageToJson(late().situation))

    assert as_yaml.decision.actions
    assert [a.amount for a in as_yaml.decision.actions] == [a.amount for a in as_proto.decision.actions]
    assert [a.action_id for a in as_json.decision.actions] == [a.action_id for a in as_proto.decision.actions]


@pytest.mark.parametrize(
    ("text", "options", "told"),
    [
        ("falt: company", [], ["1:1", "'falt'", "'fault'"]),
        ("fault: company\nshipping_fee: 9.901 USD\nstage: buying", [], ["2:15", "3:8"]),
        ("", [], ["nothing to read"]),
        ("fault: company", ["--input-format", "json"], ["JSON"]),
        ('{"falt": 1}', ["--input-format", "proto"], ["falt"]),
        ('{"fault": "FAULT_COMPANY"}', ["--input-format", "proto"], ["situation.case_id"]),
        (
            '{"caseId": "c", "fault": "COMPANY"}',
            ["--input-format", "proto"],
            ["fault: 'COMPANY' is none of FAULT_COMPANY, FAULT_CUSTOMER", "did you mean FAULT_COMPANY?"],
        ),
        (
            '{"caseId": "c", "requested": {"values": ["REQUEST_REFUND", "MONEY"]}}',
            ["--input-format", "proto"],
            ["requested.values[1]: 'MONEY' is none of REQUEST_"],
        ),
        ("title: A case\nfault: company", [], ["1:1", "needs `situation:`"]),
        ("fault: company", ["--policy", ""], ["--policy is empty"]),
        ("fault: company", ["--role", " "], ["--role is empty"]),
        ("fault: company", ["--policy", "nowhere"], ["nowhere", "shop"]),
        ("fault: company", ["--role", "emperor"], ["actor.role", "frontline"]),
    ],
)
def test_a_mistake_of_the_caller_is_told_on_stderr(
    text: str, options: list[str], told: list[str], where: list[str]
) -> None:
    """Exit code 2, everything that is wrong, where, and what was meant; stdout stays empty."""
    arguments = ["decide", "-", *where, *(["--policy", "shop"] if "--policy" not in options else []), *options]

    result = CliRunner().invoke(app, arguments, input=text)

    assert result.exit_code == ExitCode.BAD_ARGUMENTS, result.output
    assert result.stdout == ""
    for words in told:
        assert words in result.stderr


def test_a_policy_whose_pack_does_not_compile_says_why(rules: Path) -> None:
    """Exit code 3 and the diagnostics, not "unknown policy"."""
    result = CliRunner().invoke(app, ["decide", "-", "--policy", "lost", "--rules", str(rules)], input="fault: company")

    assert result.exit_code == ExitCode.PACK_DOES_NOT_COMPILE
    assert result.stdout == ""
    assert "lost/pack.yaml:8:" in result.stderr


def test_a_server_that_is_away_is_no_mistake_of_the_caller() -> None:
    """Exit code 1, one line, no traceback."""
    result = CliRunner().invoke(app, ["decide", "-", "--server", "127.0.0.1:1"], input="fault: company")

    assert result.exit_code == ExitCode.UNEXPECTED
    assert result.stdout == ""
    assert "amends decide: " in result.stderr
    assert "Traceback" not in result.stderr


@pytest.mark.parametrize("option", ["--server", "--target"])
def test_a_server_is_named_as_host_and_port(option: str) -> None:
    """The two commands that ask a server call it by the same names; a web address is told how to be mended."""
    result = CliRunner().invoke(app, ["decide", "-", option, "http://127.0.0.1:1"], input="fault: company")

    assert result.exit_code == ExitCode.BAD_ARGUMENTS
    assert 'say "127.0.0.1:1" and nothing else' in result.stderr


def test_a_server_decides_by_its_own_rules_alone(rules: Path) -> None:
    """Rules of this machine beside a server would mislead: the two options exclude each other."""
    arguments = ["decide", "-", "--server", "127.0.0.1:1", "--rules", str(rules)]

    assert CliRunner().invoke(app, arguments, input="{}").exit_code == ExitCode.BAD_ARGUMENTS


def test_a_rules_folder_that_is_not_there_is_told() -> None:
    """A mistyped folder is a mistake of the caller."""
    result = CliRunner().invoke(app, ["decide", "-", "--rules", "nowhere"], input="{}")

    assert result.exit_code == ExitCode.BAD_ARGUMENTS
    assert "nowhere" in result.stderr


def test_the_installed_command_works_in_a_pipe(case: Path, rules: Path) -> None:
    """A real process: plain text without colour codes on stdout, nothing on stderr, exit code 0."""
    command = [sys.executable, "-m", "amends", "decide", "-", "--rules", str(rules)]
    done = subprocess.run(command, input=case.read_bytes(), capture_output=True, check=False)

    assert done.returncode == ExitCode.OK
    assert done.stderr == b""
    assert "Refund  60.00 USD" in done.stdout.decode()
    assert b"\x1b" not in done.stdout


def test_a_policy_without_its_pack_is_told(case: Path, rules: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A typo in AMENDS_POLICIES is a wrong setting, whichever policy decides this time."""
    monkeypatch.setenv("AMENDS_POLICIES", "default=nope")

    result = CliRunner().invoke(app, ["decide", str(case), "--rules", str(rules)])

    assert result.exit_code == ExitCode.BAD_ARGUMENTS
    assert "default=nope: there is no pack 'nope'; there are: lost, shop" in result.stderr
