"""`amends check`: everything that is wrong with the rule packs of a folder, said so that their owner can mend it."""

import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final, assert_never
from urllib.parse import quote

import typer

from amends.cli.exit_codes import ExitCode
from amends.cli.pack_options import PackNames, RulesOption

if TYPE_CHECKING:
    # Only named in signatures: `--help` need not load engines.
    from amends.bootstrap.packs import Loaded
    from amends.cli.check_report import CheckedPack
    from amends.packs.diagnostics import Diagnostic

_NANOS: Final = 1_000_000_000


def _day(written: str) -> datetime:
    """A day as people write it in the rules."""
    try:
        return datetime.strptime(written, "%Y-%m-%d").replace(tzinfo=UTC)
    except ValueError:
        message = f"{written!r} is not a day; write it as YYYY-MM-DD"
        raise typer.BadParameter(message) from None


class CheckFormat(StrEnum):
    """For a person, for a program, for a code host, or for a build server."""

    HUMAN = "human"
    JSON = "json"
    SARIF = "sarif"
    JUNIT = "junit"


def check(
    names: PackNames = None,
    rules: RulesOption = None,
    form: Annotated[CheckFormat, typer.Option("--format", help="How to tell the result.")] = CheckFormat.HUMAN,
    strict: Annotated[bool, typer.Option("--strict", help="Fail on warnings too, with exit code 4.")] = False,
    at: Annotated[
        datetime | None,
        typer.Option(parser=_day, metavar="YYYY-MM-DD", help="Check as of this day (UTC); else as of now."),
    ] = None,
) -> None:
    """Check that the rule packs compile, and look for gaps, overlaps and whatever else their owner should know."""
    from amends.cli.check_report import CheckedPack
    from amends.cli.loading import choose, load, located
    from amends.config import load_settings
    from amends.packs.diagnostics import Severity
    from amends.server.clock import SystemClock

    rules, names = located("check", names, rules)
    loaded = load("check", rules)
    folder = rules or load_settings({}).rules
    today = SystemClock().now() if at is None else int(at.timestamp()) * _NANOS
    checked = [
        CheckedPack(pack_id, pack_id in loaded.catalog.packs, _found(pack_id, loaded, folder, today=today))
        for pack_id in choose("check", names, loaded)
    ]
    typer.echo(_report(checked, form, folder, strict=strict), nl=False)
    if not all(pack.compiles for pack in checked):
        raise typer.Exit(ExitCode.PACK_DOES_NOT_COMPILE)
    if strict and any(pack.count(Severity.WARNING) for pack in checked):
        raise typer.Exit(ExitCode.TESTS_FAILED)


def _found(pack_id: str, loaded: "Loaded", folder: Path, *, today: int) -> "tuple[Diagnostic, ...]":
    """What loading found, and for a pack that compiles what the checks of the whole find."""
    from amends.packs.files import FolderFiles
    from amends.proving.whole_pack import check_whole_pack

    found = loaded.diagnostics[pack_id]
    if pack_id not in loaded.catalog.packs:
        return found
    compiled, files = loaded.catalog.pack(pack_id), FolderFiles(folder / pack_id)
    return (*found, *check_whole_pack(compiled, files, today=today, progress=_Progress(pack_id)))


class _Progress:
    """One line on a terminal while the cells of a pack are decided; nothing in a file or a pipe."""

    def __init__(self, pack_id: str) -> None:
        self._pack_id = pack_id

    def __call__(self, done: int, of: int) -> None:
        if sys.stderr.isatty():
            told = f"{self._pack_id}: {done:,} of {of:,} cells" if done < of else ""
            typer.echo(f"\r\x1b[K{told}", err=True, nl=False)


def _report(checked: "Sequence[CheckedPack]", form: CheckFormat, folder: Path, *, strict: bool) -> str:
    from amends.cli.check_report import as_json, as_junit, human
    from amends.cli.sarif import as_sarif
    from amends.proving.pack_checks import LAWS

    match form:
        case CheckFormat.HUMAN:
            return human(checked)
        case CheckFormat.JSON:
            return as_json(checked)
        case CheckFormat.SARIF:
            found = [one for pack in checked for one in pack.found]
            return as_sarif(found, LAWS, uri_of=lambda file: _uri(folder / file))
        case CheckFormat.JUNIT:
            return as_junit(checked, LAWS, strict=strict)
        case _:
            assert_never(form)


def _uri(file: Path) -> str:
    """Relative to where the command runs, as code hosts want it; whole for what lies elsewhere."""
    here = Path.cwd()
    whole = file if file.is_absolute() else here / file
    return quote(whole.relative_to(here).as_posix()) if whole.is_relative_to(here) else whole.as_uri()
