"""`amends mutate`: which parts of a pack could be others, and its own tests would not notice."""

import os
import sys
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final, Self, assert_never

import typer

from amends.cli.exit_codes import ExitCode, worse
from amends.cli.pack_options import PackNames, RulesOption

if TYPE_CHECKING:
    # Only named in signatures: `--help` need not load engines.
    from amends.bootstrap.packs import Loaded
    from amends.proving.mutation.run import Outcome

_TELL_EVERY: Final = 10


class MutateFormat(StrEnum):
    """For a person, or for a program."""

    HUMAN = "human"
    JSON = "json"


def mutate(
    names: PackNames = None,
    rules: RulesOption = None,
    inherited: Annotated[
        bool, typer.Option("--inherited", help="Change what a pack inherits too, not only what it writes itself.")
    ] = False,
    jobs: Annotated[
        int | None, typer.Option(min=1, metavar="N", help="So many processes; else one a processor.")
    ] = None,
    form: Annotated[MutateFormat, typer.Option("--format", help="How to tell the result.")] = MutateFormat.HUMAN,
    report: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Write a report in Markdown to this file too.")
    ] = None,
) -> None:
    """Change each part of the packs a little, one at a time, and tell of every change that no test notices."""
    from amends.cli.loading import choose, load, located
    from amends.cli.mutate_report import as_json, as_markdown, exit_code, human
    from amends.config import load_settings

    rules, names = located("mutate", names, rules)
    loaded = load("mutate", rules)
    folder = rules or load_settings({}).rules
    outcomes: list[Outcome] = []
    worst = ExitCode.OK
    for pack_id in choose("mutate", names, loaded):
        found = _mutated(pack_id, loaded, folder, jobs=jobs or _processors(), inherited=inherited)
        if isinstance(found, ExitCode):
            worst = worse(worst, found)
        else:
            outcomes.append(found)
            worst = worse(worst, exit_code(found))
    match form:
        case MutateFormat.HUMAN:
            typer.echo(human(outcomes), nl=False)
        case MutateFormat.JSON:
            typer.echo(as_json(outcomes), nl=False)
        case _:
            assert_never(form)
    if report is not None:
        _write(report, as_markdown(outcomes))
    raise typer.Exit(worst)


def _mutated(pack_id: str, loaded: "Loaded", folder: Path, *, jobs: int, inherited: bool) -> "Outcome | ExitCode":
    """What became of the mutants of one pack; why there are none, which is said."""
    from amends.cli.loading import tests_of
    from amends.packs.remake import read_remaker
    from amends.proving.mutation.run import LostProcessError, Subject, run_mutations
    from amends.server.clock import SystemClock

    tests = tests_of(pack_id, loaded, folder)
    if tests is None:
        return ExitCode.PACK_DOES_NOT_COMPILE
    pack = loaded.catalog.pack(pack_id).pack
    subject = Subject(pack, read_remaker(folder, pack_id), tests, loaded.engine, inherited)
    failed = subject.failed_tests()
    if failed:
        typer.echo(f"{pack_id}: {len(failed)} of its tests fail as it is; `amends test` says how", err=True)
        return ExitCode.TESTS_FAILED
    try:
        with _Progress(pack_id) as progress:
            return run_mutations(subject, today=SystemClock().now(), jobs=jobs, progress=progress)
    except LostProcessError as error:
        typer.echo(f"{pack_id}: {error}; try it with --jobs 1", err=True)
        return ExitCode.UNEXPECTED


def _processors() -> int:
    """As many as this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _write(report: Path, text: str) -> None:
    try:
        report.write_text(text, encoding="utf-8")
    except OSError as error:
        typer.echo(f"amends mutate: cannot write {str(report)!r}: {error.strerror}", err=True)
        raise typer.Exit(ExitCode.BAD_ARGUMENTS) from None


class _Progress:
    """One line on a terminal while the mutants of a pack are tried; nothing in a file or a pipe."""

    def __init__(self, pack_id: str) -> None:
        self._pack_id = pack_id

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._show("")

    def __call__(self, done: int, of: int) -> None:
        if done % _TELL_EVERY == 0:
            self._show(f"{self._pack_id}: {done:,} of {of:,} mutants")

    def _show(self, told: str) -> None:
        if sys.stderr.isatty():
            typer.echo(f"\r\x1b[K{told}", err=True, nl=False)
