"""The texts of a pack that is loaded or kept: of its rules as they were kept, with its tests where the folder has them.

What is kept of a pack makes it again, and is without tests, which decide nothing. Where the folder of packs holds the
very same files, its tests are those of the pack.
"""

import asyncio
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from amends.application.ports import PackStore
from amends.packs.files import FolderFiles
from amends.packs.findings import Findings
from amends.packs.folder import ENDINGS, RULES_ENDING
from amends.packs.source import PackSource


@dataclass(frozen=True, slots=True)
class PackTexts:
    """The files of a pack and of what it extends, by pack id and path, its own first. `in_folder`: tests are there."""

    pack_id: str
    digest: str
    files: Mapping[str, Mapping[str, bytes]]
    in_folder: bool


class FindTexts:
    """Finds texts by digest: among those that were read at the start, and those that are kept."""

    __slots__ = ("_read", "_rules", "_store")

    def __init__(self, rules: Path, read: Iterable[PackSource], store: PackStore | None = None) -> None:
        self._rules = rules
        self._read = {source.digest: source for source in read}
        self._store = store

    async def __call__(self, digest: str) -> PackTexts | None:
        """The texts; None where they are not kept. LogUnavailableError."""
        source = self._read.get(digest)
        if source is None and self._store is not None:
            source = await self._store.get(digest)
        return None if source is None else await asyncio.to_thread(_with_tests, source, self._rules)


def _with_tests(source: PackSource, rules: Path) -> PackTexts:
    own, folder = source.files[source.pack_id], FolderFiles(rules / source.pack_id)
    there = _read(folder, folder.rules(Findings()).files)
    more = [path for path in there.keys() - own.keys() if path.endswith(RULES_ENDING)]
    in_folder = not more and all(there.get(path) == raw for path, raw in own.items())
    tests = _read(folder, folder.tests(Findings()).files) if in_folder else {}
    parents = {pack_id: files for pack_id, files in source.files.items() if pack_id != source.pack_id}
    return PackTexts(source.pack_id, source.digest, {source.pack_id: {**own, **tests}, **parents}, in_folder)


def _read(folder: FolderFiles, paths: Iterable[str]) -> dict[str, bytes]:
    found = {path: folder.read(path, Findings()) for path in paths if path.endswith(ENDINGS)}
    # As the store has them: the name of a file on the disk may hold what is no character.
    return {
        path.encode("utf-8", "backslashreplace").decode("utf-8"): raw for path, raw in found.items() if raw is not None
    }
