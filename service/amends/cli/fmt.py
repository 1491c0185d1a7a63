"""`amends fmt`: writes the YAML files of a policy in one style. It never changes what a file says."""

import os
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated

import typer

from amends.cli.exit_codes import ExitCode


@dataclass(slots=True)
class _Work:
    """What is to be written, and which files are left as they are, and why."""

    changed: dict[Path, str] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)
    seen: int = 0


def fmt(
    paths: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[PATH]...", help="Files, folders of them, or packs by name; none: the folder of the rule packs."
        ),
    ] = None,
    rules: Annotated[
        Path | None, typer.Option(help="The folder that holds the rule packs [AMENDS_RULES, else rules].")
    ] = None,
    check: Annotated[bool, typer.Option("--check", help="Write nothing; fail if a file would change.")] = False,
) -> None:
    """Write packs, tests and cases in one style: indentation, spaces, order of keys. Comments and meaning stay."""
    chosen = [_named(path, rules) for path in paths] if paths else [_folder(rules)]
    absent = [path for path in chosen if not path.exists() and not path.is_symlink()]
    if absent:
        for path in absent:
            typer.echo(f"amends fmt: there is no {str(path)!r}", err=True)
        raise typer.Exit(ExitCode.BAD_ARGUMENTS)
    work = _Work()
    for path in dict.fromkeys(file for named in chosen for file in _files(named)):
        _read(path, work)
    _refuse_other_digests(work)
    for path, text in work.changed.items():
        if not check:
            _replace(path, text)
        typer.echo(f"{'would change' if check else 'changed'} {path}")
    for problem in work.problems:
        typer.echo(problem, err=True)
    typer.echo(f"{len(work.changed)} of {work.seen} files {'would change' if check else 'changed'}")
    if work.problems:
        raise typer.Exit(ExitCode.PACK_DOES_NOT_COMPILE)
    if check and work.changed:
        raise typer.Exit(ExitCode.TESTS_FAILED)


def _named(written: str, rules: Path | None) -> Path:
    """A file or a folder; else the pack of that name in the folder of the rule packs, if there is one."""
    from amends.packs.folder import HEADER

    path = Path(written)
    if path.exists() or path.is_symlink() or path.name != written:
        return path
    pack = _folder(rules) / written
    return pack if (pack / HEADER).is_file() else path


def _folder(rules: Path | None) -> Path:
    from amends.config import SettingsError, load_settings

    try:
        return load_settings({} if rules is None else {"rules": rules}).rules
    except SettingsError as error:
        for problem in error.problems:
            typer.echo(f"amends fmt: {problem}", err=True)
        raise typer.Exit(ExitCode.BAD_ARGUMENTS) from None


def _files(path: Path) -> Iterator[Path]:
    """A file as it is named; of a folder its *.yaml at any depth, hidden ones left alone, links not followed."""
    if not path.is_dir() or path.is_symlink():
        yield path
        return
    for parent, folders, files in os.walk(path):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(files):
            if name.endswith(".yaml") and not name.startswith("."):
                yield Path(parent, name)


def _read(path: Path, work: _Work) -> None:
    from amends.packs.diagnostics import PackError
    from amends.packs.format import format_yaml
    from amends.packs.reader import LARGEST_FILE

    work.seen += 1
    if path.is_symlink() or not path.is_file():
        work.problems.append(f"{path}: left as it is: a link, or no file; name the file itself")
        return
    try:
        with path.open("rb") as stream:
            data = stream.read(LARGEST_FILE + 1)
        text = format_yaml(data, str(path))
    except OSError as error:
        work.problems.append(f"{path}: cannot be read: {error.strerror}")
    except PackError as error:
        work.problems.append(str(error))
    else:
        if text.encode() != data:
            work.changed[path] = text


def _refuse_other_digests(work: _Work) -> None:
    """The last safeguard: a pack that compiles compiles to the same digest, or none of its files is written."""
    by_pack: dict[Path, dict[str, bytes]] = {}
    for path, text in work.changed.items():
        folder = next((parent for parent in path.absolute().parents if (parent / "pack.yaml").is_file()), None)
        if folder is not None:
            by_pack.setdefault(folder, {})[path.absolute().relative_to(folder).as_posix()] = text.encode()
    for folder, contents in by_pack.items():
        if _digest(folder, {}) == _digest(folder, contents):
            continue
        work.problems.append(f"{folder}: left as it is: the pack would not be the same")
        mine = [path for path in work.changed if path.absolute().is_relative_to(folder)]
        for path in mine:
            del work.changed[path]


def _digest(folder: Path, contents: Mapping[str, bytes]) -> str:
    """The digest of a pack with other contents in some of its files; empty where it does not compile."""
    from amends.packs.files import FolderFiles, SentFiles
    from amends.packs.findings import Findings
    from amends.packs.load import load_rules_with

    files, findings = FolderFiles(folder), Findings()
    listed: Sequence[str] = files.rules(findings).files
    read = {path: data for path in listed if (data := files.read(path, findings)) is not None}
    pack = load_rules_with(folder.parent, SentFiles(folder.name, read | dict(contents))).packs.get(folder.name)
    return pack.digest if pack is not None else ""


def _replace(path: Path, text: str) -> None:
    """Whole or not at all: written beside the file, with its mode, then put in its place."""
    try:
        with tempfile.NamedTemporaryFile(dir=path.parent, prefix=f".{path.name}.", delete=False) as beside:
            try:
                beside.write(text.encode())
                os.fchmod(beside.fileno(), path.stat().st_mode & 0o7777)
                beside.flush()
                os.fsync(beside.fileno())
                Path(beside.name).replace(path)
            except OSError:
                Path(beside.name).unlink(missing_ok=True)
                raise
    except OSError as error:
        typer.echo(f"amends fmt: {path}: cannot be written: {error.strerror}", err=True)
        raise typer.Exit(ExitCode.UNEXPECTED) from None
