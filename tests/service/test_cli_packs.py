"""`amends packs`, `check` and `test`: what a policy owner runs before anything goes live."""

import json
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from amends.bootstrap.engines import make_engines
from amends.cli.exit_codes import ExitCode
from amends.cli.main import app
from amends.cli.test import prove
from amends.cli.test_report import as_junit, human
from amends.engines.reference import ReferenceEngine
from amends.packs.load import load_pack
from amends.packs.pack_test_file import load_pack_tests
from tests.fakes.deaf_engine import DeafEngine
from tests.service.packs import BROKEN, SHOP
from tests.service.running import write_pack

TESTS = """\
clock: 2026-11-01T12:00:00Z
situations:
  late:
    fault: company
    amount_paid: 100 USD
    amount_refunded: 0 USD
    shipping_fee: 9.90 USD
    facts: {delay_days: 4}
tests:
  - name: the fee goes back
    given: late
    expect: {outcome: actions_recommended, actions: [{refund: {amount: 9.90 USD}}]}
"""


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    """A rules folder with one pack and its tests."""
    write_pack(tmp_path, "shop", SHOP)
    (tmp_path / "shop" / "tests").mkdir()
    (tmp_path / "shop" / "tests" / "late_test.yaml").write_text(TESTS, encoding="utf-8")
    return tmp_path


def run(*arguments: str, policies: str | None = None) -> Result:
    environment = {"AMENDS_RULES": None, "AMENDS_POLICIES": policies, "COLUMNS": "160"}
    return CliRunner().invoke(app, list(arguments), env=environment)


def test_packs_are_listed_with_what_identifies_them(shop: Path) -> None:
    """Id, version, the digest's beginning, rules and policies; every pack on a line."""
    result = run("packs", "--rules", str(shop))

    digest = load_pack(shop, "shop").digest
    assert result.exit_code == ExitCode.OK
    row = result.stdout.splitlines()[1].split()
    assert row[:5] == ["shop", "1.2.3", digest[:12], "1", "default,"]


@pytest.mark.parametrize("command", [("packs",), ("check",), ("test",), ("decide", "-")])
def test_a_folder_without_a_pack_is_not_taken_for_a_good_one(command: tuple[str, ...], tmp_path: Path) -> None:
    """Exit code 3 and the folder: a build that checks the wrong place must not pass."""
    result = run(*command, "--rules", str(tmp_path))

    assert result.exit_code == ExitCode.PACK_DOES_NOT_COMPILE
    assert result.stdout == ""
    told = f"amends {command[0]}: no rule pack in {str(tmp_path)!r}: a pack is a folder with pack.yaml\n"
    assert result.stderr == told


def test_a_relative_folder_is_told_with_its_place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever starts in the wrong folder sees where they are."""
    monkeypatch.chdir(tmp_path)
    away = run("check")
    (tmp_path / "rules").mkdir()
    empty = run("check")

    assert away.exit_code == ExitCode.BAD_ARGUMENTS
    assert f"--rules (AMENDS_RULES): there is no folder 'rules' in {tmp_path}: name the folder" in away.stderr
    assert f"no rule pack in 'rules' ({tmp_path / 'rules'})" in empty.stderr


def test_a_pack_that_does_not_compile_is_not_passed_over(shop: Path) -> None:
    """The others are listed, the broken one is named, and the exit code is 3."""
    write_pack(shop, "lost", BROKEN)

    result = run("packs", "--rules", str(shop))

    assert result.exit_code == ExitCode.PACK_DOES_NOT_COMPILE
    assert "shop" in result.stdout
    assert "lost does not compile" in result.stderr


def test_check_says_everything_that_is_wrong(shop: Path) -> None:
    """Diagnostics with their place, a count, and the exit code for a build."""
    assert run("check", "--rules", str(shop)).exit_code == ExitCode.OK
    write_pack(shop, "lost", BROKEN)

    result = run("check", "--rules", str(shop))

    assert result.exit_code == ExitCode.PACK_DOES_NOT_COMPILE
    assert "lost/pack.yaml:8:" in result.stdout
    assert "1 of 2 packs compile" in result.stdout


def test_check_of_named_packs_is_of_these_alone(shop: Path) -> None:
    """A mistake in somebody else's pack does not fail yours; a name that is none is a mistake of the caller."""
    write_pack(shop, "lost", BROKEN)

    whole = run("check", "shop", "shop", "--rules", str(shop))
    broken = run("check", "lost", "--rules", str(shop))
    unknown = run("check", "shop", "shp", "--rules", str(shop))

    assert whole.exit_code == ExitCode.OK
    assert whole.stdout.endswith("1 of 1 packs compile, 1 warning\n")
    assert "lost" not in whole.stdout
    assert broken.exit_code == ExitCode.PACK_DOES_NOT_COMPILE
    assert "0 of 1 packs compile" in broken.stdout
    assert unknown.exit_code == ExitCode.BAD_ARGUMENTS
    assert "amends check: there is no pack shp; there are: lost, shop" in unknown.stderr


