"""The log, with its events counted: what is worth a line is worth a number."""

from amends.log import Logger
from amends.telemetry import Telemetry


class CountedLog:
    """Logs, and counts each event under its name and level; calls are counted elsewhere, with more to them."""

    def __init__(self, logger: Logger, telemetry: Telemetry) -> None:
        self._logger = logger
        self._telemetry = telemetry

    def debug(self, event: str, **fields: object) -> object:
        """As the logger's."""
        return self._logger.debug(event, **fields)

    def info(self, event: str, **fields: object) -> object:
        """As the logger's."""
        if "lines" not in fields:
            self._telemetry.event(event, "info", fields)
        return self._logger.info(event, **fields)

    def warning(self, event: str, **fields: object) -> object:
        """As the logger's."""
        self._telemetry.event(event, "warning", fields)
        return self._logger.warning(event, **fields)

    def error(self, event: str, **fields: object) -> object:
        """As the logger's."""
        self._telemetry.event(event, "error", fields)
        return self._logger.error(event, **fields)
