"""A real server process for tests: started as a user starts it, watched through its log."""

import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import MappingProxyType, TracebackType
from typing import Any, Self

import grpc

PATIENCE = 60.0
"""Seconds that a machine under load may take; a passing test needs far less."""

Line = dict[str, Any]


class RunningServer:
    """`amends serve` (or another program that logs like it) on a port of the system's choice.

    It records nothing, unless its `environment` or options say so.
    """

    def __init__(
        self,
        *options: str,
        program: Sequence[str] = ("-m", "amends", "serve", "--port", "0"),
        environment: Mapping[str, str] = MappingProxyType({}),
        python: str = sys.executable,
    ) -> None:
        clean = {name: value for name, value in os.environ.items() if not name.startswith("AMENDS_")}
        self.process = subprocess.Popen(
            [python, *program, *options],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
            env={**clean, "AMENDS_RECORDING": "off", **environment},
        )
        self._texts: list[str] = []
        self._ended = False
        self._news = threading.Condition()
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self) -> None:
        assert self.process.stderr is not None
        for text in self.process.stderr:
            with self._news:
                self._texts.append(text)
                self._news.notify_all()
        with self._news:
            self._ended = True
            self._news.notify_all()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, frames: TracebackType | None
    ) -> None:
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait(PATIENCE)
        self._reader.join(PATIENCE)
        for stream in (self.process.stdin, self.process.stderr):
            assert stream is not None
            stream.close()

    @property
    def text(self) -> str:
        """Everything that was logged so far."""
        with self._news:
            return "".join(self._texts)

    def lines(self, event: str) -> list[Line]:
        """The lines of one event so far."""
        with self._news:
            return self._held(event, {})

    def _held(self, event: str, fields: Mapping[str, object]) -> list[Line]:
        wanted = {"event": event, **fields}
        parsed = [json.loads(text) for text in self._texts if text.startswith("{")]
        return [line for line in parsed if wanted.items() <= line.items()]

    def wait_for(self, event: str, count: int = 1, **fields: object) -> Line:
        """The `count`-th line of an event that has these fields, as soon as it is there."""
        with self._news:
            self._news.wait_for(lambda: len(self._held(event, fields)) >= count or self._ended, PATIENCE)
            found = self._held(event, fields)
        assert len(found) >= count, f"no {event!r} line number {count} in:\n{self.text}"
        return found[count - 1]

    @property
    def target(self) -> str:
        """The address to call, once the server is ready."""
        return str(self.wait_for("ready")["address"])

    @contextmanager
    def channel(self) -> Iterator[grpc.Channel]:
        """A connection of its own."""
        options = (("grpc.use_local_subchannel_pool", 1), ("grpc.max_receive_message_length", -1))
        with grpc.insecure_channel(self.target, options=options) as channel:
            yield channel

    def signal(self, number: signal.Signals) -> None:
        self.process.send_signal(number)

    def end(self) -> int:
        """The exit code, once it has ended by itself, with its whole log read."""
        code = self.process.wait(PATIENCE)
        self._reader.join(PATIENCE)
        return code


def write_pack(rules: Path, pack_id: str, text: str) -> None:
    """Put a pack of one file into a rules folder."""
    folder = rules / pack_id
    folder.mkdir(parents=True)
    (folder / "pack.yaml").write_text(text, encoding="utf-8")
