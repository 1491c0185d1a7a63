"""HubSpot for tests: it signs as HubSpot does, waits as HubSpot does, and speaks the part of its API that is called."""

import base64
import hashlib
import hmac
import html
import json
import re
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from tests.clients.bridge.desk import Answer, Desk

TOKEN: Final = "an invented secret"
FLAGS: Final = ("approval", "on_hold", "ask", "overdue")


def signature_headers(uri: str, body: bytes, *, secret: str, milliseconds: int) -> dict[str, str]:
    """The headers of version 3: over the method, the URI, the body and the time."""
    signed = b"POST" + uri.encode() + body + str(milliseconds).encode()
    digest = hmac.new(secret.encode(), signed, hashlib.sha256).digest()
    return {
        "X-HubSpot-Signature-v3": base64.b64encode(digest).decode(),
        "X-HubSpot-Request-Timestamp": str(milliseconds),
    }


def old_signature_headers(uri: str, body: bytes, *, secret: str) -> dict[str, str]:
    """The headers of version 2, by which custom workflow actions are signed."""
    digest = hashlib.sha256(secret.encode() + b"POST" + uri.encode() + body).hexdigest()
    return {"X-HubSpot-Signature": digest, "X-HubSpot-Signature-Version": "v2"}


def executed(content: dict[str, Any]) -> dict[str, Any]:
    """The content as a workflow action sends it: with a call that waits, the same for the same content."""
    call = f"ap-{hashlib.sha256(json.dumps(content).encode()).hexdigest()[:20]}"
    if "kind" not in content:
        return {"callbackId": call, **content}
    fields = {name: value for name, value in content.items() if name != "case"}
    return {"callbackId": call, "object": {"objectId": content.get("case")}, "inputFields": fields}


def answer(desk: "Desk", method: str, path: str, body: Any, *, authorization: str) -> "Answer":  # noqa: ANN401  # JSON
    """What HubSpot's API says."""
    if authorization != f"Bearer {TOKEN}":
        return 401, {"status": "error", "category": "INVALID_AUTHENTICATION"}
    return _answer(desk, method, path, body)


def _answer(desk: "Desk", method: str, path: str, body: Any) -> "Answer":  # noqa: ANN401  # JSON
    match method, path:
        case "POST", _ if found := re.fullmatch(r"/automation/actions/callbacks/2026-03/([\w-]+)/complete", path):
            return _complete(desk, found[1], body)
        case "PATCH", _ if found := re.fullmatch(
            r"/crm/objects/2026-03/(?:tickets|contacts|companies|deals)/(\w+)", path
        ):
            desk.set_tags(found[1], sorted(_tags(desk.tags(found[1]), body["properties"])))
            return 200, {"id": found[1]}
        case "POST", "/crm/objects/2026-03/notes":
            (association,) = body["associations"]
            assert association["types"] == [
                {"associationCategory": "HUBSPOT_DEFINED", "associationTypeId": desk.note_to}
            ]
            assert int(body["properties"]["hs_timestamp"]) > 0
            text = html.unescape(body["properties"]["hs_note_body"].replace("<br>", "\n"))
            desk.add_note(association["to"]["id"], text)
            return desk.told(201)
        case "POST", _ if re.fullmatch(r"/crm/associations/2026-03/\w+/notes/batch/read", path):
            return 200, {"results": [_associated(desk, one) for one in body["inputs"]]}
        case "POST", "/crm/objects/2026-03/notes/batch/read":
            assert len(body["inputs"]) <= 100, "HubSpot reads a hundred at once"
            return 200, {"results": [_note(desk, one["id"]) for one in body["inputs"]]}
        case _:
            return 404, {"status": "error", "category": "OBJECT_NOT_FOUND"}


def _complete(desk: "Desk", call: str, body: Any) -> "Answer":  # noqa: ANN401  # JSON
    if desk.deaf > 0 or call in desk.completed:
        desk.deaf = max(0, desk.deaf - 1)
        return 404, {"status": "error", "category": "OBJECT_NOT_FOUND"}
    desk.completed[call] = body["outputFields"]
    return 204, None


def _associated(desk: "Desk", asked: Any) -> Any:  # noqa: ANN401  # JSON
    """Page by page, so that nobody forgets that there are more."""
    start, notes = int(asked.get("after", 0)), len(desk.notes(asked["id"]))
    found = [{"toObjectId": f"{asked['id']}-{number}"} for number in range(notes)][start : start + 2]
    more = {"paging": {"next": {"after": str(start + 2)}}} if start + 2 < notes else {}
    return {"from": {"id": asked["id"]}, "to": found, **more}


def _note(desk: "Desk", number: str) -> Any:  # noqa: ANN401  # JSON
    ticket, _, place = number.rpartition("-")
    body = html.escape(desk.notes(ticket)[int(place)]).replace("\n", "<br>")
    return {"id": number, "properties": {"hs_note_body": body}}


def _tags(before: set[str], properties: dict[str, str]) -> set[str]:
    """The properties in the place of what they said before, as the tags that other vendors have."""
    after = set(before)
    if "amends_outcome" in properties:
        after = {tag for tag in after if tag.removeprefix("amends_") in FLAGS}
        after.add(f"amends_{properties['amends_outcome']}")
    for flag in FLAGS:
        if f"amends_{flag}" in properties:
            after.discard(f"amends_{flag}")
            after |= {f"amends_{flag}"} if properties[f"amends_{flag}"] == "true" else set()
    return after
