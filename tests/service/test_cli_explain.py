"""`amends explain` and the options of `amends decide` that tell more, as a user runs them."""

import json
import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from google.protobuf.json_format import Parse
from typer.testing import CliRunner

from amends.cli.exit_codes import ExitCode
from amends.cli.main import app
from amends.v1.decision_pb2 import VERDICT_NOT_MATCHED, ChangeKind
from amends.v1.decision_service_pb2 import DecideResponse
from tests.service.running import RunningServer, write_pack

CASE = """\
policy: shop
role: owner
situation:
  fault: company
  amount_paid: 100.00 USD
  amount_refunded: 0 USD
  shipping_fee: 60.00 USD
  observe_time: 2026-01-01T12:00:00Z
  facts: {delay_days: DAYS}
"""


def late(days: int | str) -> str:
    return CASE.replace("DAYS", str(days))


@pytest.fixture(autouse=True)
def no_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    """The settings of whoever runs the tests are not the tests'."""
    for name in [name for name in os.environ if name.startswith("AMENDS_")]:
        monkeypatch.delenv(name)


@pytest.fixture(params=["local", "server"])
def where(request: pytest.FixtureRequest, rules: Path) -> Iterator[list[str]]:
    """The options that choose who decides."""
    if request.param == "local":
        yield ["--rules", str(rules)]
    else:
        server: RunningServer = request.getfixturevalue("server")
        yield ["--server", server.target]


def told(*arguments: str, stdin: str) -> list[str]:
    """What stands on stdout, without what only lays it out."""
    result = CliRunner().invoke(app, [*arguments], input=stdin)
    assert (result.exit_code, result.stderr) == (ExitCode.OK, "")
    return [" ".join(line.split()) for line in result.stdout.splitlines()]


def test_an_explanation_says_why_not(where: list[str]) -> None:
    """Two days are not three: which condition failed, what it saw, and from where on the rule would have applied."""
    lines = told("explain", "-", *where, stdin=late(2))

    start = lines.index("Rules, in the order in which they decide")
    assert lines[start + 1 : start + 5] == [
        "✗ shipping-back not matched: Give the shipping fee back when we delivered",
        "late [house rule 1]",
        "✓ fault: company",
        "✗ facts.delay_days: at least 3 saw 2",
    ]
    assert lines[start + 5].startswith("→ near: from 3 days it would have applied")


def test_an_explanation_says_what_stands_and_what_is_missing(where: list[str]) -> None:
    """Each action with its rules; each missing fact with its question and the rules that wait for it."""
    lines = told("explain", "-", *where, stdin=late(4))
    assert lines[lines.index("· Refund 60.00 USD") + 1] == "shipping-back"
    assert "a preview: not to be carried out" in lines

    lines = told("explain", "-", *where, stdin=late("null"))
    asked = lines.index("? facts.delay_days How many days late was it?")
    assert lines[asked + 1].startswith("for shipping-back: Give the shipping fee back")
    assert "→ waits for facts.delay_days" in lines


def test_one_rule_can_be_asked_for(where: list[str]) -> None:
    """By its id; a misspelt one is told the nearest, and nothing stands on stdout."""
    assert "✓ fault: company" in told("explain", "-", *where, "--rule", "shipping-back", stdin=late(4))

    result = CliRunner().invoke(app, ["explain", "-", *where, "--rule", "shiping-back"], input=late(4))
    assert (result.exit_code, result.stdout) == (ExitCode.BAD_ARGUMENTS, "")
    assert "amends explain: --rule: there is no rule 'shiping-back'" in result.stderr
    assert "did you mean 'shipping-back'?" in result.stderr


TWO_RULES = """\
pack: two
version: 1.0.0
title: Two rules and a table
currency: USD
facts: {days: {type: integer, unit: days, min: 0}}
rules:
  - {id: sorry, title: Sorry, then: [apology: {}]}
  - {id: by-days, title: By days, table: tables/by_days.csv, hit: first, because: {customer: "You get {amount}."}}
"""
TABLE = """\
facts.days,goodwill.kind,goodwill.amount
>=7,credit,20 USD
>=3,credit,10 USD
"""


