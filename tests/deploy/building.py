"""Builds the container image as a user builds it, by buildah: without a daemon, in a store of its own."""

import ast
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from tests.in_memory import in_memory

# It keeps a cache of its own in /var/lib, wherever its store is: that of this machine is out of its reach.
_ALONE: Final = ("unshare", "--mount", "sh", "-euc", 'mount --bind "$0" /var/lib && exec buildah "$@"')
ROOT: Final = Path(__file__).parents[2]
_OF_PIP: Final = ("index-url", "extra-index-url", "trusted-host", "proxy", "timeout", "default-timeout")


@dataclass(frozen=True, slots=True)
class Image:
    """What was built: its files, and what it says of how it is run."""

    root: Path
    user: str
    folder: str
    environment: Sequence[str]
    command: Sequence[str]
    health: Sequence[str]
    described: str
    """Everything that the image says of itself, its history too."""


class Buildah:
    """Its images and containers lie in one folder, and nothing elsewhere."""

    def __init__(self, folder: Path) -> None:
        elsewhere = folder / "var-lib"
        elsewhere.mkdir()
        store = ("--root", f"{folder}/root", "--runroot", f"{folder}/run", "--storage-driver", "vfs")
        self._buildah = (*_ALONE, str(elsewhere), *store)

    def load(self, archive: Path, name: str) -> None:
        """Make an image of a root file system."""
        container = self._run("from", "scratch")
        self._run("add", "--quiet", container, str(archive), "/")
        self._run("commit", "--quiet", "--rm", container, name)

    def build(self, name: str, *, arguments: Mapping[str, str], secrets: Mapping[str, Path]) -> Image:
        """Build the image of this checkout, and lay out its files."""
        self._run(
            *("bud", "--isolation", "chroot", "--format", "docker", "--pull-never", "--tag", name),
            *(f"--build-arg={key}={value}" for key, value in arguments.items()),
            *(f"--secret=id={key},src={path}" for key, path in secrets.items()),
            str(ROOT),
        )
        described = self._run("inspect", "--type", "image", name)
        told: dict[str, Any] = json.loads(described)["Docker"]["config"]
        return Image(
            root=Path(self._run("mount", self._run("from", "--pull-never", name))),
            user=told["User"],
            folder=told["WorkingDir"],
            environment=told["Env"],
            command=[*told["Entrypoint"], *told["Cmd"]],
            health=told["Healthcheck"]["Test"],
            described=described,
        )

    def close(self) -> None:
        """Take away the containers, with what is mounted for them."""
        self._run("rm", "--all")

    def _run(self, *arguments: str) -> str:
        done = subprocess.run([*self._buildah, *arguments], check=False, capture_output=True, text=True)
        assert done.returncode == 0, f"buildah {arguments}:\n{done.stdout[-4000:]}{done.stderr[-4000:]}"
        return done.stdout.strip()


@contextmanager
def open_store() -> Iterator[Buildah]:
    """A store that is gone in the end."""
    folder = Path(tempfile.mkdtemp(prefix="amends-image-", dir=in_memory()))
    buildah = Buildah(folder)
    try:
        yield buildah
        buildah.close()
    finally:
        shutil.rmtree(folder)


def secrets_of_pip(folder: Path) -> dict[str, Path]:
    """Where pip finds packages on this machine and whom it trusts there, as the build takes them; files stay here."""
    told = _configured()
    lines = [f"{name} = {value}" for name, value in told.items() if name in _OF_PIP and "file:" not in value]
    secrets = {}
    if "cert" in told:
        secrets["ca.pem"] = Path(told["cert"])
        lines.append("cert = /run/secrets/ca.pem")
    secrets["pip.conf"] = folder / "pip.conf"
    secrets["pip.conf"].write_text("\n".join(["[global]", *lines, ""]), encoding="utf-8")
    return secrets


def _configured() -> dict[str, str]:
    """pip's settings; those of the environment overrule those of its files."""
    command = [sys.executable, "-m", "pip", "config", "list"]
    printed = subprocess.run(command, check=True, capture_output=True, text=True, env=os.environ).stdout
    lines = sorted(printed.splitlines(), key=lambda line: line.startswith(":env:"))
    settings = (line.partition("=") for line in lines)
    return {name.rpartition(".")[2]: ast.literal_eval(value) for name, _, value in settings}
