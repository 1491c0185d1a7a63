"""Any helpdesk that can sign a webhook and takes notes over HTTP: how it does stands in the configuration."""

import json
from collections.abc import Iterator, Mapping
from html import escape
from typing import Annotated, Any, Final, Literal, Self, TypeAlias

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from amends_client.bridge.mapping.paths import Json, Path, read_path
from amends_client.bridge.ports import AwayError, DeniedError, Said, Webhook
from amends_client.bridge.secret import Secret, header_text
from amends_client.bridge.signatures import Encoding, Over, Scheme, check
from amends_client.bridge.vendors.generic_lists import PATH, FieldsSettings, PathText
from amends_client.bridge.vendors.http import HttpClient, part

_STRICT: Final = ConfigDict(extra="forbid", frozen=True)
ONE_TAG: Final = "{tag}"
"""Stands for one tag: a body that has it is sent once for each."""

PAGE: Final = "{page}"
"""Stands for the number of a page of notes."""

_HeaderName: TypeAlias = Annotated[str, Field(pattern=r"^[!#$%&'*+.^_`|~0-9A-Za-z-]+$")]
_HeaderText: TypeAlias = Annotated[str, AfterValidator(header_text)]
_MOST_PAGES: Final = 500
KEY_HEADER: Final = "Idempotency-Key"
"""Carries the note's mark, for receivers that tell by it what they have had."""


class SignatureSettings(BaseModel):
    """How webhooks are signed; left out: HMAC-SHA256 over time and body, as this project's own examples sign."""

    model_config = _STRICT

    header: str = "X-Amends-Signature"
    time_header: str = "X-Amends-Timestamp"
    encoding: Encoding = Encoding.HEX
    over: Over = Over.TIME_BODY
    prefix: str = ""
    hash: Literal["sha256", "sha1"] = "sha256"

    @model_validator(mode="after")
    def _time_is_signed(self) -> Self:
        """A time that nothing signs says nothing; and what is kept to know a delivery by must not be the secret."""
        signs_time = self.over in {Over.TIME_BODY, Over.TIME_DOT_BODY}
        if signs_time != bool(self.time_header):
            need = "needs a time_header" if signs_time else 'signs no time: say time_header: ""'
            raise ValueError(f"over: {self.over.value} {need}")
        return self


class CallSettings(BaseModel):
    """A call. `{case}` in `path` and `{case}`, `{note}`, `{mark}`, `{tag}` in `body` are filled; `{tags}` is a list."""

    model_config = _STRICT

    method: Literal["GET", "POST", "PUT", "PATCH", "DELETE"]
    path: str = Field(pattern=PATH)
    body: Any = None


class NotesSettings(BaseModel):
    """How the notes of a case are read: a GET of `path`, and the path in its answer to their texts. With `{page}` in
    `path`, of each page from 1 on until one has none.
    """

    model_config = _STRICT

    path: str = Field(pattern=PATH)
    texts: PathText


class GenericSettings(BaseModel):
    """`notes` left out: the helpdesk itself must tell by the header Idempotency-Key which note it has had."""

    model_config = _STRICT

    vendor: Literal["generic"]
    address: str
    secret: Secret
    signature: SignatureSettings = SignatureSettings()
    headers: Mapping[_HeaderName, Secret | _HeaderText] = Field(default_factory=dict)
    note: CallSettings
    tags: CallSettings | None = None
    untag: CallSettings | None = None
    notes: NotesSettings | None = None
    fields: FieldsSettings | None = None
    html: bool = False
    timeout: float = 10.0

    def sent_headers(self) -> dict[str, str]:
        """The headers of every call. SecretError where one cannot be had or sent."""
        return {name: one if isinstance(one, str) else one.reveal_for_header() for name, one in self.headers.items()}


class Generic:
    """Cases of one helpdesk."""

    def __init__(self, settings: GenericSettings) -> None:
        self._settings = settings
        self._secret = settings.secret.reveal().encode()
        self._scheme = Scheme(**settings.signature.model_dump())
        self._http = HttpClient(settings.address, headers=settings.sent_headers(), timeout=settings.timeout)

    def close(self) -> None:
        self._http.close()

    def verify(self, webhook: Webhook, now: int) -> str | None:
        return check(webhook, self._scheme, secret=self._secret, now=now)

    def has(self, case: str, mark: str) -> bool:
        if self._settings.notes is None:
            return False
        path = self._settings.notes.path.replace("{case}", part(case))
        if PAGE not in path:
            return any(mark in text for text in self._texts(path))
        pages = (self._texts(path.replace(PAGE, str(page))) for page in range(1, _MOST_PAGES + 1))
        for number, texts in enumerate(_until_empty_or_same(pages), start=1):
            if any(mark in text for text in texts):
                return True
            if number == _MOST_PAGES:
                raise DeniedError(f"the notes of the case go on after page {number}: are they by pages at all?")
        return False

    def _texts(self, path: str) -> list[str]:
        assert self._settings.notes is not None  # who asks has looked
        texts = _path(self._settings.notes.texts).find(self._http.call("GET", path))
        if texts is None:
            raise AwayError(f"the answer lacks {self._settings.notes.texts}")
        return [str(text) for text in (texts if isinstance(texts, list) else [texts]) if text is not None]

    def write(self, case: str, said: Said) -> None:
        note = escape(said.note).replace("\n", "<br>\n") if self._settings.html else said.note
        self._tag(self._settings.untag, case, said.tags_gone)
        self._tag(self._settings.tags, case, said.tags)
        self._call(self._settings.note, case, {"{note}": note, "{mark}": said.mark}, {KEY_HEADER: said.mark})

    def _tag(self, call: CallSettings | None, case: str, tags: tuple[str, ...]) -> None:
        if call is None or not tags:
            return
        if ONE_TAG not in json.dumps(call.body):
            self._call(call, case, {"{tags}": list(tags)}, {})
            return
        for tag in tags:
            self._call(call, case, {ONE_TAG: tag}, {})

    def _call(self, call: CallSettings, case: str, values: Mapping[str, Json], headers: Mapping[str, str]) -> None:
        path = call.path.replace("{case}", part(case))
        body = _filled(call.body, {"{case}": case, **values})
        self._http.call(call.method, path, body=body, headers=headers)


def _until_empty_or_same(pages: Iterator[list[str]]) -> Iterator[list[str]]:
    before: list[str] = []
    for texts in pages:
        if texts in ([], before):
            return
        yield texts
        before = texts


def _path(text: str) -> Path:
    path = read_path(text)
    assert path is not None  # the settings have checked it
    return path


def _filled(template: Json, values: Mapping[str, Json]) -> Json:
    """The body, each placeholder replaced once: what a note says is never read as a placeholder."""
    match template:
        case dict():
            return {name: _filled(inner, values) for name, inner in template.items()}
        case list():
            return [_filled(inner, values) for inner in template]
        case str() if template in values:
            return values[template]
        case str():
            return _filled_text(template, values)
        case _:
            return template


def _filled_text(text: str, values: Mapping[str, Json]) -> str:
    for name, value in values.items():
        before, found, after = text.partition(name)
        if found:
            return f"{_filled_text(before, values)}{value}{_filled_text(after, values)}"
    return text