def test_a_table_can_be_asked_for_by_its_name(tmp_path: Path) -> None:
    """Its rows and what they did, and nothing of other rules."""
    (tmp_path / "two" / "tables").mkdir(parents=True)
    (tmp_path / "two" / "pack.yaml").write_text(TWO_RULES, encoding="utf-8")
    (tmp_path / "two" / "tables" / "by_days.csv").write_text(TABLE, encoding="utf-8")
    command = ["explain", "-", "--rules", str(tmp_path), "--rule", "by-days", "--format", "json"]

    result = CliRunner().invoke(app, command, input="facts: {days: 5}")

    assert result.exit_code == ExitCode.OK, result.stderr
    decision = Parse(result.stdout, DecideResponse()).decision
    assert [rule.rule_id for rule in decision.trace.rules] == ["by-days/row-1", "by-days/row-2"]
    assert [list(action.rule_ids) for action in decision.actions] == [["by-days/row-2"]]
    assert [one.boundary for one in decision.trace.rules[0].near_misses] == ["from 7 days"]


HELD = """\
pack: held
version: 1.0.0
title: A pack that stops money
currency: USD
teams: {billing: {label: Billing}}
facts: {days: {type: integer, min: 0}}
derive:
  - fact: severity
    cases:
      - {when: {facts.days: {at_least: 7}}, value: high}
      - {value: low}
rules:
  - id: stop
    title: A chargeback is open
    when: {flags: {has_any: [chargeback_open]}}
    hold: {kinds: [goodwill], for: billing, because: Chargeback open.}
  - id: gift
    title: A gift
    then: [goodwill: {kind: gift, amount: 20 USD}]
    because: {customer: "A gift of {amount}."}
  - id: maybe
    title: Perhaps no gift
    when: {facts.days: {at_least: 3}, fit: none}
    forbid: [goodwill]
"""


def test_holds_open_points_and_derived_facts_are_told(tmp_path: Path) -> None:
    """Who stops an action and why, what could still change it, and which case gave a fact; so too for one rule."""
    write_pack(tmp_path, "held", HELD)
    stdin = "flags: [chargeback_open]\nfacts: {days: 8}"

    page = " ".join(told("explain", "-", "--rules", str(tmp_path), stdin=stdin))
    assert "on hold for billing by stop: Chargeback open." in page
    assert "may still change: maybe it would forbid goodwill" in page
    assert "· severity high, by case 1" in page

    for rule in ("stop", "gift", "maybe"):
        assert "Goodwill: gift" in " ".join(told("explain", "-", "--rules", str(tmp_path), "--rule", rule, stdin=stdin))


NEST = """\
pack: nest
version: 1.0.0
title: What a branch takes out and writes anew
extends: [held]
disable: [gift]
rules:
  - {id: maybe, title: Never a gift, when: {fit: none}, forbid: [goodwill]}
"""


def test_rules_far_from_applying_are_counted_and_listed_on_demand(tmp_path: Path) -> None:
    """What applied and what was near stands there; the rest is one line, unless all of it is asked for."""
    write_pack(tmp_path, "held", HELD)
    stdin = "flags: []\nfit: full\nfacts: {days: 2}"

    usual = told("explain", "-", "--rules", str(tmp_path), stdin=stdin)
    assert any(line.startswith("✓ gift applied") for line in usual)
    assert not any(line.startswith(("✗ stop", "✗ maybe")) for line in usual)
    assert "✗ 2 rules do not match; --all lists them" in usual

    full = told("explain", "-", "--rules", str(tmp_path), "--all", stdin=stdin)
    assert any(line.startswith("✗ stop not matched") for line in full)
    assert any(line.startswith("✗ maybe not matched") for line in full)
    assert not any("--all" in line for line in full)
    assert any(
        line.startswith("✗ stop")
        for line in told("explain", "-", "--rules", str(tmp_path), "--rule", "stop", stdin=stdin)
    )


