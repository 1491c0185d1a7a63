"""The service as a process of its own for as long as somebody needs it: started, waited for, stopped by its own pid.

It hears only this machine, on a port that the system chooses, under the rules of this checkout. Settings of the
environment are left out, so that it is the same service everywhere.
"""

import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from subprocess import DEVNULL, Popen, TimeoutExpired
from tempfile import TemporaryDirectory
from typing import IO, Final

_RULES: Final = Path(__file__).resolve().parent.parent / "rules"
_SECONDS_TO_START: Final = 30
_SECONDS_TO_STOP: Final = 25
_SECONDS_BETWEEN_LOOKS: Final = 0.02
_LOG_LINES_TOLD: Final = 10


class ServiceError(Exception):
    """The service did not start."""


@contextmanager
def running_service(rules: Path = _RULES) -> Iterator[str]:
    """`amends serve` with one worker; gives the address once it answers, and stops it at the end, errors included.

    An error takes along what the service logged, as a note: the log itself goes when the service does.
    """
    with TemporaryDirectory(prefix="amends-") as folder:
        port_file, log_file = Path(folder, "port"), Path(folder, "log")
        data = f"--data-dir={folder}/data"
        with log_file.open("wb") as log:
            if _start(["db", "upgrade", data], log=log).wait(_SECONDS_TO_START):
                raise ServiceError(f"no database could be made: {log_file.read_text(encoding='utf-8')}")
            settings = ["--port=0", f"--port-file={port_file}", f"--rules={rules}", data, "--log-level=warning"]
            process = _start(["serve", *settings], log=log)
        try:
            yield f"127.0.0.1:{_wait_for_port(process, port_file)}"
        except Exception as error:
            if logged := log_file.read_text(encoding="utf-8", errors="replace").splitlines():
                error.add_note("\n".join(["the service logged:", *logged[-_LOG_LINES_TOLD:]]))
            raise
        finally:
            _stop(process)


def _start(command: list[str], *, log: IO[bytes]) -> Popen[bytes]:
    return Popen(  # noqa: S603  # our own program, by constant arguments
        [sys.executable, "-m", "amends", *command],
        stdin=DEVNULL,
        stdout=log,
        stderr=log,
        env={name: value for name, value in os.environ.items() if not name.startswith("AMENDS_")},
        start_new_session=True,  # a Ctrl-C is for us: we stop the service when we are done with it
    )


def _wait_for_port(process: Popen[bytes], port_file: Path) -> int:
    """The file appears, whole, as soon as the service can be called."""
    deadline = time.monotonic() + _SECONDS_TO_START
    while not port_file.exists():
        if process.poll() is not None:
            raise ServiceError("the service ended before it could be called")
        if time.monotonic() > deadline:
            raise ServiceError(f"the service did not start within {_SECONDS_TO_START} seconds")
        time.sleep(_SECONDS_BETWEEN_LOOKS)
    return int(port_file.read_text(encoding="utf-8"))


def _stop(process: Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(_SECONDS_TO_STOP)
    except TimeoutExpired:
        process.kill()
        process.wait()
