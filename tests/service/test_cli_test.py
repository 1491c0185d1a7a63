"""`amends test`: coverage, its threshold, and the forms in which it is told."""

import json
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from typer.testing import CliRunner, Result

from amends.bootstrap.engines import make_engines
from amends.cli.exit_codes import ExitCode
from amends.cli.main import app
from tests.service.packs import SHOP
from tests.service.running import write_pack

TESTS = """\
clock: 2026-11-01T12:00:00Z
situations:
  late: {fault: company, amount_paid: 100 USD, amount_refunded: 0 USD, shipping_fee: 9.90 USD, facts: {delay_days: 4}}
tests:
  - {name: the fee goes back, given: late, expect: {actions: [{refund: {amount: 9.90 USD}}]}}
  - {name: too early, given: late, with: {facts: {delay_days: 2}}, expect: {never: [refund]}}
"""
UNSEEN = (
    "shop/pack.yaml:15:5: shipping-back: `fault: company` is never false or unknown where it matters\n"
    "shop/pack.yaml:15:5: shipping-back: `facts.delay_days: at least 3` is never unknown where it matters\n"
)


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    """A rules folder with one pack, whose tests leave something out."""
    write_pack(tmp_path, "shop", SHOP)
    (tmp_path / "shop" / "tests").mkdir()
    (tmp_path / "shop" / "tests" / "late_test.yaml").write_text(TESTS, encoding="utf-8")
    return tmp_path


def run(shop: Path, *options: str) -> Result:
    return CliRunner().invoke(app, ["test", *options, "--rules", str(shop)], env={"AMENDS_RULES": None})


def test_the_totals_stand_in_a_table(shop: Path) -> None:
    """A line a pack: two tests, one rule applied and deciding, two conditions, of eight points five are reached."""
    result = run(shop)

    assert result.exit_code == ExitCode.OK
    row = next(line.split() for line in result.stdout.splitlines() if line.startswith("shop "))
    assert row == ["shop", "2", "1/1", "1/1", "2/2", "1/2", "0/2", "0/0", "62.5", "%"]
    assert "never" not in result.stdout


def test_what_is_missing_is_listed_when_asked_for(shop: Path) -> None:
    """With the place of the rule, the condition, and the values that no test has seen."""
    assert run(shop, "--coverage").stdout.endswith(UNSEEN)


@pytest.mark.parametrize(("percent", "code"), [("62", ExitCode.OK), ("63", ExitCode.TESTS_FAILED)])
def test_too_little_coverage_fails(percent: str, code: ExitCode, shop: Path) -> None:
    """As a failed test does, with what is missing; 62.5 is not 63."""
    result = run(shop, "--min-coverage", percent)

    assert result.exit_code == code
    below = f"shop: coverage 62.5 % is below {percent} %\n{UNSEEN}"
    assert result.stdout.endswith(below) == (code is ExitCode.TESTS_FAILED)


@pytest.mark.parametrize("percent", ["101", "-1", "all"])
def test_a_threshold_that_is_none_is_a_wrong_argument(percent: str, shop: Path) -> None:
    """A build must not pass because its threshold was not understood."""
    assert run(shop, f"--min-coverage={percent}").exit_code == ExitCode.BAD_ARGUMENTS


def test_json_holds_all_of_it(shop: Path) -> None:
    """Every test with its differences, every tally, and the missing places."""
    file = shop / "shop" / "tests" / "late_test.yaml"
    file.write_text(TESTS.replace("9.90 USD}}]", "5 USD}}]"), encoding="utf-8")

    result = run(shop, "--format", "json")

    assert result.exit_code == ExitCode.TESTS_FAILED
    (pack,) = json.loads(result.stdout)["packs"]
    assert (pack["pack"], pack["version"], pack["engines"]) == ("shop", "1.2.3", list(make_engines().usable))
    assert [test["passed"] for test in pack["tests"]] == [False, True]
    assert pack["tests"][0]["differences"] == ["actions: refund: amount: expected 5.00 USD, came 9.90 USD"]
    assert pack["coverage"]["total"] == {"seen": 5, "of": 8}
    assert pack["coverage"]["percent"] == 62.5
    assert pack["coverage"]["missing"][0]["position"] == "shop/pack.yaml:15:5"


def test_junit_has_a_case_a_test_and_one_for_the_coverage(shop: Path) -> None:
    """A build server shows which of them failed."""
    result = run(shop, "--format", "junit", "--min-coverage", "63")

    root = ET.fromstring(result.stdout)  # noqa: S314  # our own output
    assert [(case.get("name"), case.find("failure") is not None) for case in root.iter("testcase")] == [
        ("the fee goes back", False),
        ("too early", False),
        ("coverage of at least 63 %", True),
    ]


def test_the_same_tests_give_the_same_report(shop: Path) -> None:
    """In every form, byte for byte."""
    for form in ("human", "json", "junit"):
        assert run(shop, "--format", form).stdout == run(shop, "--format", form).stdout
