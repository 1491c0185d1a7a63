"""Who calls: a key or token that is sent with every call, and never over a connection that others could read."""

import ipaddress
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final, TypeAlias

import grpc

Credentials: TypeAlias = grpc.ChannelCredentials
"""What a connection is encrypted with, and proves itself by."""

_HEADER: Final = "authorization"


def sync_channel(
    target: str, credentials: grpc.ChannelCredentials | None, token: str | None, options: list[tuple[str, Any]]
) -> grpc.Channel:
    """A channel that sends the token with every call; ValueError where it would be sent in clear to another machine."""
    if credentials is not None:
        return grpc.secure_channel(target, _with_token(credentials, token), options)
    channel = grpc.insecure_channel(target, options)
    if token is None:
        return channel
    _check_stays_here(target)
    return grpc.intercept_channel(channel, _Saying(token))


def async_channel(
    target: str, credentials: grpc.ChannelCredentials | None, token: str | None, options: list[tuple[str, Any]]
) -> grpc.aio.Channel:
    """As `sync_channel`, for asyncio."""
    if credentials is not None:
        return grpc.aio.secure_channel(target, _with_token(credentials, token), options)
    if token is None:
        return grpc.aio.insecure_channel(target, options)
    _check_stays_here(target)
    return grpc.aio.insecure_channel(target, options, interceptors=[_AsyncSaying(token), _AsyncStreamSaying(token)])


def tls_credentials(
    *, authority: Path | None = None, certificate: Path | None = None, key: Path | None = None
) -> grpc.ChannelCredentials:
    """Credentials of PEM files: who signs the server's certificate (None: whom the system trusts), and what we show.

    ValueError where only one of `certificate` and `key` is given, OSError where a file cannot be read.
    """
    if (certificate is None) != (key is None):
        raise ValueError("a certificate and its key belong together: one is given without the other")
    return grpc.ssl_channel_credentials(
        root_certificates=None if authority is None else authority.read_bytes(),
        private_key=None if key is None else key.read_bytes(),
        certificate_chain=None if certificate is None else certificate.read_bytes(),
    )


def _with_token(credentials: grpc.ChannelCredentials, token: str | None) -> grpc.ChannelCredentials:
    if token is None:
        return credentials
    return grpc.composite_channel_credentials(credentials, grpc.access_token_call_credentials(token))


def _check_stays_here(target: str) -> None:
    host = target.rpartition("/")[2].rpartition(":")[0].strip("[]")
    try:
        here = ipaddress.ip_address(host).is_loopback
    except ValueError:
        here = host == "localhost"
    if not here:
        raise ValueError(
            f"a token for {target} would be sent in clear: give credentials (grpc.ssl_channel_credentials) as well"
        )


class _Details(grpc.ClientCallDetails):
    """The details of a call, with more metadata."""

    def __init__(self, before: grpc.ClientCallDetails, token: str) -> None:
        self.method = before.method
        self.timeout = before.timeout
        self.metadata = (*(before.metadata or ()), (_HEADER, f"Bearer {token}"))
        self.credentials = before.credentials
        self.wait_for_ready = before.wait_for_ready
        self.compression = before.compression


class _Saying(grpc.UnaryUnaryClientInterceptor, grpc.StreamStreamClientInterceptor):
    def __init__(self, token: str) -> None:
        self._token = token

    def intercept_unary_unary(
        self, continuation: Callable[..., Any], client_call_details: grpc.ClientCallDetails, request: object
    ) -> Any:  # noqa: ANN401 -- a call, as gRPC has it
        return continuation(_Details(client_call_details, self._token), request)

    def intercept_stream_stream(
        self, continuation: Callable[..., Any], client_call_details: grpc.ClientCallDetails, request_iterator: object
    ) -> Any:  # noqa: ANN401 -- a call, as gRPC has it
        return continuation(_Details(client_call_details, self._token), request_iterator)


class _AsyncSaying(grpc.aio.UnaryUnaryClientInterceptor):
    def __init__(self, token: str) -> None:
        self._token = token

    async def intercept_unary_unary(
        self, continuation: Callable[..., Any], client_call_details: grpc.aio.ClientCallDetails, request: object
    ) -> Any:  # noqa: ANN401 -- a call, as gRPC has it
        return await continuation(_async_details(client_call_details, self._token), request)


class _AsyncStreamSaying(grpc.aio.StreamStreamClientInterceptor):
    """A class of its own: gRPC takes an interceptor for one form of calls only."""

    def __init__(self, token: str) -> None:
        self._token = token

    async def intercept_stream_stream(
        self,
        continuation: Callable[..., Any],
        client_call_details: grpc.aio.ClientCallDetails,
        request_iterator: object,
    ) -> Any:  # noqa: ANN401 -- a call, as gRPC has it
        return await continuation(_async_details(client_call_details, self._token), request_iterator)


def _async_details(before: grpc.aio.ClientCallDetails, token: str) -> grpc.aio.ClientCallDetails:
    return grpc.aio.ClientCallDetails(
        method=before.method,
        timeout=before.timeout,
        metadata=grpc.aio.Metadata(*(before.metadata or ()), (_HEADER, f"Bearer {token}")),
        credentials=before.credentials,
        wait_for_ready=before.wait_for_ready,
    )
