"""`amends test`: a pack's own tests, decided by every engine, and what of the pack they reach."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from enum import StrEnum
from types import MappingProxyType
from typing import TYPE_CHECKING, Annotated, assert_never

import typer

from amends.cli.exit_codes import ExitCode, worse
from amends.cli.pack_options import PackNames, RulesOption

if TYPE_CHECKING:
    # Only named in signatures: `--help` need not load engines.
    from amends.application.ports import Engine
    from amends.cli.test_report import ProvenPack
    from amends.packs.model import Pack
    from amends.packs.pack_test import PackTest


class ReportFormat(StrEnum):
    """For a person, for a program, or for a build server."""

    HUMAN = "human"
    JSON = "json"
    JUNIT = "junit"


def run_tests(
    names: PackNames = None,
    rules: RulesOption = None,
    min_coverage: Annotated[
        int, typer.Option(min=0, max=100, metavar="PERCENT", help="Fail where the tests of a pack reach less of it.")
    ] = 0,
    coverage: Annotated[bool, typer.Option("--coverage", help="List all that no test reaches.")] = False,
    form: Annotated[ReportFormat, typer.Option("--format", help="How to tell the result.")] = ReportFormat.HUMAN,
) -> None:
    """Run the packs' tests on every engine; tell how each failure differs from what was expected, and the coverage."""
    from amends.application.compiled_pack import CompiledPack
    from amends.bootstrap.engines import make_engines
    from amends.cli.loading import choose, load, located, tests_of
    from amends.config import load_settings
    from amends.packs.files import FolderFiles
    from amends.packs.pack_test_file import read_reply_tests_of
    from amends.proving.reply_tests import run_reply_tests

    rules, names = located("test", names, rules)
    loaded = load("test", rules)
    folder = rules or load_settings({}).rules
    engines = make_engines()
    tested: list[ProvenPack] = []
    worst = ExitCode.OK
    for pack_id in choose("test", names, loaded):
        tests = tests_of(pack_id, loaded, folder)
        if tests is None:
            worst = worse(worst, ExitCode.PACK_DOES_NOT_COMPILE)
            continue
        pack = loaded.catalog.pack(pack_id).pack
        proven = prove(pack, tests, engines.usable, engines.absent)
        replies = read_reply_tests_of(FolderFiles(folder / pack_id), pack)
        compiled = CompiledPack(pack, engines.usable[next(iter(proven.by_engine))])
        tested.append(replace(proven, replies=run_reply_tests(compiled, replies)))
        worst = worse(worst, tested[-1].exit_code(min_coverage))
    typer.echo(_report(tested, form, listed=coverage, min_coverage=min_coverage), nl=False)
    raise typer.Exit(worst)


def prove(
    pack: "Pack",
    tests: "Sequence[PackTest]",
    engines: "Mapping[str, Engine]",
    absent: "Mapping[str, str]" = MappingProxyType({}),
) -> "ProvenPack":
    """Decide every test by every engine that takes the pack, and measure what the tests reach.

    `absent`: why the other engines decide nothing here, by their names.
    """
    from amends.application.compiled_pack import CompiledPack
    from amends.application.engine_errors import ConditionTooLargeError
    from amends.cli.test_report import ProvenPack
    from amends.proving.measure import measure
    from amends.proving.pack_tests import run_pack_tests

    compiled: dict[str, CompiledPack] = {}
    without = dict(absent)
    for name, engine in engines.items():
        try:
            compiled[name] = CompiledPack(pack, engine)
        except ConditionTooLargeError as error:
            without[name] = str(error)
    by_engine = {name: run_pack_tests(ready, tests) for name, ready in compiled.items()}
    first = next(iter(compiled))
    return ProvenPack(pack, by_engine, measure(compiled[first], by_engine[first]), without)


def _report(tested: "Sequence[ProvenPack]", form: ReportFormat, *, listed: bool, min_coverage: int) -> str:
    from amends.cli.test_report import as_json, as_junit, human

    match form:
        case ReportFormat.HUMAN:
            return human(tested, listed=listed, min_coverage=min_coverage)
        case ReportFormat.JSON:
            return as_json(tested)
        case ReportFormat.JUNIT:
            return as_junit(tested, min_coverage=min_coverage)
        case _:
            assert_never(form)
