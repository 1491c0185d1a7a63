"""The options of `amends rescore` that say what its rows are compared with."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final, NoReturn, TypeAlias, TypeVar

import typer

from amends.cli.asking import fail
from amends.cli.exit_codes import ExitCode
from amends.cli.loading import load
from amends.cli.rescore_paths import Read, database_of, packs_of
from amends.config import load_settings

if TYPE_CHECKING:
    from amends.application.compiled_pack import CompiledPack
    from amends.rescoring.against import Against
    from amends.rescoring.parts import Parts

AgainstOption: TypeAlias = Annotated[
    Path | None,
    typer.Option(metavar="FILE", exists=True, dir_okay=False, help="Tell what changed since this earlier output."),
]
AgainstPackOption: TypeAlias = Annotated[
    str | None,
    typer.Option(
        metavar="DIR|DIGEST",
        help="Tell what changes beside this pack: its folder, or a digest of --rules or of --database.",
    ),
]
AgainstLogOption: TypeAlias = Annotated[
    bool, typer.Option("--against-log", help="Tell what changed since each case's latest decision in the log.")
]
OnlyChangesOption: TypeAlias = Annotated[
    bool, typer.Option("--only-changes", help="Write only the rows that changed, or of which something fell due.")
]

T = TypeVar("T")
_DIGEST: Final = re.compile("[0-9a-f]{64}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Beside:
    """What the rows are compared with, as the options say."""

    earlier: Path | None
    pack: str | None
    log: bool
    only_changes: bool
    rules: Path | None
    policy: str
    database: str | None
    data_dir: Path | None

    @property
    def needs_database(self) -> bool:
        """Whether the database named is the log's, and not that of the rows."""
        return self.log or (self.pack is not None and _DIGEST.fullmatch(self.pack) is not None)

    @property
    def read(self) -> list[Read]:
        """The files and packs that are read, with those of the policies."""
        found = [] if self.earlier is None else [Read("the earlier output", self.earlier)]
        found += packs_of(load_settings({} if self.rules is None else {"rules": self.rules}).rules)
        if self.needs_database:
            return [*found, *database_of(self.database, self.data_dir)]
        return found if self.pack is None else [*found, Read("the other pack", Path(self.pack))]

    def against(
        self,
        run: "Callable[[CompiledPack, Parts, Callable[[Parts, Path], None]], object]",
        *,
        fits: "Callable[[CompiledPack], None]",
    ) -> "Against | None":
        """None where nothing is to be compared. `run` runs over the same rows by another pack, once those of this one
        are done; `fits` raises at once where it never could.
        """
        from amends.rescoring.against import against_file, against_run

        said = {"--against": self.earlier, "--against-pack": self.pack, "--against-log": self.log or None}
        named = [name for name, value in said.items() if value is not None]
        if len(named) > 1:
            _refuse(f"compared with one thing at a time, not {' and '.join(named)}")
        if self.only_changes and not named:
            _refuse(f"--only-changes needs to know since when: {', '.join(said)}")
        if self.earlier is not None:
            return against_file(self.earlier)
        if self.pack is not None:
            other = self._pack(self.pack)
            fits(other)
            return against_run(partial(run, other))
        return self._log() if self.log else None

    def _log(self) -> "Against":
        from amends.bootstrap.rescoring import make_against_log

        return self._of_log(partial(make_against_log, policy=self.policy))

    def _pack(self, said: str) -> "CompiledPack":
        from amends.bootstrap.rescoring import pack_of_folder, stored_pack

        if not _DIGEST.fullmatch(said):
            return pack_of_folder(Path(said))
        known = load("rescore", self.rules).catalog.packs.values()
        found = next((one for one in known if one.pack.digest == said), None)
        if found is None and (self.database or self.data_dir or load_settings({}).database):
            found = self._of_log(partial(stored_pack, digest=said))
        if found is None:
            _refuse(
                f"--against-pack: there is no pack of the digest {said} in --rules, nor in a --database that is named"
            )
        return found

    def _of_log(self, read: "Callable[[str], T]") -> T:
        from amends.application.log_errors import LogUnavailableError
        from amends.config import SettingsError
        from amends.packs.source import SourceError
        from amends.storage.engines import DatabaseUrlError
        from amends.storage.opened import UnusableSchemaError

        given = {"database": self.database, "data_dir": self.data_dir}
        try:
            return read(load_settings({name: value for name, value in given.items() if value is not None}).database_url)
        except SettingsError as error:
            _refuse("\n".join(error.problems))
        except SourceError as error:
            _refuse(f"--against-pack: {error}")
        except (DatabaseUrlError, UnusableSchemaError, LogUnavailableError) as error:
            _refuse(f"the log: {error}")


def _refuse(message: str) -> NoReturn:
    fail("rescore", message, ExitCode.BAD_ARGUMENTS)
