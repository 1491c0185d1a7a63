"""Base images of Debian's packages, in the place of those that the image names: no registry of images is asked.

Each is made once and kept in build/ under what it was made of.
"""

import hashlib
import subprocess
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Final

_KEPT: Final = Path(__file__).parents[2] / "build" / "bases"
# Many times faster than debootstrap, which fetches one package after the other.
_UNREAD: Final = tuple(f"--dpkgopt=path-exclude=/usr/share/{folder}/*" for folder in ("doc", "locale", "man"))
_MAKE: Final = ("mmdebstrap", "--variant=essential", *_UNREAD)
_SUITE: Final = "bookworm"

TO_RUN_ON: Final = ("libstdc++6", "python3")
TO_BUILD_ON: Final = (*TO_RUN_ON, "gcc", "python3-dev", "python3-venv")


def make_base(packages: Sequence[str]) -> Path:
    """The archive of a root file system that has these packages."""
    command = (*_MAKE, f"--include={','.join(packages)}", _SUITE)
    kept = _KEPT / f"{hashlib.sha256(repr(command).encode()).hexdigest()[:16]}.tar"
    if not kept.exists():
        _KEPT.mkdir(parents=True, exist_ok=True)
        # Named when it is whole: a run that was cut short leaves nothing that looks like a base.
        with tempfile.TemporaryDirectory(dir=_KEPT) as folder:
            unfinished = Path(folder) / "base.tar"
            done = subprocess.run((*command, str(unfinished)), check=False, capture_output=True, text=True)
            assert done.returncode == 0, f"{command}:\n{done.stdout[-2000:]}{done.stderr[-2000:]}"
            unfinished.replace(kept)
    return kept
