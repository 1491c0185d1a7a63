"""Logging: one line an event on stderr, made by structlog alone, so that a call pays for one `json.dumps` and a write.

It refuses content: what is logged are names, ids, digests, codes and durations, never a situation. That is why an
unexpected error is logged without its message and its locals, which may quote one.
"""

import json
import logging
import os
import sys
import traceback
from datetime import UTC, datetime
from typing import Final, Protocol

import structlog

_LEVELS: Final = {
    "debug": logging.DEBUG,
    "info": logging.INFO,
    "warning": logging.WARNING,
    "error": logging.ERROR,
}

_encode: Final = json.JSONEncoder(ensure_ascii=False, check_circular=False, default=str).encode


class Logger(Protocol):
    """What the service uses of a logger. The event is a short constant; what varies goes into the fields."""

    def debug(self, event: str, **fields: object) -> object: ...
    def info(self, event: str, **fields: object) -> object: ...
    def warning(self, event: str, **fields: object) -> object: ...
    def error(self, event: str, **fields: object) -> object: ...


def configure(*, level: str, console: bool) -> None:
    """Set up logging for this process, once, before the first line; `level` is a name such as `info`."""
    structlog.configure(
        processors=[_add_time, structlog.dev.ConsoleRenderer()] if console else [_render_json],
        wrapper_class=structlog.make_filtering_bound_logger(_LEVELS[level]),
        logger_factory=structlog.WriteLoggerFactory(file=sys.stderr),
        cache_logger_on_first_use=True,
    )


def _render_json(_logger: object, level: str, line: structlog.typing.EventDict) -> str:
    """The whole pipeline in one step: structlog's own processors, one for each of these fields, cost twice as much."""
    event, moment = line.pop("event"), _moment(line).isoformat()
    return _encode({"timestamp": moment, "level": level, "pid": os.getpid(), "event": event, **line})


def _add_time(_logger: object, level: str, line: structlog.typing.EventDict) -> structlog.typing.EventDict:
    return {"timestamp": f"{_moment(line):%H:%M:%S}", "level": level, **line}


def _moment(line: structlog.typing.EventDict) -> datetime:
    """When it happened: a line that had to wait brings its time along."""
    moment = line.pop("timestamp", None)
    return moment if isinstance(moment, datetime) else datetime.now(UTC)


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
