"""Salesforce's fields and record types of Case, for a draft of a mapping: `AmendsWebhook` sends whole cases by itself.

The answer is that of https://developer.salesforce.com/docs/platform/api-rest/guide/dome-sobject-describe: what the
app's user may not see is not in it.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from amends_client.bridge.listing import DeskField, FieldKind, Listing, is_plain
from amends_client.bridge.mapping.paths import Json
from amends_client.bridge.vendors.answers import labels, listed, needed, one, text_at
from amends_client.bridge.vendors.salesforce import SalesforceSettings, rest_of

_KINDS: Final[Mapping[str, FieldKind]] = MappingProxyType(
    {
        "boolean": FieldKind.BOOLEAN,
        "combobox": FieldKind.TEXT,
        "currency": FieldKind.DECIMAL,
        "date": FieldKind.DATE,
        "datetime": FieldKind.DATE,
        "double": FieldKind.DECIMAL,
        "int": FieldKind.INTEGER,
        "multipicklist": FieldKind.CHOICES,
        "percent": FieldKind.DECIMAL,
        "picklist": FieldKind.CHOICE,
        "string": FieldKind.TEXT,
        "textarea": FieldKind.TEXT,
    }
)
_STANDARD: Final = frozenset(("Reason", "Type"))
"""Of Salesforce's own fields these are lists of what customers complain about, which each org writes itself."""

_OWN: Final = "Amends"
"""What the bridge itself writes begins so, and is no fact of a case."""


class SalesforceFields:
    """What one org has."""

    def __init__(self, settings: SalesforceSettings) -> None:
        self._dues = frozenset(milestone.due for milestone in settings.milestones.values())
        self._rest = rest_of(settings)

    def close(self) -> None:
        self._rest.close()

    def listing(self) -> Listing:
        case = self._rest.call("GET", f"{self._rest.base}/sobjects/Case/describe")
        needed(case, "fields")
        me = self._rest.user()
        return Listing(
            vendor="salesforce",
            delivery={
                "case": "{path: Id}",
                "time": "{path: LastModifiedDate}",
                **({"own": f'{{path: LastModifiedById, is: ["{me}"]}}'} if is_plain(me) else {}),
            },
            separator=";",
            fields=tuple(_field(found) for found in listed(case, "fields[*]") if self._is_mapped(found)),
            always={"customer.customer_id": "{path: ContactId}"},
            forms=tuple(_record_types(case)),
        )

    def _is_mapped(self, found: Json) -> bool:
        name = text_at(found, "name")
        theirs = name in _STANDARD or (one(found, "custom") is True and not name.startswith(_OWN))
        known = text_at(found, "type") in _KINDS and one(found, "deprecatedAndHidden") is not True
        return theirs and known and is_plain(name) and name not in self._dues


def _field(found: Json) -> DeskField:
    name = text_at(found, "name")
    type_name = text_at(found, "type")
    # A number that an org makes is a double: how many places it has behind the dot tells whether it is whole.
    is_whole = type_name == "double" and text_at(found, "scale") == "0"
    kind = FieldKind.INTEGER if is_whole else _KINDS[type_name]
    active = (option for option in listed(found, "picklistValues[*]") if one(option, "active") is True)
    options = labels(active, value="value", label="label")
    chosen = kind in {FieldKind.CHOICE, FieldKind.CHOICES}
    return DeskField(text_at(found, "label") or name, name, kind, options=options if chosen else {})


def _record_types(case: Json) -> list[str]:
    """Those that an org has made: the master is everybody's."""
    return [
        text_at(found, "name")
        for found in listed(case, "recordTypeInfos[*]")
        if one(found, "active") is True and one(found, "master") is not True
    ]
