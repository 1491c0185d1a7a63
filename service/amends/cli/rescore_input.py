"""The options of `amends rescore` that say where its rows come from: a file, a query, or the decision log."""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn, TypeAlias

import typer

from amends.cli.asking import fail
from amends.cli.exit_codes import ExitCode
from amends.cli.rescore_paths import Read, database_of

if TYPE_CHECKING:
    from amends.application.compiled_pack import CompiledPack
    from amends.bootstrap.rescoring import Job
    from amends.rescoring.parts import Said

SourceArgument: TypeAlias = Annotated[
    Path | None,
    typer.Argument(metavar="INPUT", exists=True, help="Rows: .parquet, .csv, .jsonl, .arrow; by Spark a folder, too."),
]
QueryOption: TypeAlias = Annotated[
    str | None, typer.Option(metavar="SQL", help="The rows are those of this SELECT, in --database.")
]
QueryFileOption: TypeAlias = Annotated[
    Path | None, typer.Option(exists=True, dir_okay=False, help="The SELECT stands in this file.")
]
FromLogOption: TypeAlias = Annotated[
    bool, typer.Option("--from-log", help="The rows are the open cases of the policy in the decision log.")
]
SinceOption: TypeAlias = Annotated[
    str | None,
    typer.Option(metavar="MOMENT", help="Of the log, only cases decided since: 2026-11-01, or 30d for ago."),
]


@dataclass(frozen=True, slots=True)
class Rows:
    """Where the rows come from, as the options say."""

    source: Path | None
    query: str | None
    query_file: Path | None
    from_log: bool
    since: str | None
    database: str | None
    data_dir: Path | None
    mapping: Path | None
    policy: str

    def check(self) -> None:
        """Ends the command unless exactly one place is named, with what belongs to it."""
        said = {
            "INPUT": self.source,
            "--query": self.query,
            "--query-file": self.query_file,
            "--from-log": self.from_log or None,
        }
        named = [name for name, value in said.items() if value is not None]
        if len(named) != 1:
            told = f"not {' and '.join(named)}" if named else "and none is named"
            _refuse(f"the rows are those of one of INPUT, --query, --query-file or --from-log, {told}")
        asked = self.query is not None or self.query_file is not None
        if asked and self.database is None:
            _refuse("a query needs --database, as in --database postgresql://host/name")
        if self.source is not None and self.database is not None:
            _refuse("--database belongs to --query, --query-file or --from-log")
        if not self.from_log and (self.since is not None or self.data_dir is not None):
            _refuse("--since and --data-dir belong to --from-log")
        if self.from_log and self.mapping is not None:
            _refuse("the log needs no --mapping: its cases are situations already")

    @property
    def read(self) -> list[Read]:
        """The files that are read."""
        files = {"the input": self.source, "the mapping": self.mapping, "the query": self.query_file}
        found = [Read(what, path) for what, path in files.items() if path is not None]
        if self.from_log:
            return [*found, *database_of(self.database, self.data_dir)]
        return [*found, *database_of(self.database, None)] if self.database is not None else found

    def check_mapping(self, pack: "CompiledPack") -> None:
        """PackError where the mapping means nothing to that pack."""
        from amends.bootstrap.rescoring import mapping_file

        mapping_file(self.mapping, pack.pack)

    def job(self, pack: "CompiledPack", out: Path, role: str, moment: "Said | None", now: int) -> "Job":
        """A run over these rows."""
        from amends.bootstrap.rescoring import make_job, make_query_job

        if self.from_log:
            return self._log_job(pack, out, role, moment, now)
        if self.source is not None:
            return make_job(self.source, out, pack, mapping=self.mapping, role=role, observe_time=moment, now=now)
        query = self.query if self.query_file is None else _text(self.query_file)
        assert query is not None  # `check` has seen to it
        assert self.database is not None
        return make_query_job(
            self.database, query, out, pack, mapping=self.mapping, role=role, observe_time=moment, now=now
        )

    def _log_job(self, pack: "CompiledPack", out: Path, role: str, moment: "Said | None", now: int) -> "Job":
        from amends.application.log_errors import LogUnavailableError
        from amends.bootstrap.rescoring import Since, make_log_job
        from amends.cli.log_access import moment_of
        from amends.config import SettingsError, load_settings
        from amends.storage.engines import DatabaseUrlError
        from amends.storage.opened import UnusableSchemaError

        said = self.since
        since = Since(said or "", lambda began: moment_of("rescore", "--since", said, now=began))
        since.moment(now)
        given = {"database": self.database, "data_dir": self.data_dir}
        try:
            settings = load_settings({name: value for name, value in given.items() if value is not None})
            return make_log_job(
                settings.database_url,
                out,
                pack,
                policy=self.policy,
                since=since,
                role=role,
                observe_time=moment,
                now=now,
            )
        except SettingsError as error:
            _refuse("\n".join(error.problems))
        except (DatabaseUrlError, UnusableSchemaError, LogUnavailableError) as error:
            _refuse(f"the log: {error}")


def _text(query: Path) -> str:
    try:
        return query.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        _refuse(f"{query}: the query cannot be read as UTF-8 text: {error}")


def _refuse(message: str) -> NoReturn:
    fail("rescore", message, ExitCode.BAD_ARGUMENTS)
