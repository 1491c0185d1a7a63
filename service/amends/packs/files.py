"""The files of one pack, wherever they are: in a folder on the disk, or sent to be checked. Nothing outside of them.

Both give the same paths in the same order, so that what is said of a pack does not depend on where it lies.
"""

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, Protocol

from amends.packs.findings import Findings
from amends.packs.model import Position
from amends.packs.reader import LARGEST_FILE

TESTS: Final = "tests"
"""The sub-folder of a pack that holds its tests."""

_UNREADABLE: Final = "not a file that can be read"


@dataclass(frozen=True, slots=True)
class Listing:
    """Paths within a pack that are not hidden: its files, and links to folders, which are not followed.

    Those are read where they really are; that one leads out of the pack is told when it is listed among the rules.

    The files of a folder stand before those of its sub-folders, both by name.
    """

    files: tuple[str, ...]
    links: tuple[str, ...] = ()


class PackFiles(Protocol):
    """The files of one pack; a path is relative to the pack's folder and written with `/`."""

    @property
    def name(self) -> str:
        """The folder's name, which is the pack's id."""
        ...

    def rules(self, findings: Findings) -> Listing:
        """Everything but what lies in `tests`. What cannot be listed is told."""
        ...

    def tests(self, findings: Findings) -> Listing:
        """Everything that lies in `tests`, at any depth. What cannot be listed is told."""
        ...

    def exists(self, path: str) -> bool:
        """Whether something is there under that path, be it readable or not."""
        ...

    def read(self, path: str, findings: Findings) -> bytes | None:
        """The bytes, cut where the file is larger than any that is read; None where there are none, and that is told.

        A link that leads out of the pack is told too, and not followed.
        """
        ...


def named(path: str, files: PackFiles) -> str:
    """How positions name a file. A name on the disk may hold anything, a diagnostic only what can be shown."""
    return "".join(char if char.isprintable() else "?" for char in f"{files.name}/{path}")


@dataclass(frozen=True, slots=True)
class SentFiles:
    """Files that are in memory, by path."""

    name: str
    contents: Mapping[str, bytes]

    def rules(self, _findings: Findings) -> Listing:
        return Listing(self._visible(tests=False))

    def tests(self, _findings: Findings) -> Listing:
        return Listing(self._visible(tests=True))

    def exists(self, path: str) -> bool:
        return path in self.contents

    def read(self, path: str, findings: Findings) -> bytes | None:
        if path not in self.contents:
            findings.error(Position(named(path, self), 1, 1), "unreadable-file", _UNREADABLE)
        return self.contents.get(path)

    def _visible(self, *, tests: bool) -> tuple[str, ...]:
        paths = [tuple(path.split("/")) for path in self.contents]
        shown = [path for path in paths if not any(part.startswith(".") for part in path)]
        chosen = [path for path in shown if (len(path) > 1 and path[0] == TESTS) is tests]
        return tuple("/".join(path) for path in sorted(chosen, key=_files_first))


@dataclass(frozen=True, slots=True)
class ReadFiles:
    """The files of a pack, and what was read of them: a file on the disk may be another a moment later."""

    files: PackFiles
    contents: dict[str, bytes] = field(default_factory=dict)

    @property
    def name(self) -> str:
        return self.files.name

    def rules(self, findings: Findings) -> Listing:
        return self.files.rules(findings)

    def tests(self, findings: Findings) -> Listing:
        return self.files.tests(findings)

    def exists(self, path: str) -> bool:
        return self.files.exists(path)

    def read(self, path: str, findings: Findings) -> bytes | None:
        data = self.files.read(path, findings)
        if data is not None:
            self.contents[path] = data
        return data


def _files_first(path: Sequence[str]) -> list[tuple[bool, str]]:
    """Sorts as a walk through folders does: a folder's own files, then its sub-folders."""
    return [(False, ""), *((True, part) for part in path[:-1]), (False, path[-1])]


@dataclass(frozen=True, slots=True)
class FolderFiles:
    """The files in a folder on the disk."""

    folder: Path

    @property
    def name(self) -> str:
        return self.folder.name

    def rules(self, findings: Findings) -> Listing:
        listing = self._walk(self.folder, findings)
        for link in listing.links:
            self._belongs(link, findings)
        return listing

    def tests(self, findings: Findings) -> Listing:
        tests = self.folder / TESTS
        return self._walk(tests, findings) if tests.is_dir() else Listing(())

    def exists(self, path: str) -> bool:
        return (self.folder / path).exists()

    def read(self, path: str, findings: Findings) -> bytes | None:
        if not self._belongs(path, findings):
            return None
        try:
            with (self.folder / path).open("rb") as stream:
                return stream.read(LARGEST_FILE + 1)
        except OSError as error:
            message = f"the file cannot be read: {error.strerror}"
            findings.error(Position(named(path, self), 1, 1), "unreadable-file", message)
            return None

    def _belongs(self, path: str, findings: Findings) -> bool:
        """Whether a path really lies within the folder and is something that can be read to its end."""
        at = Position(named(path, self), 1, 1)
        try:
            real = (self.folder / path).resolve()
            inside = real.is_relative_to(self.folder.resolve())
            readable = real.is_dir() or real.is_file()
        except (OSError, RuntimeError):
            inside, readable = True, False
        if not inside:
            findings.error(at, "outside", "a link that leads out of the pack's folder", "copy the file into the pack")
        elif not readable:
            findings.error(at, "unreadable-file", _UNREADABLE)
        return inside and readable

    def _walk(self, top: Path, findings: Findings) -> Listing:
        files: list[str] = []
        links: list[str] = []

        def unreadable(error: OSError) -> None:
            at = Position(named(self._path(Path(error.filename)), self), 1, 1)
            findings.error(at, "unreadable-file", f"the folder cannot be read: {error.strerror}")

        for parent, folders, names in os.walk(top, onerror=unreadable):
            here = Path(parent)
            at_top = here == self.folder
            folders[:] = sorted(name for name in folders if not (name.startswith(".") or (at_top and name == TESTS)))
            links += [self._path(here / name) for name in folders if (here / name).is_symlink()]
            files += [self._path(here / name) for name in sorted(names) if not name.startswith(".")]
        return Listing(tuple(files), tuple(links))

    def _path(self, path: Path) -> str:
        return path.relative_to(self.folder).as_posix()
