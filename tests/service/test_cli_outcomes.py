"""`amends outcomes`: acceptance, override reasons and money, rule by rule; from a database, and from a server."""

import json
import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from amends.cli.exit_codes import ExitCode
from amends.cli.main import app
from amends_client import AmendsClient
from tests.service.packs import SHOP
from tests.service.recording import RecordingShop, recording_server, sqlite_url
from tests.service.requests import late
from tests.service.running import write_pack


@pytest.fixture(autouse=True)
def no_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    """The settings of whoever runs the tests are not the tests'."""
    for name in [name for name in os.environ if name.startswith("AMENDS_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("COLUMNS", "200")


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RecordingShop]:
    """Six refunds: two executed and accepted, one declined, three overridden, for two reasons."""
    folder: Path = tmp_path_factory.mktemp("shop")
    write_pack(folder / "rules", "shop", SHOP)
    url = sqlite_url(folder)
    with recording_server(folder / "rules", url) as server, server.channel() as channel:
        told = RecordingShop(server, channel, url)
        with AmendsClient(server.target) as amends:
            _tell(told, amends)
        yield told


def _tell(shop: RecordingShop, amends: AmendsClient) -> None:
    whole, replaced = "she wanted to keep it", "we sent another one"
    said = [("executed", ""), ("executed", ""), ("customer_declined", "")]
    said += [("overridden", reason) for reason in (replaced, whole, replaced)]
    for number, (kind, reason) in enumerate(said):
        answer = shop.decisions.Decide(late(case_id=f"case-{number}"))
        refund = next(one.action_id for one in answer.decision.actions if one.WhichOneof("kind") == "refund")
        for what in ("offered", *(["customer_accepted"] if kind == "executed" else []), kind):
            why = reason if what == "overridden" else None
            amends.record_outcome(decision_id=answer.decision_id, action_id=refund, kind=what, reason=why)


@pytest.fixture(params=["database", "server"])
def where(request: pytest.FixtureRequest, shop: RecordingShop) -> list[str]:
    """The options that say who keeps the record."""
    return ["--database", shop.url] if request.param == "database" else ["--server", shop.server.target]


def run(*arguments: str) -> Result:
    return CliRunner().invoke(app, ["outcomes", *arguments])


def test_each_rule_is_told_with_its_acceptance_its_money_and_why_it_was_overridden(where: list[str]) -> None:
    """The policy's owner sees what a rule missed, in the words of those who saw it."""
    result = run(*where)

    assert result.exit_code == ExitCode.OK, result.stderr
    assert result.stdout == (
        "shipping-back\n"
        "   applied 6, offered 6, 2 of 3 accepted (66 %)\n"
        "   executed 2, paid 19.80 USD, overridden 3\n"
        "  · 2 × we sent another one\n"
        "  · 1 × she wanted to keep it\n"
    )


def test_the_json_form_is_the_contracts_with_the_reasons(where: list[str]) -> None:
    """What a program reads has the names of the contract."""
    (line,) = run(*where, "--format", "json").stdout.splitlines()

    told = json.loads(line)
    assert (told["ruleId"], told["applied"], told["accepted"], told["overridden"]) == ("shipping-back", "6", "2", "3")
    assert told["paid"] == [{"currencyCode": "USD", "units": "19", "nanos": 800000000}]
    assert told["overrideReasons"] == [
        {"reason": "we sent another one", "count": 2},
        {"reason": "she wanted to keep it", "count": 1},
    ]
    assert told["overridesNotRead"] == 0


def test_only_what_was_asked_for_is_told(where: list[str]) -> None:
    """Another policy, another rule, another time: nothing applied."""
    for nothing in (["--policy", "other"], ["--rule", "other"], ["--until", "2020-01-01"]):
        result = run(*where, *nothing)
        assert (result.exit_code, result.stdout) == (ExitCode.OK, "")
        assert result.stderr == "no rule applied\n"


def test_a_question_that_cannot_be_is_refused(where: list[str]) -> None:
    """In words, with the exit code of a wrong argument."""
    wrong = run(*where, "--since", "2026-01-02", "--until", "2026-01-01")

    assert wrong.exit_code == ExitCode.BAD_ARGUMENTS
    assert "expected an earlier moment" in wrong.stderr
