"""Logging: one line an event on stderr, made by structlog alone, so that a call pays for one JSON encoding and a write.

It refuses content: what is logged are names, ids, digests, codes and durations, never a situation. That is why an
unexpected error is logged without its message and its locals, which may quote one.
"""

import logging
import os
import sys
import traceback
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime
from typing import Final, Protocol, TextIO, cast

import orjson
import structlog
from structlog.typing import EventDict

_LEVELS: Final = {
    "debug": logging.DEBUG,
    "info": logging.INFO,
    "warning": logging.WARNING,
    "error": logging.ERROR,
}

_console: Final = structlog.dev.ConsoleRenderer()


class Logger(Protocol):
    """What the service uses of a logger. The event is a short constant; what varies goes into the fields.

    The field `lines` stands for several lines of the event, each with the fields of one of its mappings: they are
    written together, at half the cost of as many events.
    """

    def debug(self, event: str, **fields: object) -> object: ...
    def info(self, event: str, **fields: object) -> object: ...
    def warning(self, event: str, **fields: object) -> object: ...
    def error(self, event: str, **fields: object) -> object: ...


class _Unbreakable:
    """The stream of the log. Where nobody reads it any more, lines are lost and the service goes on."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream

    def write(self, text: str) -> None:
        with suppress(OSError):
            self._stream.write(text)

    def flush(self) -> None:
        with suppress(OSError):
            self._stream.flush()


def configure(*, level: str, console: bool) -> None:
    """Set up logging for this process, once, before the first line; `level` is a name such as `info`."""
    structlog.configure(
        processors=[_each_line(_console_line if console else _json_line)],
        wrapper_class=structlog.make_filtering_bound_logger(_LEVELS[level]),
        logger_factory=structlog.WriteLoggerFactory(file=cast("TextIO", _Unbreakable(sys.stderr))),
        cache_logger_on_first_use=True,
    )


def _each_line(render: Callable[[str, str, EventDict], str]) -> structlog.typing.Processor:
    """The whole pipeline in one step: structlog's own processors, one for each of these fields, cost twice as much."""

    def render_all(_logger: object, level: str, line: EventDict) -> str:
        event = line.pop("event")
        lines = line.pop("lines", None)
        if lines is None:
            return render(level, event, line)
        return "\n".join([render(level, event, one) for one in lines])

    return render_all


def _json_line(level: str, event: str, fields: EventDict) -> str:
    line = {"timestamp": _moment(fields), "level": level, "pid": os.getpid(), "event": event, **fields}
    return orjson.dumps(line, default=str).decode()


def _console_line(level: str, event: str, fields: EventDict) -> str:
    moment = f"{_moment(fields):%H:%M:%S}"
    return _console(None, level, {"timestamp": moment, "level": level, "event": event, **fields})


def _moment(line: EventDict) -> datetime:
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
