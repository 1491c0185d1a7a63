"""The options of `amends rescore` that say what its rows are compared with."""

import re
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final, TypeAlias

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
OnlyChangesOption: TypeAlias = Annotated[
    bool, typer.Option("--only-changes", help="Write only the rows that changed, or of which something fell due.")
]

_DIGEST: Final = re.compile("[0-9a-f]{64}", re.ASCII)


def against_of(
    earlier: Path | None,
    pack: str | None,
    rules: Path | None,
    *,
    only_changes: bool,
    run: "Callable[[CompiledPack, int, Callable[[Parts, Path], None]], object]",
) -> "Against | None":
    """What the options say; None where nothing is to be compared. `run` runs over the same rows by another pack."""
    from amends.rescoring.against import against_file, against_run

    if earlier is not None and pack is not None:
        fail("rescore", "--against or --against-pack, not both", ExitCode.BAD_ARGUMENTS)
    if only_changes and earlier is None and pack is None:
        fail("rescore", "--only-changes needs to know since when: --against or --against-pack", ExitCode.BAD_ARGUMENTS)
    if earlier is not None:
        return against_file(earlier)
    return None if pack is None else against_run(partial(run, _pack(pack, rules)))


def _pack(said: str, rules: Path | None) -> "CompiledPack":
    from amends.bootstrap.rescoring import pack_of_folder

    if not _DIGEST.fullmatch(said):
        return pack_of_folder(Path(said))
    known = load("rescore", rules).catalog.packs.values()
    found = next((one for one in known if one.pack.digest == said), None)
    if found is None:
        fail("rescore", f"--against-pack: there is no pack of the digest {said}", ExitCode.BAD_ARGUMENTS)
    return found
