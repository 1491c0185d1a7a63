"""docs/operations.md is true: settings, options, log lines, exit codes, reasons and limits are the code's."""

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import typer

from amends.cli.exit_codes import ExitCode
from amends.cli.main import app
from amends.config import PREFIX, Settings
from amends.server import pack_checks
from amends.v1.error_reason_pb2 import ErrorReason
from amends.wire import limits
from tests.docs.guide import Guide, broken_links, words
from tests.docs.log_calls import fields_of_calls, logged
from tests.service.running import RunningServer

GUIDE = Guide("operations.md")
PROGRAM: Any = typer.main.get_command(app)
WITHOUT_FLAG = {"supervisor_fd", "sharing", "rules_digest", "shared_policies", "retention_days"}
EVERY_COMMAND = {"--help"}
NANOS_PER_SECOND = 1_000_000_000


def test_every_link_leads_somewhere() -> None:
    """To a heading of the page or a file of the repository."""
    assert broken_links(GUIDE) == []


def test_every_setting_is_told_with_its_default() -> None:
    """Flag, variable and default of each, and no other."""
    written = {row[1].strip("`"): (row[0].strip("`"), row[2].strip("`")) for row in GUIDE.rows("Settings")}

    assert written == {f"{PREFIX}{name.upper()}": (flag(name), default(name)) for name in Settings.model_fields}


def flag(setting: str) -> str:
    return "" if setting in WITHOUT_FLAG else f"--{setting.replace('_', '-')}"


def default(setting: str) -> str:
    """As one would write it into the environment; empty where there is none."""
    value = Settings.model_fields[setting].get_default(call_default_factory=True)
    return "" if value is None or value in ({}, ()) else str(value).lower()


def options(command: Any) -> set[str]:  # noqa: ANN401  # typer brings a click of its own, which has no public name
    """How each option is written, and what each argument is called."""
    found = set()
    for parameter in command.params:
        long = [name for name in parameter.opts if name.startswith("--")]
        found.add(long[0] if long else parameter.metavar.strip("[]."))
    return found - EVERY_COMMAND


def test_every_option_of_every_command_is_told() -> None:
    """Those of `serve` are the settings; the others stand in the table of commands."""
    written: dict[str, set[str]] = {}
    for command, option, _ in GUIDE.rows("Commands"):
        written.setdefault(command.strip("`"), set()).add(option.strip("`"))
    written["serve"] = {row[0].strip("`") for row in GUIDE.rows("Settings")} - {""}

    assert written == {name: options(command) for name, command in commands(PROGRAM)}


def commands(group: Any, before: str = "") -> Iterator[tuple[str, Any]]:  # noqa: ANN401  # as for `options`
    """Every command by its name, behind that of its group."""
    for name, command in group.commands.items():
        if hasattr(command, "commands"):
            yield from commands(command, f"{before}{name} ")
        else:
            yield f"{before}{name}", command


def test_the_options_of_the_program_itself_are_told() -> None:
    """`amends --version` and the like."""
    assert options(PROGRAM) <= set(re.findall(r"--[a-z-]+", GUIDE.text))


def test_every_log_line_is_told_with_its_fields() -> None:
    """Every event that the source logs, its fields, and nothing else: an operator may build alarms on them."""
    written = {row[0].strip("`"): set(words(row[3])) for row in GUIDE.rows("The log")}

    in_source = logged()
    in_source["call"] |= fields_of_calls()
    # What `log.failure` gives.
    in_source["unexpected_error"] |= {"error"}
    for event in (
        "access_not_followed",
        "decision_refused",
        "policies_not_seen",
        "rules_not_followed",
        "activation_put_off",
        "grpc_ended",
        "http_failed",
    ):
        in_source[event] |= {"error"}
    assert written == in_source


def test_exit_codes_are_those_of_the_commands() -> None:
    """The numbers are a contract with scripts."""
    written = {row[1]: int(row[0]) for row in GUIDE.rows("Exit codes")}

    assert written == {code.name: code.value for code in ExitCode}


def test_every_reason_of_an_error_is_told() -> None:
    """Each in the table, and no other."""
    written = set(GUIDE.keys("Errors that callers get"))

    named = {name.removeprefix("ERROR_REASON_") for name in ErrorReason.keys()} - {"UNSPECIFIED"}  # noqa: SIM118  # an enum wrapper is no mapping
    assert written == named


def test_the_limits_are_those_of_the_wire() -> None:
    """Each figure once, in the order of the code; the range of nanoseconds is told in words."""
    told_in_words = {"NANOS_LEAST", "NANOS_MOST"}
    scale = {"CLOCK_AHEAD": NANOS_PER_SECOND}
    names = [name for name in vars(limits) if name.isupper() and name not in told_in_words]

    written = [int(row[1]) for row in GUIDE.rows("Limits")]

    assert written == [getattr(limits, name) // scale.get(name, 1) for name in names]


def test_a_check_is_given_what_is_told() -> None:
    """Whoever sizes a container counts on these figures."""
    told = " ".join(GUIDE.text.split())

    assert f"at most {pack_checks.AT_ONCE} at once in each worker" in told
    assert f"at most {pack_checks.SECONDS} seconds and within {pack_checks.MEBIBYTES} MiB" in told


def test_the_check_of_a_pack_prints_what_is_shown() -> None:
    """The example of the page runs against a server with the packs of this repository."""
    example = next(block.text for block in GUIDE.blocks() if block.language == "python")
    shown = next(block.text for block in GUIDE.blocks() if block.language == "text")
    with RunningServer("--rules", str(Path(__file__).parents[2] / "rules")) as running:
        example = example.replace("127.0.0.1:50051", running.target)
        done = subprocess.run([sys.executable, "-c", example], check=False, capture_output=True, text=True)

    assert done.stdout == shown, done.stderr
