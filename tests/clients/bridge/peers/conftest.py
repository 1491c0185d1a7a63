"""The programs beside the bridge: each in the environment that `make peers` has made for it."""

import shutil
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.clients.bridge.bridging import WORK
from tests.lacking import Lack, do_without
from tests.service.running import RunningServer

_LACK = Lack("django-helpdesk and Tryton", "`make peers` installs them")


@contextmanager
def serving_peer(request: pytest.FixtureRequest, name: str, folder: Path) -> Iterator[RunningServer]:
    """The program, on a copy of the data that `make peers` has prepared, in `folder / name`."""
    home = Path(sys.prefix) / "peers" / name
    if not (home / ".installed").exists():
        do_without(request, _LACK)
    shutil.copytree(home / "data", folder / name)
    program = (str(Path(__file__).with_name(f"{name}_peer.py")), "serve", str(folder / name))
    with RunningServer(program=program, python=str(home / "bin" / "python")) as running:
        yield running


def serving_bridge(folder: Path, *, amends: str, name: str, source: Mapping[str, Any], **secrets: str) -> RunningServer:
    """A bridge with one source, whose mapping is its text, as a user starts it; `secrets` are its environment."""
    (folder / "mapping.yaml").write_text(source["mapping"], encoding="utf-8")
    settings = {
        "amends": {"target": amends, "deadline": 5},
        "queue": f"sqlite:///{folder / 'bridge.db'}",
        "work": {**WORK, "lease": 120},
        "sources": {name: {**source, "mapping": "mapping.yaml"}},
    }
    file = folder / "bridge.yaml"
    file.write_text(yaml.safe_dump(settings), encoding="utf-8")
    program = ("-W", "error", "-m", "amends_client.bridge", "serve", "--config", str(file), "--port", "0")
    return RunningServer(program=program, environment=secrets)