def test_a_policy_without_its_pack_is_told(shop: Path) -> None:
    """A typo in AMENDS_POLICIES is a wrong setting: the packs that there are, and exit code 2."""
    result = run("packs", "--rules", str(shop), policies="default=nope,brand-x=shop")

    assert result.exit_code == ExitCode.BAD_ARGUMENTS
    assert result.stderr == "amends packs: AMENDS_POLICIES: default=nope: there is no pack 'nope'; there are: shop\n"
    assert "brand-x" in result.stdout


def test_passing_tests_say_on_which_engines(shop: Path) -> None:
    """One line a pack: how many of how many, and every engine by name."""
    result = run("test", "--rules", str(shop))

    assert result.exit_code == ExitCode.OK
    *names, last = make_engines().usable
    assert result.stdout.startswith(f"shop: 1 of 1 tests passed, on {', '.join(names)} and {last}\n")


def test_an_engine_that_cannot_be_had_is_named_with_the_reason(shop: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody is to believe that it agreed; the other engines decide, and nothing fails."""
    monkeypatch.setitem(sys.modules, "durable_rules_engine", None)

    result = run("test", "--rules", str(shop))

    assert result.exit_code == ExitCode.OK
    passed, absent = result.stdout.splitlines()[:2]
    assert passed == "shop: 1 of 1 tests passed, on bitmap and reference"
    assert absent.startswith("shop: not on durable: not available here: ")
    (told,) = json.loads(run("test", "--rules", str(shop), "--format", "json").stdout)["packs"]
    assert told["engines"] == ["bitmap", "reference"]
    assert list(told["engines_not_available"]) == ["durable"]


def test_a_failed_test_shows_the_difference(shop: Path) -> None:
    """What was expected, what came, and exit code 4."""
    file = shop / "shop" / "tests" / "late_test.yaml"
    file.write_text(TESTS.replace("{refund: {amount: 9.90 USD}}", "{refund: {amount: 5 USD}}"), encoding="utf-8")

    result = run("test", "shop", "--rules", str(shop))

    assert result.exit_code == ExitCode.TESTS_FAILED
    assert "shop/tests/late_test.yaml" in result.stdout
    assert "expected 5.00 USD, came 9.90 USD" in result.stdout
    assert "0 of 1 tests passed" in result.stdout


def test_a_test_file_that_cannot_be_read_is_no_passed_test(shop: Path) -> None:
    """A typo in a test is told with its place; the exit code is that of a pack that does not compile."""
    file = shop / "shop" / "tests" / "late_test.yaml"
    file.write_text(TESTS.replace("outcome:", "outcme:"), encoding="utf-8")

    result = run("test", "--rules", str(shop))

    assert result.exit_code == ExitCode.PACK_DOES_NOT_COMPILE
    assert "outcme" in result.stderr


@pytest.mark.parametrize(
    ("name", "hint"),
    [
        ("late.yaml", "name it late_test.yaml"),
        ("more_tests.yaml", "name it more_test.yaml"),
        ("more_test.yml", "name it more_test.yaml"),
        ("sub/more_test.yaml", "move it up, as tests/more_test.yaml"),
        ("more_test.json", "keep it elsewhere"),
    ],
)
def test_a_file_of_tests_that_would_not_be_run_is_told(name: str, hint: str, shop: Path) -> None:
    """Silence would let it pass for a passed test."""
    file = shop / "shop" / "tests" / name
    file.parent.mkdir(exist_ok=True)
    file.write_text(TESTS, encoding="utf-8")

    result = run("test", "--rules", str(shop))

    assert result.exit_code == ExitCode.PACK_DOES_NOT_COMPILE
    assert f"shop/tests/{name}:1:1: error[file-not-run]" in result.stderr
    assert hint in result.stderr


def test_a_folder_of_tests_that_is_a_link_is_told(shop: Path) -> None:
    """It is not followed, so what it holds is not run."""
    (shop / "shop" / "tests" / "more").symlink_to(shop, target_is_directory=True)

    assert "shop/tests/more:1:1: error[file-not-run]" in run("test", "--rules", str(shop)).stderr


@pytest.mark.parametrize("name", ["README.md", ".late_test.yaml.swp", ".git/late.yaml"])
def test_beside_tests_may_stand_what_nobody_takes_for_one(name: str, shop: Path) -> None:
    """A word about the tests, and what editors leave behind."""
    file = shop / "shop" / "tests" / name
    file.parent.mkdir(exist_ok=True)
    file.write_text("notes", encoding="utf-8")

    assert run("test", "--rules", str(shop)).exit_code == ExitCode.OK


def test_only_the_named_packs_are_tested(shop: Path) -> None:
    """Naming packs leaves the others alone; a name that is none is a mistake of the caller."""
    write_pack(shop, "lost", BROKEN)

    assert run("test", "shop", "--rules", str(shop)).exit_code == ExitCode.OK
    assert run("test", "--rules", str(shop)).exit_code == ExitCode.PACK_DOES_NOT_COMPILE
    unknown = run("test", "shp", "--rules", str(shop))
    assert unknown.exit_code == ExitCode.BAD_ARGUMENTS
    assert "shp" in unknown.stderr


def test_engines_that_decide_differently_are_a_disagreement(shop: Path) -> None:
    """A test that passes on one engine only is not a failed test: one of the engines is wrong."""
    pack = load_pack(shop, "shop")
    tests = load_pack_tests(shop / "shop", pack)

    proven = prove(pack, tests, {"reference": ReferenceEngine(), "deaf": DeafEngine()})

    assert proven.exit_code(0) is ExitCode.DISAGREEMENT
    printed = human([proven], listed=False, min_coverage=0)
    assert "reference and deaf decide differently" in printed
    assert "by deaf, " in printed
    assert "decide differently" in as_junit([proven], min_coverage=0)


def test_a_pack_without_tests_is_said_to_have_none(tmp_path: Path) -> None:
    """Nothing proven is not everything passed."""
    write_pack(tmp_path, "shop", SHOP)

    assert run("test", "--rules", str(tmp_path)).stdout.startswith("shop: has no tests\n")


def test_a_pack_may_be_named_by_its_path(shop: Path, tmp_path: Path) -> None:
    """As a shell completes it: the folder of rules, or one pack of it; two folders at a time are refused."""
    for command in ("check", "test"):
        assert run(command, f"{shop}/").exit_code == ExitCode.OK
        assert run(command, f"{shop}/shop").exit_code == ExitCode.OK
        elsewhere = run(command, f"{shop}/shop", "--rules", str(tmp_path / "other"))
        assert elsewhere.exit_code == ExitCode.BAD_ARGUMENTS
        assert "one folder of rules at a time" in elsewhere.stderr
    assert run("print", f"{shop}/shop").exit_code == ExitCode.OK
    whole = run("print", f"{shop}/")
    assert whole.exit_code == ExitCode.BAD_ARGUMENTS
    assert "print one of them: shop" in whole.stderr
