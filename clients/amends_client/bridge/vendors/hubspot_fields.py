"""HubSpot's properties of what a case is, for a draft of a mapping; and which of them an action asks for.

The answer is that of https://developers.hubspot.com/docs/api-reference/latest/crm/properties/get-properties: all
properties of a type of record at once, the archived ones left out.
"""

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Final

from amends_client.bridge.listing import DeskField, FieldKind, Listing, is_plain
from amends_client.bridge.mapping.paths import Json
from amends_client.bridge.vendors.answers import labels, listed, needed, one, text_at
from amends_client.bridge.vendors.flags import FLAGS
from amends_client.bridge.vendors.http import HttpClient
from amends_client.bridge.vendors.hubspot import HubSpotSettings

_KINDS: Final[Mapping[str, FieldKind]] = MappingProxyType(
    {
        "bool": FieldKind.BOOLEAN,
        "date": FieldKind.DATE,
        "datetime": FieldKind.DATE,
        "enumeration": FieldKind.CHOICE,
        "number": FieldKind.NUMBER,
        "string": FieldKind.TEXT,
    }
)
_SHOWN_AS: Final[Mapping[str, FieldKind]] = MappingProxyType(
    {"booleancheckbox": FieldKind.BOOLEAN, "checkbox": FieldKind.CHOICES}
)
"""An enumeration is what HubSpot shows it as: a box to tick, or several."""

_OWN: Final = frozenset(f"amends_{name}" for name in ("outcome", *FLAGS))
"""What the bridge itself writes is no fact of a case."""


class HubSpotFields:
    """What one account has added to HubSpot's own properties."""

    def __init__(self, settings: HubSpotSettings) -> None:
        self._settings = settings
        headers = {"Authorization": f"Bearer {settings.token.reveal_for_header()}"}
        self._http = HttpClient(settings.address, headers=headers, timeout=settings.timeout)

    def close(self) -> None:
        self._http.close()

    def listing(self) -> Listing:
        answer = self._http.call("GET", f"/crm/properties/{self._settings.version}/{self._settings.records}")
        needed(answer, "results")
        return Listing(
            vendor="hubspot",
            delivery={"case": "{path: object.objectId}", "event": "{path: callbackId}"},
            separator=";",
            fields=tuple(_field(found) for found in listed(answer, "results[*]") if _is_mapped(found)),
            body=_action,
        )


def _action(fields: Sequence[DeskField]) -> Json:
    """The part of the action's definition that says which properties HubSpot sends along."""
    return {"objectRequestOptions": {"properties": [field.path.rpartition(".")[2] for field in fields]}}


def _is_mapped(found: Json) -> bool:
    name = text_at(found, "name")
    theirs = is_plain(name) and name not in _OWN
    left_out = any(one(found, said) is True for said in ("hubspotDefined", "hidden", "archived"))
    return theirs and not left_out and text_at(found, "type") in _KINDS


def _field(found: Json) -> DeskField:
    name = text_at(found, "name")
    kind = _kind(found)
    options = labels(listed(found, "options[*]"), value="value", label="label")
    return DeskField(
        title=text_at(found, "label") or name,
        path=f"object.properties.{name}",
        kind=kind,
        options=options if kind in {FieldKind.CHOICE, FieldKind.CHOICES} else {},
        unit="milliseconds" if kind is FieldKind.DATE else "",
    )


def _kind(found: Json) -> FieldKind:
    kind = _KINDS[text_at(found, "type")]
    if kind is FieldKind.CHOICE:
        return _SHOWN_AS.get(text_at(found, "fieldType"), kind)
    return kind
