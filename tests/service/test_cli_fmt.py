"""`amends fmt`: writes files in one style, whole or not at all, and never another pack."""

import stat
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from amends.cli.exit_codes import ExitCode
from amends.cli.main import app
from amends.packs.load import load_pack
from tests.service.packs import BROKEN, SHOP
from tests.service.running import write_pack

UNTIDY = SHOP.replace("  - id: shipping-back\n    title:", "  - title:").replace(
    "    when:", "    id: shipping-back  # as in the handbook\n    when:   "
)
TIDY = SHOP.replace("  - id: shipping-back\n", "  - id: shipping-back  # as in the handbook\n")


@pytest.fixture
def rules(tmp_path: Path) -> Path:
    """A rules folder with an untidy pack."""
    write_pack(tmp_path / "rules", "shop", UNTIDY)
    return tmp_path / "rules"


def run(*arguments: str) -> Result:
    return CliRunner().invoke(app, ["fmt", *arguments], env={"AMENDS_RULES": None})


def test_a_pack_is_written_in_the_style_and_stays_the_same_pack(rules: Path) -> None:
    """Keys in order with their comments, the same digest, the same mode; a second run finds nothing to do."""
    file = rules / "shop" / "pack.yaml"
    file.chmod(0o640)
    digest = load_pack(rules, "shop").digest

    result = run("--rules", str(rules))

    assert (result.exit_code, result.stdout) == (ExitCode.OK, f"changed {file}\n1 of 1 files changed\n")
    assert file.read_text(encoding="utf-8") == TIDY
    assert load_pack(rules, "shop").digest == digest
    assert stat.S_IMODE(file.stat().st_mode) == 0o640
    assert [path.name for path in file.parent.iterdir()] == ["pack.yaml"]
    assert run("--rules", str(rules)).stdout == "0 of 1 files changed\n"


def test_check_writes_nothing_and_fails(rules: Path) -> None:
    """For a build: exit code 4 as for a failed test, 0 once it is done."""
    file = rules / "shop" / "pack.yaml"

    result = run("--check", str(file))

    assert (result.exit_code, result.stdout) == (
        ExitCode.TESTS_FAILED,
        f"would change {file}\n1 of 1 files would change\n",
    )
    assert file.read_text(encoding="utf-8") == UNTIDY
    run(str(file))
    assert run("--check", str(rules)).exit_code == ExitCode.OK


def test_what_cannot_be_read_is_told_and_left_alone(rules: Path) -> None:
    """The others are written all the same; the exit code says that not all was done."""
    (rules / "shop" / "late.yaml").write_bytes(b"rules: [\n")

    result = run(str(rules))

    assert result.exit_code == ExitCode.PACK_DOES_NOT_COMPILE
    assert "late.yaml:2:1: error[bad-yaml]" in result.stderr
    assert (rules / "shop" / "late.yaml").read_bytes() == b"rules: [\n"
    assert (rules / "shop" / "pack.yaml").read_text(encoding="utf-8") == TIDY


def test_a_pack_that_does_not_compile_is_written_all_the_same(rules: Path) -> None:
    """A rule with a typo can be tidied: what it says stays, and so does what is wrong with it."""
    write_pack(rules, "lost", BROKEN.replace("    when: {faultt", "    when:  {faultt"))

    assert run(str(rules / "lost")).exit_code == ExitCode.OK
    assert (rules / "lost" / "pack.yaml").read_text(encoding="utf-8") == BROKEN


def test_links_are_not_followed(rules: Path, tmp_path: Path) -> None:
    """A file outside is not changed through a link, nor is the link replaced; linked folders are passed by."""
    outside = tmp_path / "outside.yaml"
    outside.write_text("a:   1\n", encoding="utf-8")
    (rules / "shop" / "linked.yaml").symlink_to(outside)
    (rules / "more").symlink_to(tmp_path, target_is_directory=True)

    result = run(str(rules))

    assert result.exit_code == ExitCode.PACK_DOES_NOT_COMPILE
    assert f"{rules / 'shop' / 'linked.yaml'}: left as it is: a link" in result.stderr
    assert outside.read_text(encoding="utf-8") == "a:   1\n"
    assert (rules / "shop" / "linked.yaml").is_symlink()


def test_a_pack_can_be_named(rules: Path) -> None:
    """As the other commands take it; a name that is none stays a wrong argument."""
    result = run("--check", "shop", "--rules", str(rules))

    assert (result.exit_code, result.stdout) == (
        ExitCode.TESTS_FAILED,
        f"would change {rules / 'shop' / 'pack.yaml'}\n1 of 1 files would change\n",
    )
    assert run("shp", "--rules", str(rules)).exit_code == ExitCode.BAD_ARGUMENTS
    assert run("shop/pack.yaml", "--rules", str(rules)).exit_code == ExitCode.BAD_ARGUMENTS


def test_a_path_that_is_none_is_a_wrong_argument(tmp_path: Path) -> None:
    """Nothing is written where a name is misspelt."""
    assert run(str(tmp_path / "pakc.yaml")).exit_code == ExitCode.BAD_ARGUMENTS


def test_a_pack_that_would_be_another_is_not_written(rules: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The last safeguard, shown with a formatter that is wrong: it would say that other bytes are the same pack."""
    monkeypatch.setattr(
        "amends.packs.format.format_yaml", lambda data, _file: data.decode().replace("50 USD", "51 USD")
    )

    result = run(str(rules))

    assert result.exit_code == ExitCode.PACK_DOES_NOT_COMPILE
    assert "the pack would not be the same" in result.stderr
    assert (rules / "shop" / "pack.yaml").read_text(encoding="utf-8") == UNTIDY


def test_a_file_that_cannot_be_put_in_its_place_is_told(rules: Path) -> None:
    """A name so long that none longer can stand beside it: exit code 1, and the file as it was."""
    file = rules / "shop" / f"{'x' * 250}.yaml"
    file.write_text("rules:   []\n", encoding="utf-8")

    result = run(str(file))

    assert result.exit_code == ExitCode.UNEXPECTED
    assert "cannot be written: File name too long" in result.stderr
    assert file.read_text(encoding="utf-8") == "rules:   []\n"
