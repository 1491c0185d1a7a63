"""`amends mutate`: what it prints, writes and returns."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from amends.cli.exit_codes import ExitCode
from amends.cli.main import app
from tests.service.packs import BROKEN, SHOP
from tests.service.running import write_pack

TESTS = """\
clock: 2026-11-01T12:00:00Z
situations:
  late: {fault: company, amount_paid: 100 USD, amount_refunded: 0 USD, shipping_fee: 60 USD, facts: {delay_days: 3}}
tests:
  - name: on the third day the fee goes back
    given: late
    expect: {actions: [{refund: {amount: 60 USD, authority: owner}}, {apology: {literal: true}}]}
  - {name: not on the second, given: late, with: {facts: {delay_days: 2}}, expect: {never: [refund]}}
  - name: fifty dollars are the front line's
    given: late
    with: {shipping_fee: 50 USD}
    expect: {actions: [{refund: {amount: 50 USD, authority: frontline, approval_needed: false}}]}
  - name: and no cent more
    given: late
    with: {shipping_fee: 50.01 USD}
    expect: {actions: [{refund: {authority: owner}}]}
  - name: the owner may grant whatever it is
    given: late
    role: owner
    expect: {actions: [{refund: {may_grant_now: true}}]}
"""
NOT_OURS = "  - {name: not our doing, given: late, with: {fault: customer}, expect: {never: [refund]}}\n"
SURVIVOR = (
    "shop/pack.yaml:17:12: shipping-back: the condition `fault: company` is taken out, and no test notices\n"
    "    write a test in which `fault: company` is not so and all else holds: the rule must not act\n"
)


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    """A rules folder with one pack, whose tests leave one thing open."""
    write_pack(tmp_path, "shop", SHOP)
    (tmp_path / "shop" / "tests").mkdir()
    (tmp_path / "shop" / "tests" / "late_test.yaml").write_text(TESTS, encoding="utf-8")
    return tmp_path


def run(rules: Path, *options: str) -> Result:
    arguments = ["mutate", "--jobs", "1", "--rules", str(rules), *options]
    return CliRunner().invoke(app, arguments, env={"AMENDS_RULES": None})


def add(rules: Path, text: str) -> None:
    file = rules / "shop" / "tests" / "late_test.yaml"
    file.write_text(TESTS + text, encoding="utf-8")


def test_a_survivor_is_told_with_the_test_that_is_missing(shop: Path) -> None:
    """Its place, what was changed, what to write; and the counts. It fails as a failed test does."""
    result = run(shop, "shop")

    assert result.exit_code == ExitCode.TESTS_FAILED
    assert result.stdout.startswith(SURVIVOR)
    assert result.stdout.endswith(" 0 waived, 1 survived\n")
    assert result.stdout.count("no test notices") == 1


def test_with_that_test_nothing_survives(shop: Path) -> None:
    """The very test that was named."""
    add(shop, NOT_OURS)

    result = run(shop)

    assert result.exit_code == ExitCode.OK
    assert "no test notices" not in result.stdout


def test_json_tells_it_to_a_program(shop: Path) -> None:
    """Counts by what became of the mutants, and each survivor field by field."""
    (pack,) = json.loads(run(shop, "--format", "json").stdout)["packs"]

    assert (pack["pack"], pack["version"], pack["tests"]) == ("shop", "1.2.3", 5)
    assert sum(pack["counts"].values()) == pack["mutants"]
    assert pack["counts"]["survived"] == 1
    assert pack["survivors"] == [
        {
            "file": "shop/pack.yaml",
            "line": 17,
            "column": 12,
            "about": "shipping-back",
            "operator": "condition",
            "change": "the condition `fault: company` is taken out",
            "missing_test": "a test in which `fault: company` is not so and all else holds: the rule must not act",
        }
    ]


def test_a_report_is_written_beside(shop: Path, tmp_path: Path) -> None:
    """A table of the packs, and what survives; the same bytes each time."""
    report = tmp_path / "report.md"

    result = run(shop, "--report", str(report))
    first = report.read_text(encoding="utf-8")
    run(shop, "--report", str(report))

    assert result.stdout.startswith(SURVIVOR)
    assert report.read_text(encoding="utf-8") == first
    assert "| shop | 1.2.3 | 5 |" in first
    assert "\n## shop: no test notices\n\n- `shop/pack.yaml:17` shipping-back: the condition `fault: company`" in first


def test_a_report_that_cannot_be_written_is_a_wrong_argument(shop: Path, tmp_path: Path) -> None:
    """Said in a line; the result was printed before."""
    result = run(shop, "--report", str(tmp_path))

    assert result.exit_code == ExitCode.BAD_ARGUMENTS
    assert result.stdout.startswith(SURVIVOR)
    assert "cannot write" in result.stderr


def test_tests_that_fail_are_told_first(shop: Path) -> None:
    """What fails anyway would seem to kill every mutant."""
    add(shop, "  - {name: wrong, given: late, expect: {never: [refund]}}\n")

    result = run(shop)

    assert result.exit_code == ExitCode.TESTS_FAILED
    assert (result.stdout, result.stderr) == ("", "shop: 1 of its tests fail as it is; `amends test` says how\n")


def test_a_pack_that_does_not_compile_is_not_changed(shop: Path) -> None:
    """The others are, and the exit code tells of it."""
    write_pack(shop, "lost", BROKEN)
    add(shop, NOT_OURS)

    result = run(shop)

    assert result.exit_code == ExitCode.PACK_DOES_NOT_COMPILE
    assert "lost: does not compile" in result.stderr
    assert result.stdout.startswith("shop: ")


@pytest.mark.parametrize("wrong", ["--jobs=0", "--format=junit", "nowhere"])
def test_wrong_arguments_are_told(wrong: str, shop: Path) -> None:
    """A build must not pass because its argument was not understood."""
    assert run(shop, wrong).exit_code == ExitCode.BAD_ARGUMENTS
