"""Certificates for gRPC and HTTPS: read again when their files change, so that they are renewed without a restart."""

import ssl
from dataclasses import dataclass
from pathlib import Path

import grpc

from amends.log import Logger
from amends.server.file_state import FileState, file_state


class CertificateError(Exception):
    """The certificate, its key or the authority cannot be used; says which and why."""


@dataclass(frozen=True, slots=True)
class TlsFiles:
    """PEM files: the server's certificate with its chain, its key, and who signs clients' (None: nobody)."""

    certificate: Path
    key: Path
    client_authority: Path | None = None

    def check(self) -> None:
        """CertificateError where they do not fit together."""
        self.context()

    def context(self) -> ssl.SSLContext:
        """What a server of TLS shows, and wants to be shown; CertificateError as of `check`."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        try:
            context.load_cert_chain(self.certificate, self.key)
        except (OSError, ssl.SSLError) as error:
            raise CertificateError(f"{self.certificate} with the key {self.key}: {_why(error)}") from None
        if self.client_authority is None:
            return context
        try:
            context.load_verify_locations(self.client_authority)
        except (OSError, ssl.SSLError) as error:
            raise CertificateError(f"{self.client_authority}: {_why(error)}") from None
        context.verify_mode = ssl.CERT_REQUIRED
        # Who comes back with a ticket is not asked for a certificate again, though it may count no more.
        context.options |= ssl.OP_NO_TICKET
        context.num_tickets = 0
        return context

    def state(self) -> tuple[FileState, ...]:
        """Changes with the files."""
        named = (self.certificate, self.key, self.client_authority)
        return tuple(file_state(path) for path in named if path is not None)


def grpc_credentials(files: TlsFiles, logger: Logger) -> grpc.ServerCredentials:
    """Credentials that follow the files: asked at every handshake, and read only when a file has changed.

    Files that do not fit together (one is replaced before the other) leave what was there, until they do.
    """
    files.check()
    seen = files.state()

    def newer() -> grpc.ServerCertificateConfiguration | None:
        nonlocal seen
        state = files.state()
        if state == seen:
            return None
        try:
            files.check()
            found = _configuration(files)
        except (CertificateError, OSError) as error:
            logger.error("certificate_refused", reason=str(error))  # noqa: TRY400 -- a traceback tells nobody more
            return None
        seen = state
        logger.info("certificate_read", path=str(files.certificate))
        return found

    return grpc.dynamic_ssl_server_credentials(
        _configuration(files),
        newer,  # type: ignore[arg-type]  # None, by its documentation: nothing has changed
        require_client_authentication=files.client_authority is not None,
    )


def _configuration(files: TlsFiles) -> grpc.ServerCertificateConfiguration:
    authority = None if files.client_authority is None else files.client_authority.read_bytes()
    return grpc.ssl_server_certificate_configuration(
        [(files.key.read_bytes(), files.certificate.read_bytes())], root_certificates=authority
    )


def _why(error: OSError) -> str:
    return error.strerror or type(error).__name__
