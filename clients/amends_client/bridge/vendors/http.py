"""Calls to one address that the configuration names, and no other: no redirects, no proxies of the environment."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final
from urllib.parse import quote

import httpx

from amends_client.bridge.mapping.paths import Json
from amends_client.bridge.mapping.payload import NotJsonError, read_payload
from amends_client.bridge.ports import AwayError, DeniedError

TIMEOUT: Final = 10.0
"""Seconds for each part of a call: to connect, to send, to wait for the answer."""

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


class HttpClient:
    """One vendor's API. Every call ends, and raises AwayError, StatusError or ConflictError where it failed."""

    def __init__(
        self,
        address: str,
        *,
        headers: Mapping[str, str] = MappingProxyType({}),
        user: tuple[str, str] | None = None,
        timeout: float = TIMEOUT,
    ) -> None:
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
        try:
            answer = self._client.request(method, path, json=body, data=form, headers=dict(headers))
        except httpx.HTTPError as error:
            raise AwayError(f"{method} {self._client.base_url.host}: {type(error).__name__}") from None
        return _content(answer)


def part(text: str) -> str:
    """A text of a payload as one part of a path, and never more than that."""
    if text in {".", ".."}:
        raise DeniedError("a case cannot be named like this in a path")
    return quote(text, safe="")


def _content(answer: httpx.Response) -> Json:
    told = f"{answer.request.method} {answer.request.url.path}: {answer.status_code}"
    if answer.status_code in _BUSY or answer.status_code >= _FIRST_SERVER_ERROR:
        raise AwayError(told, seconds=_seconds(answer.headers.get("retry-after", "")))
    content = _json(answer)
    if answer.status_code == httpx.codes.CONFLICT:
        raise ConflictError(told, status=answer.status_code, content=content)
    if not answer.is_success:
        raise StatusError(told, status=answer.status_code, content=content)
    return content


def _json(answer: httpx.Response) -> Json:
    if not answer.content.strip():
        return None
    try:
        return read_payload(answer.content)
    except NotJsonError:
        return None


def _seconds(text: str) -> float | None:
    """What a Retry-After asks for; a date, which hardly anybody sends, counts as no word on it."""
    return min(float(text), _LONGEST_PAUSE) if text.isascii() and text.isdigit() else None
