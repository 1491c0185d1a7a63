"""`amends rescore --engine spark`: the same run by Spark, and what it does not do."""

import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn, TypeAlias

import typer

from amends.cli.asking import fail
from amends.cli.exit_codes import ExitCode
from amends.cli.rescore_progress import ProgressForm, summary
from amends.cli.rescoring_extra import check_spark

if TYPE_CHECKING:
    from amends.application.compiled_pack import CompiledPack


class Engine(StrEnum):
    """What a run uses: one process here, or Spark."""

    LOCAL = "local"
    SPARK = "spark"


EngineOption: TypeAlias = Annotated[Engine, typer.Option("--engine", help="One process here, or Spark.")]
MasterOption: TypeAlias = Annotated[
    str | None,
    typer.Option(
        "--master", metavar="URL", help="Of Spark: local[2], spark://host:7077 ..; else all processors of this machine."
    ),
]


@dataclass(frozen=True, slots=True)
class Asked:
    """What the options ask of a run by Spark."""

    source: Path | None
    out: Path
    mapping: Path | None
    policy: str
    role: str
    observe_time: int
    strict: bool
    again: bool


def check_engine(engine: Engine, master: str | None, source: Path | None, local_only: Mapping[str, object]) -> None:
    """End the command where the engine is not there, or is asked for what it does not do."""
    if engine is Engine.SPARK:
        check_spark("rescore")
        _check_asked(source, [name for name, value in local_only.items() if value])
    elif master is not None:
        _refuse("--master belongs to --engine spark")
    elif source is not None and source.is_dir():
        _refuse(f"{source}: it is a folder, which --engine spark reads")


def _check_asked(source: Path | None, others: Sequence[str]) -> None:
    if others:
        how = "leave it out" if len(others) == 1 else "leave them out"
        _refuse(f"--engine spark does not do {', '.join(others)}: {how}, or use the local engine")
    if source is None:
        _refuse("--engine spark reads a Parquet file, or a folder of them: name it as INPUT")
    if source.is_file() and source.suffix.lower() not in {".parquet", ".pq"}:
        _refuse(f"{source}: --engine spark reads Parquet only; the local engine reads this")


def by_spark(asked: Asked, compiled: "CompiledPack", *, master: str | None, form: ProgressForm) -> None:
    """The run, and what it came to; what is wrong ends the command."""
    assert asked.source is not None  # `check_engine` has seen to it
    if asked.out.suffix.lower() not in {"", ".parquet"}:
        _refuse(f"{asked.out}: Spark writes a folder of Parquet files: name it .parquet, or without an ending")
    from amends.bootstrap.spark import make_spark_run
    from amends.packs.diagnostics import PackError
    from amends.rescoring.own_folder import OutputError
    from amends.rescoring.read_rows import InputError
    from amends.rescoring.run import StrictError
    from amends.rescoring.spark.session import SparkError, session

    shown = form is ProgressForm.BAR and sys.stderr.isatty()
    try:
        run = make_spark_run(
            asked.source,
            asked.out,
            compiled,
            mapping=asked.mapping,
            role=asked.role,
            observe_time=asked.observe_time,
        )
        with session(master, progress=shown) as spark:
            progress = run.run(spark, strict=asked.strict, again=asked.again)
    except (InputError, OutputError, StrictError, SparkError) as error:
        _refuse(str(error))
    except PackError as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(ExitCode.BAD_ARGUMENTS) from None
    except OSError as error:
        fail("rescore", f"{asked.out}: it cannot be written: {error}", ExitCode.UNEXPECTED)
    summary(progress, asked.out, policy=asked.policy, pack=compiled.pack)


def _refuse(message: str) -> NoReturn:
    fail("rescore", message, ExitCode.BAD_ARGUMENTS)
