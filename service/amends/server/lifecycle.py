"""The life of a serving process: listen, say that it is ready, answer, and on SIGTERM finish what was begun.

SIGTERM or SIGINT: health says NOT_SERVING, the ports close, callers are told that their connections end, and what they
have asked over them is answered within the drain time. A second signal ends at once. A worker whose supervisor is gone
ends as on SIGTERM.
"""

import asyncio
import gc
import signal
from collections.abc import Coroutine, Sequence
from typing import Any, Final

import grpc
import uvloop
from grpc_health.v1 import health
from grpc_health.v1.health_pb2 import HealthCheckResponse
from grpc_health.v1.health_pb2_grpc import add_HealthServicer_to_server
from grpc_reflection.v1alpha import reflection
from starlette.routing import Route

from amends.config import Settings
from amends.log import Logger
from amends.server.calls import grpc_handlers
from amends.server.door import Door
from amends.server.errors import CannotListenError
from amends.server.http.application import make_application
from amends.server.http.listening import HttpSide, listen
from amends.server.listener import Listener
from amends.server.ready import announce_ready
from amends.server.services import Services
from amends.server.supervisor_link import SupervisorLink
from amends.server.tls import TlsFiles, grpc_credentials

# Answers that are already made only have to leave the process.
_LAST_WORDS_SECONDS: Final = 1.0
_HEALTH_SECONDS: Final = 1.0
_STREAMS_SECONDS: Final = 1.0
_DOOR_SECONDS: Final = 2.0
_TOGETHER_SECONDS: Final = 3.0
_LOOK_FOR_A_PACK_SECONDS: Final = 1.0
_OBJECTS_BETWEEN_COLLECTIONS: Final = 50_000
# What gRPC itself refuses gets no reason and no line in the log: what is only somewhat too much is let through to us.
_LET_THROUGH: Final = 4
_LARGEST_OPTION: Final = 2**31 - 1
_MILLISECONDS: Final = 1000
_KEEPALIVE_ANSWER_MS: Final = 20_000
_SHORTEST_PING_MS: Final = 10_000


def run(
    settings: Settings,
    services: Services,
    logger: Logger,
    *,
    tls: TlsFiles | None = None,
    pages: Sequence[Route] = (),
) -> None:
    """Serve until told to stop; CannotListenError if that cannot even begin. `pages`: what the HTTP side shows."""
    uvloop.run(_Process(settings, services, logger, tls=tls, pages=pages).live())


