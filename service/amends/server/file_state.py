"""Whether a file is still what it was: changes with its content, and where a link is pointed elsewhere."""

from pathlib import Path
from typing import TypeAlias

FileState: TypeAlias = tuple[int, int, int]
"""Opaque; equal while nothing has changed. A file that is not there has a state too."""


def file_state(path: Path) -> FileState:
    """The state of whatever the path leads to."""
    try:
        found = path.stat()
    except OSError:
        return (0, 0, 0)
    return (found.st_ino, found.st_mtime_ns, found.st_size)
