"""The commands about activations, against a running server: asked for, listed, rolled back, approved, ended."""

from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from amends.application.activation import Activation
from amends.cli.exit_codes import ExitCode
from amends.cli.main import app
from amends.storage.opened import OpenedLog
from tests.service.activating import TESTS, shop
from tests.service.packs import SHOP
from tests.service.recording import look, recording_server, sqlite_url
from tests.service.running import RunningServer, write_pack


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("cli-activate")
    write_pack(folder / "rules", "shop", SHOP)
    return folder


@pytest.fixture(scope="module")
def server(folder: Path) -> Iterator[RunningServer]:
    with recording_server(folder / "rules", sqlite_url(folder), "--no-watch") as server:
        yield server


def run(server: RunningServer, *arguments: str) -> Result:
    return CliRunner().invoke(app, [*arguments, "--server", server.target])


async def _activation(activation_id: str, log: OpenedLog) -> Activation | None:
    return await log.activations.activation(activation_id)


def pack(folder: Path, name: str, text: str) -> str:
    """A folder of the shop with another text, and its test."""
    write_pack(folder / name, "shop", text)
    (folder / name / "shop" / "tests").mkdir()
    (folder / name / "shop" / "tests" / "late_test.yaml").write_text(TESTS, encoding="utf-8")
    return str(folder / name / "shop")


def test_a_folder_is_activated_and_rolled_back(server: RunningServer, folder: Path) -> None:
    """Each waits for what becomes of it; the list tells who asked and why."""
    options = ("--policy", "default", "--reason", "spring", "--ticket", "CR-9", "--actor", "anna")
    live = run(server, "activate", pack(folder, "next", shop(4, "2.0.0")), *options, "--wait")
    assert live.exit_code == ExitCode.OK, live.output
    assert "default: live: shop 2.0.0" in live.stdout
    assert "1 tests passed; reference, bitmap" in live.stdout

    back = run(server, "rollback", "--policy", "default", "--reason", "too generous", "--actor", "bert")
    assert back.exit_code == ExitCode.OK, back.output
    assert "default: live: shop 1.2.3" in back.stdout
    assert "reference, bitmap" in back.stdout

    listed = run(server, "activations", "--policy", "default", "--limit", "2").stdout.splitlines()
    assert "by bert: too generous" in listed[0]
    assert "default: replaced: shop 2.0.0" in listed[1]
    assert "by anna: spring [CR-9]" in listed[1]


def test_what_is_gone_back_to_has_to_be_verified(server: RunningServer, folder: Path) -> None:
    """Unless whoever asks says otherwise: it is not said for them."""
    for option, allowed in (((), False), (("--allow-unverified",), True)):
        back = run(server, "rollback", "--policy", "default", "--reason", "r", *option)
        activation_id = back.stdout.split()[2]
        kept = look(f"sqlite:///{folder}/amends.db", partial(_activation, activation_id))
        assert kept is not None
        assert kept.allow_unverified is allowed


def test_a_pack_that_is_refused_fails_the_command(server: RunningServer, folder: Path) -> None:
    """With what is wrong: one that does not compile by an exit code of its own."""
    options = ("--policy", "default", "--reason", "r", "--wait")
    broken = run(server, "activate", pack(folder, "broken", SHOP.replace("fault:", "faultt:")), *options)
    failing = run(server, "activate", pack(folder, "failing", shop(9)), *options)

    assert (broken.exit_code, failing.exit_code) == (ExitCode.PACK_DOES_NOT_COMPILE, ExitCode.UNEXPECTED)
    assert "unknown-fact" in broken.stderr
    assert "a week late" in failing.stderr


def test_a_pack_is_only_checked(server: RunningServer, folder: Path) -> None:
    """It is shown by its id, and cannot be ended any more."""
    options = ("--policy", "default", "--reason", "r", "--check-only", "--wait")
    valid = run(server, "activate", pack(folder, "valid", shop(5, "5.0")), *options)
    activation_id = valid.stdout.split()[2]

    assert "default: valid: shop 5.0" in run(server, "activations", activation_id).stdout
    cancelled = run(server, "cancel", activation_id)
    assert (cancelled.exit_code, "is valid" in cancelled.stderr) == (ExitCode.UNEXPECTED, True)


def test_a_second_person_approves_by_a_command(folder: Path, tmp_path: Path) -> None:
    """Another than who asked; what is not wanted any more is ended."""
    options = ("--policy", "default", "--reason", "r", "--actor", "anna", "--wait")
    with recording_server(folder / "rules", sqlite_url(tmp_path), "--no-watch", "--approvals") as server:
        ids = [
            run(server, "activate", pack(tmp_path, name, shop(days)), *options).stdout.split()[2]
            for name, days in (("one", 4), ("two", 5))
        ]

        own = run(server, "approve", ids[0], "--actor", "anna")
        approved = run(server, "approve", ids[0], "--actor", "bert")
        ended = run(server, "cancel", ids[1], "--reason", "no")

    assert (own.exit_code, "asked for by the same" in own.stderr) == (ExitCode.UNEXPECTED, True)
    assert (approved.exit_code, "default: live" in approved.stdout) == (ExitCode.OK, True)
    assert (ended.exit_code, "default: cancelled" in ended.stdout) == (ExitCode.OK, True)


@pytest.mark.parametrize(
    "arguments",
    [
        ("activate", "--policy", "p", "--reason", "r"),
        ("activate", "nowhere", "--policy", "p", "--reason", "r"),
        ("activate", "--digest", "d", "--reason", "r"),
    ],
)
def test_a_mistake_in_the_options_is_told(server: RunningServer, arguments: tuple[str, ...]) -> None:
    """Before anything is asked."""
    result = run(server, *arguments)

    assert (result.exit_code, result.stderr.startswith("amends activate: ")) == (ExitCode.BAD_ARGUMENTS, True)


def test_a_policy_that_had_no_other_pack_cannot_be_rolled_back(server: RunningServer) -> None:
    """There is nothing before."""
    result = run(server, "rollback", "--policy", "shop", "--reason", "r")

    assert (result.exit_code, "no pack decided" in result.stderr) == (ExitCode.UNEXPECTED, True)
