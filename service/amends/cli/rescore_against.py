"""The options of `amends rescore` that say what its rows are compared with."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final, NoReturn, TypeAlias

import typer

from amends.cli.asking import fail
from amends.cli.exit_codes import ExitCode
from amends.cli.loading import load

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
    typer.Option(metavar="DIR|DIGEST", help="Tell what changes beside this pack: its folder, or a digest of --rules."),
]
AgainstLogOption: TypeAlias = Annotated[
    bool, typer.Option("--against-log", help="Tell what changed since each case's latest decision in the log.")
]
OnlyChangesOption: TypeAlias = Annotated[
    bool, typer.Option("--only-changes", help="Write only the rows that changed, or of which something fell due.")
]

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

    def against(self, run: "Callable[[CompiledPack, int, Callable[[Parts, Path], None]], object]") -> "Against | None":
        """None where nothing is to be compared. `run` runs over the same rows by another pack."""
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
            return against_run(partial(run, _pack(self.pack, self.rules)))
        return self._log() if self.log else None

    def _log(self) -> "Against":
        from amends.application.log_errors import LogUnavailableError
        from amends.bootstrap.rescoring import make_against_log
        from amends.config import SettingsError, load_settings
        from amends.storage.engines import DatabaseUrlError
        from amends.storage.opened import UnusableSchemaError

        given = {"database": self.database, "data_dir": self.data_dir}
        try:
            settings = load_settings({name: value for name, value in given.items() if value is not None})
            return make_against_log(settings.database_url, policy=self.policy)
        except SettingsError as error:
            _refuse("\n".join(error.problems))
        except (DatabaseUrlError, UnusableSchemaError, LogUnavailableError) as error:
            _refuse(f"the log: {error}")


def _pack(said: str, rules: Path | None) -> "CompiledPack":
    from amends.bootstrap.rescoring import pack_of_folder

    if not _DIGEST.fullmatch(said):
        return pack_of_folder(Path(said))
    known = load("rescore", rules).catalog.packs.values()
    found = next((one for one in known if one.pack.digest == said), None)
    if found is None:
        _refuse(f"--against-pack: there is no pack of the digest {said}")
    return found


def _refuse(message: str) -> NoReturn:
    fail("rescore", message, ExitCode.BAD_ARGUMENTS)
