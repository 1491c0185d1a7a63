"""Who may call, and the certificates of the service, as the settings name them."""

from amends.application.ports import Clock
from amends.config import PREFIX, Settings, SettingsError
from amends.log import Logger
from amends.server.access_file import AccessFileError, read_access
from amends.server.access_watch import AccessWatch
from amends.server.answering import Gate, OpenGate
from amends.server.gate import AccessGate
from amends.server.services import Companion
from amends.server.tls import CertificateError, TlsFiles


def make_gate(settings: Settings, clock: Clock, logger: Logger) -> tuple[Gate, tuple[Companion, ...]]:
    """The gate, and who looks after it while the service runs. SettingsError where the access file cannot be used."""
    if settings.access is None:
        return OpenGate(), ()
    try:
        gate = AccessGate(read_access(settings.access), clock, workers=settings.sharing)
    except AccessFileError as error:
        raise SettingsError(tuple(f"--access ({PREFIX}ACCESS): {problem}" for problem in error.problems)) from None
    return gate, (AccessWatch(gate, settings.access, logger).watch,)


def tls_files(settings: Settings) -> TlsFiles | None:
    """The files of the certificate; None: calls are not encrypted. SettingsError where they cannot be used."""
    if settings.tls_certificate is None or settings.tls_key is None:
        return None
    files = TlsFiles(settings.tls_certificate, settings.tls_key, settings.tls_client_ca)
    try:
        files.check()
    except CertificateError as error:
        raise SettingsError((f"--tls-certificate, --tls-key, --tls-client-ca: {error}",)) from None
    return files
