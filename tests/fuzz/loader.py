"""A fuzz target for the loader of rule packs: whatever the files hold, loading ends in a pack or in errors.

One input is a whole pack, its files one after the other, each behind a line `#% PATH`. `run` explores what inputs do.
"""

from pathlib import Path
from typing import Final

from amends.application.compiled_pack import CompiledPack
from amends.domain.situation import Situation
from amends.engines.bitmap import BitmapEngine
from amends.engines.reference import ReferenceEngine
from amends.packs.canonical import digest
from amends.packs.diagnostics import Diagnostic, Severity
from amends.packs.files import SentFiles
from amends.packs.load import load_rules_with
from amends.packs.model import Pack

HERE: Final = Path(__file__).parent
PARENTS: Final = HERE / "parents"
"""What an input may extend."""
CORPUS: Final = HERE / "corpus"
_MARK: Final = b"#% "
_NAME: Final = "fuzzed"
_NOON: Final = 1_793_620_800_000_000_000


def unpacked(data: bytes) -> SentFiles:
    """The files of an input. What stands before the first mark is pack.yaml."""
    contents: dict[str, bytes] = {}
    path = "pack.yaml"
    for line in data.splitlines(keepends=True):
        if line.startswith(_MARK):
            path = line[len(_MARK) :].strip().decode("ascii", "replace")[:80] or "pack.yaml"
            contents[path] = b""
        else:
            contents[path] = contents.get(path, b"") + line
    return SentFiles(_NAME, contents)


def packed(folder: Path) -> bytes:
    """A pack's folder as one input."""
    files = sorted(path for path in folder.rglob("*") if path.is_file() and path.suffix in {".yaml", ".csv"})
    return b"".join(_MARK + str(path.relative_to(folder)).encode() + b"\n" + path.read_bytes() for path in files)


def check(data: bytes) -> Pack | None:
    """The law: a pack or errors, never a traceback; and what is a pack decides, by every engine alike."""
    sent = unpacked(data)
    loaded = load_rules_with(PARENTS, sent)
    found = loaded.diagnostics[_NAME]
    for diagnostic in found:
        _check_told(diagnostic)
    pack = loaded.packs.get(_NAME)
    failed = any(diagnostic.severity is Severity.ERROR for diagnostic in found)
    assert failed is (pack is None), "a pack stands beside errors, or nothing beside none"
    if pack is not None:
        assert digest(pack) == pack.digest
        _check_decides(pack)
    return pack


def _check_told(diagnostic: Diagnostic) -> None:
    """Somebody can mend it: it says where, and prints on a terminal."""
    said = diagnostic.render()
    assert diagnostic.message
    assert diagnostic.position.line >= 1
    assert diagnostic.position.column >= 1
    assert all(char.isprintable() or char == "\n" for char in said), said


def _check_decides(pack: Pack) -> None:
    situation = Situation("case-1", _NOON, {"observe_time": _NOON})
    role = pack.authority[0].role
    by_engine = [
        CompiledPack(pack, engine).decide(situation, role=role) for engine in (ReferenceEngine(), BitmapEngine())
    ]
    assert by_engine[0].decision == by_engine[1].decision
