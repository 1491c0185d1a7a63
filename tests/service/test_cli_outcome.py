"""`amends outcome`, `obligations` and `decide` of a case that goes on: on a database, and by a server that has it."""

import json
import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from google.protobuf.json_format import Parse
from typer.testing import CliRunner, Result

from amends.cli.exit_codes import ExitCode
from amends.cli.main import app
from amends.v1 import decision_service_pb2 as service_pb2
from tests.service.packs import SHOP
from tests.service.recording import RecordingShop, recording_server, sqlite_url
from tests.service.requests import late
from tests.service.running import write_pack

CADENCE = """\
  - id: keep-posted
    title: Keep them posted
    when: {fault: company}
    then: [{update_cadence: {every: 60m, channel: voice, owner: same_person, until: resolved}}]
    because: {agent: They wait., customer: You hear from us.}
"""
SITUATION = """\
case_id: {case}
fault: company
amount_paid: 100.00 USD
amount_refunded: 0 USD
shipping_fee: 9.90 USD
facts: {{delay_days: {days}}}
"""


@pytest.fixture(autouse=True)
def no_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    """The settings of whoever runs the tests are not the tests'."""
    for name in [name for name in os.environ if name.startswith("AMENDS_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("COLUMNS", "200")


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RecordingShop]:
    folder: Path = tmp_path_factory.mktemp("shop")
    write_pack(folder / "rules", "shop", SHOP + CADENCE)
    url = sqlite_url(folder)
    with recording_server(folder / "rules", url) as server, server.channel() as channel:
        yield RecordingShop(server, channel, url)


@pytest.fixture(params=["database", "server"])
def where(request: pytest.FixtureRequest, shop: RecordingShop) -> list[str]:
    """The options that say who keeps the record."""
    shop.test += 1
    return ["--database", shop.url] if request.param == "database" else ["--server", shop.server.target]


def run(*arguments: str, stdin: str = "") -> Result:
    return CliRunner().invoke(app, [*arguments], input=stdin)


def done(*arguments: str, stdin: str = "") -> str:
    """What it prints, having done as it was told."""
    result = run(*arguments, stdin=stdin)
    assert result.exit_code == ExitCode.OK, result.stderr
    return result.stdout


def decided(shop: RecordingShop) -> tuple[service_pb2.DecideResponse, str, str]:
    """An answer of this test's case, its refund and its next update."""
    answer = shop.decisions.Decide(late(case_id=f"case-{shop.test}"))
    refund = next(one.action_id for one in answer.decision.actions if one.WhichOneof("kind") == "refund")
    found = shop.decisions.GetDecision(service_pb2.GetDecisionRequest(decision_id=answer.decision_id)).decision
    return answer, refund, found.obligations[0].obligation_id


def test_what_was_done_is_recorded_as_the_options_say(shop: RecordingShop, where: list[str]) -> None:
    """Every option is in the record; what should be known of it is told."""
    answer, refund, _ = decided(shop)
    of = [answer.decision_id, "--action", refund, "--kind"]
    done("outcome", *of, "executed", "--amount", "4.00 USD", "--reference", "payment-7", "--time", "2h", *where)
    by = ["--actor", "ann", "--role", "owner", "--actor-kind", "human", "--request-id", f"o-{shop.test}"]
    instead = ["--instead", "goodwill", "--instead-amount", "2.00 USD", "--reason", "they asked for it"]

    told = done("outcome", *of, "overridden", *by, *instead, *where)
    assert done("outcome", *of, "overridden", *by, *instead, *where) == told
    more = done("outcome", *of, "executed", "--amount", "9.00 USD", *where)

    found = shop.decisions.GetDecision(service_pb2.GetDecisionRequest(decision_id=answer.decision_id)).decision
    paid, given, _ = found.outcomes
    assert (paid.amount.units, paid.external_reference) == (4, "payment-7")
    assert 7_100 < paid.recorded_at.seconds - paid.time.seconds < 7_300
    assert (given.actor.actor_id, given.actor.role, given.actor.kind) == ("ann", "owner", 1)
    assert (given.instead.amount.units, given.reason) == (2, "they asked for it")
    assert told.startswith(f"recorded: overridden, {refund}, as {given.outcome_id}")
    assert "note: more was paid than decided: 13.00 USD in all, of 9.90 USD" in more


def test_reports_come_from_a_file_too(shop: RecordingShop, where: list[str], tmp_path: Path) -> None:
    """In the contract's JSON, one after the other; JSON comes out a line each."""
    answer, refund, update = decided(shop)
    reports = [
        {"decisionId": answer.decision_id, "actionId": refund, "kind": "OUTCOME_KIND_OFFERED"},
        {"decisionId": answer.decision_id, "obligationId": update, "kind": "OUTCOME_KIND_KEPT"},
    ]
    file = tmp_path / "reports.json"
    file.write_text("\n".join([json.dumps(reports[0]), json.dumps(reports[1], indent=2)]), encoding="utf-8")

    lines = done("outcome", "--file", str(file), "--format", "json", *where).splitlines()

    first, second = (Parse(line, service_pb2.RecordOutcomeResponse()) for line in lines)
    assert (first.outcome.action_id, second.outcome.obligation_id) == (refund, update)
    assert len(second.obligations) == 2


@pytest.mark.parametrize(
    ("options", "told"),
    [
        (["--action", "none-such", "--kind", "offered"], ["has no action 'none-such'; it has: ", "refund "]),
        (["--obligation", "none-such", "--kind", "kept"], ["no obligation 'none-such'; it has: next_update "]),
        (["--action", "REFUND", "--kind", "kept"], ["kind: kept is not said of an action"]),
        (["--action", "REFUND", "--kind", "executed", "--amount", "4.00 EUR"], ["amount: 4.00 EUR is in another"]),
        (["--action", "REFUND", "--kind", "executed", "--amount", "four"], ["--amount: expected money"]),
        (["--action", "REFUND", "--kind", "overridden", "--role", "king"], ["reason: is required", "actor.role"]),
        (["--action", "REFUND", "--obligation", "b", "--kind", "kept"], ["one report is about one of them"]),
        (["--action", "REFUND", "--kind", "executed", "--instead-amount", "1 USD"], ["goes with --instead"]),
        (["--action", "REFUND", "--kind", "offered", "--time", "soon"], ["--time: 'soon' is not"]),
        (["--kind", "offered"], ["action_id: is required"]),
    ],
)
def test_what_cannot_be_is_refused(shop: RecordingShop, where: list[str], options: list[str], told: list[str]) -> None:
    """Exit code 2, all that is wrong, and what there is instead; nothing is recorded."""
    answer, refund, _ = decided(shop)

    result = run("outcome", answer.decision_id, *(refund if one == "REFUND" else one for one in options), *where)

    assert (result.exit_code, result.stdout) == (ExitCode.BAD_ARGUMENTS, "")
    assert result.stderr.startswith("amends outcome: ")
    for words in told:
        assert words in result.stderr
    found = shop.decisions.GetDecision(service_pb2.GetDecisionRequest(decision_id=answer.decision_id)).decision
    assert not found.outcomes


@pytest.mark.usefixtures("shop")
@pytest.mark.parametrize("text", ["", "[]", "[1]", "{", '{"kind": "executed"}', '{"decisionId": "a", "what": 1}'])
def test_a_file_that_is_no_reports_is_refused(where: list[str], tmp_path: Path, text: str) -> None:
    """Before anything is recorded."""
    file = tmp_path / "reports.json"
    file.write_text(text, encoding="utf-8")

    result = run("outcome", "--file", str(file), *where)

    assert (result.exit_code, result.stdout) == (ExitCode.BAD_ARGUMENTS, "")
    assert result.stderr.startswith("amends outcome: --file: ")


@pytest.mark.parametrize("arguments", [[], ["--kind", "offered"], ["a", "--file", "FILE"]])
def test_a_report_is_either_said_or_read(shop: RecordingShop, tmp_path: Path, arguments: list[str]) -> None:
    """Of neither and of both it is told what is meant."""
    file = tmp_path / "reports.json"
    file.write_text("{}", encoding="utf-8")

    result = run("outcome", *(str(file) if one == "FILE" else one for one in arguments), "--database", shop.url)

    assert result.exit_code == ExitCode.BAD_ARGUMENTS
    assert "or give --file alone" in result.stderr


def test_one_log_at_a_time(shop: RecordingShop) -> None:
    """A server has a log of its own."""
    result = run("obligations", "--server", shop.server.target, "--database", shop.url)

    assert result.exit_code == ExitCode.BAD_ARGUMENTS
    assert "leave out --database and --data-dir" in result.stderr


def test_obligations_are_listed_the_next_first(shop: RecordingShop, where: list[str]) -> None:
    """What is open or missed, unless a state is named; each filter leaves out what is not asked for."""
    answer, _, first = decided(shop)
    done("outcome", answer.decision_id, "--obligation", first, "--kind", "kept", *where)
    own = ["--case", f"case-{shop.test}", *where]

    (line,) = done("obligations", "--format", "json", *own).splitlines()

    following = json.loads(line)
    assert following["follows"] == first
    (kept,) = done("obligations", "--state", "kept", "--format", "json", *own).splitlines()
    assert json.loads(kept)["obligationId"] == first
    page = done("obligations", "--state", "kept", "--state", "open", *own)
    assert page.count("next update: ") == 2
    assert page.index("next update: kept") < page.index("next update: open")
    assert f"same person, case case-{shop.test}, policy default, decision {answer.decision_id}" in page
    for option in ("--owner", "--team", "--incident", "--policy"):
        assert run("obligations", option, "nobody", *own).stderr == "no obligation\n"
    assert run("obligations", "--due-before", "2026-01-01", *own).stderr == "no obligation\n"
    assert "only the first 1: --limit shows more" in run("obligations", "--limit", "1", *where).stderr


def case_file(tmp_path: Path, case: str, days: int = 4) -> str:
    path = tmp_path / f"{case}-{days}.yaml"
    path.write_text(SITUATION.format(case=case, days=days), encoding="utf-8")
    return str(path)


def test_a_server_decides_once_under_an_id(shop: RecordingShop, tmp_path: Path) -> None:
    """The same request gets the same answer; another one under that id is refused."""
    asking = ["--server", shop.server.target, "--request-id", "once", "--format", "json"]
    first = done("decide", case_file(tmp_path, "once"), *asking)

    assert done("decide", case_file(tmp_path, "once"), *asking) == first
    refused = run("decide", case_file(tmp_path, "once", 5), *asking)
    assert (refused.exit_code, "was used before" in refused.stderr) == (ExitCode.BAD_ARGUMENTS, True)


@pytest.mark.parametrize("by", ["file", "stdin", "id"])
def test_a_server_is_told_which_decision_goes(shop: RecordingShop, tmp_path: Path, by: str) -> None:
    """By the answer that was kept, or the id alone; the new answer says what has changed."""
    server = ["--server", shop.server.target, "--format", "json"]
    kept = done("decide", case_file(tmp_path, f"goes-{by}"), *server)
    earlier = tmp_path / "earlier.json"
    earlier.write_text(kept, encoding="utf-8")
    named = {"file": str(earlier), "stdin": "-", "id": json.loads(kept)["decisionId"]}[by]

    newer = json.loads(done("decide", case_file(tmp_path, f"goes-{by}", 1), *server, "--supersedes", named, stdin=kept))

    assert {one["actionKind"] for one in newer["decision"]["changes"]} == {"ACTION_KIND_REFUND", "ACTION_KIND_APOLOGY"}


@pytest.mark.parametrize("where", ["server", "here"])
def test_a_decision_of_another_case_stays(shop: RecordingShop, tmp_path: Path, rules: Path, where: str) -> None:
    """It is refused in words, whoever decides."""
    options = ["--server", shop.server.target] if where == "server" else ["--rules", str(rules), "--policy", "shop"]
    earlier = tmp_path / "earlier.json"
    earlier.write_text(
        done("decide", case_file(tmp_path, f"one-{where}"), *options, "--format", "json"), encoding="utf-8"
    )

    result = run("decide", case_file(tmp_path, f"another-{where}"), *options, "--supersedes", str(earlier))

    assert result.exit_code == ExitCode.BAD_ARGUMENTS
    assert "of another case" in result.stderr
    done("decide", case_file(tmp_path, f"one-{where}", 5), *options, "--supersedes", str(earlier))


@pytest.mark.parametrize("text", ['{"decisionId": "a"}', '{"decisionId": "", "recorded": true}', "{"])
def test_what_no_server_recorded_cannot_go(shop: RecordingShop, tmp_path: Path, text: str) -> None:
    """An answer that was made without a log, a preview, or no answer at all."""
    earlier = tmp_path / "earlier.json"
    earlier.write_text(text, encoding="utf-8")

    result = run("decide", case_file(tmp_path, "none"), "--server", shop.server.target, "--supersedes", str(earlier))

    assert (result.exit_code, "--supersedes: " in result.stderr) == (ExitCode.BAD_ARGUMENTS, True)


def test_only_a_server_knows_ids_of_requests_and_decisions(rules: Path, tmp_path: Path) -> None:
    """Here nothing is recorded: it is said, and no option is left out in silence."""
    here = ["--rules", str(rules), "--policy", "shop"]

    for option, told in (("--request-id", "goes with --server"), ("--supersedes", "No such file")):
        result = run("decide", case_file(tmp_path, "here"), *here, option, "an-id")
        assert (result.exit_code, told in result.stderr) == (ExitCode.BAD_ARGUMENTS, True)
