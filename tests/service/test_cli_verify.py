"""`amends verify`: what it says of packs, in both forms, and its exit codes."""

import json
from collections.abc import Mapping
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from amends.application.proof import INDEPENDENT, CaseKind, Disagreement, Proof, Said
from amends.bootstrap.engines import make_engines
from amends.cli.exit_codes import ExitCode
from amends.cli.main import app
from amends.packs.load import load_rules
from amends.server.pack_prover import SECONDS, PackProver
from tests.service.packs import BROKEN, SHOP
from tests.service.running import write_pack

ROOT = Path(__file__).parents[2]
PACKS = load_rules(ROOT / "rules").packs
IS_INDEPENDENT = INDEPENDENT in make_engines().usable
VERIFIED = ExitCode.OK if IS_INDEPENDENT else ExitCode.TESTS_FAILED


def run(*options: str, rules: Path = ROOT / "rules", env: Mapping[str, str | None] | None = None) -> Result:
    settings = {"AMENDS_RULES": None, **(env or {})}
    return CliRunner().invoke(app, ["verify", *options, "--rules", str(rules)], env=settings)


@pytest.mark.parametrize("pack_id", PACKS)
def test_shipped_packs_are_decided_alike(pack_id: str) -> None:
    """On a sample of every kind, with what was decided, by whom, and under which digest."""
    result = run(pack_id, "--situations", "200", "--format", "json")

    assert result.exit_code == VERIFIED, result.stdout
    [told] = json.loads(result.stdout)["packs"]
    assert (told["pack_id"], told["digest"]) == (pack_id, PACKS[pack_id].digest)
    assert told["agreed"]
    assert told["independently_verified"] is IS_INDEPENDENT
    assert set(told["engines"]) == set(make_engines().usable)
    kinds = {count["kind"]: count for count in told["counts"]}
    assert set(kinds) == {"value", "condition", "missing", "main", "test"}
    assert sum(count["taken"] for count in told["counts"]) == told["situations"]
    assert sum(kinds[kind]["taken"] for kind in kinds if kind != "test") <= 200
    assert set(told["seconds"]) == set(told["engines"])


def test_a_person_is_told_what_was_decided() -> None:
    """The verdict first, then version, digest, semantics, a line a kind, and the times."""
    result = run("starter", "--situations", "1000")

    lines = result.stdout.splitlines()
    assert lines[0].startswith("starter: ")
    assert lines[0].endswith(" decide 123 situations alike")
    assert lines[1:3] == [f"  version {PACKS['starter'].version}, semantics 1", f"  digest {PACKS['starter'].digest}"]
    assert "  12  the pack's own tests" in lines
    assert "; processor time: reference " in result.stdout
    assert ("not independently verified" in result.stdout) is not IS_INDEPENDENT


def test_time_that_is_up_is_no_proof() -> None:
    """Told with how far it came; nothing allows that."""
    result = run("foundation", "--situations", "5000", "--seconds", "1", "--allow-unverified")

    assert result.exit_code == ExitCode.UNEXPECTED
    assert result.stdout.startswith("foundation: NOT PROVED: not done in 1 seconds")


def test_packs_that_do_not_compile_are_told_and_the_others_proved(tmp_path: Path) -> None:
    """So are packs whose tests cannot be read, and names that are none."""
    write_pack(tmp_path, "shop", SHOP)
    write_pack(tmp_path, "lost", BROKEN)
    result = run(rules=tmp_path)
    assert result.exit_code == ExitCode.PACK_DOES_NOT_COMPILE
    assert "lost: does not compile" in result.stderr
    assert result.stdout.startswith("shop: ")

    (tmp_path / "shop" / "tests").mkdir()
    (tmp_path / "shop" / "tests" / "a_test.yaml").write_text("tests: 5\n", encoding="utf-8")
    assert "shop: its tests cannot be read" in run("shop", rules=tmp_path).stderr
    assert run("shop", rules=tmp_path).exit_code == ExitCode.PACK_DOES_NOT_COMPILE
    assert run("shoe", rules=tmp_path).exit_code == ExitCode.BAD_ARGUMENTS
    assert run("shop", "--seconds", "0", rules=tmp_path).exit_code == ExitCode.BAD_ARGUMENTS


PROOF = Proof("starter", "1", "d" * 64, 1, engines=("reference", "bitmap"), absent={INDEPENDENT: "no compiler"})
FOUND = Disagreement(
    CaseKind.VALUE,
    "fault=company",
    "title: t\n",
    (Said("reference", ("late: true",)), Said("bitmap", ("late: false",))),
)


@pytest.fixture(name="proves")
def proved(monkeypatch: pytest.MonkeyPatch) -> "Proves":
    """Sets what a proof comes to, in place of the program that makes it."""
    return Proves(monkeypatch)


class Proves:
    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self._monkeypatch = monkeypatch

    def __call__(self, proof: Proof) -> None:
        self._monkeypatch.setattr(PackProver, "prove", lambda *_args, **_options: proof)


def test_without_an_independent_engine_it_fails_unless_that_is_allowed(proves: Proves) -> None:
    """And says why, and how to get it."""
    proves(PROOF)
    result = run("starter")
    assert result.exit_code == ExitCode.TESTS_FAILED
    assert result.stdout.startswith(
        "starter: not independently verified; reference and bitmap decide 0 situations alike\n"
    )
    assert "  without durable: no compiler\n" in result.stdout
    assert "pip install 'amends[durable]'" in result.stdout
    assert run("starter", "--allow-unverified").exit_code == ExitCode.OK


def test_a_disagreement_is_shown_whole(proves: Proves) -> None:
    """The situation as a file, and who says what; nothing allows it, and it goes before any other failure."""
    proves(Proof("starter", "1", "d" * 64, 1, engines=("reference", "bitmap"), disagreement=FOUND))
    result = run("starter", "--allow-unverified")
    assert result.exit_code == ExitCode.DISAGREEMENT
    assert result.stdout == (
        "starter: reference and bitmap DISAGREE on fault=company\n"
        "  version 1, semantics 1\n"
        f"  digest {'d' * 64}\n"
        "  The smallest situation on which they differ:\n"
        "\n"
        "    title: t\n"
        "\n"
        "  reference says\n"
        "    late: true\n"
        "\n"
        "  bitmap says\n"
        "    late: false\n"
    )
    assert json.loads(run("starter", "--format", "json").stdout)["packs"][0]["disagreement"]["about"] == "fault=company"


def test_one_engine_alone_proves_nothing(proves: Proves) -> None:
    """Whatever it decides."""
    proves(Proof("starter", "1", "d" * 64, 1, engines=("bitmap",)))
    assert run("starter").exit_code == ExitCode.UNEXPECTED


def test_the_usual_time_is_that_of_the_prover() -> None:
    """The option's default says the same as the port's implementation."""
    command = next(one for one in app.registered_commands if one.callback and one.callback.__name__ == "verify")
    assert command.callback is not None
    assert command.callback.__defaults__ is not None
    assert SECONDS in command.callback.__defaults__
