"""Reads a pack's folder as `check_rule_pack` takes it: what belongs to a pack, and nothing that is hidden."""

from pathlib import Path
from typing import Final

_ENDINGS: Final = (".yaml", ".csv")


def pack_files(folder: str | Path) -> dict[str, bytes]:
    """The files of a pack by their paths in its folder: rules, tables and tests. OSError where one cannot be read."""
    root = Path(folder)
    paths = (path.relative_to(root) for path in root.rglob("*") if path.suffix in _ENDINGS and path.is_file())
    shown = sorted(path for path in paths if not any(part.startswith(".") for part in path.parts))
    return {path.as_posix(): (root / path).read_bytes() for path in shown}
