"""django-helpdesk: its webhooks are not signed, its notes are follow-ups that the customer does not see."""

import base64
import hmac
import re
from http import HTTPStatus
from typing import Final, Literal

from pydantic import BaseModel, ConfigDict, Field, StrictInt, field_validator

from amends_client.bridge.mapping.paths import Json, as_text
from amends_client.bridge.ports import NotReportedError, Reason, RefusedError, Said, Webhook
from amends_client.bridge.secret import Secret
from amends_client.bridge.vendors.answers import listed, needed, one
from amends_client.bridge.vendors.http import HttpClient, LockedOutError, StatusError, part

_TITLE: Final = "Amends"
_LONGEST_FIELD: Final = 200
_REPORT: Final = re.compile(
    r"amends: (?P<kind>[a-z_]{1,40}) (?P<action>[\w-]{1,128})"
    r"(?: (?P<amount>\d{1,15}(?:\.\d{1,9})? [A-Z]{3}))?(?: because (?P<reason>\S.{0,500}))?",
    re.ASCII,
)
"""The first line of a follow-up by which an agent says what was done: `amends: overridden refund because he paid`."""


class DjangoHelpdeskSettings(BaseModel):
    """`user` and `password`: the member of staff as whom the bridge writes. `secret`: the password in its URLs.

    `tags_field`: a custom field of type varchar for the bridge's tags, without its `custom_`; empty: none. `staff`: the
    numbers of those users whose follow-ups report what was done; left out: of all who can write private ones.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    vendor: Literal["django_helpdesk"]
    address: str
    user: str
    password: Secret
    secret: Secret
    tags_field: str = Field(default="", pattern=r"^[A-Za-z0-9_-]*$")
    staff: frozenset[StrictInt] | None = None
    timeout: float = 10.0

    @field_validator("staff", mode="before")
    @classmethod
    def _is_said(cls, staff: object) -> object:
        """An empty line would let everybody report, where somebody meant to name a few."""
        if staff is None:
            raise ValueError("name the users, or leave it out")
        return staff


class DjangoHelpdesk:
    """Tickets of one django-helpdesk; `address` reaches to where its pages begin."""

    def __init__(self, settings: DjangoHelpdeskSettings) -> None:
        self._secret = settings.secret.reveal().encode()
        self._field = f"custom_{settings.tags_field}" if settings.tags_field else ""
        self._staff = None if settings.staff is None else frozenset(map(str, settings.staff))
        user = (settings.user, settings.password.reveal())
        self._http = HttpClient(settings.address, user=user, timeout=settings.timeout)

    def close(self) -> None:
        self._http.close()

    def verify(self, webhook: Webhook, now: int) -> str | None:  # noqa: ARG002  # nothing of it says when it was sent
        """It is known by a password alone: nothing binds that to the body, so HTTPS has to."""
        if not hmac.compare_digest(_password(webhook.headers.get("authorization", "")), self._secret):
            raise RefusedError(Reason.BAD_SIGNATURE, "the password in the webhook's URL is missing or not ours")
        return None

    def has(self, case: str, mark: str) -> bool:
        ticket = self._ticket(case)
        needed(ticket, "followup_set")
        return any(mark in str(text) for text in listed(ticket, "followup_set[*].comment"))

    def write(self, case: str, said: Said) -> None:
        if self._field and (said.tags or said.tags_gone):
            before = set((as_text(one(self._ticket(case), self._field)) or "").split())
            tags = " ".join(sorted((before - set(said.tags_gone)) | set(said.tags)))
            self._call("PATCH", _path(case), body={self._field: tags[:_LONGEST_FIELD]})
        note = {"ticket": case, "title": _TITLE, "comment": said.note, "public": False}
        needed(self._call("POST", "/api/followups/", body=note), "id")

    def report(self, payload: Json) -> Json:
        """The report in a follow-up's first line; NotReportedError where it is about anything else, or by a customer.

        A customer's e-mail becomes a follow-up too: of nobody, and public. Only staff can write private ones. What is
        no webhook of a follow-up is a report already.
        """
        number = as_text(one(payload, "followup_id"))
        if number is None:
            return payload
        followups = listed(payload, "ticket.followup_set[*]")
        followup = next((each for each in followups if as_text(one(each, "id")) == number), None)
        user = as_text(one(followup, "user"))
        if user is None or one(followup, "public") is not False or not (self._staff is None or user in self._staff):
            raise NotReportedError("only a private follow-up of somebody on the staff reports what was done")
        first = (as_text(one(followup, "comment")) or "").strip().partition("\n")[0].strip()
        found = _REPORT.fullmatch(first)
        if found is None:
            raise NotReportedError("the follow-up says nothing of what was done")
        told = {name: text for name, text in found.groupdict().items() if text}
        return {"case": one(payload, "ticket.id"), "actor": one(followup, "user"), "event": number, **told}

    def _ticket(self, case: str) -> Json:
        found = self._call("GET", _path(case))
        needed(found, "id")
        return found

    def _call(self, method: str, path: str, *, body: Json = None) -> Json:
        try:
            return self._http.call(method, path, body=body)
        except StatusError as error:
            if error.status != HTTPStatus.FORBIDDEN:
                raise
            # So Django REST Framework answers a password that was replaced: 403, not 401.
            raise LockedOutError(str(error)) from None


def _path(case: str) -> str:
    return f"/api/tickets/{part(case)}/"


def _password(header: str) -> bytes:
    """The password of HTTP's basic authentication, whoever the user; empty where there is none."""
    scheme, _, encoded = header.partition(" ")
    if scheme.lower() != "basic":
        return b""
    try:
        return base64.b64decode(encoded, validate=True).partition(b":")[2]
    except ValueError:
        return b""
