"""Several processes behind one port: starts the workers, starts a dead one again, passes a signal on, waits for all.

It starts each worker as a fresh program, and imports neither gRPC nor uvloop: neither survives a fork. It signals only
processes that it started and has not yet waited for, so that a number used again by the system is never hit.
"""

import selectors
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import Final

from amends.log import Logger
from amends.server.errors import CannotListenError
from amends.server.supervisor_link import CLOSED, LONGEST_MESSAGE, READY

_FIRST_DELAY: Final = 0.1
_LONGEST_DELAY: Final = 10.0
_HEALTHY_AFTER: Final = 10.0


@dataclass(frozen=True, slots=True)
class WorkerProgram:
    """How a worker is started, and how long it may take to end: the drain, and then some grace before it is killed.

    `environment` is given the descriptor of the worker's link under `link_variable`. A worker that comes later gets the
    digest of the rules that the first ones serve, under `rules_variable`: with others it must not serve beside them.
    `on_end` hears the process id of each that has ended.
    """

    command: Sequence[str]
    environment: Mapping[str, str]
    link_variable: str
    rules_variable: str
    drain_seconds: float
    grace_seconds: float = 5.0
    on_end: Callable[[int], None] = lambda _pid: None


@dataclass(slots=True)
class _Worker:
    process: subprocess.Popen[bytes]
    link: socket.socket
    started: float
    ready: bool = False
    closed: bool = False
    let_go: bool = False


@dataclass(slots=True)
class _Slot:
    """A place for a worker: the worker in it, or the moment at which a new one is due."""

    worker: _Worker | None = None
    due: float = 0.0
    delay: float = field(default=_FIRST_DELAY)


def reserve_port(host: str, port: int) -> socket.socket:
    """A bound socket that never listens: it keeps the port (0: one that the system chooses) for the workers.

    CannotListenError where another program listens there already, which sharing the port would hide.
    """
    check_port(host, port)
    try:
        return _reserve(host, port)
    except OSError:
        raise CannotListenError(f"{host}:{port}") from None


def check_port(host: str, port: int) -> None:
    """CannotListenError where one could not listen now: cheap, and before anything else is done."""
    try:
        family, _, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        with socket.socket(family, socket.SOCK_STREAM) as probe:
            # Only a port that somebody listens on is taken: connections of an earlier run may still be fading.
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
            probe.listen()
    except OSError:
        raise CannotListenError(f"{host}:{port}") from None


def _reserve(host: str, port: int) -> socket.socket:
    family, _, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
    held = socket.socket(family, socket.SOCK_STREAM)
    held.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    held.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
    held.bind(address)
    return held


