"""Calls to one address that the configuration names, and no other: no redirects, no proxies of the environment."""

import time
from collections.abc import Mapping
from types import MappingProxyType
from typing import Final
from urllib.parse import quote

import httpx

from amends_client.bridge.mapping.paths import Json
from amends_client.bridge.mapping.payload import NotJsonError, read_payload
from amends_client.bridge.ports import AwayError, DeniedError

TIMEOUT: Final = 10.0
"""Seconds that an answer may take; to connect and to send, as long again each."""

_LONGEST_ANSWER: Final = 32 * 1024 * 1024

_BUSY: Final = frozenset((408, 423, 425, 429))
_FIRST_SERVER_ERROR: Final = 500
_LONGEST_PAUSE: Final = 3600.0


class StatusError(DeniedError):
    """The helpdesk refuses, with this status and this JSON."""

    def __init__(self, message: str, *, status: int, content: Json) -> None:
        super().__init__(message)
        self.status = status
        self.content = content


class ConflictError(StatusError):
    """The helpdesk says that somebody else has changed the case meanwhile (409)."""


class LockedOutError(AwayError):
    """The helpdesk does not let us in (401): until somebody gives us another password or token."""


class HttpClient:
    """One vendor's API. Every call ends, and raises AwayError, StatusError or one of their kinds where it failed."""

    def __init__(
        self,
        address: str,
        *,
        headers: Mapping[str, str] = MappingProxyType({}),
        user: tuple[str, str] | None = None,
        timeout: float = TIMEOUT,
    ) -> None:
        self._timeout = timeout
        self._client = httpx.Client(
            base_url=address,
            headers=dict(headers),
            auth=user,
            timeout=timeout,
            follow_redirects=False,
            trust_env=False,
        )

    def close(self) -> None:
        self._client.close()

    def call(
        self,
        method: str,
        path: str,
        *,
        body: Json = None,
        form: Mapping[str, str] | None = None,
        headers: Mapping[str, str] = MappingProxyType({}),
    ) -> Json:
        """The JSON of the answer; None where it has none. `form` is sent in the place of a body in JSON."""
        if not path.startswith("/") or path.startswith("//"):
            raise ValueError(f"a path begins with one slash: {path[:60]!r}")
        end = time.monotonic() + self._timeout
        try:
            with self._client.stream(method, path, json=body, data=form, headers=dict(headers)) as answer:
                return _content(answer, _read(answer, end))
        except httpx.HTTPError as error:
            raise AwayError(f"{method} {self._client.base_url.host}: {type(error).__name__}") from None


def part(text: str) -> str:
    """A text of a payload as one part of a path, and never more than that."""
    if text in {".", ".."}:
        raise DeniedError("a case cannot be named like this in a path")
    return quote(text, safe="")


def _read(answer: httpx.Response, end: float) -> bytes:
    """What it says, as long as there is time: each part of it may come in time, and the whole of it never."""
    content = bytearray()
    for some in answer.iter_bytes():
        content += some
        if time.monotonic() > end:
            raise AwayError(f"{answer.request.method} {answer.request.url.path}: the answer took too long")
        if len(content) > _LONGEST_ANSWER:
            raise AwayError(f"{answer.request.method} {answer.request.url.path}: more than {_LONGEST_ANSWER} bytes")
    return bytes(content)


def _content(answer: httpx.Response, said: bytes) -> Json:
    told = f"{answer.request.method} {answer.request.url.path}: {answer.status_code}"
    if answer.status_code in _BUSY or answer.status_code >= _FIRST_SERVER_ERROR:
        raise AwayError(told, seconds=_seconds(answer.headers.get("retry-after", "")))
    if answer.status_code == httpx.codes.UNAUTHORIZED:
        raise LockedOutError(told)
    if not answer.is_success:
        kind = ConflictError if answer.status_code == httpx.codes.CONFLICT else StatusError
        raise kind(told, status=answer.status_code, content=_json(said))
    content = _json(said)
    if content is None and ("html" in answer.headers.get("content-type", "") or said.lstrip().startswith(b"<")):
        # A page that asks to log in, or says that it is being mended, is no answer of the API.
        raise AwayError(f"{told}, and a page in place of an answer")
    return content


def _json(said: bytes) -> Json:
    if not said.strip():
        return None
    try:
        return read_payload(said)
    except NotJsonError:
        return None


def _seconds(text: str) -> float | None:
    """What a Retry-After asks for; a date, which hardly anybody sends, counts as no word on it."""
    return min(float(text), _LONGEST_PAUSE) if text.isascii() and text.isdigit() else None
