"""Zendesk: signed webhooks; tickets changed in one call that fails where somebody was quicker."""

from typing import Final, Literal

from pydantic import BaseModel, ConfigDict

from amends_client.bridge.mapping.paths import Json, as_text
from amends_client.bridge.ports import AwayError, Said, Webhook
from amends_client.bridge.secret import Secret
from amends_client.bridge.signatures import Encoding, Over, Scheme, check
from amends_client.bridge.vendors.answers import listed, needed, one
from amends_client.bridge.vendors.http import ConflictError, HttpClient, part

SCHEME: Final = Scheme(
    header="X-Zendesk-Webhook-Signature",
    time_header="X-Zendesk-Webhook-Signature-Timestamp",
    encoding=Encoding.BASE64,
    over=Over.TIME_BODY,
)
_TRIES: Final = 5
_PAGE: Final = 100


class ZendeskSettings(BaseModel):
    """`user`: the agent (an e-mail address) as whom the bridge writes, by an API `token`; `secret` is the webhook's."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    vendor: Literal["zendesk"]
    address: str
    user: str
    token: Secret
    secret: Secret
    timeout: float = 10.0


class Zendesk:
    """Tickets of one Zendesk account."""

    def __init__(self, settings: ZendeskSettings) -> None:
        self._secret = settings.secret.reveal().encode()
        user = (f"{settings.user}/token", settings.token.reveal())
        self._http = HttpClient(settings.address, user=user, timeout=settings.timeout)

    def close(self) -> None:
        self._http.close()

    def verify(self, webhook: Webhook, now: int) -> str | None:
        return check(webhook, SCHEME, secret=self._secret, now=now)

    def has(self, case: str, mark: str) -> bool:
        """Looks through the comments, the newest first, page by page: a link of the answer is never followed."""
        after = ""
        while True:
            cursor = f"&page[after]={part(after)}" if after else ""
            page = self._http.call("GET", f"{_ticket(case)}/comments.json?sort=-created_at&page[size]={_PAGE}{cursor}")
            needed(page, "comments")
            if any(mark in str(text) for text in listed(page, "comments[*].body")):
                return True
            after = as_text(one(page, "meta.after_cursor")) or ""
            if one(page, "meta.has_more") is not True or not after:
                return False

    def write(self, case: str, said: Said) -> None:
        """One call for note, tags and fields; where the ticket was changed since it was read, all of it again."""
        for _ in range(_TRIES):
            read = self._http.call("GET", f"{_ticket(case)}.json")
            try:
                self._http.call("PUT", f"{_ticket(case)}.json", body={"ticket": _change(read, said)})
            except ConflictError:
                continue
            return
        raise AwayError(f"the ticket was changed {_TRIES} times while it was to be written", seconds=5)


def _change(read: Json, said: Said) -> dict[str, object]:
    before = {str(tag) for tag in listed(read, "ticket.tags[*]")}
    change: dict[str, object] = {
        "comment": {"body": said.note, "public": False},
        "tags": sorted((before - set(said.tags_gone)) | set(said.tags)),
        "safe_update": True,
        "updated_stamp": needed(read, "ticket.updated_at"),
    }
    if said.fields:
        change["custom_fields"] = [{"id": int(name), "value": value} for name, value in said.fields.items()]
    return change


def _ticket(case: str) -> str:
    return f"/api/v2/tickets/{part(case)}"