class _Process:
    def __init__(
        self,
        settings: Settings,
        services: Services,
        logger: Logger,
        *,
        tls: TlsFiles | None,
        pages: Sequence[Route],
    ) -> None:
        self._settings = settings
        self._services = services
        self._log = logger
        self._tls = tls
        self._pages = pages
        self._stop = asyncio.Event()
        self._at_once = asyncio.Event()
        self._door = Door()
        self._link: SupervisorLink | None = None
        self._log_answers = True

    async def live(self) -> None:
        statuses = await self._statuses()
        http = self._http()
        listener = Listener(lambda: self._server(statuses), self._listen, self._log)
        port = await listener.start(self._settings.port)
        self._watch_signals()
        _calm_collector()
        self._announce(port)
        beside = [asyncio.create_task(companion()) for companion in self._services.companions]
        beside.append(asyncio.create_task(listener.stay()))
        if http is not None:
            beside.append(asyncio.create_task(http.serve()))
        if (watching := self._watch_log(statuses)) is not None:
            beside.append(watching)
        if not self._services.serving():
            beside.append(asyncio.create_task(self._wait_for_a_pack(statuses)))
        try:
            await self._stop.wait()
            await self._drain(listener, statuses, http)
        finally:
            for task in beside:
                task.cancel()
            self._services.answering.lines.flush()
        if self._link is not None:
            self._link.end()

    def _server(self, statuses: health.aio.HealthServicer) -> grpc.aio.Server:
        """A server of everything that is served, that does not listen yet."""
        answering, methods = self._services.answering, self._services.methods
        server = grpc.aio.server(
            # What gRPC refuses by itself gets no reason and no delay: it is left to us, as long as we can.
            maximum_concurrent_rpcs=_LET_THROUGH * self._settings.max_concurrent_rpcs,
            options=_options(self._settings),
        )
        server.add_generic_rpc_handlers(
            tuple(
                grpc_handlers(name, own, answering, streams=self._services.streams, door=self._door)
                for name, own in methods.items()
            )
        )
        add_HealthServicer_to_server(statuses, server)
        reflection.enable_server_reflection((*methods, health.SERVICE_NAME, reflection.SERVICE_NAME), server)
        return server

    async def _statuses(self) -> health.aio.HealthServicer:
        statuses = health.aio.HealthServicer()
        status = HealthCheckResponse.SERVING if self._services.serving() else HealthCheckResponse.NOT_SERVING
        for name in ("", *self._services.methods):
            await statuses.set(name, status)
        return statuses

    def _watch_log(self, statuses: health.aio.HealthServicer) -> asyncio.Task[None] | None:
        watch = self._services.watch
        if watch is None:
            return None

        async def tell(answering: bool) -> None:  # noqa: FBT001 -- all that there is to tell
            self._log_answers = answering
            can = answering and self._services.serving()
            status = HealthCheckResponse.SERVING if can else HealthCheckResponse.NOT_SERVING
            for name in ("", *self._services.recording):
                await statuses.set(name, status)

        return asyncio.create_task(watch.watch(tell))

    async def _wait_for_a_pack(self, statuses: health.aio.HealthServicer) -> None:
        """Once there is one there always is: a policy keeps its pack until it gets another."""
        while not self._services.serving():  # noqa: ASYNC110 -- a look a second, until the first pack comes
            await asyncio.sleep(_LOOK_FOR_A_PACK_SECONDS)
        for name in ("", *self._services.methods):
            await statuses.set(name, HealthCheckResponse.SERVING)

    def _http(self) -> HttpSide | None:
        if self._settings.http_port is None:
            return None
        http = HttpSide(
            make_application(
                self._services,
                hindrances=self._hindrances,
                loopback=self._settings.on_loopback,
                origins=self._settings.http_origins,
                pages=self._pages,
            ),
            listen(self._settings.host, self._settings.http_port, shared=self._settings.supervisor_fd is not None),
            self._tls,
            drain_seconds=self._settings.drain_seconds,
            logger=self._log,
        )
        self._settings = self._settings.model_copy(update={"http_port": http.port})
        return http

    def _hindrances(self) -> Sequence[str]:
        """What keeps calls from being answered now."""
        found = {
            "stopping": self._stop.is_set(),
            "log_away": not self._log_answers,
            "nothing_decided": not self._services.serving(),
        }
        return [name for name, holds in found.items() if holds]

    def _listen(self, server: grpc.aio.Server, port: int) -> int:
        address = self._settings.model_copy(update={"port": port}).address
        try:
            if self._tls is not None:
                return server.add_secure_port(address, grpc_credentials(self._tls, self._log))
            return server.add_insecure_port(address)
        except RuntimeError:
            raise CannotListenError(address) from None

    def _watch_signals(self) -> None:
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, self._on_signal, signal.Signals(number).name)

    def _on_signal(self, name: str) -> None:
        if self._stop.is_set():
            self._at_once.set()
        self._stop.set()
        self._log.info("stopping", signal=name, in_flight=self._services.answering.in_flight)

    def _announce(self, port: int) -> None:
        """Say where the service can be called; a worker says it to its supervisor, who speaks for all of them."""
        fd = self._settings.supervisor_fd
        if fd is None:
            announce_ready(self._settings, port, self._log)
            return
        self._link = SupervisorLink(fd, on_orphaned=self._on_orphaned)
        self._link.say_ready(rules_digest=self._settings.rules_digest or "")

    def _on_orphaned(self) -> None:
        self._log.warning("supervisor_gone")
        self._stop.set()

    async def _drain(self, server: Listener, statuses: health.aio.HealthServicer, http: HttpSide | None) -> None:
        # Neither a watcher nor a stream whose caller does not read may hold this up.
        await self._within(_HEALTH_SECONDS, statuses.enter_graceful_shutdown())
        # While connections stand: gRPC ends one with its last call, and what a caller still sends then breaks it, along
        # with the answers on their way.
        await self._within(_STREAMS_SECONDS, self._services.streams.stop())
        await self._within(_DOOR_SECONDS, self._door.hold())
        stopping = asyncio.create_task(server.stop(self._settings.drain_seconds))
        # It has told all connections that they end when it waits for the first time.
        await asyncio.sleep(0)
        if self._link is not None:
            await self._within(_TOGETHER_SECONDS, self._link.close_together())
        self._door.release()
        # Streams that never end by themselves (health, reflection) must not hold the process once the calls are done.
        await self._within(self._settings.drain_seconds, self._finished(http))
        await server.stop(None if self._at_once.is_set() else _LAST_WORDS_SECONDS)
        if self._services.watch is not None:
            await self._services.watch.end()
        stopping.cancel()
        self._log.info("stopped", unfinished=self._services.answering.in_flight)

    async def _within(self, seconds: float, work: Coroutine[Any, Any, None]) -> None:
        """Do it for so long at most, and not at all once it has to end at once."""
        task, at_once = asyncio.create_task(work), asyncio.create_task(self._at_once.wait())
        await asyncio.wait({task, at_once}, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
        for one in (task, at_once):
            one.cancel()

    async def _finished(self, http: HttpSide | None) -> None:
        """Returns as soon as every call that was begun has its answer, by HTTP on its way out too."""
        if http is not None:
            await http.stop()
        await self._services.answering.finished()


def _options(settings: Settings) -> tuple[tuple[str, int], ...]:
    """How gRPC treats connections; it counts in milliseconds."""
    age = round(settings.max_connection_age_seconds * _MILLISECONDS)
    return (
        # Only workers of one supervisor share a port: two services by mistake on one must not go unnoticed.
        ("grpc.so_reuseport", int(settings.supervisor_fd is not None)),
        ("grpc.max_receive_message_length", min(_LET_THROUGH * settings.max_request_bytes, _LARGEST_OPTION)),
        # An old connection is asked to end when its calls have: its caller connects anew, perhaps to a newer replica.
        *((("grpc.max_connection_age_ms", age),) if age else ()),
        # A caller that is gone without a word is found out; one that asks more often than this is turned away.
        ("grpc.keepalive_time_ms", round(settings.keepalive_seconds * _MILLISECONDS)),
        ("grpc.keepalive_timeout_ms", _KEEPALIVE_ANSWER_MS),
        ("grpc.http2.min_ping_interval_without_data_ms", _SHORTEST_PING_MS),
        ("grpc.keepalive_permit_without_calls", 1),
    )


def _calm_collector() -> None:
    """What is loaded by now stays, so the collector need not look at it; and it looks after many calls, not in each.

    A decision makes a thousand objects, all of them freed as it is answered, and none in a cycle.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(_OBJECTS_BETWEEN_COLLECTIONS, *gc.get_threshold()[1:])
