"""The HTTP side in the loop of the process: listens, shows its certificate, and stops when told.

HTTP/1.1 has no word for a connection that is about to end but in an answer. So a stop says it with every answer for a
moment, before it closes connections on which nothing is asked: who calls on and on never meets a closed one.
"""

import asyncio
import logging
import socket
import ssl
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from typing import Any, Final

import uvicorn
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from uvicorn.protocols.http.h11_impl import H11Protocol

from amends.log import Logger, failure
from amends.server.errors import CannotListenError
from amends.server.tls import CertificateError, TlsFiles

_BACKLOG: Final = 2048
_LOOK_SECONDS: Final = 1.0
_IDLE_SECONDS: Final = 75
_FAREWELL_SECONDS: Final = 0.5
_FAREWELL_LOOKS: Final = 10


class PeerProtocol(H11Protocol):
    """HTTP that leaves in each request what the connection's certificate has proved, in gRPC's words."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as uvicorn's own
        """A connection was made."""
        super().connection_made(transport)
        self.app_state = {**self.app_state, "peer": _proved(transport.get_extra_info("peercert"))}


class HttpSide:
    """One HTTP server; for one event loop."""

    def __init__(
        self,
        application: ASGIApp,
        listening: socket.socket,
        tls: TlsFiles | None,
        *,
        drain_seconds: float,
        logger: Logger,
    ) -> None:
        """`listening`: the socket on which it is called; it is this one's from now on."""
        self._listening = listening
        self._tls = tls
        self._log = logger
        self._application = application
        self._leaving = False
        self._ended = asyncio.Event()
        _hand_on(logger)
        self._config = uvicorn.Config(
            self._answer,
            interface="asgi3",
            http=PeerProtocol,
            ws="none",
            lifespan="off",
            loop="none",
            log_config=None,
            access_log=False,
            server_header=False,
            backlog=_BACKLOG,
            timeout_keep_alive=_IDLE_SECONDS,
            timeout_graceful_shutdown=max(1, round(drain_seconds)),
        )
        self._shown = None if tls is None else tls.context()
        self._server = _OfOurs(self._config)

    @property
    def port(self) -> int:
        """Where it is called."""
        return int(self._listening.getsockname()[1])

    async def serve(self) -> None:
        """Serve until stopped."""
        self._config.load()
        following = None
        if self._tls is not None and self._shown is not None:
            self._config.ssl = self._shown
            self._shown.sni_callback = self._show
            following = asyncio.create_task(self._follow(self._tls))
        try:
            await self._server.serve(sockets=[self._listening])
        finally:
            self._ended.set()
            if following is not None:
                following.cancel()

    async def stop(self) -> None:
        """Take no new connection, answer what comes and what was begun, and end."""
        self._leaving = True
        if self._server.started:
            await self._listen_no_more()
            for _ in range(_FAREWELL_LOOKS):
                if self._server.server_state.connections:
                    await asyncio.sleep(_FAREWELL_SECONDS / _FAREWELL_LOOKS)
        self._server.should_exit = True
        await self._ended.wait()

    async def _listen_no_more(self) -> None:
        """Close the port; who has been let in by the system already is answered, and not cut off."""
        held = self._listening.dup()
        for server in self._server.servers:
            server.close()
        # Its loop lets go of the port first.
        await asyncio.sleep(0)
        with held:
            taken = [asyncio.create_task(self._take(connection)) for connection in _waiting(held)]
        if taken:
            await asyncio.wait(taken, timeout=_FAREWELL_SECONDS)

    async def _take(self, connection: socket.socket) -> None:
        # Who is gone again, or shows no TLS, is not waited for.
        with suppress(OSError):
            loop = asyncio.get_running_loop()
            await loop.connect_accepted_socket(self._protocol, connection, ssl=self._config.ssl)

    def _protocol(self) -> PeerProtocol:
        return PeerProtocol(self._config, self._server.server_state, self._server.lifespan.state)

    async def _answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def say(message: Message) -> None:
            if self._leaving and message["type"] == "http.response.start":
                message["headers"] = [*message.get("headers", ()), (b"connection", b"close")]
            await send(message)

        await self._application(scope, receive, say)

    def _show(self, connection: ssl.SSLObject, _name: str | None, _context: ssl.SSLContext) -> None:
        # A server listens with one context for good; each connection may go on with another.
        if self._shown is not None:
            connection.context = self._shown

    async def _follow(self, tls: TlsFiles) -> None:
        """Show a new certificate to whoever connects from now on, and want one of a new authority."""
        seen = tls.state()
        while True:
            await asyncio.sleep(_LOOK_SECONDS)
            state = tls.state()
            if state == seen:
                continue
            seen = state
            try:
                self._shown = tls.context()
            except CertificateError as error:
                self._log.error("certificate_refused", reason=str(error))
            else:
                self._log.info("certificate_read", path=str(tls.certificate))


class _Failures(logging.Handler):
    """What uvicorn says of bugs, in lines like all others."""

    def __init__(self, logger: Logger) -> None:
        super().__init__(logging.ERROR)
        self._log = logger

    def emit(self, record: logging.LogRecord) -> None:
        """One line, where there is an exception to tell of."""
        if record.exc_info and record.exc_info[1] is not None:
            self._log.error("http_failed", **failure(record.exc_info[1]))


def _hand_on(logger: Logger) -> None:
    """Of uvicorn's own lines only failures are kept: what a stranger sends must not fill the log."""
    theirs = logging.getLogger("uvicorn.error")
    theirs.handlers = [_Failures(logger)]
    theirs.propagate = False


class _OfOurs(uvicorn.Server):
    """Signals are the process's business."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Capture none."""
        yield


def listen(host: str, port: int, *, shared: bool) -> socket.socket:
    """A listening socket; CannotListenError. `shared`: other workers listen there too."""
    try:
        family, _, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        listening = socket.socket(family, socket.SOCK_STREAM)
        try:
            listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            if shared:
                listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
            listening.bind(address)
            listening.listen(_BACKLOG)
            listening.setblocking(False)  # noqa: FBT003 -- the standard library takes it by position
        except OSError:
            listening.close()
            raise
    except OSError:
        raise CannotListenError(f"{host}:{port}") from None
    return listening


def _waiting(listening: socket.socket) -> Iterator[socket.socket]:
    """The connections that the system has let in and nobody has taken yet."""
    with suppress(OSError):  # the last: there is none
        while True:
            connection, _ = listening.accept()
            connection.setblocking(False)  # noqa: FBT003 -- the standard library takes it by position
            yield connection


def _proved(certificate: Mapping[str, Any] | None) -> Mapping[str, Iterable[bytes]]:
    if not certificate:
        return {}
    subject = [value for part in certificate.get("subject", ()) for name, value in part if name == "commonName"]
    names = [value for _, value in certificate.get("subjectAltName", ())]
    return {
        "x509_subject_alternative_name": [name.encode() for name in names],
        "x509_common_name": [name.encode() for name in subject],
    }
