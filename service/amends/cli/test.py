"""`amends test`: a pack's own tests, decided by every engine."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from amends.cli.exit_codes import ExitCode

if TYPE_CHECKING:
    # Only named in signatures: `--help` need not load engines.
    from amends.application.ports import Engine
    from amends.packs.model import Pack
    from amends.packs.pack_test import PackTest
    from amends.proving.pack_tests import PackTestResult


def run_tests(
    names: Annotated[list[str] | None, typer.Argument(metavar="[PACK]...", help="The packs; none: all.")] = None,
    rules: Annotated[
        Path | None, typer.Option(help="The folder that holds the rule packs [AMENDS_RULES, else rules].")
    ] = None,
) -> None:
    """Run the packs' tests on every engine and print how each failure differs from what was expected."""
    from amends.bootstrap import make_engine
    from amends.cli.loading import choose, load
    from amends.config import EngineName, load_settings
    from amends.packs.diagnostics import PackError
    from amends.packs.pack_test_file import load_pack_tests

    loaded = load("test", rules)
    folder = rules or load_settings({}).rules
    engines = {name.value: make_engine(name) for name in EngineName}
    worst = ExitCode.OK
    for pack_id in choose("test", names, loaded):
        if pack_id not in loaded.catalog.packs:
            typer.echo(f"{pack_id}: does not compile; `amends check` says why", err=True)
            worst = _worse(worst, ExitCode.PACK_DOES_NOT_COMPILE)
            continue
        pack = loaded.catalog.pack(pack_id).pack
        try:
            tests = load_pack_tests(folder / pack_id, pack)
        except PackError as error:
            typer.echo(f"{pack_id}: its tests cannot be read\n{error}", err=True)
            worst = _worse(worst, ExitCode.PACK_DOES_NOT_COMPILE)
            continue
        worst = _worse(worst, prove(pack, tests, engines))
    raise typer.Exit(worst)


def prove(pack: "Pack", tests: "Sequence[PackTest]", engines: "Mapping[str, Engine]") -> ExitCode:
    """Decide every test by every engine; print what differs and one line to sum up."""
    from amends.application.compiled_pack import CompiledPack
    from amends.proving.pack_tests import run_pack_tests

    by_engine = [run_pack_tests(CompiledPack(pack, engine), tests) for engine in engines.values()]
    names = " and ".join(engines)
    disagreed = [results for results in zip(*by_engine, strict=True) if not _agree(results)]
    for results in disagreed:
        typer.echo(f"{results[0].test.position}: {results[0].test.name}: {names} decide differently")
        for name, result in zip(engines, results, strict=True):
            typer.echo(f"by {name}, {result.render()}")
    failed = [result for result in by_engine[0] if not result.passed]
    for result in failed:
        typer.echo(result.render())
    passed = f"{len(tests) - len(failed)} of {len(tests)} tests passed, on {names}" if tests else "has no tests"
    typer.echo(f"{pack.pack_id}: {passed}")
    if disagreed:
        return ExitCode.DISAGREEMENT
    return ExitCode.TESTS_FAILED if failed else ExitCode.OK


def _agree(results: "Sequence[PackTestResult]") -> bool:
    return all(result.decision == results[0].decision for result in results)


def _worse(one: ExitCode, other: ExitCode) -> ExitCode:
    """A disagreement of engines before a pack that does not compile, that before a failed test."""
    order = (ExitCode.OK, ExitCode.TESTS_FAILED, ExitCode.PACK_DOES_NOT_COMPILE, ExitCode.DISAGREEMENT)
    return max(one, other, key=order.index)
