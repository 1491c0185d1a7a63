"""Fields and tags of a helpdesk that lists them over HTTP, for a draft of a mapping, as the configuration says."""

import json
import re
from collections.abc import Mapping
from typing import Any, Final

from amends_client.bridge.listing import DeskField, FieldKind, Listing, is_plain
from amends_client.bridge.mapping.paths import Json, as_text
from amends_client.bridge.ports import AwayError
from amends_client.bridge.vendors.answers import listed, one, text_at
from amends_client.bridge.vendors.generic import GenericSettings
from amends_client.bridge.vendors.generic_lists import NAME, FieldsSettings
from amends_client.bridge.vendors.http import HttpClient

_SAYABLE: Final = re.compile(r"[^\"\\]{1,200}")
_AS_TEXT: Final = frozenset({FieldKind.TEXT, FieldKind.CHOICE})


class GenericFields:
    """What one account has, as `settings.fields` says where."""

    def __init__(self, settings: GenericSettings, fields: FieldsSettings) -> None:
        self._fields = fields
        self._http = HttpClient(settings.address, headers=settings.sent_headers(), timeout=settings.timeout)

    def close(self) -> None:
        self._http.close()

    def listing(self) -> Listing:
        tags = self._fields.tags
        return Listing(
            vendor="generic",
            delivery={name: _flow(said) for name, said in self._fields.delivery.items()},
            always={name: _flow(said) for name, said in self._fields.always.items()},
            separator=",",
            fields=tuple(self._by_path().values()),
            tags_path=tags.place if tags else "",
            tags=tuple(name for name in map(as_text, self._list(tags.path, tags.names)) if name) if tags else (),
        )

    def _by_path(self) -> dict[str, DeskField]:
        """The first of those that a payload would have in one place."""
        fields: dict[str, DeskField] = {}
        for found in self._list(self._fields.path, self._fields.each):
            if self._is_mapped(found):
                field = self._field(found)
                fields.setdefault(field.path, field)
        return fields

    def _list(self, path: str, at: str) -> list[Json]:
        answer = self._http.call("GET", path)
        if not isinstance(one(answer, at), list):
            raise AwayError(f"the answer to GET {path} has no list at {at}")
        return listed(answer, at)

    def _is_mapped(self, found: Json) -> bool:
        name = text_at(found, self._fields.name)
        fits = all(text_at(found, path) == as_text(wanted) for path, wanted in self._fields.where.items())
        return fits and _can_be_said(name) and text_at(found, self._fields.type) in self._fields.kinds

    def _field(self, found: Json) -> DeskField:
        name = text_at(found, self._fields.name)
        kind = self._fields.kinds[text_at(found, self._fields.type)]
        options = _options(one(found, self._fields.options), self._fields.value) if self._fields.options else {}
        if options and kind in _AS_TEXT:
            kind = FieldKind.CHOICE
        step = f".{name}" if is_plain(name) else f'["{name}"]'
        return DeskField(
            title=text_at(found, self._fields.title) or name,
            path=self._fields.place.replace(f".{NAME}", step),
            kind=kind,
            options=options if kind in {FieldKind.CHOICE, FieldKind.CHOICES} else {},
            unit=self._fields.unit if kind is FieldKind.DATE else "",
        )


def _can_be_said(name: str) -> bool:
    """Whether a path can have it; quoted, where it is not plain."""
    return name.isprintable() and _SAYABLE.fullmatch(name) is not None


def _options(found: Json, value: str) -> dict[str, str]:
    """Labels by what a payload holds: of an object with them, or of a list of texts, or of options; theirs included."""
    if isinstance(found, dict):
        return {one: label for one in found if one and (label := as_text(found[one])) is not None}
    read: dict[str, str] = {}
    for option in found if isinstance(found, list) else []:
        held = as_text(option) or text_at(option, value)
        if held:
            read[held] = as_text(option) or text_at(option, "label") or text_at(option, "name") or held
        read |= _options(one(option, "children"), value)
    return read


def _flow(said: Mapping[str, Any]) -> str:
    """On one line, as a mapping may have it: all JSON is YAML."""
    return json.dumps(dict(said), ensure_ascii=False)
