"""django-helpdesk's custom fields, for a draft of a mapping: its webhooks send whole tickets by themselves.

No page of its API lists them, but it says of what a ticket is made (OPTIONS, as Django REST Framework answers that),
custom fields among it. It tells neither queues nor tags.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from amends_client.bridge.listing import DeskField, FieldKind, Listing, is_plain
from amends_client.bridge.mapping.paths import Json
from amends_client.bridge.ports import DeniedError
from amends_client.bridge.vendors.answers import labels, listed, one, text_at
from amends_client.bridge.vendors.django_helpdesk import DjangoHelpdeskSettings
from amends_client.bridge.vendors.http import HttpClient

_PREFIX: Final = "custom_"
_KINDS: Final[Mapping[str, FieldKind]] = MappingProxyType(
    {
        "boolean": FieldKind.BOOLEAN,
        "choice": FieldKind.CHOICE,
        "date": FieldKind.DATE,
        "datetime": FieldKind.DATE,
        "decimal": FieldKind.DECIMAL,
        "integer": FieldKind.INTEGER,
        "slug": FieldKind.TEXT,
        "string": FieldKind.TEXT,
    }
)


class DjangoHelpdeskFields:
    """What one django-helpdesk has."""

    def __init__(self, settings: DjangoHelpdeskSettings) -> None:
        self._own = f"{_PREFIX}{settings.tags_field}"
        user = (settings.user, settings.password.reveal())
        self._http = HttpClient(settings.address, user=user, timeout=settings.timeout)

    def close(self) -> None:
        self._http.close()

    def listing(self) -> Listing:
        made_of = one(self._http.call("OPTIONS", "/api/tickets/"), "actions.POST")
        if not isinstance(made_of, dict):
            raise DeniedError("django_helpdesk does not say of what a ticket is made: may the bridge's user make one?")
        return Listing(
            vendor="django_helpdesk",
            delivery={"case": "{path: ticket.id}"},
            separator=",",
            fields=tuple(_field(name, found) for name, found in made_of.items() if self._is_mapped(name, found)),
        )

    def _is_mapped(self, name: str, found: Json) -> bool:
        theirs = name.startswith(_PREFIX) and name != self._own
        return theirs and is_plain(name) and text_at(found, "type") in _KINDS


def _field(name: str, found: Json) -> DeskField:
    options = labels(listed(found, "choices[*]"), value="value", label="display_name")
    title = text_at(found, "label") or name.removeprefix(_PREFIX)
    return DeskField(title, f"ticket.{name}", _KINDS[text_at(found, "type")], options=options)
