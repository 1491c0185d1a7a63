"""Says where the service can be called, once it can: in the log, and in a file for whoever started it."""

import os
from pathlib import Path

from amends.config import PREFIX, Settings, SettingsError
from amends.log import Logger


def check_port_file(settings: Settings) -> None:
    """SettingsError if the file cannot be written: found at the start, not when calls already come in."""
    if settings.port_file is None:
        return
    folder = settings.port_file.parent
    if not folder.is_dir():
        raise _cannot_write(f"there is no folder {str(folder)!r}")
    if settings.port_file.is_dir():
        raise _cannot_write(f"{str(settings.port_file)!r} is a folder")
    if not os.access(folder, os.W_OK | os.X_OK):
        raise _cannot_write(f"the folder {str(folder)!r} cannot be written to")


def announce_ready(settings: Settings, port: int, logger: Logger) -> None:
    """Log the addresses, write the port to the file asked for, whole or not at all. SettingsError if it cannot be."""
    if settings.port_file is not None:
        try:
            _write(settings.port_file, port)
        except OSError as error:
            raise _cannot_write(f"{str(settings.port_file)!r}: {error.strerror}") from None
    address = settings.model_copy(update={"port": port}).address
    http = "" if settings.http_port is None else settings.model_copy(update={"port": settings.http_port}).address
    scheme = "http" if settings.tls_certificate is None else "https"
    console = f"{scheme}://{http}/console" if http else ""
    logger.info("ready", address=address, http=http, console=console, workers=settings.workers)


def _write(file: Path, port: int) -> None:
    half = file.with_name(f"{file.name}.{os.getpid()}")
    half.write_text(f"{port}\n", encoding="utf-8")
    half.replace(file)


def _cannot_write(problem: str) -> SettingsError:
    return SettingsError((f"--port-file ({PREFIX}PORT_FILE): {problem}",))
