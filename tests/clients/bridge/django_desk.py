"""django-helpdesk's API as the bridge uses it: tickets, their follow-ups and custom fields, as in version 2.6."""

import re
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tests.clients.bridge.desk import Answer, Desk  # that module asks this one


def answer(desk: "Desk", method: str, path: str, body: Any) -> "Answer":  # noqa: ANN401  # JSON
    if method == "POST" and path == "/api/followups/":
        assert body["public"] is False
        desk.add_note(body["ticket"], body["comment"])
        return desk.told(201)
    found = re.fullmatch(r"/api/tickets/(\w+)/", path)
    if found is None:
        return 404, {"detail": "Not found."}
    if method == "PATCH":
        desk.set_tags(found[1], body["custom_amends"].split())
    followups = [{"id": number, "comment": text} for number, text in enumerate(desk.notes(found[1]), start=1)]
    tags = " ".join(sorted(desk.tags(found[1])))
    return 200, {"id": found[1], "custom_amends": tags or None, "followup_set": followups}
