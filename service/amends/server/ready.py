"""Says where the service can be called, once it can: in the log, and in a file for whoever started it."""

import os

from amends.config import Settings
from amends.log import Logger


def announce_ready(settings: Settings, port: int, logger: Logger) -> None:
    """Log the address and write the port to the file asked for, whole or not at all."""
    if settings.port_file is not None:
        half = settings.port_file.with_name(f"{settings.port_file.name}.{os.getpid()}")
        half.write_text(f"{port}\n", encoding="utf-8")
        half.replace(settings.port_file)
    logger.info("ready", address=settings.model_copy(update={"port": port}).address, workers=settings.workers)
