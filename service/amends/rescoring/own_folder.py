"""A folder of this program's own beside an output. One process has it at a time, and nothing in it is another's.

The lock is the operating system's and ends with its process, however that ends: nobody has to clear it away.
"""

import errno
import fcntl
import json
import os
import re
import shutil
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any, Final

RUN: Final = "run.json"
"""Says of which run the folder is. It is the first thing that is there, and the last that goes."""

PART: Final = re.compile(r"part-(?P<first>[0-9]{12})\.parquet", re.ASCII)

BESIDE: Final = "against"
"""The output of a run that this one is compared with. It is never whole: only its parts are made use of."""

SPARK: Final = "spark"
"""What Spark has written of a run, which is never gone on with."""

_LOCK: Final = "lock"
_OWN: Final = re.compile(
    r"lock|run\.(json|unfinished)|part-[0-9]{12}\.(parquet|unfinished|rejects\.jsonl)|changes-\w+|against\.parts|spark",
    re.ASCII,
)
_TOLD: Final = 3


class OutputError(Exception):
    """The output cannot be written where it was to be; says why and how to mend it."""


class OwnFolder:
    """The folder, held until it is let go of. OutputError where another process has it, or it is somebody else's."""

    __slots__ = ("_lock", "path")

    def __init__(self, path: Path) -> None:
        _check_own(path)
        self.path = path
        self._lock: int | None = _locked(path)

    def said(self) -> Mapping[str, Any] | None:
        """What it says of its run; None where it holds none yet."""
        return _said(self.path)

    @property
    def parts(self) -> tuple[Path, ...]:
        """The finished parts, in the order of their rows."""
        return tuple(sorted(path for path in self.path.iterdir() if PART.fullmatch(path.name)))

    def clear(self) -> None:
        """Take away all of the run that it holds, the last part first: what is left by a kill is a run's beginning."""
        for path in reversed(self.parts):
            path.unlink()
        names = {_LOCK, RUN}
        for path in list(self.path.iterdir()):
            if path.name not in names and _OWN.fullmatch(path.name):
                _remove(path)
        (self.path / RUN).unlink(missing_ok=True)

    def remove(self) -> None:
        """It is no longer needed. What somebody else has put into it meanwhile stays."""
        self.clear()
        (self.path / _LOCK).unlink()
        # Another run may take the folder between one step and the next: then it is no longer this one's to remove.
        with suppress(FileNotFoundError):
            if not any(self.path.iterdir()):
                _remove_empty(self.path)
        self.close()

    def close(self) -> None:
        """Let go of it, whatever it holds."""
        if self._lock is not None:
            os.close(self._lock)
            self._lock = None


def clear_compared(folder: Path) -> None:
    """What a comparison that was killed has left."""
    for path in folder.glob("changes-*"):
        _remove(path)


def _remove_empty(folder: Path) -> None:
    try:
        folder.rmdir()
    except OSError as error:
        if error.errno not in {errno.ENOTEMPTY, errno.EEXIST}:
            raise


def _remove(path: Path) -> None:
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink()


def _check_own(path: Path) -> None:
    if path.is_symlink() or (path.exists() and not path.is_dir()):
        raise OutputError(
            f"{path}: the parts of the output were to lie there, and it is no folder; choose another --out"
        )
    if not path.exists():
        return
    names = sorted(found.name for found in path.iterdir())
    strange = [name for name in names if not _OWN.fullmatch(name)]
    if strange:
        told = ", ".join(strange[:_TOLD]) + (" .." if len(strange) > _TOLD else "")
        raise OutputError(
            f"{path}: the parts of the output were to lie there, and it holds what is somebody else's: {told}; "
            "choose another --out, or move that away"
        )
    is_known = _said(path) is not None
    if not is_known and (RUN in names or any(PART.fullmatch(name) for name in names)):
        raise OutputError(f"{path}: nobody knows of which run it is; choose another --out, or move it away")


def _said(folder: Path) -> Mapping[str, Any] | None:
    try:
        said = json.loads((folder / RUN).read_bytes())
    except (FileNotFoundError, ValueError):
        return None
    return said if isinstance(said, dict) and {"run", "began"} <= set(said) else None


def _locked(folder: Path) -> int:
    path = folder / _LOCK
    while True:
        folder.mkdir(parents=True, exist_ok=True)
        try:
            handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o666)
        except FileNotFoundError:
            # Another run has ended just now, and has taken its folder away.
            continue
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(handle)
            raise OutputError(
                f"{folder}: another run is writing this output; wait for it, or choose another --out"
            ) from None
        except OSError:
            os.close(handle)
            raise
        if _is(path, handle):
            return handle
        os.close(handle)


def _is(path: Path, handle: int) -> bool:
    """Whether what is locked is still what the next process would lock."""
    try:
        return os.path.samestat(path.stat(), os.fstat(handle))
    except FileNotFoundError:
        return False
