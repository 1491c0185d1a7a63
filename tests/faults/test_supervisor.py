"""The supervisor among workers that misbehave: they die again and again, never come up, or do not want to end."""

import os
import signal
import socket
import sys
from pathlib import Path

import pytest

from amends.server.errors import CannotListenError
from amends.server.supervisor import Supervisor, WorkerProgram, reserve_port
from tests.fakes.logger import RecordingLogger

LINK, RULES = "LINK", "RULES"
LINKED = f"import os, signal, socket; link = socket.socket(fileno=int(os.environ[{LINK!r}]))"
DIES_WHEN_READY = f"{LINKED}; link.sendall(b'ready'); os._exit(7)"
NEVER_READY = "raise SystemExit(9)"
DIES_WITH_ITS_RULES = f"{LINKED}; link.sendall(b'readyabc'); os._exit(int(os.environ.get({RULES!r}) == 'abc'))"
OF_ITS_OWN_MIND = f"{LINKED}; link.sendall(b'ready' + str(os.getpid()).encode()); signal.pause()"
STUBBORN = f"{LINKED}; signal.signal(signal.SIGTERM, signal.SIG_IGN); link.sendall(b'ready'); signal.pause()"
CLOSES = f"""{LINKED}
import sys, time
signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGTERM])
link.sendall(b'ready\\n')
signal.sigwait([signal.SIGTERM])
time.sleep(0.3 * (os.getpid() % 3))
os.mkdir(os.path.join(sys.argv[1], f'closed {{os.getpid()}}'))
link.sendall(b'closed\\n')
assert link.recv(100) == b'closed\\n'
closed = [name for name in os.listdir(sys.argv[1]) if name.startswith('closed')]
os.mkdir(os.path.join(sys.argv[1], f'let go {{os.getpid()}} after {{len(closed)}}'))
"""
"""At a stop it writes down that it has closed, some of them late, and how many had closed when it was let go."""


def program(text: str, *said: str, grace: float = 0.2) -> WorkerProgram:
    return WorkerProgram(
        command=(sys.executable, "-S", "-c", text, *said),
        environment=os.environ,
        link_variable=LINK,
        rules_variable=RULES,
        drain_seconds=0.0,
        grace_seconds=grace,
    )


def stop_at(event: str, count: int) -> RecordingLogger:
    """A logger that sends this process SIGTERM, as an operator would, at the so-manieth line of an event."""

    def hear(said: str) -> None:
        if said == event and len(log.of(event)) == count:
            os.kill(os.getpid(), signal.SIGTERM)

    log = RecordingLogger(hear)
    return log


def test_a_worker_that_keeps_dying_is_started_less_and_less_often() -> None:
    """A broken machine is not kept busy by starting what cannot live; nothing else is taken down."""
    log = stop_at("worker_died", 4)

    code = Supervisor(program(DIES_WHEN_READY), 1, log=log, on_ready=lambda: None).run()

    assert code == 0
    died = log.of("worker_died")
    assert [line["exit_code"] for line in died] == [7, 7, 7, 7]
    assert [line["restart_in_seconds"] for line in died] == [0.2, 0.4, 0.8, 1.6]
    assert len({line["worker_pid"] for line in died}) == 4


def test_a_worker_that_never_comes_up_ends_the_service_with_its_exit_code() -> None:
    """What stopped it would stop it again."""
    log, ready = RecordingLogger(), []

    code = Supervisor(program(NEVER_READY), 2, log=log, on_ready=lambda: ready.append(1)).run()

    assert (code, ready) == (9, [])
    assert log.of("worker_failed_to_start")


def test_a_worker_that_does_not_end_is_killed_after_the_grace() -> None:
    """The supervisor waits for the drain and a little more, and leaves nobody behind."""
    log = RecordingLogger()

    def stop() -> None:
        os.kill(os.getpid(), signal.SIGTERM)

    code = Supervisor(program(STUBBORN), 2, log=log, on_ready=stop).run()

    assert code == 1
    assert len(log.of("worker_killed")) == 2


def test_no_worker_lets_its_callers_go_before_all_have_closed(tmp_path: Path) -> None:
    """Who is let go comes back at once over the port that they share: perhaps to one that is just closing."""

    def stop() -> None:
        os.kill(os.getpid(), signal.SIGTERM)

    code = Supervisor(program(CLOSES, str(tmp_path), grace=20), 3, log=RecordingLogger(), on_ready=stop).run()

    assert code == 0
    let_go = [path.name for path in tmp_path.iterdir() if path.name.startswith("let go")]
    assert [name.rpartition(" ")[2] for name in let_go] == ["3", "3", "3"]


def test_a_worker_that_is_stopped_alone_waits_for_no_other(tmp_path: Path) -> None:
    """An operator's signal to one process must not hold its answers: the others go on."""
    log = stop_at("worker_died", 1)

    def stop_one() -> None:
        os.kill(int(str(log.of("worker_started")[0]["worker_pid"])), signal.SIGTERM)

    Supervisor(program(CLOSES, str(tmp_path), grace=20), 2, log=log, on_ready=stop_one).run()

    assert any(path.name.endswith("after 1") for path in tmp_path.iterdir())


def test_a_worker_is_told_which_rules_the_first_ones_serve() -> None:
    """The first of all is told nothing; every later one has to agree with it."""
    log = stop_at("worker_died", 3)

    Supervisor(program(DIES_WITH_ITS_RULES), 1, log=log, on_ready=lambda: None).run()

    assert [line["exit_code"] for line in log.of("worker_died")] == [0, 1, 1]


def test_first_workers_that_serve_different_rules_are_no_service() -> None:
    """The rules changed while they were starting: better no answer than two."""
    log, ready = RecordingLogger(), []

    code = Supervisor(program(OF_ITS_OWN_MIND), 2, log=log, on_ready=lambda: ready.append(1)).run()

    assert (code, ready) == (1, [])
    (changed,) = log.of("rules_changed")
    assert changed["serving"] != changed["found"]


def test_the_supervisor_gives_back_the_signals_it_took() -> None:
    """Whoever runs it in a larger program keeps its own handlers."""
    before = [signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT, signal.SIGCHLD)]

    Supervisor(program(NEVER_READY), 1, log=RecordingLogger(), on_ready=lambda: None).run()

    assert [signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT, signal.SIGCHLD)] == before


def test_a_reserved_port_is_kept_for_the_workers_alone() -> None:
    """Workers, who ask to share it, can listen on it; a program that does not is refused."""
    with reserve_port("127.0.0.1", 0) as held, socket.socket() as worker, socket.socket() as stranger:
        address = held.getsockname()
        worker.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        worker.bind(address)
        worker.listen()

        with pytest.raises(OSError, match="in use"):
            stranger.bind(address)
        with pytest.raises(CannotListenError):
            reserve_port(*address)
