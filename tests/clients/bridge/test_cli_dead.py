"""`amends-bridge dead`: what was given up is listed, shown, put back and erased from a terminal."""

from pathlib import Path

from typer.testing import CliRunner, Result

from amends_client.bridge.cli import app
from amends_client.bridge.queue.model import Arrival
from amends_client.bridge.queue.queue import Queue
from tests.clients.bridge.bridging import configured
from tests.fakes.clock import FakeClock


def dead(config: Path, *arguments: str) -> Result:
    return CliRunner().invoke(app, ["dead", *arguments, "--config", str(config)])


def test_dead_letters_are_listed_shown_put_back_and_erased(tmp_path: Path) -> None:
    """With why each was given up; its payload only where it is asked for."""
    config = configured(tmp_path, amends="127.0.0.1:1", desk="http://127.0.0.1:2")
    with Queue(f"sqlite:///{tmp_path / 'bridge.db'}", FakeClock().now) as queue:
        for event in ("e1", "e2"):
            queue.put(Arrival("desk", "42", event, b'{"words": "of a customer"}'))
            claimed = queue.claim(seconds=1)
            assert claimed is not None
            queue.dead(claimed, why="the pack has no such\nreason")

    listed = dead(config, "list")
    assert listed.stdout.splitlines() == [
        f"{number}  desk case 42 change of 2026-01-01T00:00:00+00:00, 1 tries: the pack has no such reason"
        for number in (1, 2)
    ]
    assert '{"words": "of a customer"}' in dead(config, "show", "1").stdout
    assert dead(config, "replay", "1").stdout == "1 is in the queue again\n"
    assert dead(config, "drop", "2").stdout == "2 is erased\n"
    gone = dead(config, "show", "2")
    assert (gone.exit_code, gone.stderr) == (2, "there is no dead letter 2\n")
    assert dead(config, "list").stdout == ""


def test_all_dead_letters_go_back_at_once_however_many(tmp_path: Path) -> None:
    """As after a night in which the helpdesk would not let the bridge in."""
    config = configured(tmp_path, amends="127.0.0.1:1", desk="http://127.0.0.1:2")
    with Queue(f"sqlite:///{tmp_path / 'bridge.db'}", FakeClock().now) as queue:
        for number in range(101):
            queue.put(Arrival("desk", str(number), f"e{number}", b"{}"))
            claimed = queue.claim(seconds=1)
            assert claimed is not None
            queue.dead(claimed, why="401")

    assert len(dead(config, "list").stdout.splitlines()) == 101
    assert dead(config, "replay", "--all").stdout == "101 are in the queue again\n"
    assert dead(config, "list").stdout == ""
    for wrong in (("replay",), ("replay", "1", "--all")):
        told = dead(config, *wrong)
        assert (told.exit_code, told.stderr) == (2, "say the number of one dead letter, or --all\n")


def test_a_wrong_configuration_is_told_in_words(tmp_path: Path) -> None:
    """No traceback."""
    missing = dead(tmp_path / "nothing.yaml", "list")

    assert (missing.exit_code, missing.stderr) == (1, f"{tmp_path / 'nothing.yaml'}: No such file or directory\n")
