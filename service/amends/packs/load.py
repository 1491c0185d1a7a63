"""Loads a folder of rule packs: finds, reads, merges, compiles. A broken pack never keeps another from loading.

Everything wrong with a pack is told at once. Of an inherited definition only what is wrong under the child's own names
is told at the child; the rest is told at the parent, and the child says that it extends a broken pack.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from amends.packs.compile import compile_pack, own_conventions
from amends.packs.diagnostics import Diagnostic, PackError
from amends.packs.files import FolderFiles, PackFiles, ReadFiles, SentFiles
from amends.packs.findings import Findings, nearest
from amends.packs.flatten import Flat, flatten
from amends.packs.folder import HEADER, MISNAMED_HEADER, read_folder
from amends.packs.model import Pack, Position
from amends.packs.outline import Outline, Section
from amends.packs.read_settings import read_conventions
from amends.packs.reader import ScalarNode
from amends.packs.retyped import told_at_the_declaration

_SCHEMAS: Final = "schema"


@dataclass(frozen=True, slots=True)
class Loaded:
    """What a rules folder holds: the packs that compile, by id, and what is wrong with each pack, errors and warnings.

    Every pack found has an entry in `diagnostics`; it is empty where nothing is wrong. `files` are the bytes that were
    read of each pack, by its id and by path.
    """

    packs: Mapping[str, Pack]
    diagnostics: Mapping[str, tuple[Diagnostic, ...]]
    files: Mapping[str, Mapping[str, bytes]] = field(default_factory=dict)


def load_rules(folder: Path) -> Loaded:
    """Load every sub-folder that holds a pack.yaml, or a pack.yml, which is told to be misnamed."""
    try:
        packs = [FolderFiles(found) for found in _pack_folders(folder)]
    except OSError as error:
        message = f"the folder of rules cannot be read: {error.strerror}"
        return Loaded({}, {folder.name: (Diagnostic(Position(folder.name, 1, 1), "unreadable-file", message),)})
    return _load(packs)


def load_rules_with(folder: Path, sent: SentFiles) -> Loaded:
    """Load a folder of rules as if the pack that was sent stood in it, in place of one of that name if there is one.

    OSError where the folder cannot be read.
    """
    beside = [FolderFiles(found) for found in _pack_folders(folder) if found.name != sent.name]
    return _load(sorted((*beside, sent), key=lambda files: files.name))


def load_sent(packs: Iterable[SentFiles]) -> Loaded:
    """Load packs that are in memory: all that any of them extends is among them, or is told to be missing."""
    return _load(sorted(packs, key=lambda files: files.name))


def _load(packs: Iterable[PackFiles]) -> Loaded:
    read = {files.name: ReadFiles(files) for files in packs}
    loader = _loaded(read.values())
    return Loaded(
        packs=dict(sorted(loader.packs.items())),
        diagnostics={pack_id: loader.findings[pack_id].shown() for pack_id in sorted(loader.outlines)},
        files={pack_id: files.contents for pack_id, files in sorted(read.items())},
    )


def load_as_read(packs: Iterable[SentFiles], pack_id: str) -> Pack | None:
    """The pack that these files make, whatever is wrong with it; None where it or what it extends cannot be read.

    Only for files that decided before, whose digest is known: checks that are newer than they refuse nothing here.
    """
    return _loaded(packs).made.get(pack_id)


def _loaded(packs: Iterable[PackFiles]) -> "_Loader":
    loader = _Loader()
    for files in packs:
        findings = loader.findings.setdefault(files.name, Findings())
        loader.outlines[files.name] = read_folder(files, findings)
    for pack_id in loader.outlines:
        loader.load(pack_id, ())
    return loader


def load_pack(folder: Path, pack_id: str) -> Pack:
    """Load one pack of a rules folder. PackError holds everything that is wrong with it."""
    loaded = load_rules(folder)
    if pack_id not in loaded.diagnostics:
        at = Position(f"{pack_id}/{HEADER}", 1, 1)
        message = f"there is no pack {pack_id!r}"
        raise PackError([Diagnostic(at, "unknown-pack", message, hint=str(nearest(pack_id, loaded.packs)))])
    if pack_id not in loaded.packs:
        raise PackError(loaded.diagnostics[pack_id])
    return loaded.packs[pack_id]


def _pack_folders(folder: Path) -> list[Path]:
    return sorted(
        found
        for found in folder.iterdir()
        if found.is_dir()
        and found.name != _SCHEMAS
        and not found.name.startswith(".")
        and any((found / name).exists() or (found / name).is_symlink() for name in (HEADER, MISNAMED_HEADER))
    )


@dataclass(slots=True)
class _Loader:
    """The state of one load: every pack is flattened once, after what it extends.

    `flats` holds the packs whose whole lineage could be read, `made` what they compile to, faulty or not, `packs` those
    without fault; `read` what was found when each was compiled, what it inherits included; `cyclic` the packs that
    extend themselves.
    """

    outlines: dict[str, Outline] = field(default_factory=dict)
    findings: dict[str, Findings] = field(default_factory=dict)
    flats: dict[str, Flat] = field(default_factory=dict)
    read: dict[str, tuple[Diagnostic, ...]] = field(default_factory=dict)
    made: dict[str, Pack] = field(default_factory=dict)
    packs: dict[str, Pack] = field(default_factory=dict)
    cyclic: set[str] = field(default_factory=set)
    done: set[str] = field(default_factory=set)

    def load(self, pack_id: str, path: tuple[str, ...]) -> None:
        """Flatten and compile a pack after its parents; `path` is the way of `extends` that led here."""
        if pack_id in self.done:
            return
        outline, findings = self.outlines[pack_id], self.findings[pack_id]
        parents = [self._parent(outline, parent, (*path, pack_id)) for parent in outline.extends]
        self.done.add(pack_id)
        known = [parent for parent in parents if parent is not None]
        if outline.header is None or len(known) < len(parents):
            return
        for parent in known:
            for document in parent.documents:
                findings.add_lines(document.file, document.lines)
        self._compile(flatten(outline, known, findings), findings)

    def _compile(self, inherited: Flat, findings: Findings) -> None:
        pack_id = inherited.outline.pack_id
        read = findings.beside()
        flat = own_conventions(inherited, read_conventions(inherited.sections[Section.SETTINGS], read))
        pack = compile_pack(flat, read)
        self.flats[pack_id] = flat
        self.made[pack_id] = pack
        self.read[pack_id] = read.sorted()
        told = {found for parent in flat.outline.extends for found in self.read[parent.text]}
        new = (found for found in self.read[pack_id] if found not in told)
        findings.include(findings.excerpted(found) for found in told_at_the_declaration(new, flat))
        if not findings.failed:
            self.packs[pack_id] = pack

    def _parent(self, outline: Outline, parent: ScalarNode, path: tuple[str, ...]) -> Flat | None:
        """The flattened parent; None where it cannot be had, and then the child says why."""
        findings = self.findings[outline.pack_id]
        if parent.text not in self.outlines:
            others = [pack_id for pack_id in self.outlines if pack_id != outline.pack_id]
            message = f"there is no pack {parent.text[:60]!r} to extend"
            findings.error(parent.position, "unknown-pack", message, nearest(parent.text, others))
            return None
        if parent.text in path:
            self._tell_cycle(path[path.index(parent.text) :])
            return None
        self.load(parent.text, path)
        if parent.text not in self.packs and outline.pack_id not in self.cyclic:
            message = f"{parent.text!r}, which this extends, does not compile"
            findings.error(parent.position, "broken-parent", message, "mend that pack first")
        return self.flats.get(parent.text)

    def _tell_cycle(self, members: tuple[str, ...]) -> None:
        for index, member in enumerate(members):
            self.cyclic.add(member)
            circle = (*members[index:], *members[:index], member)
            step = next(node for node in self.outlines[member].extends if node.text == circle[1])
            message = f"a cycle of `extends`: {' -> '.join(circle)}"
            self.findings[member].error(step.position, "extends-cycle", message, "take one of them out")
