"""HubSpot: a custom workflow action that waits for the decision; notes and properties of tickets, or of other records.

HubSpot posts to the action's URL and is told to wait (BLOCK). When the case is decided the waiting call is completed
with the output fields. Signatures have two forms: v3 signs the time along; v2, which custom workflow actions have, does
not.
"""

import base64
import hashlib
import hmac
from collections.abc import Callable, Mapping
from html import escape
from types import MappingProxyType
from typing import Final, Literal, TypeAlias
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field

from amends_client.bridge.mapping.paths import Json, as_text
from amends_client.bridge.mapping.take import LackingError, is_name
from amends_client.bridge.ports import AwayError, Reason, RefusedError, Said, Webhook
from amends_client.bridge.secret import Secret
from amends_client.bridge.signatures import check_time
from amends_client.bridge.vendors.answers import listed, needed, one
from amends_client.bridge.vendors.flags import flags_of
from amends_client.bridge.vendors.http import HttpClient, StatusError, part

V2_HEADER: Final = "X-HubSpot-Signature"
V2_VERSION_HEADER: Final = "X-HubSpot-Signature-Version"
V3_HEADER: Final = "X-HubSpot-Signature-v3"
V3_TIME_HEADER: Final = "X-HubSpot-Request-Timestamp"
_Kind: TypeAlias = Literal["tickets", "contacts", "companies", "deals"]
_NOTE_TO: Final[Mapping[_Kind, int]] = MappingProxyType(
    {"tickets": 228, "contacts": 202, "companies": 190, "deals": 214}
)
"""HubSpot's own types of association, from a note to a record."""

_TYPES: Final[Mapping[_Kind, str]] = MappingProxyType(
    {"tickets": "TICKET", "contacts": "CONTACT", "companies": "COMPANY", "deals": "DEAL"}
)
_NOT_FOUND: Final = 404
_PATIENT_TRIES: Final = 6
"""So often a call is told that HubSpot does not know yet: the decision may be there before HubSpot has heard BLOCK."""

_PAGE: Final = 100


