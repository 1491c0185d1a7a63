"""`amends verify`: whether independent engines decide a pack's boundary situations alike."""

import sys
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Final, Self

import typer

from amends.cli.exit_codes import ExitCode, worse
from amends.cli.pack_options import PackNames, RulesOption

if TYPE_CHECKING:
    # Only named in signatures: `--help` need not load engines.
    from amends.application.proof import Proof
    from amends.server.pack_prover import Turn

_TELL_EVERY: Final = 20


class VerifyFormat(StrEnum):
    """For a person, or for a program."""

    HUMAN = "human"
    JSON = "json"


def verify(
    names: PackNames = None,
    rules: RulesOption = None,
    form: Annotated[VerifyFormat, typer.Option("--format", help="How to tell the result.")] = VerifyFormat.HUMAN,
    allow_unverified: Annotated[
        bool, typer.Option("--allow-unverified", help="Do not fail where no engine by other hands could decide.")
    ] = False,
    seconds: Annotated[int, typer.Option(min=1, metavar="N", help="How long one pack may take.")] = 300,
    situations: Annotated[
        int | None,
        typer.Option(min=1, metavar="N", help="How many boundary situations a pack, in place of the usual number."),
    ] = None,
) -> None:
    """Let every engine decide the packs' boundary situations and tests; show the smallest on which they differ."""
    from amends.bootstrap.local import make_prover
    from amends.cli.loading import choose, load, located, tests_of
    from amends.cli.verify_report import as_json, exit_code, human
    from amends.config import load_settings
    from amends.proving.agreement import cases_of_tests

    rules, names = located("verify", names, rules)
    loaded = load("verify", rules)
    folder = rules or load_settings({}).rules
    proofs: list[Proof] = []
    worst = ExitCode.OK
    for pack_id in choose("verify", names, loaded):
        tests = tests_of(pack_id, loaded, folder)
        if tests is None:
            worst = worse(worst, ExitCode.PACK_DOES_NOT_COMPILE)
            continue
        pack = loaded.catalog.pack(pack_id).pack
        with _Progress(pack_id) as progress:
            prover = make_prover(seconds=seconds, most=situations, watch=progress)
            proofs.append(prover.prove(pack, others=cases_of_tests(tests)))
        worst = worse(worst, exit_code(proofs[-1], allow_unverified=allow_unverified))
    typer.echo(as_json(proofs) if form is VerifyFormat.JSON else human(proofs), nl=False)
    raise typer.Exit(worst)


class _Progress:
    """One line on a terminal while a pack is proved; nothing in a file or a pipe."""

    def __init__(self, pack_id: str) -> None:
        self._pack_id = pack_id
        self._calls = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._show("")

    def __call__(self, turn: "Turn") -> None:
        self._calls += 1
        if self._calls % _TELL_EVERY == 0:
            self._show(f"{self._pack_id}: {turn.done:,} of {turn.of:,} situations" if turn.of else self._pack_id)

    def _show(self, told: str) -> None:
        if sys.stderr.isatty():
            typer.echo(f"\r\x1b[K{told}", err=True, nl=False)
