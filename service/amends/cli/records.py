"""Where a command records what was done and looks after promises: in a database, or by a server.

Both take and answer in the contract's form, and refuse the same: a DeciderError tells what, and whose mistake it was.
"""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from typing import Any, Final, Protocol

from google.protobuf.message import Message

from amends.application.log_errors import CannotSupersedeError, RequestIdReusedError, UnknownActionError
from amends.bootstrap.log_tools import LogTools
from amends.cli.deciders import DeciderError, server_client, told_by_server, violation_lines
from amends.cli.exit_codes import ExitCode
from amends.cli.log_access import log_tools
from amends.domain.errors import InvalidSituationError
from amends.wire.decode_log_request import decode_list_obligations
from amends.wire.decode_outcome import decode_outcome
from amends.wire.encode_record import encode_obligations, encode_reported
from amends_client import AmendsClient
from amends_client.messages import (
    ListObligationsRequest,
    RecordOutcomeRequest,
    RecordOutcomeResponse,
    TrackedObligation,
)

_PAGE: Final = 200
_REFUSED: Final = (UnknownActionError, RequestIdReusedError, CannotSupersedeError)


class Records(Protocol):
    """Where it is kept what was done."""

    def record(self, request: RecordOutcomeRequest) -> RecordOutcomeResponse:
        """Record it."""
        ...

    def obligations(self, request: ListObligationsRequest, *, limit: int) -> list[TrackedObligation]:
        """At most so many, the next to fall due first."""
        ...


@contextmanager
def records(command: str, *, server: str | None, database: str | None, data_dir: Path | None) -> Iterator[Records]:
    """The server, if one is named, else the database of the settings."""
    if server is None:
        with log_tools(command, database=database, data_dir=data_dir) as tools, _told():
            yield DatabaseRecords(tools)
        return
    if database is not None or data_dir is not None:
        raise DeciderError("--server has a log of its own: leave out --database and --data-dir", ExitCode.BAD_ARGUMENTS)
    with server_client(server) as client, told_by_server():
        yield ServerRecords(client)


class DatabaseRecords:
    """Works on the database itself, by the steps that a server takes."""

    def __init__(self, tools: LogTools) -> None:
        self._tools = tools

    def record(self, request: RecordOutcomeRequest) -> RecordOutcomeResponse:
        decoded = decode_outcome(request, caller="", now=self._tools.now())
        return encode_reported(asyncio.run(self._tools.record_outcome(decoded.report, decoded.violations)))

    def obligations(self, request: ListObligationsRequest, *, limit: int) -> list[TrackedObligation]:
        wanted, after = decode_list_obligations(request).wanted, None
        found: list[TrackedObligation] = []
        while len(found) < limit:
            size = min(limit - len(found), _PAGE)
            page = asyncio.run(self._tools.list_obligations(wanted, after=after, size=size))
            found += encode_obligations(page, mark=b"").obligations
            after = page.next_after
            if after is None:
                break
        return found


class ServerRecords:
    """Asks a server."""

    def __init__(self, client: AmendsClient) -> None:
        self._client = client

    def record(self, request: RecordOutcomeRequest) -> RecordOutcomeResponse:
        return self._client.record_outcome(**_said(request))

    def obligations(self, request: ListObligationsRequest, *, limit: int) -> list[TrackedObligation]:
        return list(islice(self._client.list_obligations(**_said(request)), limit))


def _said(request: Message) -> Any:  # noqa: ANN401  # the client's own fields, which it checks itself
    return {field.name: value for field, value in request.ListFields()}


@contextmanager
def _told() -> Iterator[None]:
    try:
        yield
    except InvalidSituationError as error:
        raise DeciderError(violation_lines(error, "this cannot be"), ExitCode.BAD_ARGUMENTS) from None
    except _REFUSED as error:
        raise DeciderError(str(error), ExitCode.BAD_ARGUMENTS) from None
