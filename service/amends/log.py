"""Logging: one line an event on stderr, made by structlog alone, so that a call pays for one `json.dumps` and a write.

It refuses content: what is logged are names, ids, digests, codes and durations, never a situation. That is why an
unexpected error is logged without its message and its locals, which may quote one.
"""

import logging
import sys
import traceback
from typing import Final, Protocol

import structlog

_LEVELS: Final = {
    "debug": logging.DEBUG,
    "info": logging.INFO,
    "warning": logging.WARNING,
    "error": logging.ERROR,
}


class Logger(Protocol):
    """What the service uses of a logger. The event is a short constant; what varies goes into the fields."""

    def debug(self, event: str, **fields: object) -> object: ...
    def info(self, event: str, **fields: object) -> object: ...
    def warning(self, event: str, **fields: object) -> object: ...
    def error(self, event: str, **fields: object) -> object: ...


def configure(*, level: str, console: bool) -> None:
    """Set up logging for this process, once, before the first line; `level` is a name such as `info`."""
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.dev.ConsoleRenderer() if console else structlog.processors.JSONRenderer(),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(_LEVELS[level]),
        logger_factory=structlog.WriteLoggerFactory(file=sys.stderr),
        cache_logger_on_first_use=True,
    )


def get() -> Logger:
    """A logger; bound to the configuration at its first line, not before."""
    logger: Logger = structlog.get_logger()
    return logger


def failure(error: BaseException) -> dict[str, object]:
    """The fields that say where an unexpected error came from: its type and frames, and those of what caused it."""
    chain: list[dict[str, object]] = []
    cause: BaseException | None = error
    while cause is not None:
        frames = traceback.extract_tb(cause.__traceback__)
        chain.append(
            {
                "type": f"{type(cause).__module__}.{type(cause).__qualname__}",
                "frames": [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in frames],
            }
        )
        cause = cause.__cause__ or (None if cause.__suppress_context__ else cause.__context__)
    return {"error": chain}
