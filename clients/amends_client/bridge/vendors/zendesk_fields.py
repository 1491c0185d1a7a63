"""Zendesk's fields, forms and tags, for a draft of a mapping; and what its trigger has to send for them."""

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Final

from amends_client.bridge.listing import DeskField, FieldKind, Listing, is_plain
from amends_client.bridge.mapping.paths import Json, as_text
from amends_client.bridge.ports import DeniedError
from amends_client.bridge.vendors.answers import labels, listed, one, text_at
from amends_client.bridge.vendors.http import HttpClient, part
from amends_client.bridge.vendors.zendesk import ZendeskSettings

_PAGE: Final = 100
_KINDS: Final[Mapping[str, FieldKind]] = MappingProxyType(
    {
        "checkbox": FieldKind.BOOLEAN,
        "date": FieldKind.DATE,
        "decimal": FieldKind.DECIMAL,
        "integer": FieldKind.INTEGER,
        "multiselect": FieldKind.CHOICES,
        "regexp": FieldKind.TEXT,
        "tagger": FieldKind.CHOICE,
        "text": FieldKind.TEXT,
        "textarea": FieldKind.TEXT,
    }
)
"""Fields that a customer has made are of these; Zendesk's own, such as `status`, and card numbers are not mapped."""


class ZendeskFields:
    """What one account has."""

    def __init__(self, settings: ZendeskSettings) -> None:
        user = (f"{settings.user}/token", settings.token.reveal())
        self._http = HttpClient(settings.address, user=user, timeout=settings.timeout)

    def close(self) -> None:
        self._http.close()

    def listing(self) -> Listing:
        forms = self._forms()
        me = text_at(self._http.call("GET", "/api/v2/users/me.json"), "user.id")
        return Listing(
            vendor="zendesk",
            delivery={
                "case": "{path: ticket.id}",
                "time": "{path: ticket.updated_at}",
                **({"own": f'{{path: current_user, is: ["{me}"]}}'} if is_plain(me) else {}),
            },
            always={"customer.customer_id": "{path: requester}", "tags": '{path: ticket.tags, separator: " "}'},
            tags_path="ticket.tags",
            separator=" ",
            body=_body,
            fields=tuple(_field(found, forms) for found in self._fields() if _is_mapped(found)),
            forms=tuple(forms),
            tags=tuple(self._tags()),
        )

    def _fields(self) -> list[Json]:
        found: list[Json] = []
        after = ""
        while True:
            cursor = f"&page[after]={part(after)}" if after else ""
            page = self._http.call("GET", f"/api/v2/ticket_fields.json?page[size]={_PAGE}{cursor}")
            found += listed(page, "ticket_fields[*]")
            after = text_at(page, "meta.after_cursor")
            if one(page, "meta.has_more") is not True or not after:
                return found

    def _forms(self) -> dict[str, frozenset[str]]:
        """The fields of each form, by its name; none where the account's plan has no forms."""
        try:
            answer = self._http.call("GET", "/api/v2/ticket_forms.json?active=true")
        except DeniedError:
            return {}
        return {
            text_at(form, "name"): frozenset(as_text(field) or "" for field in listed(form, "ticket_field_ids"))
            for form in listed(answer, "ticket_forms[*]")
        }

    def _tags(self) -> list[str]:
        """The most used."""
        answer = self._http.call("GET", f"/api/v2/tags.json?page[size]={_PAGE}")
        return [name for name in map(as_text, listed(answer, "tags[*].name")) if name]


def _body(fields: Sequence[DeskField]) -> Json:
    ticket = {
        "id": "{{ticket.id}}",
        "updated_at": "{{ticket.updated_at_with_timestamp}}",
        "tags": "{{ticket.tags}}",
        **({"fields": {_number(field): field.placeholder for field in fields}} if fields else {}),
    }
    return {"ticket": ticket, "requester": "{{ticket.requester.id}}", "current_user": "{{current_user.id}}"}


def _number(field: DeskField) -> str:
    return field.path.rpartition(".")[2]


def _is_mapped(found: Json) -> bool:
    has_number = is_plain(text_at(found, "id"))
    return has_number and one(found, "active") is True and text_at(found, "type") in _KINDS


def _field(found: Json, forms: Mapping[str, frozenset[str]]) -> DeskField:
    number = text_at(found, "id")
    options = labels(listed(found, "custom_field_options[*]"), value="value", label="name")
    return DeskField(
        title=text_at(found, "title") or number,
        path=f"ticket.fields.{number}",
        placeholder=f"{{{{ticket.ticket_field_{number}}}}}",
        kind=_KINDS[text_at(found, "type")],
        options=options,
        forms=tuple(name for name, fields in forms.items() if number in fields),
    )
