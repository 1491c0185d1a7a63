"""The programs beside the bridge: each in the environment that `make peers` has made for it."""

import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

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
