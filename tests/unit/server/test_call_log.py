"""Lines of calls may wait a moment, but none is lost, reordered or dated wrongly by it."""

import asyncio
from datetime import UTC, datetime

from amends.server.call_log import CallLog
from tests.fakes.logger import RecordingLogger


async def test_lines_wait_and_are_written_in_order_by_themselves() -> None:
    """A quiet service still tells of its last call."""
    written = asyncio.Event()
    logger = RecordingLogger(lambda _event: written.set())
    lines = CallLog(logger)

    lines.add({"number": 1})
    lines.add({"number": 2})

    assert logger.lines == []
    await asyncio.wait_for(written.wait(), 30)
    assert [line["number"] for line in logger.of("call")] == [1, 2]


async def test_many_lines_do_not_wait() -> None:
    """A busy service writes as it goes: neither memory nor a single pause grows with the calls."""
    logger = RecordingLogger()
    lines = CallLog(logger)

    for number in range(100):
        lines.add({"number": number})

    assert len(logger.of("call")) >= 64


async def test_a_line_carries_the_time_of_its_call() -> None:
    """Not the time at which it was written."""
    logger = RecordingLogger()
    lines = CallLog(logger)
    lines.add({})
    ended_by = datetime.now(UTC)

    lines.flush()

    [line] = logger.of("call")
    moment = line["timestamp"]
    assert isinstance(moment, datetime)
    assert moment <= ended_by


async def test_what_waits_is_written_once() -> None:
    """A flush at the end of the process leaves nothing, and repeats nothing."""
    logger = RecordingLogger()
    lines = CallLog(logger)
    lines.add({"number": 1})

    lines.flush()
    lines.flush()

    assert len(logger.lines) == 1
