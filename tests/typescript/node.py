"""Node and what npm has installed for the TypeScript parts: found, built anew, and run."""

import os
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import Final

from tests.lacking import Lack

ROOT: Final = Path(__file__).parents[2]
CLIENTS: Final = ROOT / "clients"
PACKAGE: Final = CLIENTS / "typescript"
NODE_LACKS: Final = Lack("Node", "This installs it: apt-get install nodejs npm && make node")
_SECONDS: Final = 170


def lacks_node() -> bool:
    """Whether Node is missing, or what npm installs for these parts is."""
    return not (shutil.which("npm") and (CLIENTS / "node_modules" / ".package-lock.json").exists())


def run(
    *command: str, folder: Path = PACKAGE, environment: Mapping[str, str] = MappingProxyType({})
) -> subprocess.CompletedProcess[str]:
    """What a command has printed; the test fails with that where the command fails."""
    done = subprocess.run(
        command,
        cwd=folder,
        env={**os.environ, "NO_COLOR": "1", **environment},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
        timeout=_SECONDS,
    )
    assert done.returncode == 0, f"{' '.join(command)}\n{done.stdout}\n{done.stderr}"
    return done


def npm(*arguments: str, folder: Path = PACKAGE) -> str:
    """What npm has printed."""
    return run("npm", *arguments, folder=folder).stdout


def node(*arguments: str, folder: Path = PACKAGE, environment: Mapping[str, str] = MappingProxyType({})) -> str:
    """What a program of Node has printed."""
    return run("node", *arguments, folder=folder, environment=environment).stdout


def compiler(*arguments: str, folder: Path) -> Sequence[str]:
    """The locked TypeScript compiler's lines about a project that need not have one."""
    program = CLIENTS / "node_modules" / "typescript" / "bin" / "tsc"
    return run("node", str(program), *arguments, folder=folder).stdout.splitlines()
