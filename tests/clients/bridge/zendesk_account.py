"""Zendesk's lists of an account, over HTTP, as its API answers: fields by pages, forms, tags, and who asks."""

import re
from contextlib import AbstractContextManager
from typing import Any, Final

from tests.clients.bridge.account import Answer, Asked, Refusal, serving_account

FIELDS: Final[list[dict[str, Any]]] = [
    {"id": 1, "type": "subject", "title": "Subject", "active": True, "removable": False},
    {"id": 2, "type": "status", "title": "Status", "active": True, "removable": False},
    {
        "id": 360001,
        "type": "tagger",
        "title": "What went wrong",
        "active": True,
        "custom_field_options": [
            {"id": 1, "name": "Late delivery", "value": "reason_late"},
            {"id": 2, "name": "Other", "value": "reason_other"},
            {"id": 3, "name": "It never came\n# not: a comment", "value": "reason_lost"},
        ],
    },
    {"id": 360002, "type": "text", "title": "Order ID", "active": True},
    {"id": 360003, "type": "integer", "title": "Days late", "active": True},
    {"id": 360004, "type": "decimal", "title": "Amount paid", "active": True},
    {"id": 360005, "type": "decimal", "title": "Shipping fee", "active": True},
    {"id": 360006, "type": "checkbox", "title": "Is it an obvious mistake of ours?", "active": True},
    {"id": 360007, "type": "text", "title": 'Invoice "number"\nsituation: {}', "active": True},
    {"id": 360008, "type": "integer", "title": "Hours waited", "active": True},
    {"id": 360009, "type": "integer", "title": "Shipping fee", "active": False},
    {"id": 360010, "type": "date", "title": "Delivered", "active": True},
]
FORMS: Final = [{"id": 5, "name": "Complaint", "active": True, "ticket_field_ids": [1, 360001, 360003]}]
TAGS: Final = [{"name": "vip", "count": 120}, {"name": "press_media", "count": 3}, {"name": "legal_threat", "count": 2}]
_PAGE: Final = 4


def _answer(asked: Asked) -> Answer:
    path = asked.path
    if path == "/api/v2/users/me.json":
        return 200, {"user": {"id": 81, "email": "bridge@example.com"}}
    if path == "/api/v2/ticket_forms.json?active=true":
        return 200, {"ticket_forms": FORMS}
    if path.startswith("/api/v2/tags.json?page[size]="):
        return 200, {"tags": TAGS, "meta": {"has_more": False}}
    found = re.fullmatch(r"/api/v2/ticket_fields\.json\?page\[size\]=\d+(&page\[after\]=(\d+))?", path)
    if found is None:
        return 404, {"error": "RecordNotFound"}
    first = int(found[2] or 0)
    after = first + _PAGE
    meta = {"has_more": after < len(FIELDS), "after_cursor": str(after)}
    return 200, {"ticket_fields": FIELDS[first:after], "meta": meta}


def zendesk_account(*, without: str = "") -> AbstractContextManager[str]:
    """Its address. `without`: what its plan does not have, as a part of the path."""
    return serving_account(_answer, Refusal(without) if without else None)