class HubSpotSettings(BaseModel):
    """`public` is the address that HubSpot calls, before `/webhooks/`: it is signed along, and the proxy changes it.

    `secret` is the app's client secret, `token` its access token. `wait` is how long a workflow waits at most, as a
    duration of ISO 8601. `require_v3` refuses what is signed without a time. `version` is that of HubSpot's API.
    `records` are what a case is.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    vendor: Literal["hubspot"]
    address: str
    public: str = Field(pattern=r"^https?://[^/?#]+(/[^?#]*)?$")
    token: Secret
    secret: Secret
    wait: str = Field(default="PT1H", pattern=r"^P[0-9A-Z]+$")
    require_v3: bool = False
    version: str = Field(default="2026-03", pattern=r"^\d{4}-\d{2}$")
    records: _Kind = "tickets"
    timeout: float = 10.0


class HubSpot:
    """Records of one HubSpot account, and the workflow action that asks about them."""

    def __init__(self, settings: HubSpotSettings, now: Callable[[], int]) -> None:
        self._settings = settings
        self._now = now
        self._secret = settings.secret.reveal().encode()
        headers = {"Authorization": f"Bearer {settings.token.reveal_for_header()}"}
        self._http = HttpClient(settings.address, headers=headers, timeout=settings.timeout)

    def close(self) -> None:
        self._http.close()

    def verify(self, webhook: Webhook, now: int) -> str | None:
        """By v3 where it is there, else by v2. What comes again is known by its callback, not by its signature."""
        uri = self._settings.public.rstrip("/") + _path_of(webhook.url)
        given = webhook.headers.get(V3_HEADER.lower(), "")
        if given:
            time = webhook.headers.get(V3_TIME_HEADER.lower(), "")
            _same(given, sign_v3("POST", uri, webhook.body, time=time, secret=self._secret), V3_HEADER)
            check_time(time, now)
            return None
        given = webhook.headers.get(V2_HEADER.lower(), "")
        if self._settings.require_v3 or not given:
            raise RefusedError(Reason.BAD_SIGNATURE, f"the header {V3_HEADER} is missing")
        if webhook.headers.get(V2_VERSION_HEADER.lower(), "v2") != "v2":
            raise RefusedError(Reason.BAD_SIGNATURE, f"{V2_VERSION_HEADER} is not v2")
        _same(given, sign_v2("POST", uri, webhook.body, secret=self._secret), V2_HEADER)
        return None

    def has(self, case: str, mark: str) -> bool:
        """Reads the notes of the record, and does not search: a search finds what was written only a while later."""
        after = ""
        while True:
            asked = {"id": case, **({"after": after} if after else {})}
            path = f"/crm/associations/{self._settings.version}/{self._settings.records}/notes/batch/read"
            page = self._http.call("POST", path, body={"inputs": [asked]})
            needed(page, "results")
            ids = [as_text(found) or "" for found in listed(page, "results[0].to[*].toObjectId")]
            if any(self._have(ids[start : start + _PAGE], mark) for start in range(0, len(ids), _PAGE)):
                return True
            after = as_text(one(page, "results[0].paging.next.after")) or ""
            if not after:
                return False

    def _have(self, ids: list[str], mark: str) -> bool:
        body = {"properties": ["hs_note_body"], "inputs": [{"id": number} for number in ids]}
        notes = self._http.call("POST", f"{self._objects('notes')}/batch/read", body=body)
        needed(notes, "results")
        return any(mark in str(text) for text in listed(notes, "results[*].properties.hs_note_body"))

    def write(self, case: str, said: Said) -> None:
        flags = flags_of(said)
        properties = {f"amends_{name}": "true" if holds else "false" for name, holds in flags.holding.items()}
        if flags.outcome:
            properties["amends_outcome"] = flags.outcome
        if properties:
            path = f"{self._objects(self._settings.records)}/{part(case)}"
            self._http.call("PATCH", path, body={"properties": properties})
        types = [{"associationCategory": "HUBSPOT_DEFINED", "associationTypeId": _NOTE_TO[self._settings.records]}]
        note = {
            "properties": {
                "hs_timestamp": str(self._now() // 1_000_000),
                "hs_note_body": escape(said.note).replace("\n", "<br>"),
            },
            "associations": [{"to": {"id": case}, "types": types}],
        }
        needed(self._http.call("POST", self._objects("notes"), body=note), "id")

    def waiting(self, payload: Json) -> str:
        call = as_text(one(payload, "callbackId"))
        if call is None or not is_name(call):
            raise LackingError("it lacks callbackId")
        self._check_type(payload)
        return call

    def hears(self, *, waits: bool) -> Json:
        if not waits:
            return {"outputFields": {"hs_execution_state": "SUCCESS"}}
        return {"outputFields": {"hs_execution_state": "BLOCK", "hs_expiration_duration": self._settings.wait}}

    def tell(self, call: str, outputs: Mapping[str, str] | None, *, attempt: int) -> None:
        """Complete the call. What HubSpot does not know after some tries waits no more: its time is over."""
        state = "FAIL_CONTINUE" if outputs is None else "SUCCESS"
        body = {"outputFields": {"hs_execution_state": state, **(outputs or {})}}
        path = f"/automation/actions/callbacks/{self._settings.version}/{part(call)}/complete"
        try:
            self._http.call("POST", path, body=body)
        except StatusError as error:
            if error.status != _NOT_FOUND:
                raise
            if attempt < _PATIENT_TRIES:
                raise AwayError("HubSpot does not know the call yet") from None

    def report(self, payload: Json) -> Json:
        """The report that a second action of the workflow sends in its input fields, about the record that it is on."""
        self._check_type(payload)
        fields = one(payload, "inputFields")
        told = (
            {name: value for name, value in fields.items() if value not in (None, "")}
            if isinstance(fields, dict)
            else {}
        )
        return {**told, "case": one(payload, "object.objectId"), "event": one(payload, "callbackId")}

    def _check_type(self, payload: Json) -> None:
        """Records of two types may have the same number: the note would stand on somebody else's."""
        kind = as_text(one(payload, "object.objectType"))
        if kind not in (None, _TYPES[self._settings.records]):
            raise LackingError(f"its object is none of the {self._settings.records} that the configuration names")

    def _objects(self, kind: str) -> str:
        return f"/crm/objects/{self._settings.version}/{kind}"


def sign_v2(method: str, uri: str, body: bytes, *, secret: bytes) -> str:
    """SHA-256 of the secret, the method, the URI and the body, in hexadecimal."""
    return hashlib.sha256(secret + method.encode() + uri.encode() + body).hexdigest()


def sign_v3(method: str, uri: str, body: bytes, *, time: str, secret: bytes) -> str:
    """HMAC-SHA256 over the method, the URI, the body and the time, in base64."""
    digest = hmac.new(secret, method.encode() + uri.encode() + body + time.encode(), hashlib.sha256).digest()
    return base64.b64encode(digest).decode()


def _same(given: str, expected: str, header: str) -> None:
    if not hmac.compare_digest(given.encode(), expected.encode()):
        raise RefusedError(
            Reason.BAD_SIGNATURE, f"the signature in {header} is not by our secret over this body and `public`"
        )


def _path_of(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.path}?{parts.query}" if parts.query else parts.path