class Supervisor:
    """Keeps `count` workers running until it is told to stop."""

    def __init__(self, program: WorkerProgram, count: int, *, log: Logger, on_ready: Callable[[], None]) -> None:
        """`on_ready` is called once, when every worker can be called."""
        self._program = program
        self._slots = [_Slot() for _ in range(count)]
        self._log = log
        self._on_ready = on_ready
        self._announced = False
        self._rules_digest = ""
        self._exit_code = 0
        self._stopping = False
        self._kill_at: float | None = None
        self._selector = selectors.DefaultSelector()

    def run(self) -> int:
        """Blocks until every worker has ended after SIGTERM or SIGINT; 0, or the first bad exit code.

        A worker that ends before all have once been ready ends the rest: what stopped it would stop it again.
        """
        with self._signals() as wakeups:
            self._selector.register(wakeups, selectors.EVENT_READ, lambda: self._take_signals(wakeups))
            while not self._stopping or any(slot.worker for slot in self._slots):
                self._start_due()
                for key, _ in self._selector.select(self._patience()):
                    key.data()
                self._reap()
                self._kill_overdue()
        self._selector.close()
        return self._exit_code

    @contextmanager
    def _signals(self) -> Iterator[socket.socket]:
        reading, writing = socket.socketpair()
        reading.settimeout(0)
        writing.settimeout(0)
        watched = (signal.SIGTERM, signal.SIGINT, signal.SIGCHLD)
        before = {number: signal.signal(number, lambda *_: None) for number in watched}
        wakeup_before = signal.set_wakeup_fd(writing.fileno())
        try:
            yield reading
        finally:
            signal.set_wakeup_fd(wakeup_before)
            for number, handler in before.items():
                signal.signal(number, handler)
            reading.close()
            writing.close()

    def _take_signals(self, wakeups: socket.socket) -> None:
        for number in wakeups.recv(4096):
            if number in {signal.SIGTERM, signal.SIGINT}:
                self._log.info("stopping", signal=signal.Signals(number).name)
                self._stop()

    def _start_due(self) -> None:
        now = time.monotonic()
        for slot in self._slots:
            if not self._stopping and slot.worker is None and slot.due <= now:
                slot.worker = self._start()

    def _start(self) -> _Worker:
        ours, theirs = socket.socketpair()
        with theirs:
            process = subprocess.Popen(  # noqa: S603 -- our own program, started by its own interpreter
                self._program.command,
                env={**self._program.environment, **self._variables(theirs)},
                pass_fds=(theirs.fileno(),),
                stdin=subprocess.DEVNULL,
                # Ctrl-C at a terminal reaches the supervisor alone: to a worker, a second signal means at once.
                start_new_session=True,
            )
        worker = _Worker(process, ours, started=time.monotonic())
        self._selector.register(ours, selectors.EVENT_READ, lambda: self._hear(worker))
        self._log.info("worker_started", worker_pid=process.pid)
        return worker

    def _variables(self, link: socket.socket) -> Mapping[str, str]:
        known = {self._program.rules_variable: self._rules_digest} if self._rules_digest else {}
        return {self._program.link_variable: str(link.fileno())} | known

    def _hear(self, worker: _Worker) -> None:
        said = worker.link.recv(LONGEST_MESSAGE)
        if not said:
            self._selector.unregister(worker.link)
        for line in said.splitlines():
            if line == CLOSED:
                worker.closed = True
                self._let_go()
            else:
                self._welcome(worker, line.removeprefix(READY).decode())
        if not self._announced and all(slot.worker and slot.worker.ready for slot in self._slots):
            self._announced = True
            self._on_ready()

    def _welcome(self, worker: _Worker, rules_digest: str) -> None:
        self._rules_digest = self._rules_digest or rules_digest
        worker.ready = rules_digest == self._rules_digest
        if not worker.ready:
            # One of the first, started before anybody knew what to expect, while the rules were being changed.
            self._log.error("rules_changed", serving=self._rules_digest, found=rules_digest)
            worker.process.terminate()

    def _let_go(self) -> None:
        """Tell those that have closed that all have.

        A worker that never was ready has let nobody in, and one that ends alone waits for nobody.
        """
        there = [slot.worker for slot in self._slots if slot.worker]
        if self._stopping and not all(worker.closed or not worker.ready for worker in there):
            return
        for worker in there:
            if worker.closed and not worker.let_go:
                worker.let_go = True
                with suppress(OSError):
                    worker.link.sendall(CLOSED + b"\n")

    def _reap(self) -> None:
        for slot in self._slots:
            if slot.worker is not None and (code := slot.worker.process.poll()) is not None:
                self._bury(slot, slot.worker, code)

    def _bury(self, slot: _Slot, worker: _Worker, code: int) -> None:
        if worker.link in self._selector.get_map():
            self._selector.unregister(worker.link)
        worker.link.close()
        slot.worker = None
        self._program.on_end(worker.process.pid)
        now = time.monotonic()
        if self._stopping:
            self._let_go()
            # A worker that was told to stop before it could listen to signals dies of the signal: as asked.
            if code not in {0, -signal.SIGTERM}:
                self._exit_code = self._exit_code or max(code, 1)
            return
        if not self._announced:
            self._log.error("worker_failed_to_start", worker_pid=worker.process.pid, exit_code=code)
            self._exit_code = max(code, 1)
            self._stop()
            return
        slot.delay = _FIRST_DELAY if now - worker.started >= _HEALTHY_AFTER else min(slot.delay * 2, _LONGEST_DELAY)
        slot.due = now + slot.delay
        self._log.error("worker_died", worker_pid=worker.process.pid, exit_code=code, restart_in_seconds=slot.delay)

    def _stop(self) -> None:
        """Ask every worker to end; a second time means at once, to them as to us."""
        if not self._stopping:
            self._stopping = True
            self._kill_at = time.monotonic() + self._program.drain_seconds + self._program.grace_seconds
        for slot in self._slots:
            if slot.worker is not None:
                slot.worker.process.send_signal(signal.SIGTERM)

    def _kill_overdue(self) -> None:
        if self._kill_at is None or time.monotonic() < self._kill_at:
            return
        for slot in self._slots:
            if slot.worker is not None:
                self._log.error("worker_killed", worker_pid=slot.worker.process.pid)
                slot.worker.process.kill()
        self._kill_at = None

    def _patience(self) -> float | None:
        """How long nothing needs to be done unless something is heard; None: for ever."""
        moments = [slot.due for slot in self._slots if slot.worker is None and not self._stopping]
        if self._kill_at is not None:
            moments.append(self._kill_at)
        return max(0.0, min(moments) - time.monotonic()) if moments else None
