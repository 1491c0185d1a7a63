"""Finds the files of a pack folder, and nothing outside of it; reads those of its rules. Hidden ones are left alone.

A file that looks as if it belonged and would not be read is an error: silence would change what is decided, or proven.
"""

import os
from pathlib import Path
from typing import Final

from amends.packs.findings import Findings
from amends.packs.model import Position
from amends.packs.outline import Outline, read_outline
from amends.packs.reader import read_file

HEADER: Final = "pack.yaml"
MISNAMED_HEADER: Final = "pack.yml"
_TESTS: Final = "tests"
_TEST_ENDING: Final = "_test.yaml"
_BESIDE_TESTS: Final = "README.md"
_MOST_FILES: Final = 1_000


def read_folder(folder: Path, findings: Findings) -> Outline:
    """The outline of the pack in `folder`, whose name is the pack's id."""
    paths = _theme_files(folder, findings)
    others = tuple(
        read_file(path, _named(path, folder)) for path in paths[:_MOST_FILES] if _belongs(path, folder, findings)
    )
    if len(paths) > _MOST_FILES:
        at = Position(_named(folder / HEADER, folder), 1, 1)
        findings.error(at, "too-large", f"more than {_MOST_FILES} files", "join some of them")
    header = folder / HEADER
    name = _named(header, folder)
    # One of the wrong ending was told with the other files; that the right one is missing follows.
    misnamed = not header.exists() and (folder / MISNAMED_HEADER).exists()
    document = read_file(header, name) if not misnamed and _belongs(header, folder, findings) else None
    return read_outline(folder.name, document, others, findings)


def files_of_tests(folder: Path, findings: Findings) -> list[tuple[Path, str]]:
    """The files of tests of the pack in `folder`, by name, each with the name that positions give it."""
    tests = folder / _TESTS
    found = []
    for parent, folders, files in os.walk(tests):
        here = Path(parent)
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        links = [name for name in folders if (here / name).is_symlink()]
        for path in sorted(here / name for name in (*files, *links) if not name.startswith(".")):
            if here == tests and path.name.endswith(_TEST_ENDING):
                found.append((path, _named(path, folder)))
            elif path != tests / _BESIDE_TESTS:
                at = Position(_named(path, folder), 1, 1)
                message = f"only files *{_TEST_ENDING} in {_TESTS} itself are run"
                findings.error(at, "file-not-run", message, _how_to_run(path, inside=here == tests))
    return found


def _how_to_run(path: Path, *, inside: bool) -> str:
    if path.suffix not in {".yaml", ".yml"}:
        return f"keep it elsewhere: beside tests only {_BESIDE_TESTS} may stand"
    name = path.stem.removesuffix("_tests").removesuffix("_test") + _TEST_ENDING
    return f"name it {name}" if inside else f"move it up, as {_TESTS}/{name}"


def _theme_files(folder: Path, findings: Findings) -> list[Path]:
    """The rule files beside pack.yaml, sorted by path; links to folders inside are walked where they really are."""
    found: list[Path] = []

    def unreadable(error: OSError) -> None:
        at = Position(_named(Path(error.filename), folder), 1, 1)
        findings.error(at, "unreadable-file", f"the folder cannot be read: {error.strerror}")

    for parent, folders, files in os.walk(folder, onerror=unreadable):
        here = Path(parent)
        folders[:] = sorted(name for name in folders if not name.startswith(".") and (here != folder or name != _TESTS))
        for name in folders:
            if (here / name).is_symlink():
                _belongs(here / name, folder, findings)
        for name in sorted(files):
            path = here / name
            if name.startswith(".") or path == folder / HEADER:
                continue
            if path.suffix == ".yml":
                at = Position(_named(path, folder), 1, 1)
                findings.error(at, "file-not-read", "only *.yaml is read", f"name it {path.stem}.yaml")
            elif path.suffix == ".yaml":
                found.append(path)
    return found


def _belongs(path: Path, folder: Path, findings: Findings) -> bool:
    """Whether the path really lies within the folder and is something that can be read to its end."""
    at = Position(_named(path, folder), 1, 1)
    try:
        real = path.resolve()
        inside = real.is_relative_to(folder.resolve())
        readable = real.is_dir() or real.is_file()
    except (OSError, RuntimeError):
        inside, readable = True, False
    if not inside:
        findings.error(at, "outside", "a link that leads out of the pack's folder", "copy the file into the pack")
    elif not readable:
        findings.error(at, "unreadable-file", "not a file that can be read")
    return inside and readable


def _named(path: Path, folder: Path) -> str:
    """How positions name a file. A name on the disk may hold anything, a diagnostic only what can be shown."""
    named = path.relative_to(folder.parent).as_posix()
    return "".join(char if char.isprintable() else "?" for char in named)
