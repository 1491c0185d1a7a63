"""Where tests put files that are no disk's business."""

import os
import shutil
from pathlib import Path
from typing import Final

_ROOM: Final = 4 * 1024**3


def in_memory() -> Path | None:
    """A folder in memory, for programs too, if there is one with room for hundreds of databases or an image."""
    memory = Path("/dev/shm")  # noqa: S108  # a folder of an unguessable name is made in it
    if not memory.is_dir() or not os.access(memory, os.W_OK) or shutil.disk_usage(memory).free <= _ROOM:
        return None
    return None if os.statvfs(memory).f_flag & os.ST_NOEXEC else memory