@pytest.mark.parametrize("pack", ["nest", "twig"])
def test_a_rule_that_was_taken_out_says_by_whom(tmp_path: Path, pack: str) -> None:
    """And not the nearest name: it is spelt right. So too where a pack between took it out."""
    write_pack(tmp_path, "held", HELD)
    write_pack(tmp_path, "nest", NEST)
    write_pack(tmp_path, "twig", "pack: twig\nversion: 1.0.0\ntitle: On top\nextends: [nest]\n")
    command = ["explain", "-", "--rules", str(tmp_path), "--policy", pack, "--rule", "gift"]

    result = CliRunner().invoke(app, command, input="facts: {days: 5}")

    assert (result.exit_code, result.stdout) == (ExitCode.BAD_ARGUMENTS, "")
    assert "there is no rule 'gift'" in result.stderr
    assert "it is disabled by nest; held has it" in result.stderr
    assert "did you mean" not in result.stderr


def test_programs_get_the_same_as_json(where: list[str]) -> None:
    """The contract's answer, every rule in it, as a preview."""
    result = CliRunner().invoke(app, ["explain", "-", *where, "--format", "json"], input=late(2))

    answer = Parse(result.stdout, DecideResponse())
    (rule,) = answer.decision.trace.rules
    assert (answer.decision_id, rule.verdict, len(rule.conditions)) == ("", VERDICT_NOT_MATCHED, 2)


def test_mistakes_are_told_as_by_decide(where: list[str]) -> None:
    """In the name of the command that was run."""
    result = CliRunner().invoke(app, ["explain", "-", *where, "--role", " "], input=late(2))
    assert (result.exit_code, result.stdout) == (ExitCode.BAD_ARGUMENTS, "")
    assert result.stderr.startswith("amends explain: --role is empty")


def test_decide_explains_in_full_if_asked(where: list[str]) -> None:
    """The decision as ever, and under the rules every condition."""
    usual = told("decide", "-", *where, stdin=late(2))
    full = told("decide", "-", *where, "--explain", "full", stdin=late(2))

    assert not any("facts.delay_days: at least 3" in line for line in usual)
    assert "✗ facts.delay_days: at least 3 saw 2" in full
    assert full[0] == usual[0]


def decided(rules: Path, days: int, *options: str) -> DecideResponse:
    command = ["decide", "-", "--rules", str(rules), "--format", "json", *options]
    result = CliRunner().invoke(app, command, input=late(days))
    assert result.exit_code == ExitCode.OK, result.stderr
    return Parse(result.stdout, DecideResponse())


def test_decide_says_what_has_changed(rules: Path, tmp_path: Path) -> None:
    """Against an answer that was kept: it was two days late, now it is four; and back again."""
    kept = {}
    for days in (2, 4):
        kept[days] = tmp_path / f"{days}.json"
        command = ["decide", "-", "--rules", str(rules), "--format", "json"]
        kept[days].write_text(CliRunner().invoke(app, command, input=late(days)).stdout, encoding="utf-8")

    def changes(days: int, since: int) -> list[tuple[str, str]]:
        found = decided(rules, days, "--supersedes", str(kept[since])).decision.changes
        return [(ChangeKind.Name(one.kind), str(one.before.units or one.after.units)) for one in found]

    assert changes(4, 4) == []
    assert changes(4, 2) == [("CHANGE_KIND_NEW", "0"), ("CHANGE_KIND_NEW", "60")]
    assert changes(2, 4) == [("CHANGE_KIND_GONE", "0"), ("CHANGE_KIND_GONE", "60")]
    page = " ".join(told("decide", "-", "--rules", str(rules), "--supersedes", str(kept[4]), stdin=late(2)))
    assert "Changed since the decision before" in page
    assert "· refund 60.00 USD gone, and nobody was told of it: shipping-back does not ask for it any more" in page


@pytest.mark.parametrize("text", ["", "{}", json.dumps({"decision": {"actions": [{}]}}), "no JSON"])
def test_what_is_no_earlier_answer_is_told(rules: Path, tmp_path: Path, text: str) -> None:
    """Exit code 2 and what was expected."""
    earlier = tmp_path / "earlier.json"
    earlier.write_text(text, encoding="utf-8")
    command = ["decide", "-", "--rules", str(rules), "--supersedes", str(earlier)]

    result = CliRunner().invoke(app, command, input=late(2))

    assert (result.exit_code, result.stdout) == (ExitCode.BAD_ARGUMENTS, "")
    assert "--supersedes: not an answer as `amends decide --format json` prints it" in result.stderr
