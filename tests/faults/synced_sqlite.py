"""The SQLite of a process tells of each sync of its logs, waits in it, or fails in it, as files in a folder say.

It takes the place of xSync in the methods that SQLite itself calls for the write-ahead log: what is seen here is the
very sync on which a commit waits. Each is logged as `syncing` before it happens, and adds a byte to the file `synced`
after. While the folder holds a file `closed`, a sync waits; while it holds `broken`, it fails as a dying disk makes it
fail, and `full` lets no byte be written, as a disk without room does.

Nothing but the standard library is imported: the process that writes groups has nothing else. It is run as

    python synced_sqlite.py FOLDER WRITER_PROCESS.PY
"""

import _sqlite3
import ctypes
import os
import runpy
import sys
import time
from pathlib import Path
from typing import Any, Final

_OK: Final = 0
_IOERR_FSYNC: Final = 10 | (4 << 8)
_FULL: Final = 13
_PATIENCE: Final = 0.002

# Of sqlite3.h. A VFS: iVersion, szOsFile, mxPathname, pNext, zName, pAppData, xOpen. Methods: iVersion, xClose, xRead,
# xWrite, xTruncate, xSync and thirteen more. A file begins with a pointer to its methods.
_OPEN: Final = ctypes.CFUNCTYPE(
    ctypes.c_int, ctypes.c_void_p, ctypes.c_void_p, ctypes.c_void_p, ctypes.c_int, ctypes.c_void_p
)
_SYNC: Final = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_void_p, ctypes.c_int)
_WRITE: Final = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_void_p, ctypes.c_void_p, ctypes.c_int, ctypes.c_int64)


class _Vfs(ctypes.Structure):
    _fields_ = (
        ("version", ctypes.c_int),
        ("file_size", ctypes.c_int),
        ("longest_path", ctypes.c_int),
        ("next", ctypes.c_void_p),
        ("name", ctypes.c_char_p),
        ("data", ctypes.c_void_p),
        ("open", _OPEN),
    )


class _Methods(ctypes.Structure):
    _fields_ = (
        ("version", ctypes.c_int),
        ("close", ctypes.c_void_p),
        ("read", ctypes.c_void_p),
        ("write", _WRITE),
        ("truncate", ctypes.c_void_p),
        ("sync", _SYNC),
        ("others", ctypes.c_void_p * 13),
    )


class _File(ctypes.Structure):
    _fields_ = (("methods", ctypes.POINTER(_Methods)),)


class Watched:
    """SQLite's usual way to files, with ours in between for write-ahead logs."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        find: Any = ctypes.CDLL(_sqlite3.__file__).sqlite3_vfs_find
        find.restype = ctypes.POINTER(_Vfs)
        self._vfs = find(None)
        self._usual_open = _OPEN(ctypes.cast(self._vfs.contents.open, ctypes.c_void_p).value or 0)
        self._methods: _Methods | None = None
        # Kept: SQLite has only their addresses.
        self._open, self._sync, self._write = _OPEN(self._opened), _SYNC(self._synced), _WRITE(self._written)
        self._vfs.contents.open = self._open

    def _opened(self, vfs: int, name: int | None, file: int, flags: int, out: int) -> int:
        # By its address: SQLite keeps that, and reads behind the name's end.
        code = self._usual_open(vfs, name, file, flags, out)
        if code == _OK and name is not None and ctypes.string_at(name).endswith(b"-wal"):
            opened = ctypes.cast(file, ctypes.POINTER(_File)).contents
            if self._methods is None:
                self._usual = _Methods.from_buffer_copy(opened.methods.contents)
                self._methods = _Methods.from_buffer_copy(opened.methods.contents)
                self._methods.sync, self._methods.write = self._sync, self._write
            opened.methods = ctypes.pointer(self._methods)
        return int(code)

    def _synced(self, file: int, flags: int) -> int:
        os.write(2, b'{"event": "syncing"}\n')
        while self._is("closed"):
            time.sleep(_PATIENCE)
        if self._is("broken"):
            return _IOERR_FSYNC
        code = self._usual.sync(file, flags)
        with (self._folder / "synced").open("ab") as synced:
            synced.write(b".")
        return int(code)

    def _written(self, file: int, data: int, size: int, offset: int) -> int:
        return _FULL if self._is("full") else int(self._usual.write(file, data, size, offset))

    def _is(self, state: str) -> bool:
        return (self._folder / state).exists()


def main() -> None:
    watched = Watched(Path(sys.argv[1]))
    runpy.run_path(sys.argv[2], run_name="__main__")
    del watched


if __name__ == "__main__":
    main()
