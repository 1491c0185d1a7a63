"""Takes a situation from a payload, by a mapping; and tells what could not be taken, and why."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from amends_client.bridge.mapping.convert import UnreadableError, convert
from amends_client.bridge.mapping.model import CaseMapping, Entry, FromPayload, Kind, Plain, Target
from amends_client.bridge.mapping.paths import Json, as_text
from amends_client.messages import Situation
from amends_client.situation import situation

_LONGEST: Final = 128
_CASE: Target = Target("delivery.case", Kind.TEXT)
_TIME: Target = Target("delivery.time", Kind.TIMESTAMP)


class LackingError(Exception):
    """The payload lacks what the mapping needs; the message names all of it."""


@dataclass(frozen=True, slots=True)
class Unmapped:
    """A fact that stays unknown although its place in the payload holds something."""

    target: str
    path: str
    why: str


@dataclass(frozen=True, slots=True)
class Delivered:
    """What the payload says of itself. `event` empty: nothing; `time` None: not when."""

    case: str
    event: str
    time: datetime | None
    own: bool


@dataclass(frozen=True, slots=True)
class Taken:
    """A situation, and what could not be taken into it."""

    situation: Situation
    unmapped: tuple[Unmapped, ...]


def delivered(payload: Json, mapping: CaseMapping) -> Delivered:
    """Of which case it is, and which delivery. LackingError where it names no case, or lacks what is required."""
    paths = mapping.delivery
    case = paths.case.path.find(payload)
    try:
        named = None if case is None else convert(case, _CASE, paths.case, payload)
    except UnreadableError:
        named = None
    if named and not is_name(str(named)):
        raise LackingError(f"{paths.case.path.text} names no case: expected at most {_LONGEST} characters that print")
    missing = [] if named else [paths.case.path.text]
    missing += [
        entry.source.path.text
        for entry in mapping.entries
        if isinstance(entry.source, FromPayload) and entry.source.required and entry.source.path.find(payload) is None
    ]
    if missing:
        raise LackingError(f"it lacks {', '.join(missing)}")
    event = None if paths.event is None else as_text(paths.event.find(payload))
    own = None if paths.own is None else as_text(paths.own.find(payload))
    return Delivered(str(named), event or "", _moment(payload, paths.time), own in paths.own_values)


def is_name(text: str) -> bool:
    """Whether a case, or anything else that is kept by its name, can be called so."""
    return 0 < len(text) <= _LONGEST and text.isprintable()


def take(payload: Json, mapping: CaseMapping, *, case_id: str) -> Taken:
    """The situation. `case_id` is for a mapping that does not say its own. LackingError where it can be none."""
    fields: dict[str, Any] = {"case_id": case_id}
    unmapped: list[Unmapped] = []
    for entry in mapping.entries:
        value = _value(entry, payload, unmapped)
        if value is not None:
            _put(fields, entry.target.path, value)
    try:
        return Taken(situation(**fields), tuple(unmapped))
    except ValueError:
        # The message would repeat what the payload holds.
        raise LackingError("what it holds makes no situation") from None


def _value(entry: Entry, payload: Json, unmapped: list[Unmapped]) -> Plain | None:
    source = entry.source
    if not isinstance(source, FromPayload):
        return source
    raw = source.path.find(payload)
    if raw is None or raw == "":
        return source.default
    try:
        return convert(raw, entry.target, source, payload)
    except UnreadableError as error:
        unmapped.append(Unmapped(entry.target.path, source.path.text, str(error)))
        return source.default


def _put(fields: dict[str, Any], path: str, value: Plain) -> None:
    group, _, name = path.partition(".")
    if not name:
        fields[group] = value
        return
    fields.setdefault(group, {})[name] = value


def _moment(payload: Json, source: FromPayload | None) -> datetime | None:
    raw = None if source is None else source.path.find(payload)
    if source is None or raw is None:
        return None
    try:
        found = convert(raw, _TIME, source, payload)
    except UnreadableError:
        return None
    assert isinstance(found, datetime)  # its target is a moment
    return found
