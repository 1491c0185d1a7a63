"""A container of an image, as an orchestrator that trusts nobody runs it.

Its files are the image's and cannot be written, but for the data and /tmp; its processes are its own, as the account
that the image names and without any other right. The network is the machine's, so that a test can call it on loopback.
"""

import os
import signal
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import Final

from tests.deploy.building import Image
from tests.service.running import RunningServer

DATA: Final = "/var/lib/amends"
_NOTHING: Final[Mapping[str, str]] = MappingProxyType({})
_ENTER: Final = """
root=$1 data=$2
shift 2
mount --bind "$root" "$root"
mount -o remount,bind,ro "$root"
mount --rbind /dev "$root/dev"
mount -t proc proc "$root/proc"
mount -t tmpfs -o mode=1777 tmpfs "$root/tmp"
mount --bind "$data" "$root/var/lib/amends"
exec chroot "$root" "$@"
"""


def _enter(image: Image, data: Path, environment: Mapping[str, str], command: Sequence[str]) -> list[str]:
    alone = ("unshare", "--mount", "--pid", "--fork", "--kill-child")
    return [*alone, "sh", "-euc", _ENTER, "sh", str(image.root), str(data), *_inside(image, environment, command)]


def _inside(image: Image, environment: Mapping[str, str], command: Sequence[str]) -> list[str]:
    """What starts a command in the container's files: with no more than the image says and the caller adds."""
    user, _, group = image.user.partition(":")
    added = [f"{name}={value}" for name, value in environment.items()]
    return [
        *("setpriv", f"--reuid={user}", f"--regid={group}", "--clear-groups", "--no-new-privs", "--bounding-set=-all"),
        *("env", "--ignore-environment", f"--chdir={image.folder}", *image.environment, *added),
        *command,
    ]


def run(
    image: Image, data: Path, command: Sequence[str], environment: Mapping[str, str] = _NOTHING
) -> subprocess.CompletedProcess[str]:
    """Run one command in a container of its own, until it ends."""
    entered = _enter(image, data, environment, command)
    return subprocess.run(entered, check=False, capture_output=True, text=True, env={"PATH": os.environ["PATH"]})


class Container(RunningServer):
    """A container that runs what its image says it runs."""

    def __init__(self, image: Image, data: Path, environment: Mapping[str, str]) -> None:
        self._image = image
        entered = _enter(image, data, environment, image.command)
        super().__init__(program=("-c", "import os, sys; os.execvp(sys.argv[1], sys.argv[1:])", *entered))

    @property
    def first(self) -> int:
        """The process that is number 1 in the container, by its number here."""
        outer = self.process.pid
        return int(Path(f"/proc/{outer}/task/{outer}/children").read_text(encoding="ascii"))

    def signal(self, number: signal.Signals) -> None:
        """As a runtime signals: the first process, to which nothing happens that it does not see to itself."""
        os.kill(self.first, number)

    def run(
        self, command: Sequence[str], environment: Mapping[str, str] = _NOTHING
    ) -> subprocess.CompletedProcess[str]:
        """Run one more command in it."""
        joined = ("nsenter", "--target", str(self.first), "--mount", "--pid", "--root")
        inside = [*joined, *_inside(self._image, environment, command)]
        return subprocess.run(inside, check=False, capture_output=True, text=True)
